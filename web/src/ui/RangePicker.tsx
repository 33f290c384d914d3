// A range of days: one that has a name, or any two days of the reader's calendar.

import { Button, Popover } from '@mantine/core';
import { IconCalendar, IconCheck } from '@tabler/icons-react';
import { useState } from 'react';
import { useSession } from '../data/session_context';
import { day } from '../language/format';
import { useWords } from '../language/words';
import { Calendar, type Range } from './Calendar';
import { today } from './calendar';
import { PERIODS, type Period } from './periods';
import classes from './range_picker.module.css';

interface Props {
  period: Period | undefined;
  range: Range | undefined;
  onPeriod: (period: Period) => void;
  onRange: (range: Range) => void;
}

const SHORT: Intl.DateTimeFormatOptions = { day: 'numeric', month: 'short', year: 'numeric' };

export const RangePicker = ({ period, range, onPeriod, onRange }: Props) => {
  const { t } = useWords();
  const { network } = useSession();
  const [open, setOpen] = useState(false);
  const label = range
    ? range.from === range.to
      ? day(range.from, SHORT)
      : `${day(range.from, SHORT)} – ${day(range.to, SHORT)}`
    : t(`range.${period ?? 'last_30_days'}`);
  return (
    <Popover opened={open} onChange={setOpen} position="bottom-start" shadow="md" radius="lg" trapFocus withinPortal>
      <Popover.Target>
        <Button
          variant="default"
          leftSection={<IconCalendar size={16} stroke={1.6} aria-hidden />}
          onClick={() => setOpen(!open)}
        >
          {label}
        </Button>
      </Popover.Target>
      <Popover.Dropdown className={classes.picker} aria-label={t('ui.date')}>
        <div className={classes.named}>
          {PERIODS.map((one) => (
            <button
              key={one}
              type="button"
              className={classes.name}
              aria-pressed={!range && one === period}
              onClick={() => {
                onPeriod(one);
                setOpen(false);
              }}
            >
              {t(`range.${one}`)}
              {!range && one === period && <IconCheck size={14} aria-hidden />}
            </button>
          ))}
        </div>
        <Calendar
          value={range}
          today={today(network.zone)}
          onChange={(chosen) => {
            onRange(chosen);
            setOpen(false);
          }}
        />
      </Popover.Dropdown>
    </Popover>
  );
};
