// The frame around every page: the menu at the side (above on a phone), the command palette, and the shortcuts.

import { ActionIcon, Drawer, Kbd, UnstyledButton } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { spotlight } from '@mantine/spotlight';
import { IconMenu2, IconSearch } from '@tabler/icons-react';
import { Link, useRouterState } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useRef, type ReactNode } from 'react';
import type { Session } from '../data/session';
import { SessionContext } from '../data/session_context';
import { useWords } from '../language/words';
import { AccountMenu } from './AccountMenu';
import { NetworkMenu } from './NetworkMenu';
import { groupsOf } from './navigation';
import { Shortcuts } from './Shortcuts';
import classes from './Shell.module.css';

const Palette = lazy(() => import('./Palette'));

const Menu = ({ session, onGo }: { session: Session; onGo?: () => void }) => {
  const { t } = useWords();
  return (
    <nav className={classes.menu} aria-label={t('navigation.main')}>
      {groupsOf(session.actingAs.role).map((group) => (
        <div key={group.label} className={classes.group}>
          <div className={classes.groupLabel}>{t(group.label)}</div>
          {group.destinations.map(({ to, label, icon: Icon }) => (
            <Link key={to} to={to} className={classes.item} activeProps={{ className: classes.active }} onClick={onGo}>
              <Icon size={18} stroke={1.6} aria-hidden />
              <span>{t(label)}</span>
            </Link>
          ))}
        </div>
      ))}
    </nav>
  );
};

const SearchButton = () => {
  const { t } = useWords();
  return (
    <UnstyledButton className={classes.search} onClick={() => spotlight.open()}>
      <IconSearch size={16} stroke={1.8} aria-hidden />
      <span className={classes.searchText}>{t('navigation.search')}</span>
      <Kbd size="xs">{t('navigation.search_key')}</Kbd>
    </UnstyledButton>
  );
};

const Side = ({ session, onGo }: { session: Session; onGo?: () => void }) => (
  <>
    <NetworkMenu session={session} />
    <SearchButton />
    <Menu session={session} onGo={onGo} />
    <AccountMenu session={session} />
  </>
);

// A new page begins at its heading for those who listen to it.
const useFocusOnPage = () => {
  const path = useRouterState({ select: (state) => state.location.pathname });
  const before = useRef(path);
  useEffect(() => {
    if (before.current === path) return;
    before.current = path;
    document.getElementById('content')?.focus({ preventScroll: true });
  }, [path]);
};

export const Shell = ({ session, children }: { session: Session; children: ReactNode }) => {
  const { t } = useWords();
  const [open, { close, toggle }] = useDisclosure(false);
  useFocusOnPage();
  return (
    <SessionContext value={session}>
      <a className={classes.skip} href="#content">
        {t('navigation.skip')}
      </a>
      <div className={classes.shell}>
        <header className={classes.top}>
          <ActionIcon
            size="lg"
            aria-label={t(open ? 'navigation.menu_close' : 'navigation.menu_open')}
            onClick={toggle}
          >
            <IconMenu2 size={20} stroke={1.6} />
          </ActionIcon>
          <Link to="/overview" className={classes.brand}>
            <img src="/mark.svg" alt="" width={24} height={24} />
            <span className="foreign">{session.network.name}</span>
          </Link>
          <ActionIcon size="lg" aria-label={t('ui.search')} onClick={() => spotlight.open()}>
            <IconSearch size={20} stroke={1.6} />
          </ActionIcon>
        </header>
        <aside className={classes.side}>
          <Side session={session} />
        </aside>
        <Drawer.Root opened={open} onClose={close} size={264}>
          <Drawer.Overlay />
          <Drawer.Content aria-label={t('navigation.main')}>
            <Drawer.Body className={classes.drawer}>
              <Side session={session} onGo={close} />
            </Drawer.Body>
          </Drawer.Content>
        </Drawer.Root>
        <main id="content" className={classes.content} tabIndex={-1}>
          {children}
        </main>
      </div>
      <Suspense fallback={null}>
        <Palette session={session} />
      </Suspense>
      <Shortcuts role={session.actingAs.role} />
    </SessionContext>
  );
};
