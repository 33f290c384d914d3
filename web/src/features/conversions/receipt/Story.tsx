// The decision in words: what it is, why, and what it comes to.

import { useSession } from '../../../data/session_context';
import { money, moment, number, share } from '../../../language/format';
import { useWords } from '../../../language/words';
import { State } from '../../../ui/State';
import { Code } from '../../../ui/values';
import type { Receipt } from '../receipt';
import classes from './receipt.module.css';

export const Story = ({ receipt }: { receipt: Receipt }) => {
  const { t, word, said } = useWords();
  const { network } = useSession();
  const { conversion, journey, identified, lines } = receipt;
  const winner = lines[0];
  const sentences = [
    t('receipt.story_reported', {
      action: conversion.action,
      intake: word('intake', receipt.report.intake),
      time: moment(conversion.received_at, network.zone, { dateStyle: 'long', timeStyle: 'short' }),
    }),
    journey.length === 0
      ? t('receipt.no_touches')
      : t('receipt.story_touches', { count: number(journey.length), by: word('identified', identified) }),
    winner
      ? t('receipt.story_earns', {
          publisher: winner.publisher,
          commission: money(
            conversion.stands?.commission ?? winner.stands.commission ?? { amount: '0', currency: network.currency },
          ),
          rule: winner.rule_says ? said(winner.rule_says) : winner.rule,
        })
      : t('receipt.no_lines'),
  ];
  return (
    <section className={classes.story}>
      <div className={classes.verdict}>
        <State value={conversion.state} />
        <Code>{conversion.verdict.code}</Code>
      </div>
      <p className={classes.sentence}>{said(conversion.verdict)}</p>
      <p className={classes.told}>
        {sentences.map((sentence) => (
          <bdi key={sentence}>{sentence} </bdi>
        ))}
        {conversion.state === 'pending' && conversion.approve_at && (
          <bdi>
            {t('receipt.story_approve', { time: moment(conversion.approve_at, network.zone, { dateStyle: 'long' }) })}
          </bdi>
        )}
      </p>
      {conversion.flags?.map((flag) => (
        <p key={flag.code} className={classes.flag}>
          {said(flag)} <Code>{flag.code}</Code>
        </p>
      ))}
      {conversion.reversed !== '0/1' && (
        <p className={classes.flag}>
          {t('receipt.reversed')} {share(conversion.reversed)}
        </p>
      )}
    </section>
  );
};
