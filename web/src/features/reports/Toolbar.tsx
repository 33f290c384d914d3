// Days, comparison, what the rows are cut by, and what is counted.

import { MultiSelect, Select } from '@mantine/core';
import { useWords } from '../../language/words';
import { FilterBar } from '../../ui/FilterBar';
import { RangePicker } from '../../ui/RangePicker';
import { COMPARISONS, defaults, listed, type Comparison, type ReportSearch } from './search';
import { useVocabulary } from './vocabulary';

const MAX_KEYS = 6;

export const Toolbar = ({ search, change }: { search: ReportSearch; change: (search: ReportSearch) => void }) => {
  const { t } = useWords();
  const { metrics, dimensions } = useVocabulary();
  const options = (words: { name: string; heading: string }[]) =>
    words.map(({ name, heading }) => ({ value: name, label: heading }));
  return (
    <FilterBar>
      <RangePicker
        period={search.from ? undefined : (search.period ?? defaults.period)}
        range={search.from && search.to ? { from: search.from, to: search.to } : undefined}
        onPeriod={(period) => change({ ...search, period, from: undefined, to: undefined })}
        onRange={({ from, to }) => change({ ...search, period: undefined, from, to })}
      />
      <Select
        aria-label={t('report.compare')}
        placeholder={t('compare.none')}
        data={COMPARISONS.map((value) => ({ value, label: t(`compare.${value}`) }))}
        value={search.compare ?? null}
        onChange={(value) => change({ ...search, compare: (value ?? undefined) as Comparison | undefined })}
        clearable
        clearButtonProps={{ 'aria-label': t('ui.clear') }}
        w={190}
      />
      <MultiSelect
        aria-label={t('report.by')}
        placeholder={t('report.by')}
        data={options(dimensions)}
        value={listed(search.by ?? defaults.by)}
        onChange={(by) => change({ ...search, by: by.join(','), order: undefined })}
        maxValues={MAX_KEYS}
        searchable
        hidePickedOptions
        miw={180}
      />
      <MultiSelect
        aria-label={t('report.metrics')}
        placeholder={t('report.metrics')}
        data={options(metrics)}
        value={listed(search.metrics ?? defaults.metrics)}
        onChange={(chosen) => chosen.length > 0 && change({ ...search, metrics: chosen.join(','), order: undefined })}
        searchable
        hidePickedOptions
        flex="1 1 100%"
        miw={260}
      />
    </FilterBar>
  );
};
