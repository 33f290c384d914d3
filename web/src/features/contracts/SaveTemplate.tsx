// Keeping terms as a template, with which later contracts of the program begin.

import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { answer, POST } from '../../data/client';
import { useWords } from '../../language/words';
import { writeParams } from '../../ui/Confirm';
import { useDraft } from '../../ui/draft';
import { TextField } from '../../ui/Fields';
import { FormDialog } from '../../ui/FormDialog';
import type { Terms } from './terms';

export const SaveTemplate = ({ program, terms, close }: { program: string; terms: Terms; close: () => void }) => {
  const { t } = useWords();
  const queries = useQueryClient();
  const draft = useDraft({
    initial: { name: '' },
    check: ({ name }) => ({ name: name.trim() ? undefined : t('ui.required') }),
    submit: ({ name }, key) =>
      answer(
        POST('/api/v1/contract_templates', {
          params: writeParams(false, key),
          body: { name: name.trim(), program_id: program, terms },
        }),
      ),
    done: async () => {
      notifications.show({ message: t('contract.template_saved'), color: 'teal' });
      close();
      await queries.invalidateQueries({ queryKey: ['contract_templates'] });
    },
  });
  return (
    <FormDialog title={t('contract.save_template')} draft={draft} action={t('ui.save')} close={close}>
      <TextField
        fields={draft}
        path="name"
        label={t('contract.template_name')}
        hint={t('contract.template_hint')}
        maxLength={200}
        autoFocus
      />
    </FormDialog>
  );
};
