// What counts: conditions as small pills, and a way to add one. The values that there are come from a report by the dimension.

import { Button, Group, MultiSelect, Pill, Popover, Select, Stack, TagsInput } from '@mantine/core';
import { IconFilterPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { useReport } from '../../data/reports';
import { useWords } from '../../language/words';
import { PERIODS_OF_TIME, useVocabulary } from './vocabulary';
import { BASES, scopeOf, TESTS, type Basis, type Filter, type ReportSearch, type Test } from './search';

const SUGGESTED = 200;

// A value as it is named; names of objects come with the report.
const useSuggestions = (dimension: string, search: ReportSearch) => {
  const { data } = useReport({
    ...scopeOf({ ...search, filters: undefined }),
    metrics: ['clicks'],
    by: [dimension],
    order: ['-clicks'],
    limit: SUGGESTED,
  });
  return (data?.rows ?? []).flatMap(({ keys: [key] }) =>
    key?.value ? [{ value: key.value, label: key.name ?? key.value }] : [],
  );
};

const Editor = ({ search, add }: { search: ReportSearch; add: (filter: Filter) => void }) => {
  const { t } = useWords();
  const { dimensions } = useVocabulary();
  const cut = dimensions.filter(({ name }) => !PERIODS_OF_TIME.includes(name));
  const [dimension, setDimension] = useState('publisher');
  const [test, setTest] = useState<Test>('in');
  const [values, setValues] = useState<string[]>([]);
  const suggestions = useSuggestions(dimension, search);
  const exact = test === 'in' || test === 'not_in';
  return (
    <Stack gap="xs" w={280}>
      <Select
        label={t('report.dimension')}
        data={cut.map(({ name, heading }) => ({ value: name, label: heading }))}
        value={dimension}
        onChange={(value) => {
          setDimension(value ?? 'publisher');
          setValues([]);
        }}
        searchable
        allowDeselect={false}
        comboboxProps={{ withinPortal: false }}
      />
      <Select
        label={t('report.test')}
        data={TESTS.map((value) => ({ value, label: t(`report.test_${value}`) }))}
        value={test}
        onChange={(value) => setTest((value ?? 'in') as Test)}
        allowDeselect={false}
        comboboxProps={{ withinPortal: false }}
      />
      {exact ? (
        <MultiSelect
          label={t('report.values')}
          data={suggestions}
          value={values}
          onChange={setValues}
          searchable
          nothingFoundMessage={t('ui.nothing_found')}
          comboboxProps={{ withinPortal: false }}
        />
      ) : (
        <TagsInput
          label={t('report.values')}
          value={values}
          onChange={setValues}
          comboboxProps={{ withinPortal: false }}
        />
      )}
      <Button disabled={values.length === 0} onClick={() => add({ dimension, test, values })}>
        {t('report.filter_add')}
      </Button>
    </Stack>
  );
};

export const FilterRow = ({ search, change }: { search: ReportSearch; change: (search: ReportSearch) => void }) => {
  const { t } = useWords();
  const { heading } = useVocabulary();
  const [open, setOpen] = useState(false);
  const filters = search.filters ?? [];
  const without = (at: number) => filters.filter((_, other) => other !== at);
  return (
    <Group gap="xs">
      {filters.map((filter, at) => (
        <Pill
          key={`${filter.dimension}${at}`}
          size="md"
          withRemoveButton
          removeButtonProps={{ 'aria-label': t('ui.clear') }}
          onRemove={() => change({ ...search, filters: without(at).length > 0 ? without(at) : undefined })}
        >
          <bdi>
            {heading(filter.dimension)} {t(`report.test_${filter.test}`)}{' '}
            {filter.values.map((value) => value ?? t('report.no_value')).join(', ')}
          </bdi>
        </Pill>
      ))}
      <Popover opened={open} onChange={setOpen} position="bottom-start" shadow="md" radius="lg" trapFocus>
        <Popover.Target>
          <Button
            variant="subtle"
            color="slate"
            size="xs"
            leftSection={<IconFilterPlus size={16} stroke={1.6} aria-hidden />}
            onClick={() => setOpen(!open)}
          >
            {t('report.filter_add')}
          </Button>
        </Popover.Target>
        <Popover.Dropdown aria-label={t('report.filter_add')}>
          <Editor
            search={search}
            add={(filter) => {
              setOpen(false);
              change({ ...search, filters: [...filters, filter] });
            }}
          />
        </Popover.Dropdown>
      </Popover>
      <Select
        aria-label={t('report.basis')}
        data={BASES.map((value) => ({ value, label: t(`report.basis_${value}`) }))}
        value={search.basis ?? 'conversion'}
        onChange={(value) => change({ ...search, basis: value === 'conversion' ? undefined : (value as Basis) })}
        allowDeselect={false}
        w={190}
        size="xs"
        ms="auto"
      />
    </Group>
  );
};
