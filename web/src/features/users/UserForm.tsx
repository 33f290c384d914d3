// A person: let in with a first password, or changed. A new password is how somebody who has lost his own gets in again; it ends all of
// his sessions.

import { Button, Group } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { answer, PATCH, POST, type Schemas } from '../../data/client';
import { useSession } from '../../data/session_context';
import type { Role } from '../../data/session';
import { useWords } from '../../language/words';
import { writeParams } from '../../ui/Confirm';
import { useDraft, type Draft, type Errors } from '../../ui/draft';
import { ChoiceField, TextField } from '../../ui/Fields';
import classes from '../../ui/fields.module.css';
import { FormDialog } from '../../ui/FormDialog';
import { isEmail } from '../sign_in/checks';
import { asMembership, beginMembership, checkMembership, MembershipFields, type Acting } from './MembershipFields';

type User = Schemas['UserView'];

// What the server asks at least.
const PASSWORD_LENGTH_MIN = 10;
const PASSWORD_LETTERS = 'abcdefghjkmnpqrstuvwxyz23456789';
const PASSWORD_GROUPS = 4;
const GROUP_LENGTH = 4;
const STATUSES = ['active', 'paused', 'closed'] as const;

interface Values {
  name: string;
  email: string;
  password: string;
  status?: Schemas['Status'];
  membership: Acting;
}

// Easy to read aloud, and with more than enough chance in it.
const drawPassword = () => {
  const chances = crypto.getRandomValues(new Uint32Array(PASSWORD_GROUPS * GROUP_LENGTH));
  const letters = [...chances].map((chance) => PASSWORD_LETTERS[chance % PASSWORD_LETTERS.length]);
  return Array.from({ length: PASSWORD_GROUPS }, (_, at) =>
    letters.slice(at * GROUP_LENGTH, (at + 1) * GROUP_LENGTH).join(''),
  ).join('-');
};

const Password = ({ draft, label, hint }: { draft: Draft<Values>; label: string; hint: string }) => {
  const { t } = useWords();
  return (
    <Group gap={8} align="flex-end" wrap="nowrap">
      <div className={classes.grow}>
        <TextField fields={draft} path="password" label={label} hint={hint} dir="ltr" maxLength={256} />
      </div>
      <Button
        variant="default"
        mb={draft.error('password') ? 24 : 0}
        onClick={() => draft.write('password', drawPassword())}
      >
        {t('user.draw')}
      </Button>
    </Group>
  );
};

const useCheck = () => {
  const { t } = useWords();
  return ({ name, email, password, membership }: Values, passwordNeeded: boolean): Errors => ({
    name: name.trim() ? undefined : t('ui.required'),
    email: !email.trim() ? t('ui.required') : isEmail(email) ? undefined : t('ui.email_wrong'),
    password:
      (passwordNeeded || password) && [...password].length < PASSWORD_LENGTH_MIN ? t('user.password_short') : undefined,
    ...checkMembership(membership),
  });
};

const Who = ({ draft }: { draft: Draft<Values> }) => {
  const { t } = useWords();
  return (
    <div className={classes.pair}>
      <TextField fields={draft} path="name" label={t('ui.name')} hint={t('user.name_hint')} maxLength={200} autoFocus />
      <TextField fields={draft} path="email" label={t('ui.email')} hint={t('user.email_hint')} type="email" dir="ltr" />
    </div>
  );
};

export const NewUser = ({ role, party, close }: { role: Role; party: string | undefined; close: () => void }) => {
  const { t } = useWords();
  const queries = useQueryClient();
  const check = useCheck();
  const draft = useDraft<Values, User>({
    initial: { name: '', email: '', password: '', membership: beginMembership(role, party) },
    check: (values) => check(values, true),
    submit: ({ name, email, password, membership }, key) =>
      answer(
        POST('/api/v1/users', {
          params: writeParams(false, key),
          body: { name: name.trim(), email: email.trim(), password, membership: asMembership(membership) },
        }),
      ),
    done: async (made) => {
      notifications.show({ message: t('user.let_in', { name: made.name }), color: 'teal' });
      close();
      await queries.invalidateQueries({ queryKey: ['users'] });
    },
  });
  return (
    <FormDialog title={t('user.new')} draft={draft} action={t('user.create')} close={close}>
      <Who draft={draft} />
      <Password draft={draft} label={t('user.first_password')} hint={t('user.first_password_hint')} />
      <MembershipFields fields={draft} path="membership" acting={draft.values.membership} />
    </FormDialog>
  );
};

export const EditUser = ({ user, close }: { user: User; close: () => void }) => {
  const { t, word } = useWords();
  const session = useSession();
  const queries = useQueryClient();
  const check = useCheck();
  const own = user.id === session.user.id;
  const membership = user.memberships.find(({ network_id }) => network_id === session.network.id);
  const initial: Values = {
    name: user.name,
    email: user.email,
    password: '',
    status: user.status,
    membership: membership
      ? { ...membership, party: membership.publishers[0] ?? membership.advertisers[0] }
      : beginMembership('publisher', undefined),
  };
  const draft = useDraft<Values, User>({
    initial,
    check: (values) => check(values, false),
    submit: (values, key) => {
      const changed = (name: keyof Values) => JSON.stringify(values[name]) !== JSON.stringify(initial[name]);
      return answer(
        PATCH('/api/v1/users/{user_id}', {
          params: { path: { user_id: user.id }, ...writeParams(false, key) },
          body: {
            name: changed('name') ? values.name.trim() : undefined,
            email: changed('email') ? values.email.trim() : undefined,
            status: changed('status') ? values.status : undefined,
            password: values.password || undefined,
            membership: changed('membership') ? asMembership(values.membership) : undefined,
          },
        }),
      );
    },
    done: async () => {
      notifications.show({ message: t('ui.saved'), color: 'teal' });
      close();
      await queries.invalidateQueries({ queryKey: ['users'] });
    },
  });
  return (
    <FormDialog title={user.name} draft={draft} action={t('ui.save')} close={close}>
      <Who draft={draft} />
      {!own && (
        <>
          <Password draft={draft} label={t('user.new_password')} hint={t('user.new_password_hint')} />
          <ChoiceField
            fields={draft}
            path="status"
            label={t('conversion.state')}
            hint={t('user.status_hint')}
            choices={STATUSES.map((value) => ({ value, label: word('status', value) }))}
          />
          <MembershipFields fields={draft} path="membership" acting={draft.values.membership} />
        </>
      )}
    </FormDialog>
  );
};
