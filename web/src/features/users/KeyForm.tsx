// A key for programs: never more than whoever makes it has; its secret is shown once.

import { useQueryClient } from '@tanstack/react-query';
import { answer, POST, type Schemas } from '../../data/client';
import { useWords } from '../../language/words';
import { useSession } from '../../data/session_context';
import { writeParams } from '../../ui/Confirm';
import { useDraft } from '../../ui/draft';
import { ChoiceField, TextField } from '../../ui/Fields';
import { FormDialog } from '../../ui/FormDialog';
import { MomentField } from '../../ui/MomentField';
import type { Right } from '../../data/session';
import { asMembership, beginMembership, checkMembership, MembershipFields, type Acting } from './MembershipFields';

interface Values {
  name: string;
  expires_at?: string;
  membership: Acting;
  right: Right;
}

const RIGHTS: Right[] = ['read', 'propose', 'approve', 'pay'];

export const NewKey = ({ close, made }: { close: () => void; made: (key: Schemas['ApiKeyWithSecret']) => void }) => {
  const { t, word } = useWords();
  const { actingAs } = useSession();
  const queries = useQueryClient();
  const operator = actingAs.role === 'operator';
  const within = RIGHTS.slice(0, RIGHTS.indexOf(actingAs.right) + 1);
  const draft = useDraft<Values, Schemas['ApiKeyWithSecret']>({
    initial: { name: '', right: 'read', membership: { ...beginMembership('operator', undefined), right: 'read' } },
    check: ({ name, membership }) => ({
      name: name.trim() ? undefined : t('ui.required'),
      ...(operator ? checkMembership(membership) : {}),
    }),
    submit: ({ name, expires_at, membership, right }, key) =>
      answer(
        POST('/api/v1/api_keys', {
          params: writeParams(false, key),
          body: {
            name: name.trim(),
            expires_at,
            membership: operator
              ? asMembership(membership)
              : { role: actingAs.role, right, advertisers: actingAs.advertisers, publishers: actingAs.publishers },
          },
        }),
      ),
    done: async (key) => {
      close();
      made(key);
      await queries.invalidateQueries({ queryKey: ['api_keys'] });
    },
  });
  return (
    <FormDialog title={t('user.new_key')} draft={draft} action={t('user.make_key')} close={close}>
      <TextField
        fields={draft}
        path="name"
        label={t('user.key_name')}
        hint={t('user.key_name_hint')}
        maxLength={200}
        autoFocus
      />
      {operator ? (
        <MembershipFields fields={draft} path="membership" acting={draft.values.membership} />
      ) : (
        <ChoiceField
          fields={draft}
          path="right"
          label={t('user.right')}
          hint={t(`user.right_${draft.values.right}`)}
          choices={within.map((value) => ({ value, label: word('right', value) }))}
        />
      )}
      <MomentField
        fields={draft}
        path="expires_at"
        label={t('user.expires')}
        hint={t('user.expires_hint')}
        empty={t('user.never')}
      />
    </FormDialog>
  );
};
