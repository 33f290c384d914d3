// The paths that most conversions took. A row opens the conversions of these days, narrowed as far as a list of conversions can be.

import { useNavigate } from '@tanstack/react-router';
import { useSession } from '../../data/session_context';
import { money, number, percent } from '../../language/format';
import { useWords } from '../../language/words';
import { Table, type Column } from '../../ui/Table';
import type { ViewProps } from './AttributionPage';
import classes from './attribution.module.css';
import { conversionsOf } from './behind';
import type { Path } from './journeys';
import { Way } from './Way';

export const Paths = ({ told, search }: ViewProps) => {
  const { t } = useWords();
  const { network } = useSession();
  const navigate = useNavigate();
  const columns: Column<Path>[] = [
    {
      key: 'path',
      heading: t('attribution.path'),
      cell: (path) => <Way told={told} path={path.channels} />,
      grow: true,
    },
    {
      key: 'conversions',
      heading: t('attribution.conversions'),
      cell: ({ conversions }) => number(conversions),
      numeric: true,
    },
    {
      key: 'share',
      heading: t('attribution.share'),
      cell: ({ conversions }) => (told.conversions > 0 ? percent(conversions / told.conversions) : '–'),
      numeric: true,
    },
    { key: 'value', heading: t('attribution.value'), cell: ({ value }) => money(value), numeric: true },
    { key: 'nulls', heading: t('attribution.nulls'), cell: ({ nulls }) => number(nulls), numeric: true },
    {
      key: 'rate',
      heading: t('attribution.journeys_converted'),
      cell: ({ conversions, nulls }) => percent(conversions / Math.max(1, conversions + nulls)),
      numeric: true,
    },
  ];
  return (
    <>
      <p className={classes.hint}>{t('attribution.paths_hint', { count: number(told.paths.length) })}</p>
      <Table
        label={t('attribution.view_paths')}
        columns={columns}
        rows={told.paths}
        rowKey={({ channels }) => channels.join(' ')}
        open={(path) =>
          void navigate({
            to: '/conversions',
            search: conversionsOf(told.channels[path.channels.at(-1) ?? -1], search, network.zone),
          })
        }
        empty={<p className={classes.hint}>{t('attribution.paths_none')}</p>}
      />
    </>
  );
};
