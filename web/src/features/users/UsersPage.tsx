// The people of the network and the keys of their programs.

import { Button, SegmentedControl } from '@mantine/core';
import { IconKey, IconUsers } from '@tabler/icons-react';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { answer, GET, POST, type Schemas } from '../../data/client';
import { may, mayAs } from '../../data/session';
import { useSession } from '../../data/session_context';
import { useWords } from '../../language/words';
import { Add } from '../../ui/Add';
import { Confirm, writeParams } from '../../ui/Confirm';
import { ListPage, ROWS_A_PAGE } from '../../ui/ListPage';
import { Secret } from '../../ui/Secret';
import { State } from '../../ui/State';
import type { Column } from '../../ui/Table';
import { Foreign, Moment } from '../../ui/values';
import { NewKey } from './KeyForm';
import { EditUser, NewUser } from './UserForm';

type User = Schemas['UserView'];
type Key = Schemas['ApiKeyView'];

const route = getRouteApi('/users');

const readUsers = (cursor: string | undefined) =>
  answer(GET('/api/v1/users', { params: { query: { limit: ROWS_A_PAGE, cursor } } }));
const readKeys = (cursor: string | undefined) =>
  answer(GET('/api/v1/api_keys', { params: { query: { limit: ROWS_A_PAGE, cursor } } }));

const UsersPage = () => {
  const { t, word } = useWords();
  const session = useSession();
  const { add, party, shown = 'users' } = route.useSearch();
  const navigate = route.useNavigate();
  const [editing, setEditing] = useState<User>();
  const [making, setMaking] = useState(false);
  const [secret, setSecret] = useState<string>();
  const [revoking, setRevoking] = useState<Key>();
  const users: Column<User>[] = [
    { key: 'name', heading: t('ui.name'), cell: (row) => <Foreign>{row.name}</Foreign> },
    { key: 'email', heading: t('ui.email'), cell: (row) => <Foreign>{row.email}</Foreign>, grow: true },
    {
      key: 'role',
      heading: t('user.role'),
      cell: (row) => row.memberships.map(({ role }) => word('role', role)).join(', '),
    },
    {
      key: 'right',
      heading: t('user.right'),
      cell: (row) => row.memberships.map(({ right }) => word('right', right)).join(', '),
    },
    { key: 'status', heading: t('conversion.state'), cell: (row) => <State value={row.status} kind="status" /> },
  ];
  const keys: Column<Key>[] = [
    { key: 'name', heading: t('ui.name'), cell: (row) => <Foreign>{row.name}</Foreign>, grow: true },
    { key: 'role', heading: t('user.role'), cell: (row) => word('role', row.membership.role) },
    { key: 'right', heading: t('user.right'), cell: (row) => word('right', row.membership.right) },
    { key: 'created', heading: t('ui.since'), cell: (row) => <Moment at={row.created_at} date /> },
    { key: 'status', heading: t('conversion.state'), cell: (row) => <State value={row.status} kind="status" /> },
    {
      key: 'revoke',
      heading: '',
      cell: (row) =>
        row.status === 'active' && may(session, 'approve') ? (
          <Button size="xs" variant="default" onClick={() => setRevoking(row)}>
            {t('user.revoke')}
          </Button>
        ) : null,
    },
  ];
  const shared = {
    title: t('navigation.users'),
    actions: (
      <>
        <SegmentedControl
          aria-label={t('navigation.users')}
          value={shown}
          onChange={(value) =>
            void navigate({ search: { shown: value === 'keys' ? 'keys' : undefined }, replace: true })
          }
          data={[
            { value: 'users', label: t('user.people') },
            { value: 'keys', label: t('user.keys') },
          ]}
        />
        {shown === 'users' && mayAs(session, ['operator'], 'approve') && (
          <Add onClick={() => void navigate({ search: { add: 'operator' } })}>{t('user.new')}</Add>
        )}
        {shown === 'keys' && <Add onClick={() => setMaking(true)}>{t('user.new_key')}</Add>}
      </>
    ),
  };
  return (
    <>
      {shown === 'users' ? (
        <ListPage
          {...shared}
          key="users"
          queryKey={['users']}
          read={readUsers}
          columns={users}
          rowKey={(row) => row.id}
          open={mayAs(session, ['operator'], 'approve') ? setEditing : undefined}
          empty={{ icon: IconUsers, title: t('ui.nothing_found') }}
        />
      ) : (
        <ListPage
          {...shared}
          key="keys"
          queryKey={['api_keys']}
          read={readKeys}
          columns={keys}
          rowKey={(row) => row.id}
          empty={{ icon: IconKey, title: t('ui.nothing_found') }}
        />
      )}
      {add && <NewUser role={add} party={party} close={() => void navigate({ search: {}, replace: true })} />}
      {editing && <EditUser key={editing.id} user={editing} close={() => setEditing(undefined)} />}
      {making && <NewKey close={() => setMaking(false)} made={(key) => setSecret(key.secret ?? undefined)} />}
      {secret && (
        <Secret
          title={t('user.key_made')}
          text={t('user.key_made_text')}
          secret={secret}
          close={() => setSecret(undefined)}
        />
      )}
      {revoking && (
        <Confirm<Key>
          title={t('user.revoke')}
          action={t('user.revoke')}
          danger
          run={(_, dryRun, key) =>
            answer(
              POST('/api/v1/api_keys/{api_key_id}/revoke', {
                params: { path: { api_key_id: revoking.id }, ...writeParams(dryRun, key) },
              }),
            )
          }
          done={() => t('user.revoked')}
          changes={['api_keys']}
          close={() => setRevoking(undefined)}
        >
          <Foreign>{revoking.name}</Foreign>
        </Confirm>
      )}
    </>
  );
};

export default UsersPage;
