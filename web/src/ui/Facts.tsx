// Names and values; rows without a value are left out.

import type { ReactNode } from 'react';
import classes from './facts.module.css';

export const Facts = ({ rows }: { rows: [string, ReactNode][] }) => {
  const shown = rows.filter(([, value]) => value !== undefined && value !== null && value !== '' && value !== false);
  if (shown.length === 0) return null;
  return (
    <dl className={classes.facts}>
      {shown.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
};
