// A new link: for which program, and what the publisher calls it. Everything else is said in the link builder, which opens next.

import { Alert, Button, Group, Select, Stack, TextInput } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { answer, GET, POST } from '../../data/client';
import { useNamed } from '../../data/names';
import { useSession } from '../../data/session_context';
import { useWords } from '../../language/words';
import { useForm } from '../../ui/form';
import { FormModal } from '../../ui/FormModal';

const PROGRAMS_SHOWN = 200;
const NAME_CHARACTERS_MAX = 200;

// The programs to which a publisher may make links.
const usePrograms = (publisher: string) => {
  const { language } = useWords();
  return useQuery({
    queryKey: ['standings', publisher, language, 'linkable'],
    queryFn: async () => {
      const params = { path: { publisher_id: publisher }, query: { language, limit: PROGRAMS_SHOWN } };
      const { items } = await answer(GET('/api/v1/publishers/{publisher_id}/programs', { params }));
      return items.filter((one) => one.may_link).map(({ program }) => ({ value: program.id, label: program.name }));
    },
    enabled: publisher !== '',
  });
};

export const NewLink = ({ program, close }: { program: string | undefined; close: () => void }) => {
  const { t } = useWords();
  const { actingAs } = useSession();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const publishers = useNamed('publisher');
  const own = actingAs.role === 'publisher' ? (actingAs.publishers[0] ?? '') : '';
  const form = useForm({
    initial: { publisher_id: own, program_id: program ?? '', name: '' },
    check: (values) => ({
      publisher_id: values.publisher_id ? undefined : t('ui.required'),
      program_id: values.program_id ? undefined : t('ui.required'),
      name: values.name.trim() ? undefined : t('ui.required'),
    }),
    submit: async (values) => {
      const made = await answer(POST('/api/v1/links', { body: { ...values, name: values.name.trim() } }));
      await queries.invalidateQueries({ queryKey: ['links'] });
      await navigate({ to: '/links/$linkId', params: { linkId: made.id } });
    },
  });
  const programs = usePrograms(form.values.publisher_id);
  const none = programs.data?.length === 0;
  return (
    <FormModal title={t('link.new')} isLost={form.isDirty} close={close}>
      {(leave) => (
        <form {...form.form}>
          <Stack gap="md">
            {form.problem && (
              <Alert color="red" variant="light" role="alert">
                {form.problem}
              </Alert>
            )}
            {!own && (
              <Select
                name="publisher_id"
                label={t('link.publisher')}
                data={(publishers.data ?? [])
                  .filter(({ id }) => actingAs.role !== 'manager' || actingAs.publishers.includes(id))
                  .map(({ id, name }) => ({ value: id, label: name }))}
                value={form.values.publisher_id || null}
                error={form.error('publisher_id')}
                onChange={(value) => form.set('publisher_id', value ?? '')}
                searchable
                limit={100}
              />
            )}
            <Select
              name="program_id"
              label={t('link.program')}
              description={none ? t('link.no_program') : undefined}
              data={programs.data ?? []}
              value={
                programs.data?.some(({ value }) => value === form.values.program_id) ? form.values.program_id : null
              }
              error={form.error('program_id')}
              onChange={(value) => form.set('program_id', value ?? '')}
              searchable
            />
            <TextInput
              {...form.field('name')}
              data-autofocus
              label={t('link.name')}
              description={t('link.name_hint')}
              maxLength={NAME_CHARACTERS_MAX}
            />
            <Group justify="flex-end" gap="xs">
              <Button variant="default" onClick={leave}>
                {t('ui.close')}
              </Button>
              <Button type="submit" loading={form.busy}>
                {t('link.make')}
              </Button>
            </Group>
          </Stack>
        </form>
      )}
    </FormModal>
  );
};
