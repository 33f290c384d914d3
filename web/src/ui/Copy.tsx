// Puts a text on the clipboard.

import { ActionIcon, Button, Tooltip } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useState } from 'react';
import { useWords } from '../language/words';

const SHOWN_MS = 1500;

// Browsers give the clipboard to secure pages only; in an installation on a local network the older way still works.
const writeText = async (text: string) => {
  if (window.isSecureContext) return navigator.clipboard.writeText(text);
  const field = document.createElement('textarea');
  field.value = text;
  document.body.append(field);
  field.select();
  document.execCommand('copy');
  field.remove();
};

export const Copy = ({ text, what, small }: { text: string; what: string; small?: boolean }) => {
  const { t } = useWords();
  const [copied, setCopied] = useState(false);
  const Icon = copied ? IconCheck : IconCopy;
  const copy = async () => {
    try {
      await writeText(text);
      setCopied(true);
      setTimeout(() => setCopied(false), SHOWN_MS);
    } catch {
      notifications.show({ message: t('link.copy_failed'), color: 'red' });
    }
  };
  const icon = <Icon size={16} stroke={1.6} aria-hidden />;
  if (!small) {
    return (
      <Button leftSection={icon} onClick={() => void copy()}>
        {copied ? t('ui.copied') : what}
      </Button>
    );
  }
  return (
    <Tooltip label={copied ? t('ui.copied') : what}>
      <ActionIcon
        aria-label={copied ? t('ui.copied') : what}
        onClick={(event) => {
          event.stopPropagation();
          void copy();
        }}
      >
        {icon}
      </ActionIcon>
    </Tooltip>
  );
};
