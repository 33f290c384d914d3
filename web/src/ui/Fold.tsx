// Settings that most people leave as they are: a section that opens when asked, or when something in it is set.

import { UnstyledButton } from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import { useId, useState, type ReactNode } from 'react';
import classes from './fold.module.css';

interface Props {
  title: string;
  hint?: ReactNode;
  open?: boolean;
  children: ReactNode;
}

export const Fold = ({ title, hint, open = false, children }: Props) => {
  const [shown, setShown] = useState(open);
  const id = useId();
  return (
    <section className={classes.fold}>
      <UnstyledButton
        className={classes.head}
        aria-expanded={shown}
        aria-controls={id}
        onClick={() => setShown(!shown)}
      >
        <span>
          <span className={classes.title}>{title}</span>
          {hint && <span className={classes.hint}>{hint}</span>}
        </span>
        <IconChevronDown size={18} className={classes.turn} data-open={shown} aria-hidden />
      </UnstyledButton>
      {/* It stays in the page while it is closed, so that an objection to one of its fields finds it. */}
      <div id={id} hidden={!shown} className={classes.body} onFocus={() => setShown(true)}>
        {children}
      </div>
    </section>
  );
};
