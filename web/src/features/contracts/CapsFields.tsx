// Limits that are never overshot: of a program over everybody, or of a contract.

import { useWords } from '../../language/words';
import type { Schemas } from '../../data/client';
import { Entries } from '../../ui/Entries';
import type { Fields } from '../../ui/draft';
import { ChoiceField, DecimalField, SwitchField, WholeField } from '../../ui/Fields';
import classes from '../../ui/fields.module.css';
import { number } from '../../language/format';

type Cap = Schemas['Cap'];

export const METRICS = ['clicks', 'conversions', 'commission', 'charge'] as const;
export const PERIODS = ['hour', 'day', 'week', 'month', 'quarter', 'total'] as const;
const REACHED = ['reject', 'honour', 'hold'] as const;
const OVERS = ['publisher', 'together', 'sub1', 'sub2', 'sub3', 'source'] as const;

const isMoney = (metric: string) => metric === 'commission' || metric === 'charge';

interface Props {
  fields: Fields;
  path: string;
  currency: string;
  // A program's cap counts over all of it and says its own currency.
  of: 'program' | 'contract';
}

export const CapsFields = ({ fields, path, currency, of }: Props) => {
  const { t, word } = useWords();
  const words = (kind: string, values: readonly string[]) =>
    values.map((value) => ({ value, label: word(kind, value) }));
  return (
    <Entries<Cap>
      fields={fields}
      path={path}
      one={t('cap.one')}
      add={t('cap.add')}
      title={({ metric, period }, at) =>
        `${number(at + 1)} · ${word('cap_metric', metric)} · ${word('period', period)}`
      }
      fresh={() => ({
        metric: 'conversions',
        period: 'day',
        limit: '',
        alert_at: [100],
        even: false,
        soft: false,
        when_reached: 'reject',
      })}
    >
      {(cap, at) => (
        <>
          <div className={classes.pair}>
            <ChoiceField
              fields={fields}
              path={`${at}.metric`}
              label={t('cap.metric')}
              choices={words('cap_metric', METRICS)}
              onChoose={(metric) =>
                fields.write(`${at}.currency`, of === 'program' && metric && isMoney(metric) ? currency : undefined)
              }
            />
            <ChoiceField
              fields={fields}
              path={`${at}.period`}
              label={t('cap.period')}
              choices={words('period', PERIODS)}
            />
            {/* Counts are texts for the API as well. */}
            <DecimalField
              fields={fields}
              path={`${at}.limit`}
              label={t('cap.limit')}
              unit={isMoney(cap.metric) ? (cap.currency ?? currency) : ''}
            />
          </div>
          <div className={classes.pair}>
            <ChoiceField
              fields={fields}
              path={`${at}.when_reached`}
              label={t('cap.when_reached')}
              placeholder={word('when_reached', 'reject')}
              choices={words('when_reached', REACHED)}
            />
            {of === 'contract' && (
              <ChoiceField
                fields={fields}
                path={`${at}.over`}
                label={t('cap.over')}
                placeholder={word('cap_over', 'publisher')}
                choices={words('cap_over', OVERS)}
                clearable
              />
            )}
          </div>
          <div className={classes.pair}>
            <SwitchField fields={fields} path={`${at}.soft`} label={t('cap.soft')} hint={t('cap.soft_hint')} />
            {cap.metric === 'clicks' && (
              <SwitchField fields={fields} path={`${at}.even`} label={t('cap.even')} hint={t('cap.even_hint')} />
            )}
          </div>
          <WholeField
            fields={fields}
            path={`${at}.alert_at[0]`}
            label={t('cap.alert_at')}
            hint={t('cap.alert_at_hint')}
            unit="%"
          />
        </>
      )}
    </Entries>
  );
};
