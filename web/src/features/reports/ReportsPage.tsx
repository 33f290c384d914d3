// Any report: what is counted, by what, of which days, compared with what. Everything stands in the address, so a report is shared by sending
// it. A row leads deeper, and to the clicks and conversions that it is made of.

import { Page, Section } from '../../ui/Page';
import { Skeleton, Text } from '@mantine/core';
import { IconChartBar } from '@tabler/icons-react';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { useReport, type ReportRow } from '../../data/reports';
import { useSession } from '../../data/session_context';
import { moment } from '../../language/format';
import { useWords } from '../../language/words';
import { Empty } from '../../ui/Empty';
import { Failed } from '../../ui/Failed';
import { ExportMenu } from './ExportMenu';
import { FilterRow } from './FilterRow';
import { ReportChart } from './ReportChart';
import { ReportTable } from './ReportTable';
import { RowDrawer } from './RowDrawer';
import { Toolbar } from './Toolbar';
import { requestOf, type ReportSearch } from './search';

const route = getRouteApi('/reports');

const ReportsPage = () => {
  const { t } = useWords();
  const { network } = useSession();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [row, setRow] = useState<ReportRow>();
  const { data, error, refetch, isPlaceholderData } = useReport(requestOf(search));
  const change = (next: ReportSearch) => {
    setRow(undefined);
    void navigate({ search: next });
  };
  return (
    <Page
      title={t('navigation.reports')}
      lead={data && t('overview.complete_to', { time: moment(data.complete_to, network.zone) })}
      actions={<ExportMenu request={requestOf(search)} />}
    >
      <Toolbar search={search} change={change} />
      <FilterRow search={search} change={change} />
      {error && <Failed error={error} retry={() => void refetch()} />}
      {!data && !error && <Skeleton h={420} radius="lg" />}
      {data && !error && data.rows.length === 0 && (
        <Section>
          <Empty icon={IconChartBar} title={t('ui.nothing_found')} text={t('report.empty_text')} />
        </Section>
      )}
      {data && !error && data.rows.length > 0 && (
        <div style={{ display: 'contents', opacity: isPlaceholderData ? 0.6 : undefined }}>
          <ReportChart report={data} />
          {data.visitors_from && (
            <Text size="sm" c="dimmed">
              {t('report.visitors_from', { time: moment(data.visitors_from, network.zone) })}
            </Text>
          )}
          <Section flush>
            <ReportTable report={data} search={search} change={change} open={setRow} />
          </Section>
        </div>
      )}
      {data && row && (
        <RowDrawer report={data} row={row} search={search} change={change} close={() => setRow(undefined)} />
      )}
    </Page>
  );
};

export default ReportsPage;
