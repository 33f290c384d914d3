// The button that makes one more of what a page lists.

import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';

export const Add = ({ onClick, children }: { onClick: () => void; children: string }) => (
  <Button leftSection={<IconPlus size={16} stroke={1.8} aria-hidden />} onClick={onClick}>
    {children}
  </Button>
);
