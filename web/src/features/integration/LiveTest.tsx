// What arrives for a program right now, each with its verdict, so that whoever builds the integration sees at once whether it works.

import { Anchor, Button, Text } from '@mantine/core';
import { IconCheck, IconClick, IconReceipt2, IconShieldQuestion } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { answer, GET, newKey, POST, type Schemas } from '../../data/client';
import { useLive, type LiveEvent } from '../../data/live';
import { problemText } from '../../data/problem';
import { useVerdict } from '../../data/verdicts';
import { useWords } from '../../language/words';
import { LiveSign } from '../../ui/LiveSign';
import { Section } from '../../ui/Page';
import { State } from '../../ui/State';
import { Foreign, Moment } from '../../ui/values';
import classes from './integration.module.css';

const SHOWN = 12;
const PAUSE_MS = 4000;

interface Signal {
  key: string;
  at: string;
  what: 'click' | 'conversion' | 'refused';
  name: string;
  code: string;
  counted: boolean;
  words?: string;
  state?: string;
  conversion?: string;
}

const ofEvent = (event: LiveEvent, program: string): Signal | undefined => {
  if (event.kind === 'click' && event.touch.program_id === program) {
    const { id, received_at, kind, code, counted } = event.touch;
    return { key: id, at: received_at, what: 'click', name: kind, code, counted };
  }
  if (event.kind === 'conversion' && event.conversion.program_id === program) {
    const { id, received_at, action, order_id, code, state } = event.conversion;
    const name = order_id ? `${action} · ${order_id}` : action;
    return { key: id, at: received_at, what: 'conversion', name, code, counted: code === 'ok', state, conversion: id };
  }
  return undefined;
};

// Requests that became nothing are not in the feed: they are asked for now and then.
const useRefused = (advertiser: string, since: string) =>
  useQuery({
    queryKey: ['quarantine', 'test', advertiser],
    refetchInterval: PAUSE_MS,
    queryFn: async (): Promise<Signal[]> => {
      const { items } = await answer(GET('/api/v1/quarantine', { params: { query: { limit: SHOWN } } }));
      return items
        .filter((one) => one.received_at >= since && (!one.advertiser_id || one.advertiser_id === advertiser))
        .map(({ id, received_at, kind, code, reason }) => ({
          key: id,
          at: received_at,
          what: 'refused' as const,
          name: kind,
          code,
          counted: false,
          words: reason,
        }));
    },
  });

const useBegun = (program: string) =>
  useQuery({
    queryKey: ['conversions', 'begun', program],
    queryFn: async () => {
      const query = { program_id: program, limit: 1 };
      const [touches, conversions, approved] = await Promise.all([
        answer(GET('/api/v1/touches', { params: { query } })),
        answer(GET('/api/v1/conversions', { params: { query } })),
        answer(GET('/api/v1/conversions', { params: { query: { ...query, code: 'ok' } } })),
      ]);
      return [touches, conversions, approved].map(({ items }) => items.length > 0);
    },
  });

const Mark = ({ done, children }: { done: boolean; children: string }) => {
  const { t } = useWords();
  return (
    <li className={done ? classes.done : undefined}>
      <span className={classes.mark} aria-hidden>
        {done && <IconCheck size={13} stroke={2.4} />}
      </span>
      {children}
      <span className="visually-hidden">{t(done ? 'ui.step_done' : 'integration.not_yet')}</span>
    </li>
  );
};

const ICONS = { click: IconClick, conversion: IconReceipt2, refused: IconShieldQuestion };

const Row = ({ signal }: { signal: Signal }) => {
  const conversionId = signal.conversion;
  const { t, word } = useWords();
  const verdict = useVerdict();
  const Icon = ICONS[signal.what];
  const { words } = verdict(signal.code);
  return (
    <li className={classes.signal}>
      <span className={`${classes.icon} ${signal.counted ? classes.good : classes.bad}`}>
        <Icon size={16} stroke={1.7} aria-hidden />
      </span>
      <div>
        <div className={classes.head}>
          <strong>
            {signal.what === 'click' ? word('touch_kind', signal.name) : <Foreign>{signal.name}</Foreign>}
          </strong>
          {signal.what === 'refused' && <span>{t('integration.refused')}</span>}
          {signal.state && <State value={signal.state} />}
          <small>
            <Moment at={signal.at} relative />
          </small>
        </div>
        <div className={classes.words}>
          <bdi>{signal.words ?? words}</bdi>
        </div>
        {conversionId !== undefined && (
          <Anchor renderRoot={(props) => <Link to="/conversions/$conversionId" params={{ conversionId }} {...props} />}>
            {t('integration.why')}
          </Anchor>
        )}
      </div>
    </li>
  );
};

interface Props {
  advertiser: string;
  program: Schemas['ProgramView'];
  action: Schemas['Action'];
  currency: string;
  mayReport: boolean;
}

export const LiveTest = ({ advertiser, program, action, currency, mayReport }: Props) => {
  const { t } = useWords();
  const [since] = useState(() => new Date().toISOString());
  const [seen, setSeen] = useState<Signal[]>([]);
  const state = useLive((event) => {
    const signal = ofEvent(event, program.id);
    if (signal) setSeen((before) => [signal, ...before.filter(({ key }) => key !== signal.key)].slice(0, SHOWN));
  });
  const refused = useRefused(advertiser, since);
  const begun = useBegun(program.id);
  const trying = useMutation({
    mutationFn: () => {
      const key = newKey();
      return answer(
        POST('/api/v1/conversions', {
          params: { header: { 'Idempotency-Key': key } },
          body: {
            program_id: program.id,
            action: action.name,
            test: true,
            order_id: action.order_id_required ? `TEST-${key.slice(0, 6)}` : undefined,
            amount: action.amount_required ? '1.00' : undefined,
            currency: action.amount_required ? currency : undefined,
          },
        }),
      );
    },
  });
  const signals = [...seen, ...(refused.data ?? [])].sort((one, other) => (one.at < other.at ? 1 : -1));
  const [clicked = false, reported = false, earned = false] = begun.data ?? [];
  const saw = (what: Signal['what']) => seen.some((signal) => signal.what === what);
  return (
    <Section title={t('integration.test')} hint={t('integration.test_hint')} actions={<LiveSign state={state} />}>
      <ul className={classes.marks}>
        <Mark done={clicked || saw('click')}>{t('integration.mark_click')}</Mark>
        <Mark done={reported || saw('conversion')}>{t('integration.mark_conversion')}</Mark>
        <Mark done={earned || seen.some(({ what, counted }) => what === 'conversion' && counted)}>
          {t('integration.mark_earned')}
        </Mark>
      </ul>
      {mayReport && (
        <Button variant="default" loading={trying.isPending} onClick={() => trying.mutate()}>
          {t('integration.send_test')}
        </Button>
      )}
      {trying.error && (
        <Text size="sm" c="var(--mantine-color-error)" role="alert" mt="xs">
          {problemText(trying.error)}
        </Text>
      )}
      {signals.length === 0 ? (
        <div className={classes.waiting}>{t('integration.waiting')}</div>
      ) : (
        <ul className={classes.signals} aria-live="polite">
          {signals.map((signal) => (
            <Row key={signal.key} signal={signal} />
          ))}
        </ul>
      )}
    </Section>
  );
};
