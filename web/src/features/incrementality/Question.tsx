// What is judged: which units were treated, since when, and by what it is measured.

import { Button, Group, MultiSelect, NumberInput, Select, SimpleGrid, Stack, Switch, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { useReport } from '../../data/reports';
import { percent } from '../../language/format';
import { useWords } from '../../language/words';
import { Section } from '../../ui/Page';
import { useVocabulary } from '../reports/vocabulary';
import {
  BEFORE_LEAST,
  BEFORE_MOST,
  DAY,
  defaults,
  LEVELS,
  UNITS,
  type IncrementalitySearch,
  type Unit,
} from './search';

const SUGGESTED = 200;

const useUnits = (by: Unit) => {
  const { data } = useReport({
    metrics: ['clicks'],
    by: [by],
    period: 'last_90_days',
    order: ['-clicks'],
    limit: SUGGESTED,
  });
  return (data?.rows ?? []).flatMap(({ keys: [key] }) =>
    key?.value ? [{ value: key.value, label: key.name ?? key.value }] : [],
  );
};

interface Props {
  search: IncrementalitySearch;
  ask: (search: IncrementalitySearch) => void;
  busy: boolean;
}

export const Question = ({ search, ask, busy }: Props) => {
  const { t } = useWords();
  const { metrics } = useVocabulary();
  const [draft, setDraft] = useState(search);
  const [checked, setChecked] = useState(false);
  const by = draft.by ?? defaults.by;
  const known = useUnits(by);
  // What stands in the address need not be among the largest.
  const units = [
    ...known,
    ...(draft.treated ?? [])
      .filter((one) => !known.some(({ value }) => value === one))
      .map((one) => ({ value: one, label: one })),
  ];
  const change = (more: IncrementalitySearch) => setDraft({ ...draft, ...more });
  const needed = (there: boolean) => (checked && !there ? t('ui.required') : undefined);
  const dayOf = (text: string) => (DAY.test(text) ? text : undefined);
  const endsBefore = draft.from !== undefined && draft.to !== undefined && draft.to < draft.from;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setChecked(true);
    if (draft.treated && draft.from && !endsBefore) ask(draft);
  };
  return (
    <Section>
      <form onSubmit={submit} noValidate>
        <Stack gap="md" pt="sm">
          <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} spacing="md">
            <Select
              label={t('incrementality.by')}
              data={UNITS.map((unit) => ({ value: unit, label: t(`incrementality.by_${unit}`) }))}
              value={by}
              onChange={(value) => change({ by: value as Unit, treated: undefined })}
              allowDeselect={false}
            />
            <MultiSelect
              label={t('incrementality.treated')}
              description={t('incrementality.treated_hint')}
              data={units}
              value={draft.treated ?? []}
              onChange={(treated) => change({ treated: treated.length > 0 ? treated : undefined })}
              error={needed(draft.treated !== undefined)}
              nothingFoundMessage={t('ui.nothing_found')}
              searchable
              hidePickedOptions
            />
            <Select
              label={t('incrementality.measure')}
              data={metrics
                .filter(({ unit }) => unit === 'count' || unit === 'money')
                .map(({ name, heading }) => ({ value: name, label: heading }))}
              value={draft.measure ?? defaults.measure}
              onChange={(measure) => change({ measure: measure ?? undefined })}
              allowDeselect={false}
              searchable
            />
            <TextInput
              type="date"
              label={t('incrementality.from')}
              value={draft.from ?? ''}
              error={needed(draft.from !== undefined)}
              onChange={({ currentTarget: { value } }) => change({ from: dayOf(value) })}
            />
            <TextInput
              type="date"
              label={t('incrementality.to')}
              description={t('incrementality.to_hint')}
              value={draft.to ?? ''}
              error={endsBefore ? t('incrementality.ends_before') : undefined}
              onChange={({ currentTarget: { value } }) => change({ to: dayOf(value) })}
            />
            <NumberInput
              label={t('incrementality.before')}
              description={t('incrementality.before_hint')}
              value={draft.before ?? defaults.before}
              min={BEFORE_LEAST}
              max={BEFORE_MOST}
              allowDecimal={false}
              allowNegative={false}
              onChange={(before) => change({ before: typeof before === 'number' ? before : undefined })}
              hideControls
            />
            <Select
              label={t('incrementality.level')}
              data={LEVELS.map((level) => ({ value: String(level), label: percent(level, 0) }))}
              value={String(draft.level ?? defaults.level)}
              onChange={(level) => change({ level: Number(level) })}
              allowDeselect={false}
            />
          </SimpleGrid>
          <Switch
            label={t('incrementality.off')}
            description={t('incrementality.off_hint')}
            checked={draft.off ?? false}
            onChange={({ currentTarget }) => change({ off: currentTarget.checked || undefined })}
          />
          <Group justify="flex-end">
            <Button type="submit" loading={busy}>
              {t('incrementality.ask')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Section>
  );
};
