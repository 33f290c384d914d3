// Shortcuts: `g` and a letter go to a page, `?` shows them all, Ctrl+K searches.

import { Kbd, Modal, Table } from '@mantine/core';
import { spotlight } from '@mantine/spotlight';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import type { Role } from '../data/session';
import { useWords } from '../language/words';
import { destinationsOf } from './navigation';

const SHOW = 'merit-shortcuts';
const PAUSE_MS = 1200;

export const showShortcuts = () => window.dispatchEvent(new Event(SHOW));

const isTyping = (target: EventTarget | null) =>
  target instanceof HTMLElement &&
  (target.isContentEditable ||
    /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) ||
    target.closest('[role=dialog]') !== null);

// The letter of the key, whatever the keyboard's layout writes with it.
const letterOf = (event: KeyboardEvent) => (/^Key([A-Z])$/.exec(event.code)?.[1] ?? event.key).toLowerCase();

export const Shortcuts = ({ role }: { role: Role }) => {
  const { t } = useWords();
  const [open, setOpen] = useState(false);
  const navigate = useNavigate();
  useEffect(() => {
    let waitingSince = 0;
    const onKey = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && letterOf(event) === 'k') {
        event.preventDefault();
        return spotlight.open();
      }
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      if (event.key === '?') return setOpen(true);
      const letter = letterOf(event);
      if (event.timeStamp - waitingSince < PAUSE_MS) {
        waitingSince = 0;
        const found = destinationsOf(role).find((destination) => destination.letter === letter);
        if (found) {
          event.preventDefault();
          void navigate({ to: found.to });
        }
        return;
      }
      if (letter === 'g') waitingSince = event.timeStamp;
    };
    const show = () => setOpen(true);
    window.addEventListener('keydown', onKey);
    window.addEventListener(SHOW, show);
    return () => {
      window.removeEventListener('keydown', onKey);
      window.removeEventListener(SHOW, show);
    };
  }, [navigate, role]);
  const rows: [string[], string][] = [
    [['Ctrl', 'K'], t('navigation.shortcut_search')],
    [['?'], t('navigation.shortcut_help')],
    [['Esc'], t('navigation.shortcut_close')],
    ...destinationsOf(role)
      .filter((destination) => destination.letter)
      .map((destination): [string[], string] => [['g', destination.letter ?? ''], t(destination.label)]),
  ];
  return (
    <Modal
      opened={open}
      onClose={() => setOpen(false)}
      title={t('navigation.shortcuts')}
      closeButtonProps={{ 'aria-label': t('ui.close') }}
    >
      <Table>
        <Table.Tbody>
          {rows.map(([keys, label]) => (
            <Table.Tr key={keys.join('+')}>
              <Table.Td>{label}</Table.Td>
              <Table.Td className="numeric" dir="ltr">
                {keys.map((key) => (
                  <Kbd key={key} ms={4}>
                    {key}
                  </Kbd>
                ))}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Modal>
  );
};
