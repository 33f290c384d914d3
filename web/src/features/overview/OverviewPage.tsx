// How everything stands: the figures that count against those of the days before, the days one by one, who brought the most, and what
// comes in right now.

import { Button } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { useIsFetching, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useSession } from '../../data/session_context';
import { useWords } from '../../language/words';
import { Page } from '../../ui/Page';
import { PeriodSelect } from '../../ui/PeriodSelect';
import { AdvertiserSteps, Channels, Funds } from './AdvertiserSide';
import { Attention } from './Attention';
import { Checklist } from './Checklist';
import { Changes } from './Changes';
import { DayChart } from './DayChart';
import { EarningsByState } from './EarningsByState';
import { Live } from './Live';
import { FirstSteps, Funded } from './PublisherSide';
import { Tiles } from './Tiles';
import { TopPublishers } from './TopPublishers';
import classes from './overview.module.css';

const route = getRouteApi('/overview');

const OverviewPage = () => {
  const { t } = useWords();
  const { network, actingAs } = useSession();
  const { period = 'last_30_days' } = route.useSearch();
  const navigate = route.useNavigate();
  const queries = useQueryClient();
  const busy = useIsFetching() > 0;
  const publisher = actingAs.role === 'publisher' ? actingAs.publishers[0] : undefined;
  const advertiser = actingAs.role === 'advertiser' ? actingAs.advertisers[0] : undefined;
  return (
    <Page
      title={t('overview.title')}
      lead={t('overview.greeting', { network: network.name })}
      actions={
        <>
          <PeriodSelect
            value={period}
            onChange={(chosen) => void navigate({ search: { period: chosen }, replace: true })}
          />
          <Button
            variant="default"
            leftSection={<IconRefresh size={16} stroke={1.6} aria-hidden />}
            loading={busy}
            onClick={() => void queries.invalidateQueries()}
          >
            {t('ui.refresh')}
          </Button>
        </>
      }
    >
      {actingAs.role === 'operator' && <Checklist />}
      {publisher && <FirstSteps publisher={publisher} />}
      {advertiser && <AdvertiserSteps advertiser={advertiser} />}
      <Tiles period={period} role={actingAs.role} />
      <DayChart period={period} role={actingAs.role} />
      <div className={classes.columns}>
        <Live />
        <div className={classes.stack}>
          {publisher ? (
            <>
              <EarningsByState period={period} />
              <Changes />
              <Funded publisher={publisher} />
            </>
          ) : (
            <>
              <Attention />
              {advertiser && <Funds advertiser={advertiser} more />}
              <TopPublishers period={period} />
              {advertiser && <Channels period={period} />}
            </>
          )}
        </div>
      </div>
    </Page>
  );
};

export default OverviewPage;
