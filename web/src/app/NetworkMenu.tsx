// Which network one works in; a menu for those who work in several.

import { Menu, UnstyledButton } from '@mantine/core';
import { IconCheck, IconSelector } from '@tabler/icons-react';
import { useQueries, useQueryClient } from '@tanstack/react-query';
import { actIn, answer, GET } from '../data/client';
import { writePreference } from '../data/preferences';
import type { Session } from '../data/session';
import { useWords } from '../language/words';
import classes from './Shell.module.css';

const Mark = () => <img src="/mark.svg" alt="" width={28} height={28} />;

const useNetworkNames = (ids: string[], enabled: boolean) =>
  useQueries({
    queries: ids.map((network_id) => ({
      queryKey: ['network', network_id],
      enabled,
      queryFn: () =>
        answer(
          GET('/api/v1/networks/{network_id}', {
            params: { path: { network_id } },
            headers: { 'merit-network': network_id },
          }),
        ),
    })),
  }).map((query, at) => query.data?.name ?? ids[at] ?? '');

export const NetworkMenu = ({ session }: { session: Session }) => {
  const { t, word } = useWords();
  const queries = useQueryClient();
  const { network, user, actingAs } = session;
  const ids = [...new Set(user.memberships.map((membership) => membership.network_id))];
  const names = useNetworkNames(ids, ids.length > 1);
  const label = (
    <>
      <Mark />
      <span className={classes.names}>
        <strong className="foreign">{network.name}</strong>
        <small>{word('role', actingAs.role)}</small>
      </span>
    </>
  );
  if (ids.length < 2) return <div className={classes.person}>{label}</div>;
  const choose = (id: string) => {
    writePreference('network', id);
    actIn(id);
    void queries.resetQueries();
  };
  return (
    <Menu position="bottom-start" width={232}>
      <Menu.Target>
        <UnstyledButton className={classes.person}>
          <span className="visually-hidden">{t('navigation.network_switch')}</span>
          {label}
          <IconSelector size={16} stroke={1.6} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t('navigation.network')}</Menu.Label>
        {ids.map((id, at) => (
          <Menu.Item
            key={id}
            onClick={() => choose(id)}
            rightSection={id === network.id ? <IconCheck size={16} aria-hidden /> : undefined}
          >
            <span className="foreign">{names[at]}</span>
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
};
