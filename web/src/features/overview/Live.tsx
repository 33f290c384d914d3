// What comes in right now: the newest conversions, and clicks as well for those who want to see them, through the live feed.

import { Button, SegmentedControl } from '@mantine/core';
import { useThrottledCallback } from '@mantine/hooks';
import { IconBolt, IconClick, IconReceipt2 } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { answer, GET } from '../../data/client';
import { useLive, type LiveEvent, type Touch } from '../../data/live';
import { useSession } from '../../data/session_context';
import { number } from '../../language/format';
import { useWords } from '../../language/words';
import { Empty } from '../../ui/Empty';
import { Failed } from '../../ui/Failed';
import { LiveSign } from '../../ui/LiveSign';
import { Section } from '../../ui/Page';
import { Badge, State } from '../../ui/State';
import { Table, type Column } from '../../ui/Table';
import { Foreign, Moment, Money, Named } from '../../ui/values';
import type { Conversion } from '../conversions/conversion';
import classes from './live.module.css';

const SHOWN = 10;
const PAUSE_MS = 5000;
// Figures are added up anew at most this often while events come in.
const FIGURES_MS = 10_000;
// Of these nouns events change what was read.
const CHANGED = ['report', 'waiting', 'changes', 'ledger'];

type Entry =
  | { key: string; at: string; publisher: string | null | undefined; conversion: Conversion; touch?: undefined }
  | { key: string; at: string; publisher: string; touch: Touch; conversion?: undefined };

const ofConversion = (conversion: Conversion): Entry => ({
  key: conversion.id,
  at: conversion.received_at,
  publisher: conversion.publisher_id,
  conversion,
});

const ofTouch = (touch: Touch): Entry => ({
  key: touch.id,
  at: touch.received_at,
  publisher: touch.publisher_id,
  touch,
});

const newest = (entries: Entry[]) => {
  const known = new Map(entries.map((entry) => [entry.key, entry]));
  return [...known.values()].sort((one, other) => (one.at < other.at ? 1 : -1)).slice(0, SHOWN);
};

type Shown = 'conversions' | 'all';

const useEntries = (shown: Shown) => {
  const queries = useQueryClient();
  const [arrived, setArrived] = useState<Entry[]>([]);
  const [fresh, setFresh] = useState<ReadonlySet<string>>(new Set());
  const [clicks, setClicks] = useState(0);
  const figures = useThrottledCallback(
    () => void Promise.all(CHANGED.map((noun) => queries.invalidateQueries({ queryKey: [noun] }))),
    FIGURES_MS,
  );
  const onEvent = (event: LiveEvent) => {
    if (event.kind === 'alert') return;
    const entry = event.kind === 'click' ? ofTouch(event.touch) : ofConversion(event.conversion);
    if (event.kind === 'click') setClicks((before) => before + 1);
    // Of what was told twice the later telling holds.
    setArrived((before) => [...before.filter(({ key }) => key !== entry.key), entry].slice(-4 * SHOWN));
    setFresh((before) => new Set([...before, entry.key]));
    figures();
  };
  const state = useLive(onEvent);
  const list = useQuery({
    queryKey: ['conversions', 'live', shown],
    queryFn: async () => {
      const params = { query: { limit: SHOWN } };
      const [conversions, touches] = await Promise.all([
        answer(GET('/api/v1/conversions', { params })),
        shown === 'all' ? answer(GET('/api/v1/touches', { params })) : { items: [] },
      ]);
      return [...conversions.items.map(ofConversion), ...touches.items.map(ofTouch)];
    },
    refetchInterval: state === 'live' ? false : PAUSE_MS,
    staleTime: 0,
  });
  const rows =
    list.data && newest([...list.data, ...arrived.filter(({ conversion }) => shown === 'all' || conversion)]);
  return { rows, fresh, clicks, state, list };
};

export const Live = () => {
  const { t, word } = useWords();
  const navigate = useNavigate();
  const { actingAs } = useSession();
  const [shown, setShown] = useState<Shown>('conversions');
  const { rows, fresh, clicks, state, list } = useEntries(shown);
  const all: Column<Entry>[] = [
    {
      key: 'time',
      heading: t('conversion.time'),
      cell: ({ at, key }) => (
        <span className={fresh.has(key) ? classes.fresh : undefined}>
          <Moment at={at} relative />
        </span>
      ),
    },
    {
      key: 'action',
      heading: t('overview.live_what'),
      cell: ({ conversion, touch }) => (
        <span className={classes.what}>
          {conversion ? (
            <IconReceipt2 size={16} stroke={1.6} aria-hidden />
          ) : (
            <IconClick size={16} stroke={1.6} aria-hidden />
          )}
          {conversion ? <Foreign>{conversion.action}</Foreign> : word('touch_kind', touch.kind)}
        </span>
      ),
    },
    {
      key: 'publisher',
      heading: t('conversion.publisher'),
      cell: ({ publisher }) => <Named kind="publisher" id={publisher} />,
    },
    {
      key: 'amount',
      heading: t('conversion.amount'),
      cell: ({ conversion }) => <Money value={conversion?.amount} />,
      numeric: true,
      wideOnly: true,
    },
    {
      key: 'commission',
      heading: t('conversion.commission'),
      cell: ({ conversion, touch }) => <Money value={conversion ? conversion.commission : touch.earning?.commission} />,
      numeric: true,
    },
    {
      key: 'state',
      heading: t('conversion.state'),
      cell: ({ conversion, touch }) =>
        conversion ? (
          <State value={conversion.state} />
        ) : (
          <Badge tone={touch.counted ? 'good' : 'plain'}>
            {t(touch.counted ? 'overview.click_counted' : 'overview.click_not_counted')}
          </Badge>
        ),
    },
  ];
  const columns = all.filter(({ key }) => actingAs.role !== 'publisher' || key !== 'publisher');
  return (
    <Section
      title={
        <span className={classes.title}>
          {t('overview.live_title')} <LiveSign state={state} />
        </span>
      }
      hint={clicks > 0 ? t('overview.live_clicks', { count: number(clicks) }) : t('overview.live_text')}
      actions={
        <span className={classes.actions}>
          <SegmentedControl
            size="xs"
            aria-label={t('overview.live_what')}
            value={shown}
            onChange={(value) => setShown(value === 'all' ? 'all' : 'conversions')}
            data={[
              { value: 'conversions', label: t('navigation.conversions') },
              { value: 'all', label: t('overview.live_all') },
            ]}
          />
          <Button variant="subtle" size="xs" renderRoot={(props) => <Link to="/conversions" {...props} />}>
            {t('overview.see_all')}
          </Button>
        </span>
      }
      flush
    >
      {list.error ? (
        <Failed error={list.error} retry={() => void list.refetch()} />
      ) : (
        <Table
          label={t('overview.live_text')}
          columns={columns}
          rows={rows}
          rowKey={({ key }) => key}
          open={({ conversion }) => {
            if (conversion)
              void navigate({ to: '/conversions/$conversionId', params: { conversionId: conversion.id } });
          }}
          empty={<Empty icon={IconBolt} title={t('conversion.empty_title')} text={t('conversion.empty_text')} />}
        />
      )}
    </Section>
  );
};
