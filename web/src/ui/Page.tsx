// A page: its heading, what can be done at once, and the content below.

import { Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { usePageTitle } from './page_title';
import classes from './page.module.css';

interface Props {
  title: string;
  // One line under the title.
  lead?: ReactNode;
  actions?: ReactNode;
  // Text pages and forms are easier to read when narrow.
  width?: 'wide' | 'narrow';
  children: ReactNode;
}

export const Page = ({ title, lead, actions, width = 'wide', children }: Props) => {
  usePageTitle(title);
  return (
    <div className={`${classes.page} ${classes[width] ?? ''}`}>
      <div className={classes.head}>
        <div className={classes.heading}>
          <Title order={1} className="foreign">
            {title}
          </Title>
          {lead && <div className={classes.lead}>{lead}</div>}
        </div>
        {actions && <div className={classes.actions}>{actions}</div>}
      </div>
      {children}
    </div>
  );
};

// A card with a heading of its own.
export const Section = ({
  title,
  hint,
  actions,
  flush,
  children,
}: {
  title?: ReactNode;
  hint?: ReactNode;
  actions?: ReactNode;
  // The content reaches the border, as tables do.
  flush?: boolean;
  children: ReactNode;
}) => (
  <section className={classes.section}>
    {(title || actions) && (
      <div className={classes.sectionHead}>
        <div>
          {title && <Title order={2}>{title}</Title>}
          {hint && <div className={classes.hint}>{hint}</div>}
        </div>
        {actions}
      </div>
    )}
    <div className={flush ? undefined : classes.sectionBody}>{children}</div>
  </section>
);
