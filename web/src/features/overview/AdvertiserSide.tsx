// What an advertiser's overview has beside the figures: the first steps, the money, and the channels against each other.

import { Anchor, Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { CSSProperties } from 'react';
import { answer, GET } from '../../data/client';
import { magnitude, showValue, useReport, valueAt } from '../../data/reports';
import { money } from '../../language/format';
import { useWords } from '../../language/words';
import { Failed } from '../../ui/Failed';
import { Section } from '../../ui/Page';
import type { Period } from '../../ui/periods';
import { Steps } from '../../ui/Steps';
import { Foreign, Moment } from '../../ui/values';
import classes from './by_state.module.css';
import bars from './overview.module.css';

const READ = 100;
const CHANNELS_SHOWN = 8;
const ONE = { params: { query: { limit: 1 } } };

export const AdvertiserSteps = ({ advertiser }: { advertiser: string }) => {
  const { t } = useWords();
  const { data } = useQuery({
    queryKey: ['programs', 'begun', advertiser],
    queryFn: async () => {
      const lists = await Promise.all([
        answer(GET('/api/v1/programs', ONE)),
        answer(GET('/api/v1/contracts', ONE)),
        answer(GET('/api/v1/publishers', ONE)),
        answer(GET('/api/v1/conversions', ONE)),
        answer(GET('/api/v1/cost_imports', ONE)),
      ]);
      return lists.map(({ items }) => items.length > 0);
    },
  });
  if (!data || data.every(Boolean)) return null;
  const steps = [
    { key: 'program', to: '/programs' },
    { key: 'contract', to: '/contracts' },
    { key: 'publisher', to: '/applications' },
    { key: 'report', to: '/integration' },
    { key: 'cost', to: '/costs/import' },
  ] as const;
  return (
    <Steps
      title={t('overview.first_steps')}
      steps={steps.map((step, at) => ({
        ...step,
        done: data[at] ?? false,
        title: t(`overview.first_${step.key}`),
        text: t(`overview.first_${step.key}_text`),
      }))}
    />
  );
};

// What is left of prepaid money, or what is still to be paid, and the papers that are open.
export const Funds = ({ advertiser, more }: { advertiser: string; more?: boolean }) => {
  const { t } = useWords();
  const { data, error, refetch } = useQuery({
    queryKey: ['ledger', 'funds', advertiser],
    queryFn: async () => {
      const [accounts, advertisers, invoices] = await Promise.all([
        answer(GET('/api/v1/ledger/accounts', { params: { query: { advertiser_id: advertiser, limit: READ } } })),
        answer(GET('/api/v1/advertisers', { params: { query: { limit: READ } } })),
        answer(GET('/api/v1/invoices', { params: { query: { limit: READ } } })),
      ]);
      const own = advertisers.items.find(({ id }) => id === advertiser);
      return {
        accounts: accounts.items,
        prepaid: own?.billing === 'prepaid',
        open: invoices.items.filter((one) => one.kind === 'invoice' && one.open && Number(one.open.amount) > 0),
      };
    },
  });
  return (
    <Section
      title={t('overview.funds')}
      hint={data && t(data.prepaid ? 'overview.funds_prepaid' : 'overview.funds_postpaid')}
      actions={
        more && (
          <Anchor size="sm" renderRoot={(props) => <Link to="/budget" {...props} />}>
            {t('navigation.budget')}
          </Anchor>
        )
      }
    >
      {error && <Failed error={error} retry={() => void refetch()} />}
      {!data && !error && <Skeleton h={96} />}
      {data?.accounts.length === 0 && t('overview.funds_none')}
      {data?.accounts.map((account) => {
        const owes = account.available.amount.startsWith('-');
        const amount = { ...account.available, amount: account.available.amount.replace(/^-/, '') };
        return (
          <dl key={account.account} className={classes.parts}>
            <div>
              <dt>{t(owes ? 'overview.funds_owed' : 'overview.funds_left')}</dt>
              <dd className={owes && data.prepaid ? classes.short : classes.large}>{money(amount)}</dd>
            </div>
            <div>
              <dt>{t('overview.funds_waiting')}</dt>
              <dd>{money(account.debits_pending)}</dd>
            </div>
          </dl>
        );
      })}
      {data && data.open.length > 0 && (
        <dl className={`${classes.parts} ${classes.papers}`}>
          {data.open.slice(0, 3).map((invoice) => (
            <div key={invoice.id}>
              <dt>
                <Foreign>{invoice.number}</Foreign>
                {invoice.due_at && (
                  <>
                    {' · '}
                    {t('invoice.due')} <Moment at={invoice.due_at} date />
                  </>
                )}
              </dt>
              <dd>{invoice.open && money(invoice.open)}</dd>
            </div>
          ))}
        </dl>
      )}
    </Section>
  );
};

// What each channel cost, and what of it came back.
export const Channels = ({ period }: { period: Period }) => {
  const { t, word } = useWords();
  const { data, error, refetch } = useReport({
    metrics: ['cost', 'clicks'],
    by: ['channel'],
    period,
    order: ['-cost'],
    limit: CHANNELS_SHOWN,
  });
  const rows = data?.rows.filter((row) => row.keys[0]?.value);
  const most = Math.max(...(rows ?? []).map((row) => magnitude(valueAt(row, 0)) ?? 0), 0);
  if (rows?.length === 0) return null;
  return (
    <Section title={t('overview.channels')} hint={t('metric.cost')} flush>
      {error && <Failed error={error} retry={() => void refetch()} />}
      {!rows && !error && <Skeleton h={160} m="md" />}
      {rows?.map((row) => {
        const value = valueAt(row, 0);
        const part = most > 0 ? Math.max(0, (magnitude(value) ?? 0) / most) : 0;
        const channel = row.keys[0]?.value ?? '';
        return (
          <div key={channel} className={bars.bar} style={{ '--part': part } as CSSProperties}>
            <span className={bars.name}>{word('channel', channel)}</span>
            <span className="tabular">{showValue(value, 'money')}</span>
          </div>
        );
      })}
    </Section>
  );
};
