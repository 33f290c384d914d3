// The rows of a report with their sums. A heading orders, a row opens.

import { comparedAt, change as changeOf, showValue, valueAt, type Report, type ReportRow } from '../../data/reports';
import { useWords } from '../../language/words';
import { Table, type Column } from '../../ui/Table';
import { Change } from '../../ui/Tile';
import { Foreign } from '../../ui/values';
import { count, keyName, rowKey } from './keys';
import type { ReportSearch } from './search';
import { useVocabulary } from './vocabulary';

const INVERSE = new Set(['cost', 'cir', 'cpc', 'cpm', 'cpa', 'cpo', 'cpl', 'cpql', 'reversal_rate', 'invalid_clicks']);

interface Props {
  report: Report;
  search: ReportSearch;
  change: (search: ReportSearch) => void;
  open: (row: ReportRow) => void;
}

export const ReportTable = ({ report, search, change, open }: Props) => {
  const { t } = useWords();
  const { heading } = useVocabulary();
  const compared = report.compared_from !== undefined && report.compared_from !== null;
  const sort = (name: string): Column<ReportRow>['sort'] => {
    const direction = search.order === name ? 'asc' : search.order === `-${name}` ? 'desc' : undefined;
    return { direction, change: () => change({ ...search, order: direction === 'desc' ? name : `-${name}` }) };
  };
  const keys = report.keys.map(({ name }, at): Column<ReportRow> => ({
    key: name,
    heading: heading(name),
    cell: (row) => <Foreign>{keyName(report, row, at)}</Foreign>,
    sort: sort(name),
  }));
  const cell = (row: ReportRow | undefined, at: number, name: string, unit: string) => (
    <>
      {showValue(valueAt(row, at), unit)}{' '}
      {compared && <Change change={changeOf(valueAt(row, at), comparedAt(row, at))} inverse={INVERSE.has(name)} />}
    </>
  );
  const metrics = report.metrics.map(({ name, unit }, at): Column<ReportRow> => ({
    key: name,
    heading: heading(name),
    cell: (row) => cell(row, at, name, unit),
    numeric: true,
    sort: sort(name),
  }));
  const total = report.totals[0];
  return (
    <Table
      label={t('navigation.reports')}
      columns={[...keys, ...metrics]}
      rows={report.rows}
      rowKey={rowKey}
      open={open}
      empty={null}
      totals={
        total && [
          ...report.keys.map((_, at) => (at === 0 ? t('report.total') : '')),
          ...report.metrics.map(({ name, unit }, at) => <span key={name}>{cell(total, at, name, unit)}</span>),
        ]
      }
      footer={
        <span>
          {t('ui.rows_shown', { count: count(report.rows.length) })}{' '}
          {t('ui.of_total', { total: count(report.rows_in_all) })}
        </span>
      }
    />
  );
};
