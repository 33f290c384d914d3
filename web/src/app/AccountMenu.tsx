// The person's own corner: language, appearance, toman, shortcuts, documentation, signing out.

import { Avatar, Menu, UnstyledButton, useMantineColorScheme, type MantineColorScheme } from '@mantine/core';
import { IconBook2, IconKeyboard, IconLogout, IconSelector, IconShieldLock } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { readPreference, writePreference } from '../data/preferences';
import { useSignOut, type Session } from '../data/session';
import type { TextKey } from '../../generated/keys';
import { useWords } from '../language/words';
import { LanguageItems } from './LanguageItems';
import { queries } from './queries';
import { showShortcuts } from './Shortcuts';
import classes from './Shell.module.css';

const SCHEMES: { scheme: MantineColorScheme; label: TextKey }[] = [
  { scheme: 'light', label: 'navigation.theme_light' },
  { scheme: 'dark', label: 'navigation.theme_dark' },
  { scheme: 'auto', label: 'navigation.theme_auto' },
];

const initials = (name: string) =>
  name
    .split(/\s+/)
    .map((part) => [...part][0] ?? '')
    .slice(0, 2)
    .join('')
    .toUpperCase();

export const AccountMenu = ({ session }: { session: Session }) => {
  const { t } = useWords();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const signOut = useSignOut();
  const { user, network } = session;
  const [toman, setToman] = useState(readPreference('toman') === true);
  const name = user.name || user.email;
  return (
    <Menu position="top-start" width={240} closeOnItemClick={false}>
      <Menu.Target>
        <UnstyledButton className={classes.person}>
          <span className="visually-hidden">{t('navigation.account')}</span>
          <Avatar aria-hidden size={28} radius="xl" color="cobalt" variant="light">
            {initials(name)}
          </Avatar>
          <span className={classes.names}>
            <strong className="foreign">{name}</strong>
            <small className="foreign">{user.email}</small>
          </span>
          <IconSelector size={16} stroke={1.6} aria-hidden />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t('ui.language')}</Menu.Label>
        <LanguageItems />
        <Menu.Divider />
        <Menu.Label>{t('navigation.theme')}</Menu.Label>
        <Menu.RadioGroup
          value={colorScheme}
          onChange={(chosen) => {
            const found = SCHEMES.find(({ scheme }) => scheme === chosen);
            if (found) setColorScheme(found.scheme);
          }}
        >
          {SCHEMES.map(({ scheme, label }) => (
            <Menu.RadioItem key={scheme} value={scheme}>
              {t(label)}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
        {network.currency === 'IRR' && (
          <Menu.CheckboxItem
            checked={toman}
            onChange={(wanted) => {
              setToman(wanted);
              writePreference('toman', wanted);
              void queries.invalidateQueries();
            }}
          >
            {t('navigation.toman')}
          </Menu.CheckboxItem>
        )}
        <Menu.Divider />
        <Menu.Item
          closeMenuOnClick
          component={Link}
          to="/account"
          leftSection={<IconShieldLock size={16} stroke={1.6} aria-hidden />}
        >
          {t('sign_in.account')}
        </Menu.Item>
        <Menu.Item
          closeMenuOnClick
          leftSection={<IconKeyboard size={16} stroke={1.6} aria-hidden />}
          onClick={showShortcuts}
        >
          {t('navigation.shortcuts')}
        </Menu.Item>
        <Menu.Item
          component="a"
          href="/api/docs"
          target="_blank"
          leftSection={<IconBook2 size={16} stroke={1.6} aria-hidden />}
        >
          {t('ui.docs')}
        </Menu.Item>
        <Menu.Item
          closeMenuOnClick
          leftSection={<IconLogout size={16} stroke={1.6} aria-hidden />}
          onClick={() => void signOut()}
        >
          {t('navigation.sign_out')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
};
