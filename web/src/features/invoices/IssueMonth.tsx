// Closing a month: which papers would be written, to whom, over how much, and who gets none; then writing them.

import { Alert, Select, Stack } from '@mantine/core';
import { useState } from 'react';
import { answer, POST, type Schemas } from '../../data/client';
import { useNamed } from '../../data/names';
import { useSession } from '../../data/session_context';
import { day, number } from '../../language/format';
import { useWords } from '../../language/words';
import { today } from '../../ui/calendar';
import { Confirm, writeParams } from '../../ui/Confirm';
import { Foreign, Money, Named } from '../../ui/values';
import classes from './invoices.module.css';

export type Papers = 'invoices' | 'statements';

interface Line {
  id: string;
  number: string;
  name: string;
  amount: Schemas['Money'];
}

// What both kinds of papers answer, as far as it is shown.
interface Outcome {
  issued: Line[];
  existing: number;
  leftOut: Schemas['LeftOutView'][];
}

const MONTHS_OFFERED = 24;
const SHOWN = 50;

// The months that have ended, the newest first.
const endedMonths = (now: string): string[] => {
  const [year = 0, month = 1] = now.split('-').map(Number);
  return Array.from({ length: MONTHS_OFFERED }, (_, back) =>
    new Date(Date.UTC(year, month - 2 - back, 15)).toISOString().slice(0, 7),
  );
};

const lastDay = (month: string) => {
  const [year = 0, number = 1] = month.split('-').map(Number);
  return new Date(Date.UTC(year, number, 0)).toISOString().slice(0, 10);
};

const issue = async (
  papers: Papers,
  period: string,
  party: string | undefined,
  dryRun: boolean,
  key: string,
): Promise<Outcome> => {
  const params = writeParams(dryRun, key);
  if (papers === 'invoices') {
    const made = await answer(POST('/api/v1/invoices', { params, body: { period, advertiser_id: party } }));
    const issued = made.issued.map(({ id, number, recipient, gross }) => ({
      id,
      number,
      name: recipient.legal_name,
      amount: gross,
    }));
    return { issued, existing: made.existing.length, leftOut: made.left_out };
  }
  const made = await answer(POST('/api/v1/statements', { params, body: { period, publisher_id: party } }));
  const issued = made.issued.map(({ id, number, recipient, closing }) => ({
    id,
    number,
    name: recipient.legal_name,
    amount: closing,
  }));
  return { issued, existing: made.existing.length, leftOut: [] };
};

const Effect = ({ outcome }: { outcome: Outcome }) => {
  const { t } = useWords();
  const { issued, existing, leftOut } = outcome;
  return (
    <div className={classes.effect} role="status">
      <strong>{t('invoice.would_issue', { count: number(issued.length) })}</strong>
      {existing > 0 && <p>{t('invoice.existing', { count: number(existing) })}</p>}
      {issued.length > 0 && (
        <ul>
          {issued.slice(0, SHOWN).map((one) => (
            <li key={one.id}>
              <Foreign>{one.name}</Foreign>
              <Money value={one.amount} exact />
            </li>
          ))}
        </ul>
      )}
      {leftOut.length > 0 && (
        <Alert color="yellow" variant="light" title={t('invoice.left_out')}>
          {leftOut.map((one) => (
            <div key={one.advertiser_id + one.currency}>
              <Named kind="advertiser" id={one.advertiser_id} /> · {one.currency} ·{' '}
              {t(one.reason === 'no_billing_profile' ? 'invoice.no_profile' : 'invoice.later_closed')}
            </div>
          ))}
        </Alert>
      )}
    </div>
  );
};

export const IssueMonth = ({ papers, close }: { papers: Papers; close: () => void }) => {
  const { t, language } = useWords();
  const { network } = useSession();
  const named = useNamed(papers === 'invoices' ? 'advertiser' : 'publisher');
  const months = endedMonths(today(network.zone));
  const [period, setPeriod] = useState(months[0] ?? '');
  const [party, setParty] = useState<string>();
  // Papers are of months of the Gregorian calendar; whoever counts in another one reads their two ends.
  const label = (month: string) =>
    language === 'fa'
      ? `${day(`${month}-01`)} – ${day(lastDay(month))}`
      : day(`${month}-15`, { month: 'long', year: 'numeric' });
  return (
    <Confirm<Outcome>
      key={`${period}${party ?? ''}`}
      title={t(`invoice.issue_${papers}`)}
      action={t('invoice.issue')}
      run={(_, dryRun, key) => issue(papers, period, party, dryRun, key)}
      effect={(outcome) => <Effect outcome={outcome} />}
      done={({ issued }) => t('invoice.issued_count', { count: number(issued.length) })}
      changes={[papers, 'ledger']}
      close={close}
    >
      <Stack gap="md">
        <Select
          label={t('invoice.month')}
          description={t('invoice.month_hint')}
          data={months.map((value) => ({ value, label: label(value) }))}
          value={period}
          onChange={(value) => value && setPeriod(value)}
          allowDeselect={false}
        />
        <Select
          label={t(papers === 'invoices' ? 'role.advertiser' : 'role.publisher')}
          placeholder={t('ui.all')}
          data={(named.data ?? []).map(({ id, name }) => ({ value: id, label: name }))}
          value={party ?? null}
          onChange={(value) => setParty(value ?? undefined)}
          clearable
          clearButtonProps={{ 'aria-label': t('ui.clear') }}
          searchable
          limit={100}
        />
      </Stack>
    </Confirm>
  );
};
