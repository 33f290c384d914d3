// What stands on the account, what still waits to be approved, and what is on its way to the bank: for each currency.

import { Skeleton } from '@mantine/core';
import { IconCoins } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { CSSProperties } from 'react';
import { money, type Amount } from '../../language/format';
import type { TextKey } from '../../../generated/keys';
import { useWords } from '../../language/words';
import { Empty } from '../../ui/Empty';
import { Failed } from '../../ui/Failed';
import { Section } from '../../ui/Page';
import { accountsQuery, type Account } from './money';
import classes from './earnings.module.css';

const PARTS: { key: string; label: TextKey; hint: TextKey; of: (account: Account) => Amount }[] = [
  { key: 'free', label: 'earning.free', hint: 'earning.free_hint', of: (account) => account.available },
  { key: 'waiting', label: 'earning.waiting', hint: 'earning.waiting_hint', of: (account) => account.credits_pending },
  { key: 'away', label: 'earning.away', hint: 'earning.away_hint', of: (account) => account.debits_pending },
];

const Balance = ({ account }: { account: Account }) => {
  const { t } = useWords();
  const below = account.available.amount.startsWith('-');
  // For the widths of the bar only.
  const sizes = PARTS.map(({ of }) => Math.max(0, Number(of(account).amount)));
  return (
    <div className={classes.balance}>
      <div className={classes.bar} aria-hidden>
        {PARTS.map(({ key }, at) => (
          <span key={key} className={classes[key]} style={{ '--size': sizes[at] ?? 0 } as CSSProperties} />
        ))}
      </div>
      <dl className={classes.parts}>
        {PARTS.map(({ key, label, hint, of }) => (
          <div key={key}>
            <dt>
              <i className={classes[key]} aria-hidden />
              {t(label)}
            </dt>
            <dd className={key === 'free' ? classes.large : classes.amount}>{money(of(account))}</dd>
            <dd className={classes.hint}>{t(key === 'free' && below ? 'earning.below_zero' : hint)}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
};

export const Balances = ({ publisher }: { publisher: string }) => {
  const { t } = useWords();
  const { data, error, refetch } = useQuery(accountsQuery(publisher));
  if (error) return <Failed error={error} retry={() => void refetch()} />;
  return (
    <Section title={t('earning.balances')} hint={t('earning.balances_hint')}>
      {!data && <Skeleton h={104} />}
      {data?.length === 0 && (
        <Empty icon={IconCoins} title={t('earning.no_balance')} text={t('earning.no_balance_text')} />
      )}
      {data?.map((account) => (
        <Balance key={account.account} account={account} />
      ))}
    </Section>
  );
};
