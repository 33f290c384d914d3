// Every touch that was considered, the newest first, with why it earns or why it was dropped.

import { IconCheck, IconX } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { number, share } from '../../../language/format';
import { useWords } from '../../../language/words';
import { Badge } from '../../../ui/State';
import { Code, Foreign, Moment } from '../../../ui/values';
import type { Receipt, Touch } from '../receipt';
import { Facts } from '../../../ui/Facts';
import classes from './receipt.module.css';

const Candidate = ({ touch }: { touch: Touch }) => {
  const { t, word, said } = useWords();
  const kept = touch.outcome === 'kept';
  const particulars = touch.particulars ?? {};
  const subs = Object.entries(particulars.parameters?.subs ?? {});
  const reference = particulars.parameters?.ref_id;
  const place = [particulars.country, particulars.device, particulars.referrer_host].filter((one) => one !== undefined);
  return (
    <li className={`${classes.candidate} ${kept ? classes.kept : classes.dropped}`}>
      <span className={classes.mark} aria-hidden>
        {kept ? <IconCheck size={14} stroke={2.4} /> : <IconX size={14} stroke={2.4} />}
      </span>
      <div className={classes.candidateBody}>
        <div className={classes.spread}>
          <strong>
            <Foreign>{touch.publisher}</Foreign>
          </strong>
          <span className={classes.dim}>
            {particulars.kind ? word('touch_kind', particulars.kind) : t('receipt.touch')} · <Moment at={touch.at} />
          </span>
        </div>
        <div>
          <Badge tone={kept ? 'good' : 'plain'}>
            {kept && touch.credit
              ? `${t('receipt.kept')} ${share(touch.credit)}`
              : t(kept ? 'receipt.kept' : 'receipt.dropped')}
          </Badge>{' '}
          {said(touch.verdict)} <Code>{touch.verdict.code}</Code>
        </div>
        <Facts
          rows={[
            [t('receipt.place'), place.length > 0 && <Foreign>{place.join(' · ')}</Foreign>],
            [t('receipt.link'), particulars.link_id && <Code>{particulars.link_id}</Code>],
            [t('receipt.won_customer'), particulars.won_customer && share(particulars.won_customer)],
            [t('receipt.weight'), particulars.weight && number(particulars.weight)],
            [t('receipt.payout_table'), particulars.payout_table_id && <Code>{particulars.payout_table_id}</Code>],
            [t('receipt.ref_id'), reference && <Foreign>{reference}</Foreign>],
            ...subs.map(([name, value]): [string, ReactNode] => [name, <Foreign key={name}>{value}</Foreign>]),
          ]}
        />
      </div>
    </li>
  );
};

export const Candidates = ({ receipt }: { receipt: Receipt }) => {
  const { t } = useWords();
  if (receipt.journey.length === 0) return <p className={classes.dim}>{t('receipt.no_touches')}</p>;
  return (
    <ol className={classes.candidates}>
      {receipt.journey.map((touch, at) => (
        <Candidate key={touch.particulars?.touch_id ?? `${touch.at}${at}`} touch={touch} />
      ))}
    </ol>
  );
};
