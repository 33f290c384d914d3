// The newest conversions, as they come in.

import { Button } from '@mantine/core';
import { IconBolt } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { answer, GET } from '../../data/client';
import { useSession } from '../../data/session_context';
import { useWords } from '../../language/words';
import { Empty } from '../../ui/Empty';
import { Failed } from '../../ui/Failed';
import { Section } from '../../ui/Page';
import { State } from '../../ui/State';
import { Table, type Column } from '../../ui/Table';
import { Foreign, Moment, Money, Named } from '../../ui/values';
import type { Conversion } from '../conversions/conversion';
import classes from './overview.module.css';

const SHOWN = 10;
const PAUSE_MS = 5000;

export const Live = () => {
  const { t } = useWords();
  const navigate = useNavigate();
  const { actingAs } = useSession();
  const { data, error, refetch } = useQuery({
    queryKey: ['conversions', 'live'],
    queryFn: () => answer(GET('/api/v1/conversions', { params: { query: { limit: SHOWN } } })),
    refetchInterval: PAUSE_MS,
    staleTime: 0,
  });
  const all: Column<Conversion>[] = [
    { key: 'time', heading: t('conversion.time'), cell: (row) => <Moment at={row.received_at} relative /> },
    { key: 'action', heading: t('conversion.action'), cell: (row) => <Foreign>{row.action}</Foreign> },
    {
      key: 'publisher',
      heading: t('conversion.publisher'),
      cell: (row) => <Named kind="publisher" id={row.publisher_id} />,
    },
    {
      key: 'amount',
      heading: t('conversion.amount'),
      cell: (row) => <Money value={row.amount} />,
      numeric: true,
      wideOnly: true,
    },
    {
      key: 'commission',
      heading: t('conversion.commission'),
      cell: (row) => <Money value={row.commission} />,
      numeric: true,
    },
    { key: 'state', heading: t('conversion.state'), cell: (row) => <State value={row.state} /> },
  ];
  const columns = all.filter(({ key }) => actingAs.role !== 'publisher' || key !== 'publisher');
  return (
    <Section
      title={
        <>
          <span className={classes.pulse} aria-hidden />
          {t('overview.live')}
        </>
      }
      hint={t('overview.live_text')}
      actions={
        <Button variant="subtle" size="xs" renderRoot={(props) => <Link to="/conversions" {...props} />}>
          {t('overview.see_all')}
        </Button>
      }
      flush
    >
      {error ? (
        <Failed error={error} retry={() => void refetch()} />
      ) : (
        <Table
          label={t('overview.live_text')}
          columns={columns}
          rows={data?.items}
          rowKey={(row) => row.id}
          open={(row) => void navigate({ to: '/conversions/$conversionId', params: { conversionId: row.id } })}
          empty={<Empty icon={IconBolt} title={t('conversion.empty_title')} text={t('conversion.empty_text')} />}
        />
      )}
    </Section>
  );
};
