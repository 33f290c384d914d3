// Trying terms on what has happened: every conversion of a period is decided again as if they had been in force. Nothing is stored.

import { Alert, Button, Group, Select } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, POST, type Schemas } from '../../data/client';
import { Problem, problemText } from '../../data/problem';
import { number } from '../../language/format';
import { useWords } from '../../language/words';
import { Section } from '../../ui/Page';
import { Foreign, Money } from '../../ui/values';
import classes from './contracts.module.css';

type Outcome = Schemas['ReplayView'];
type Draft = Schemas['ReplayTermsDraft'];

const DAY_MS = 86_400_000;
const DAYS = ['7', '30', '90'] as const;
const PUBLISHERS_SHOWN = 20;

const direction = (amount: string) =>
  amount.startsWith('-') ? classes.down : /[1-9]/.test(amount) ? classes.up : undefined;

const Found = ({ outcome }: { outcome: Outcome }) => {
  const { t } = useWords();
  return (
    <>
      <p className={classes.quiet} role="status">
        {t('contract.tried', { count: number(outcome.conversions), changed: number(outcome.changed) })}
      </p>
      {outcome.totals.map((total) => (
        <dl key={total.commission_after.currency} className={classes.totals}>
          <div>
            <dt>{t('contract.try_commission')}</dt>
            <dd>
              <Money value={total.commission_before} /> → <Money value={total.commission_after} />
            </dd>
          </div>
          <div>
            <dt>{t('contract.try_charge')}</dt>
            <dd className={direction(total.charge_difference.amount)}>
              <Money value={total.charge_difference} sign />
            </dd>
          </div>
        </dl>
      ))}
      {outcome.publishers.length > 0 && (
        <table className={classes.actors}>
          <thead>
            <tr>
              <th>{t('conversion.publisher')}</th>
              <th>{t('contract.try_before')}</th>
              <th>{t('contract.try_after')}</th>
              <th>{t('contract.try_difference')}</th>
            </tr>
          </thead>
          <tbody>
            {outcome.publishers.slice(0, PUBLISHERS_SHOWN).map((one) => (
              <tr key={one.publisher_id + one.difference.currency}>
                <td>
                  <Foreign>{one.publisher}</Foreign>
                </td>
                <td>
                  <Money value={one.before} />
                </td>
                <td>
                  <Money value={one.after} />
                </td>
                <td className={direction(one.difference.amount)}>
                  <Money value={one.difference} sign />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  );
};

export const Trial = ({ draft }: { draft: Draft }) => {
  const { t } = useWords();
  const [days, setDays] = useState<string>('30');
  const trial = useMutation({
    mutationFn: () => {
      const now = Date.now();
      const body = {
        from: new Date(now - Number(days) * DAY_MS).toISOString(),
        to: new Date(now).toISOString(),
        draft,
      };
      return answer(POST('/api/v1/replays', { body }));
    },
  });
  const busy = trial.error instanceof Problem && trial.error.code === 'too_many_attempts';
  return (
    <Section title={t('contract.try')} hint={t('contract.try_hint')}>
      <Group gap="xs" align="flex-end" mb={trial.data ? 'sm' : 0}>
        <Select
          aria-label={t('contract.try_period')}
          data={DAYS.map((value) => ({ value, label: t(`range.last_${value}_days`) }))}
          value={days}
          allowDeselect={false}
          w={150}
          onChange={(value) => setDays(value ?? '30')}
        />
        <Button variant="default" loading={trial.isPending} onClick={() => trial.mutate()}>
          {t('contract.try_now')}
        </Button>
      </Group>
      {trial.error && (
        <Alert color="red" variant="light" role="alert" mt="sm">
          {busy ? t('contract.try_busy') : problemText(trial.error)}
        </Alert>
      )}
      {trial.data && <Found outcome={trial.data} />}
    </Section>
  );
};
