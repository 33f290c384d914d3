// Handing a conversion to the intake after all, with fields corrected. The server decides it like any other.

import { Alert, Button, Group, Select, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { answer, newKey, POST, type Schemas } from '../../data/client';
import { Problem } from '../../data/problem';
import { useNamed } from '../../data/names';
import { useWords } from '../../language/words';
import { writeParams } from '../../ui/Confirm';
import { useForm } from '../../ui/form';
import { corrections, fieldsOf } from './request';
import { FormModal } from '../../ui/FormModal';

type Quarantined = Schemas['QuarantineView'];

// The server names a field as `fields.amount`; the form has it as `amount`.
const atField = (problem: unknown) =>
  problem instanceof Problem && problem.field?.startsWith('fields.')
    ? new Problem(problem.status, {
        code: problem.code,
        message: problem.message,
        field: problem.field.slice('fields.'.length),
      })
    : problem;

export const Replay = ({ row, close, done }: { row: Quarantined; close: () => void; done: () => void }) => {
  const { t, word } = useWords();
  const queries = useQueryClient();
  const advertisers = useNamed('advertiser');
  const [advertiser, setAdvertiser] = useState<string | null>(null);
  const [key] = useState(newKey);
  const came = useMemo(() => fieldsOf(row.request), [row.request]);
  const form = useForm({
    initial: came,
    check: ({ action }) => ({ action: action?.trim() ? undefined : t('ui.required') }),
    submit: async (values) => {
      const body = { fields: corrections(came, values), ...(advertiser && { advertiser_id: advertiser }) };
      const path = { quarantine_id: row.id };
      const decided = await answer(
        POST('/api/v1/quarantine/{quarantine_id}/replay', { params: { path, ...writeParams(false, key) }, body }),
      ).catch((problem: unknown) => {
        throw atField(problem);
      });
      const state = word('state', decided.decision);
      notifications.show({ message: t('quarantine.replayed_as', { state }), color: 'teal' });
      await queries.invalidateQueries({ queryKey: ['quarantine'] });
      done();
    },
  });
  return (
    <FormModal title={t('quarantine.replay')} size="lg" isLost={form.isDirty} close={close}>
      {(leave) => (
        <form {...form.form}>
          <Stack gap="md">
            <Text c="dimmed">{t('quarantine.replay_hint')}</Text>
            {form.problem && (
              <Alert color="red" variant="light" role="alert">
                {form.problem}
              </Alert>
            )}
            {!row.advertiser_id && (
              <Select
                label={t('role.advertiser')}
                data={(advertisers.data ?? []).map(({ id, name }) => ({ value: id, label: name }))}
                value={advertiser}
                onChange={setAdvertiser}
                searchable
                clearable
              />
            )}
            <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="md">
              {Object.keys(came).map((name) => (
                <TextInput key={name} {...form.field(name)} label={<bdi>{name}</bdi>} dir="ltr" />
              ))}
            </SimpleGrid>
            <Group justify="flex-end" gap="xs">
              <Button variant="default" onClick={leave}>
                {t('ui.cancel')}
              </Button>
              <Button type="submit" loading={form.busy}>
                {t('quarantine.replay')}
              </Button>
            </Group>
          </Stack>
        </form>
      )}
    </FormModal>
  );
};
