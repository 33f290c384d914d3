// What is asked: days, what a channel is, which results, which models.

import { Button, MultiSelect, NumberInput, Popover, SegmentedControl, Select, Stack, Switch } from '@mantine/core';
import { IconAdjustments } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, GET } from '../../data/client';
import { useNamed } from '../../data/names';
import { useSession } from '../../data/session_context';
import { number } from '../../language/format';
import { useWords } from '../../language/words';
import { FilterBar } from '../../ui/FilterBar';
import { RangePicker } from '../../ui/RangePicker';
import {
  defaults,
  HALF_LIFE_MAX,
  listed,
  MEASURES,
  MODELS,
  SPLITS,
  SPLITS_MAX,
  WINDOW_MAX,
  type AttributionSearch,
  type Measure,
} from './search';

interface Props {
  search: AttributionSearch;
  change: (search: AttributionSearch) => void;
}

const PROGRAMS_READ = 200;

// The actions that the programs pay for.
const useActions = (): string[] => {
  const { data } = useQuery({
    queryKey: ['programs', 'actions'],
    queryFn: () => answer(GET('/api/v1/programs', { params: { query: { limit: PROGRAMS_READ } } })),
    staleTime: 300_000,
  });
  return [...new Set((data?.items ?? []).flatMap(({ actions }) => actions.map(({ name }) => name)))].sort();
};

const More = ({ search, change }: Props) => {
  const { t } = useWords();
  const { actingAs } = useSession();
  const advertisers = useNamed('advertiser').data ?? [];
  const programs = useNamed('program').data ?? [];
  const named = (list: { id: string; name: string }[]) => list.map(({ id, name }) => ({ value: id, label: name }));
  const whole = (value: string | number, usual: number) =>
    typeof value === 'number' && value >= 1 && value !== usual ? value : undefined;
  return (
    <Stack gap="sm" w={280}>
      {actingAs.role !== 'advertiser' && (
        <Select
          label={t('attribution.advertiser')}
          placeholder={t('ui.all')}
          data={named(advertisers)}
          value={search.advertiser ?? null}
          onChange={(advertiser) => change({ ...search, advertiser: advertiser ?? undefined })}
          searchable
          clearable
          clearButtonProps={{ 'aria-label': t('ui.clear') }}
          comboboxProps={{ withinPortal: false }}
        />
      )}
      <Select
        label={t('conversion.program')}
        placeholder={t('ui.all')}
        data={named(programs)}
        value={search.program ?? null}
        onChange={(program) => change({ ...search, program: program ?? undefined })}
        searchable
        clearable
        clearButtonProps={{ 'aria-label': t('ui.clear') }}
        comboboxProps={{ withinPortal: false }}
      />
      <NumberInput
        label={t('attribution.window')}
        description={t('attribution.window_hint')}
        value={search.window ?? defaults.window}
        min={1}
        max={WINDOW_MAX}
        clampBehavior="strict"
        allowDecimal={false}
        allowNegative={false}
        onChange={(value) => change({ ...search, window: whole(value, defaults.window) })}
        hideControls
      />
      <NumberInput
        label={t('attribution.half_life')}
        description={t('attribution.half_life_hint')}
        value={search.half_life ?? defaults.half_life}
        min={1}
        max={HALF_LIFE_MAX}
        clampBehavior="strict"
        allowDecimal={false}
        allowNegative={false}
        onChange={(value) => change({ ...search, half_life: whole(value, defaults.half_life) })}
        hideControls
      />
      <Switch
        label={t('attribution.impressions')}
        description={t('attribution.impressions_hint')}
        checked={search.impressions ?? false}
        onChange={({ currentTarget: { checked } }) => change({ ...search, impressions: checked || undefined })}
      />
    </Stack>
  );
};

export const Choices = ({ search, change }: Props) => {
  const { t } = useWords();
  const [open, setOpen] = useState(false);
  const actions = useActions();
  const chosenModels = listed(search.models ?? defaults.models);
  const set = [search.advertiser, search.program, search.window, search.half_life, search.impressions];
  const count = set.filter((one) => one !== undefined).length;
  return (
    <FilterBar>
      <RangePicker
        period={search.from ? undefined : (search.period ?? defaults.period)}
        range={search.from && search.to ? { from: search.from, to: search.to } : undefined}
        onPeriod={(period) => change({ ...search, period, from: undefined, to: undefined })}
        onRange={({ from, to }) => change({ ...search, period: undefined, from, to })}
      />
      <MultiSelect
        aria-label={t('attribution.by')}
        data={SPLITS.map((split) => ({ value: split, label: t(`attribution.by_${split}`) }))}
        value={listed(search.by ?? defaults.by)}
        onChange={(by) => by.length > 0 && change({ ...search, by: by.join(',') })}
        maxValues={SPLITS_MAX}
        hidePickedOptions
        miw={180}
      />
      <Select
        aria-label={t('conversion.action')}
        placeholder={t('attribution.every_action')}
        data={search.action && !actions.includes(search.action) ? [...actions, search.action] : actions}
        value={search.action ?? null}
        onChange={(action) => change({ ...search, action: action ?? undefined })}
        clearable
        clearButtonProps={{ 'aria-label': t('ui.clear') }}
        w={180}
      />
      <SegmentedControl
        miw={216}
        aria-label={t('attribution.measure')}
        data={MEASURES.map((measure) => ({ value: measure, label: t(`attribution.measure_${measure}`) }))}
        value={search.measure ?? 'value'}
        onChange={(measure) => change({ ...search, measure: measure === 'value' ? undefined : (measure as Measure) })}
      />
      <Popover opened={open} onChange={setOpen} position="bottom-end" shadow="md" radius="lg" trapFocus withinPortal>
        <Popover.Target>
          <Button
            variant="subtle"
            color="slate"
            leftSection={<IconAdjustments size={16} stroke={1.6} aria-hidden />}
            onClick={() => setOpen(!open)}
          >
            {count > 0 ? t('attribution.more_set', { count: number(count) }) : t('ui.advanced')}
          </Button>
        </Popover.Target>
        <Popover.Dropdown aria-label={t('ui.advanced')}>
          <More search={search} change={change} />
        </Popover.Dropdown>
      </Popover>
      <MultiSelect
        aria-label={t('attribution.models')}
        data={MODELS.map((model) => ({ value: model, label: t(`attribution.model_${model}`) }))}
        value={chosenModels}
        onChange={(models) => models.length > 0 && change({ ...search, models: models.join(','), order: undefined })}
        hidePickedOptions
        flex="1 1 100%"
        miw={260}
      />
    </FilterBar>
  );
};
