// The caps of a program: limits over all publishers together that are never overshot. They hold from the next click and conversion on.

import { ActionIcon, Alert, Button, Group, Select, Stack, Switch, Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, newKey, PATCH, type Schemas } from '../../data/client';
import { Problem, problemText } from '../../data/problem';
import { useSession } from '../../data/session_context';
import { useWords } from '../../language/words';
import { writeParams } from '../../ui/Confirm';
import classes from './budget.module.css';
import { FormModal } from '../../ui/FormModal';

type Cap = Schemas['Cap'];
type Program = Schemas['ProgramView'];

export const METRICS: Schemas['CapMetric'][] = ['charge', 'commission', 'conversions', 'clicks'];
const PERIODS: Schemas['Period'][] = ['hour', 'day', 'week', 'month', 'quarter', 'total'];
// The parties are told when so many percent are reached.
const ALERT_AT = [80, 100];
const NEW_CAP = {
  metric: 'charge',
  limit: '',
  period: 'month',
  even: false,
  soft: false,
  when_reached: 'reject',
} as const;
const WHOLE = /^\d{1,15}$/;
const AMOUNT = /^\d{1,15}(\.\d{1,9})?$/;

export const isMoney = (metric: Schemas['CapMetric']) => metric === 'charge' || metric === 'commission';

export const CapsDialog = ({ program, close }: { program: Program; close: () => void }) => {
  const { t, word } = useWords();
  const { network } = useSession();
  const queries = useQueryClient();
  const [known] = useState<Cap[]>(program.caps ?? []);
  const [caps, setCaps] = useState(known);
  const [checked, setChecked] = useState(false);
  const [key] = useState(newKey);
  const set = (at: number, more: Partial<Cap>) =>
    setCaps((before) => before.map((cap, index) => (index === at ? { ...cap, ...more } : cap)));
  const wrong = (cap: Cap) =>
    (isMoney(cap.metric) ? AMOUNT : WHOLE).test(cap.limit.trim())
      ? undefined
      : t(isMoney(cap.metric) ? 'ui.amount_wrong' : 'budget.whole_wrong');
  const saving = useMutation({
    mutationFn: () =>
      answer(
        PATCH('/api/v1/programs/{program_id}', {
          params: { path: { program_id: program.id }, ...writeParams(false, key) },
          body: {
            caps: caps.map((cap) => ({
              ...cap,
              limit: cap.limit.trim(),
              currency: isMoney(cap.metric) ? (cap.currency ?? network.currency) : null,
            })),
          },
        }),
      ),
    onSuccess: async () => {
      notifications.show({ message: t('budget.caps_saved'), color: 'teal' });
      close();
      await Promise.all(['budget', 'programs'].map((noun) => queries.invalidateQueries({ queryKey: [noun] })));
    },
  });
  const field = saving.error instanceof Problem ? saving.error.field : undefined;
  const at = field ? /caps\[(\d+)\]/.exec(field)?.[1] : undefined;
  return (
    <FormModal
      title={t('budget.caps_of', { program: program.name })}
      size="xl"
      isLost={() => !saving.isPending && !saving.isSuccess && caps !== known}
      close={close}
    >
      {(leave) => (
        <form
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            setChecked(true);
            if (!caps.some(wrong)) saving.mutate();
          }}
        >
          <Stack gap="md">
            <Text size="sm" c="dimmed">
              {t('budget.caps_text')}
            </Text>
            {caps.map((cap, index) => (
              <div key={index} className={classes.cap}>
                <Select
                  label={t('budget.metric')}
                  data={METRICS.map((value) => ({ value, label: word('cap_metric', value) }))}
                  value={cap.metric}
                  onChange={(value) => set(index, { metric: (value ?? 'charge') as Cap['metric'] })}
                  allowDeselect={false}
                />
                <TextInput
                  name={`caps[${index}].limit`}
                  label={
                    isMoney(cap.metric)
                      ? t('budget.limit_in', { currency: cap.currency ?? network.currency })
                      : t('budget.limit')
                  }
                  value={cap.limit}
                  error={(checked && wrong(cap)) || (at === String(index) && problemText(saving.error))}
                  onChange={(event) => set(index, { limit: event.currentTarget.value })}
                  inputMode="decimal"
                  dir="ltr"
                />
                <Select
                  label={t('budget.period')}
                  data={PERIODS.map((value) => ({ value, label: word('period', value) }))}
                  value={cap.period}
                  onChange={(value) => set(index, { period: (value ?? 'month') as Cap['period'] })}
                  allowDeselect={false}
                />
                <Switch
                  label={t('budget.soft')}
                  description={t('budget.soft_hint')}
                  checked={cap.soft ?? false}
                  onChange={(event) => set(index, { soft: event.currentTarget.checked })}
                />
                <ActionIcon
                  aria-label={t('budget.remove')}
                  className={classes.remove}
                  onClick={() => setCaps((before) => before.filter((_, other) => other !== index))}
                >
                  <IconTrash size={18} stroke={1.6} />
                </ActionIcon>
              </div>
            ))}
            <Group>
              <Button
                variant="default"
                leftSection={<IconPlus size={16} stroke={1.8} aria-hidden />}
                onClick={() =>
                  setCaps((before) => [...before, { ...NEW_CAP, alert_at: ALERT_AT, currency: network.currency }])
                }
              >
                {t('budget.add')}
              </Button>
            </Group>
            {saving.error && at === undefined && (
              <Alert color="red" variant="light" role="alert">
                {problemText(saving.error)}
              </Alert>
            )}
            <Group justify="flex-end" gap="xs">
              <Button variant="default" onClick={leave}>
                {t('ui.cancel')}
              </Button>
              <Button type="submit" loading={saving.isPending}>
                {t('budget.save')}
              </Button>
            </Group>
          </Stack>
        </form>
      )}
    </FormModal>
  );
};
