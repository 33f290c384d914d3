// The fields of a form: each has its label, one line of help, its unit, and shows what is wrong with it where it stands.

import { Group, Select, Stack, Switch, TagsInput, Text, Textarea, TextInput } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { useWords } from '../language/words';
import { latin, wholeOrText } from './digits';
import type { Fields } from './draft';
import classes from './fields.module.css';

interface FieldProps {
  fields: Fields;
  path: string;
  label: string;
  hint?: ReactNode;
}

const textOf = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';

const shared = ({ fields, path, label, hint }: FieldProps) => ({
  name: path,
  'data-field': path,
  label,
  description: hint,
  error: fields.error(path),
  'aria-invalid': fields.error(path) ? (true as const) : undefined,
});

export const TextField = ({
  optional,
  ...props
}: FieldProps & {
  // Empty takes the value out instead of writing an empty text.
  optional?: boolean;
  placeholder?: string;
  dir?: 'ltr';
  type?: 'email' | 'url';
  maxLength?: number;
  autoFocus?: boolean;
}) => {
  const { fields, path, placeholder, dir, type, maxLength, autoFocus } = props;
  return (
    <TextInput
      {...shared(props)}
      placeholder={placeholder}
      dir={dir}
      type={type}
      maxLength={maxLength}
      data-autofocus={autoFocus}
      autoComplete="off"
      value={textOf(fields.read(path))}
      onChange={({ currentTarget: { value } }) => fields.write(path, optional && value === '' ? undefined : value)}
    />
  );
};

export const AreaField = (props: FieldProps & { maxLength?: number }) => (
  <Textarea
    {...shared(props)}
    value={textOf(props.fields.read(props.path))}
    maxLength={props.maxLength}
    autosize
    minRows={3}
    maxRows={12}
    onChange={({ currentTarget: { value } }) => props.fields.write(props.path, value)}
  />
);

// A decimal text with its unit, such as an amount or a percentage.
export const DecimalField = (props: FieldProps & { unit: string; optional?: boolean }) => {
  const { fields, path, unit, optional } = props;
  return (
    <TextInput
      {...shared(props)}
      inputMode="decimal"
      autoComplete="off"
      classNames={{ input: classes.number }}
      rightSection={<span className={classes.unit}>{unit}</span>}
      rightSectionWidth={52}
      value={textOf(fields.read(path))}
      onChange={({ currentTarget }) => {
        const typed = latin(currentTarget.value);
        fields.write(path, optional && typed === '' ? undefined : typed);
      }}
    />
  );
};

// A whole number; what is none stays as it was typed.
export const WholeField = (props: FieldProps & { unit?: string }) => {
  const { fields, path, unit } = props;
  return (
    <TextInput
      {...shared(props)}
      inputMode="numeric"
      autoComplete="off"
      classNames={{ input: classes.number }}
      rightSection={unit ? <span className={classes.unit}>{unit}</span> : undefined}
      rightSectionWidth={unit ? 76 : undefined}
      value={textOf(fields.read(path))}
      onChange={({ currentTarget: { value } }) => fields.write(path, wholeOrText(value))}
    />
  );
};

export interface Choice {
  value: string;
  label: string;
}

const SEARCHED_FROM = 8;
// Every zone and country; of longer lists one searches.
const CHOICES_SHOWN = 500;

export const ChoiceField = ({
  choices,
  clearable,
  placeholder,
  onChoose,
  disabled,
  ...props
}: FieldProps & {
  choices: Choice[];
  clearable?: boolean;
  placeholder?: string;
  onChoose?: (value: string | undefined) => void;
  disabled?: boolean;
}) => {
  const { t } = useWords();
  const { fields, path } = props;
  return (
    <Select
      {...shared(props)}
      data={choices}
      value={textOf(fields.read(path)) || null}
      placeholder={placeholder}
      searchable={choices.length > SEARCHED_FROM}
      nothingFoundMessage={t('ui.nothing_found')}
      clearable={clearable}
      clearButtonProps={{ 'aria-label': t('ui.clear') }}
      allowDeselect={false}
      disabled={disabled}
      limit={CHOICES_SHOWN}
      onChange={(value) => {
        fields.write(path, value ?? undefined);
        onChoose?.(value ?? undefined);
      }}
    />
  );
};

export const SwitchField = ({ fields, path, label, hint }: FieldProps) => (
  <Switch
    name={path}
    label={label}
    description={hint}
    error={fields.error(path)}
    checked={fields.read(path) === true}
    onChange={({ currentTarget }) => fields.write(path, currentTarget.checked)}
  />
);

const SPLITTING = [',', ' ', '\n', '،'];

// Several short texts: Enter, a comma or leaving the field adds one.
export const TagsField = (
  props: FieldProps & { placeholder?: string; optional?: boolean; plain?: boolean; choices?: string[] },
) => {
  const { t } = useWords();
  const { fields, path, optional, plain, placeholder, choices } = props;
  const value = fields.read(path);
  const tags = Array.isArray(value) ? value.map(textOf) : [];
  return (
    <TagsInput
      {...shared(props)}
      dir="ltr"
      data={choices}
      splitChars={plain ? [',', '\n', '،'] : SPLITTING}
      placeholder={tags.length === 0 ? placeholder : undefined}
      value={tags}
      acceptValueOnBlur
      clearable
      clearButtonProps={{ 'aria-label': t('ui.clear') }}
      onChange={(next) => fields.write(path, optional && next.length === 0 ? undefined : next)}
    />
  );
};

const UNITS = { day: 86_400, hour: 3600, minute: 60, second: 1 } as const;
type Unit = keyof typeof UNITS;
const UNIT_NAMES = Object.keys(UNITS) as Unit[];

const unitOf = (seconds: unknown): Unit =>
  typeof seconds === 'number' && seconds > 0
    ? (UNIT_NAMES.find((unit) => seconds % UNITS[unit] === 0) ?? 'second')
    : 'day';

// A length of time, stored in seconds, written in the unit that suits it.
export const DurationField = (props: FieldProps) => {
  const { t } = useWords();
  const { fields, path, label, hint } = props;
  const seconds = fields.read(path);
  const [chosen, setChosen] = useState<Unit>();
  const unit = chosen ?? unitOf(seconds);
  // What was typed and is no whole number, or is on its way to one.
  const shown = typeof seconds === 'number' ? String(seconds / UNITS[unit]) : textOf(seconds);
  const write = (text: string, by: Unit) => {
    const typed = wholeOrText(text);
    setChosen(by);
    fields.write(path, typeof typed === 'number' ? typed * UNITS[by] : (typed ?? ''));
  };
  return (
    <Stack gap={4}>
      <Group gap={8} align="flex-end" wrap="nowrap">
        <TextInput
          {...shared({ fields, path, label })}
          description={hint}
          error={fields.error(path) !== undefined}
          inputMode="numeric"
          autoComplete="off"
          className={classes.grow}
          classNames={{ input: classes.number }}
          value={shown}
          onChange={({ currentTarget: { value } }) => write(value, unit)}
        />
        <Select
          aria-label={t('ui.unit_of', { what: label })}
          w={112}
          data={UNIT_NAMES.map((value) => ({ value, label: t(`ui.unit_${value}`) }))}
          value={unit}
          allowDeselect={false}
          onChange={(value) => write(shown, (value ?? 'day') as Unit)}
        />
      </Group>
      {fields.error(path) && (
        <Text size="xs" c="var(--mantine-color-error)">
          {fields.error(path)}
        </Text>
      )}
    </Stack>
  );
};

// Where an objection to a whole list is shown.
export const ListError = ({ fields, path }: { fields: Fields; path: string }) => (
  <div data-field={path} tabIndex={-1} className={classes.listError}>
    {fields.error(path) && <Text c="var(--mantine-color-error)">{fields.error(path)}</Text>}
  </div>
);
