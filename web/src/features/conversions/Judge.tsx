// Judging many conversions at once: first what it would change in money, then the change.

import { Button, Text } from '@mantine/core';
import { useState } from 'react';
import { answer, POST, type Schemas } from '../../data/client';
import { number } from '../../language/format';
import { useWords } from '../../language/words';
import { Confirm, writeParams } from '../../ui/Confirm';
import { Code, Foreign, Money } from '../../ui/values';
import classes from './judge.module.css';

export type Operation = 'approve' | 'reject' | 'hold' | 'release';
export type Outcome = Schemas['BulkView'];

export const OPERATIONS: Operation[] = ['approve', 'reject', 'hold', 'release'];
const REASONS = [
  'returned',
  'cancelled',
  'out_of_stock',
  'payment_failed',
  'fraud',
  'duplicate',
  'not_compliant',
  'order_changed',
  'test',
  'tracking_error',
  'other',
] as const;
export const REASONS_OF: Record<Operation, readonly string[] | undefined> = {
  approve: undefined,
  reject: REASONS,
  hold: ['under_review', 'fraud', 'other'],
  release: undefined,
};
const REFUSED_SHOWN = 5;

export const Effect = ({ outcome }: { outcome: Outcome }) => {
  const { t } = useWords();
  const refused = outcome.items.filter(({ message }) => message);
  return (
    <div className={classes.effect} role="status">
      <div className={classes.counts}>
        <span>{t('conversion.would_change', { count: number(outcome.done) })}</span>
        {outcome.refused > 0 && (
          <span className={classes.refused}>{t('conversion.would_refuse', { count: number(outcome.refused) })}</span>
        )}
      </div>
      {outcome.money.map((money) => (
        <dl key={money.currency} className={classes.money}>
          <dt>{t('conversion.commission')}</dt>
          <dd>
            <Money value={money.commission_before} exact /> → <Money value={money.commission_after} exact />
          </dd>
          <dt>{t('conversion.fee')}</dt>
          <dd>
            <Money value={money.fee_before} exact /> → <Money value={money.fee_after} exact />
          </dd>
        </dl>
      ))}
      {refused.slice(0, REFUSED_SHOWN).map((item) => (
        <Text key={item.named} size="sm" c="dimmed">
          <Code>{item.order_id ?? item.named}</Code> <Foreign>{item.message ?? ''}</Foreign>
        </Text>
      ))}
    </div>
  );
};

export const Judge = ({ chosen, clear }: { chosen: ReadonlySet<string>; clear: () => void }) => {
  const { t, word } = useWords();
  const [operation, setOperation] = useState<Operation>();
  return (
    <div className={classes.bar} role="toolbar" aria-label={t('navigation.actions')}>
      <strong>{t('ui.selected', { count: number(chosen.size) })}</strong>
      {OPERATIONS.map((one) => (
        <Button
          key={one}
          size="xs"
          variant={one === 'approve' ? 'filled' : 'default'}
          onClick={() => setOperation(one)}
        >
          {word('operation', one)}
        </Button>
      ))}
      <Button size="xs" variant="subtle" color="slate" onClick={clear}>
        {t('ui.clear')}
      </Button>
      {operation && (
        <Confirm<Outcome>
          title={`${word('operation', operation)} · ${t('ui.selected', { count: number(chosen.size) })}`}
          action={word('operation', operation)}
          danger={operation === 'reject'}
          reasons={REASONS_OF[operation]}
          text={{ label: t('conversion.note'), needed: (reason) => reason === 'other' }}
          run={({ reason, text }, dryRun, key) =>
            answer(
              POST('/api/v1/conversions/bulk', {
                params: writeParams(dryRun, key),
                body: {
                  operation,
                  ids: [...chosen],
                  reason: reason as Schemas['Reason'] | undefined,
                  note: text || undefined,
                },
              }),
            )
          }
          effect={(outcome) => <Effect outcome={outcome} />}
          done={(outcome) => t('conversion.changed', { count: number(outcome.done) })}
          changes={['conversions', 'report', 'waiting']}
          close={() => setOperation(undefined)}
          finished={clear}
        />
      )}
    </div>
  );
};
