// What became, or would become, of an import of costs: days, campaigns, and every row that was broken with its line and reason.

import { Table as Lines, Text } from '@mantine/core';
import type { Schemas } from '../../data/client';
import { day, number } from '../../language/format';
import type { TextKey } from '../../../generated/keys';
import { useWords } from '../../language/words';
import { Code, Foreign } from '../../ui/values';
import classes from './costs.module.css';

export type Import = Schemas['CostImportView'];

const REFUSED_SHOWN = 100;

const COUNTS: { key: keyof Import['days']; label: TextKey; look?: 'good' | 'warn' }[] = [
  { key: 'added', label: 'cost.added', look: 'good' },
  { key: 'changed', label: 'cost.changed' },
  { key: 'removed', label: 'cost.removed', look: 'warn' },
  { key: 'unchanged', label: 'cost.unchanged' },
  { key: 'waiting', label: 'cost.waiting', look: 'warn' },
];

export const Outcome = ({ outcome }: { outcome: Import }) => {
  const { t, word } = useWords();
  const skipped = Object.entries(outcome.skipped);
  return (
    <div className={classes.outcome} role="status">
      {outcome.from && outcome.to && (
        <Text>
          {t('cost.summary', {
            campaigns: number(outcome.campaigns),
            made: number(outcome.campaigns_made),
            from: day(outcome.from),
            to: day(outcome.to),
          })}
        </Text>
      )}
      <dl className={classes.counts}>
        {COUNTS.map(({ key, label, look }) => (
          <div key={key} className={outcome.days[key] > 0 && look ? classes[look] : undefined}>
            <dt>{t(label)}</dt>
            <dd>{number(outcome.days[key])}</dd>
          </div>
        ))}
      </dl>
      {skipped.map(([why, lines]) => (
        <Text key={why} size="sm" c="dimmed">
          {t('cost.skipped', { why: word('skipped', why), count: number(lines.length) })}
        </Text>
      ))}
      {outcome.refused > 0 && (
        <div className={classes.refused}>
          <strong>{t('cost.refused', { count: number(outcome.refused) })}</strong>
          <Lines>
            <Lines.Thead>
              <Lines.Tr>
                <Lines.Th>{t('cost.line')}</Lines.Th>
                <Lines.Th>{t('cost.column')}</Lines.Th>
                <Lines.Th>{t('ui.reason')}</Lines.Th>
              </Lines.Tr>
            </Lines.Thead>
            <Lines.Tbody>
              {outcome.refused_rows.slice(0, REFUSED_SHOWN).map((row) => (
                <Lines.Tr key={`${row.line}${row.column ?? ''}${row.reason}`}>
                  <Lines.Td>{number(row.line)}</Lines.Td>
                  <Lines.Td>{row.column && <Code>{row.column}</Code>}</Lines.Td>
                  <Lines.Td>
                    <Foreign>{row.reason}</Foreign>
                  </Lines.Td>
                </Lines.Tr>
              ))}
            </Lines.Tbody>
          </Lines>
        </div>
      )}
    </div>
  );
};
