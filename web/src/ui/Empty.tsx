// What an empty list says: what will stand here, and what to do for it.

import { Text, Title } from '@mantine/core';
import type { TablerIcon } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import classes from './empty.module.css';

interface Props {
  icon: TablerIcon;
  title: string;
  text?: ReactNode;
  action?: ReactNode;
}

export const Empty = ({ icon: Icon, title, text, action }: Props) => (
  <div className={classes.empty}>
    <span className={classes.icon}>
      <Icon size={24} stroke={1.5} aria-hidden />
    </span>
    <Title order={2} size="h3">
      {title}
    </Title>
    {text && (
      <Text size="sm" c="dimmed" maw={460}>
        {text}
      </Text>
    )}
    {action}
  </div>
);
