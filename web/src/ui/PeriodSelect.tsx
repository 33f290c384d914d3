// Choosing one of the ranges that have a name.

import { Select } from '@mantine/core';
import { IconCalendar } from '@tabler/icons-react';
import { useWords } from '../language/words';
import { isPeriod, PERIODS, type Period } from './periods';

export const PeriodSelect = ({ value, onChange }: { value: Period; onChange: (period: Period) => void }) => {
  const { t } = useWords();
  return (
    <Select
      aria-label={t('ui.date')}
      leftSection={<IconCalendar size={16} stroke={1.6} aria-hidden />}
      data={PERIODS.map((period) => ({ value: period, label: t(`range.${period}`) }))}
      value={value}
      onChange={(chosen) => isPeriod(chosen) && onChange(chosen)}
      allowDeselect={false}
      w={172}
    />
  );
};
