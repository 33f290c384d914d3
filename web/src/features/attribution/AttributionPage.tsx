// Which channels made it happen: the models side by side, the paths that people took, and how the channels stand to each other. What is asked
// stands in the address.

import { Button, Skeleton, Tabs } from '@mantine/core';
import { IconDownload, IconRoute } from '@tabler/icons-react';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { money, number } from '../../language/format';
import { useWords } from '../../language/words';
import { Empty } from '../../ui/Empty';
import { Failed } from '../../ui/Failed';
import { Page, Section } from '../../ui/Page';
import { saveFile } from '../../ui/save_file';
import { Tile } from '../../ui/Tile';
import classes from './attribution.module.css';
import { ChannelDrawer } from './ChannelDrawer';
import { Choices } from './Choices';
import { asComma } from './comma';
import { Flow } from './Flow';
import { useAttribution, type Attribution } from './journeys';
import { Models } from './Models';
import { Overlap } from './Overlap';
import { Paths } from './Paths';
import { VIEWS, type AttributionSearch, type View } from './search';
import { Timing } from './Timing';

const route = getRouteApi('/attribution');

export interface ViewProps {
  told: Attribution;
  search: AttributionSearch;
  change: (search: AttributionSearch) => void;
  // Shows more of the channel at this place.
  open: (channel: number) => void;
}

const SHOWN: Record<View, (props: ViewProps) => React.ReactNode> = {
  models: Models,
  paths: Paths,
  flow: Flow,
  timing: Timing,
  overlap: Overlap,
};

const Figures = ({ told }: { told: Attribution }) => {
  const { t } = useWords();
  const all = told.conversions + told.nulls;
  return (
    <div className={classes.tiles}>
      <Tile label={t('attribution.conversions')} value={number(told.conversions)} />
      <Tile label={t('attribution.value')} value={money(told.value)} />
      <Tile
        label={t('attribution.journeys_converted')}
        value={all > 0 ? number(told.conversions / all, { style: 'percent', maximumFractionDigits: 1 }) : '–'}
      />
      <Tile label={t('attribution.without_touch')} value={number(told.without_touch)} />
    </div>
  );
};

const Notes = ({ told }: { told: Attribution }) => {
  const { t } = useWords();
  return (
    <p className={classes.note}>
      {t('attribution.read', { touches: number(told.touches), nulls: number(told.nulls) })}{' '}
      {told.without_touch > 0 &&
        t('attribution.without_touch_text', {
          count: number(told.without_touch),
          value: money(told.without_touch_value),
        })}{' '}
      {told.without_rate > 0 && t('attribution.without_rate', { count: number(told.without_rate) })}{' '}
      {t('attribution.moves_nothing')}
    </p>
  );
};

const AttributionPage = () => {
  const { t } = useWords();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [channel, setChannel] = useState<number>();
  const { data, error, refetch, isPlaceholderData, isFetching } = useAttribution(search);
  const change = (next: AttributionSearch) => {
    setChannel(undefined);
    void navigate({ search: next, replace: true, resetScroll: false });
  };
  const view = search.view ?? 'models';
  const Shown = SHOWN[view];
  const found = data && !error && data.channels.length > 0;
  return (
    <Page
      title={t('navigation.attribution')}
      lead={t('attribution.lead')}
      actions={
        found && (
          <Button
            variant="default"
            leftSection={<IconDownload size={16} stroke={1.6} aria-hidden />}
            onClick={() => saveFile(new Blob([asComma(data)], { type: 'text/csv' }), 'attribution.csv')}
          >
            {t('attribution.export')}
          </Button>
        )
      }
    >
      <Choices search={search} change={change} />
      {error && <Failed error={error} retry={() => void refetch()} />}
      {!data && !error && <Skeleton h={420} radius="lg" />}
      {data && !error && !found && (
        <Section>
          <Empty icon={IconRoute} title={t('attribution.empty_title')} text={t('attribution.empty_text')} />
        </Section>
      )}
      {found && (
        <div className={classes.found} data-old={isPlaceholderData || undefined} aria-busy={isFetching || undefined}>
          <Figures told={data} />
          <Section flush>
            <Tabs
              value={view}
              keepMounted={false}
              onChange={(value) => change({ ...search, view: value === 'models' ? undefined : (value as View) })}
            >
              <Tabs.List className={classes.tabs} aria-label={t('navigation.attribution')}>
                {VIEWS.map((one) => (
                  <Tabs.Tab key={one} value={one}>
                    {t(`attribution.view_${one}`)}
                  </Tabs.Tab>
                ))}
              </Tabs.List>
              <Tabs.Panel value={view}>
                <Shown told={data} search={search} change={change} open={setChannel} />
              </Tabs.Panel>
            </Tabs>
          </Section>
          <Notes told={data} />
        </div>
      )}
      {found && channel !== undefined && (
        <ChannelDrawer told={data} channel={channel} search={search} close={() => setChannel(undefined)} />
      )}
    </Page>
  );
};

export default AttributionPage;
