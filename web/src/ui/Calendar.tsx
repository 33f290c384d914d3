// A month of the reader's calendar, in which a range of days is chosen by its two ends, or one day.

import { ActionIcon } from '@mantine/core';
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { useRef, useState, type KeyboardEvent } from 'react';
import { day as showDay } from '../language/format';
import { useWords } from '../language/words';
import { daysOfMonth, emptyBefore, firstOfMonth, nextMonth, plusDays, previousMonth } from './calendar';
import classes from './calendar.module.css';

export interface Range {
  from: string;
  to: string;
}

interface Props {
  value: Range | undefined;
  today: string;
  // One day is chosen, by one press.
  single?: boolean;
  onChange: (range: Range) => void;
}

const STEPS: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };

export const Calendar = ({ value, today, single, onChange }: Props) => {
  const { t } = useWords();
  const [shown, setShown] = useState(() => firstOfMonth(value?.to ?? today));
  // The first end, until the second one is chosen.
  const [begun, setBegun] = useState<string>();
  const grid = useRef<HTMLDivElement>(null);
  const days = daysOfMonth(shown);
  const week = days.slice(0, 7).map((one) => plusDays(one, -emptyBefore(shown)));
  const range = begun ? { from: begun, to: begun } : value;

  const choose = (day: string) => {
    if (single) return onChange({ from: day, to: day });
    if (!begun) return setBegun(day);
    setBegun(undefined);
    onChange(day < begun ? { from: day, to: begun } : { from: begun, to: day });
  };
  const move = (event: KeyboardEvent, day: string) => {
    const step = STEPS[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const mirrored = getComputedStyle(event.currentTarget).direction === 'rtl' && Math.abs(step) === 1;
    const target = plusDays(day, mirrored ? -step : step);
    setShown(firstOfMonth(target));
    requestAnimationFrame(() => grid.current?.querySelector<HTMLElement>(`[data-day="${target}"]`)?.focus());
  };
  return (
    <div className={classes.calendar}>
      <div className={classes.head}>
        <ActionIcon aria-label={t('range.month_before')} onClick={() => setShown(previousMonth(shown))}>
          <IconChevronLeft size={18} className={classes.turn} />
        </ActionIcon>
        <strong aria-live="polite">{showDay(shown, { month: 'long', year: 'numeric' })}</strong>
        <ActionIcon aria-label={t('range.month_after')} onClick={() => setShown(nextMonth(shown))}>
          <IconChevronRight size={18} className={classes.turn} />
        </ActionIcon>
      </div>
      <div className={classes.grid} ref={grid}>
        {week.map((one) => (
          <span key={one} className={classes.weekday} aria-hidden>
            {showDay(one, { weekday: 'narrow' })}
          </span>
        ))}
        {days.map((one, at) => {
          const inside = range !== undefined && one >= range.from && one <= range.to;
          const end = inside && (one === range.from || one === range.to);
          return (
            <button
              key={one}
              type="button"
              data-day={one}
              className={[classes.day, inside && classes.inside, end && classes.end, one === today && classes.today]
                .filter(Boolean)
                .join(' ')}
              style={at === 0 ? { gridColumnStart: emptyBefore(shown) + 1 } : undefined}
              aria-pressed={inside}
              aria-label={showDay(one, { dateStyle: 'full' })}
              tabIndex={one === (range?.to ?? today) || (at === 0 && !days.includes(range?.to ?? today)) ? 0 : -1}
              onClick={() => choose(one)}
              onKeyDown={(event) => move(event, one)}
            >
              {showDay(one, { day: 'numeric' })}
            </button>
          );
        })}
      </div>
      {!single && <div className={classes.hint}>{t(begun ? 'range.choose_end' : 'range.choose_start')}</div>}
    </div>
  );
};
