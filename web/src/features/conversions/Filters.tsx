// What is looked for among conversions. Everything stands in the address.

import { Button, Select, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconSearch, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { useNamed, type NamedKind } from '../../data/names';
import { useSession } from '../../data/session_context';
import { useWords } from '../../language/words';
import { FilterBar } from '../../ui/FilterBar';
import { isState, STATES } from './conversion';
import type { ConversionSearch } from './routes';

const TYPING_PAUSE_MS = 350;

export const NamedSelect = ({
  kind,
  label,
  value,
  onChange,
}: {
  kind: NamedKind;
  label: string;
  value: string | undefined;
  onChange: (id: string | undefined) => void;
}) => {
  const { data = [] } = useNamed(kind);
  return (
    <Select
      aria-label={label}
      placeholder={label}
      data={data.map(({ id, name }) => ({ value: id, label: name }))}
      value={value ?? null}
      onChange={(chosen) => onChange(chosen ?? undefined)}
      searchable
      clearable
      clearButtonProps={{ 'aria-label': label }}
      limit={100}
      w={190}
    />
  );
};

export const Filters = ({
  search,
  change,
}: {
  search: ConversionSearch;
  change: (search: ConversionSearch) => void;
}) => {
  const { t, word } = useWords();
  const { actingAs } = useSession();
  const [order, setOrder] = useState(search.order ?? '');
  const changeOrder = useDebouncedCallback(
    (text: string) => change({ ...search, order: text || undefined }),
    TYPING_PAUSE_MS,
  );
  const filtered = Object.values(search).some((value) => value !== undefined);
  return (
    <FilterBar>
      {actingAs.role !== 'publisher' && (
        <TextInput
          aria-label={t('conversion.order_search')}
          placeholder={t('conversion.order_search')}
          leftSection={<IconSearch size={16} stroke={1.6} aria-hidden />}
          value={order}
          onChange={(event) => {
            setOrder(event.currentTarget.value);
            changeOrder(event.currentTarget.value.trim());
          }}
          w={190}
        />
      )}
      <Select
        aria-label={t('conversion.state')}
        placeholder={t('conversion.state')}
        data={STATES.map((state) => ({ value: state, label: word('state', state) }))}
        value={search.state ?? null}
        onChange={(state) => change({ ...search, state: isState(state) ? state : undefined })}
        clearable
        clearButtonProps={{ 'aria-label': t('ui.clear') }}
        w={170}
      />
      <NamedSelect
        kind="program"
        label={t('conversion.program')}
        value={search.program}
        onChange={(program) => change({ ...search, program })}
      />
      {actingAs.role !== 'publisher' && (
        <NamedSelect
          kind="publisher"
          label={t('conversion.publisher')}
          value={search.publisher}
          onChange={(publisher) => change({ ...search, publisher })}
        />
      )}
      {filtered && (
        <Button
          variant="subtle"
          color="slate"
          leftSection={<IconX size={16} stroke={1.6} aria-hidden />}
          onClick={() => {
            setOrder('');
            change({});
          }}
        >
          {t('ui.clear')}
        </Button>
      )}
    </FilterBar>
  );
};
