// A moment: a day of the reader's calendar and a time of day, in the network's zone. Stored as an instant.

import { ActionIcon, Button, Group, Input, Popover, TextInput } from '@mantine/core';
import { IconCalendar, IconX } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import { useSession } from '../data/session_context';
import { day as showDay } from '../language/format';
import { useWords } from '../language/words';
import { Calendar } from './Calendar';
import { today } from './calendar';
import { latin } from './digits';
import type { Fields } from './draft';
import { instantOf, wallClock } from './zones';

interface Props {
  fields: Fields;
  path: string;
  label: string;
  hint?: ReactNode;
  // What an empty field means, such as "from now on".
  empty: string;
}

export const MomentField = ({ fields, path, label, hint, empty }: Props) => {
  const { t } = useWords();
  const { network } = useSession();
  const [open, setOpen] = useState(false);
  const [typed, setTyped] = useState<string>();
  const value = fields.read(path);
  const shown = typeof value === 'string' ? wallClock(value, network.zone) : undefined;
  const write = (day: string, time: string) => fields.write(path, instantOf({ day, time }, network.zone));
  return (
    <Input.Wrapper label={label} description={hint} error={fields.error(path)} labelElement="div">
      <Group gap={8} mt={4} wrap="nowrap">
        <Popover
          opened={open}
          onChange={setOpen}
          position="bottom-start"
          shadow="md"
          radius="lg"
          trapFocus
          withinPortal
        >
          <Popover.Target>
            <Button
              variant="default"
              fw={400}
              data-field={path}
              aria-label={`${label}: ${shown ? showDay(shown.day) : empty}`}
              aria-invalid={fields.error(path) ? true : undefined}
              leftSection={<IconCalendar size={16} stroke={1.6} aria-hidden />}
              onClick={() => setOpen(!open)}
            >
              {shown ? showDay(shown.day) : empty}
            </Button>
          </Popover.Target>
          <Popover.Dropdown aria-label={label}>
            <Calendar
              single
              value={shown && { from: shown.day, to: shown.day }}
              today={today(network.zone)}
              onChange={({ from }) => {
                write(from, shown?.time ?? '00:00');
                setOpen(false);
              }}
            />
          </Popover.Dropdown>
        </Popover>
        {shown && (
          <>
            <TextInput
              aria-label={t('ui.time_of_day', { zone: network.zone })}
              w={84}
              dir="ltr"
              inputMode="numeric"
              value={typed ?? shown.time}
              onChange={({ currentTarget }) => {
                const text = latin(currentTarget.value);
                setTyped(text);
                if (/^([01]\d|2[0-3]):[0-5]\d$/.test(text)) write(shown.day, text);
              }}
              onBlur={() => setTyped(undefined)}
            />
            <ActionIcon aria-label={t('ui.clear')} onClick={() => fields.write(path, undefined)}>
              <IconX size={16} aria-hidden />
            </ActionIcon>
          </>
        )}
      </Group>
    </Input.Wrapper>
  );
};
