import type { ReactNode } from 'react';
import classes from './filter_bar.module.css';

// Fields beside each other above a list.
export const FilterBar = ({ children }: { children: ReactNode }) => (
  <div className={classes.bar} role="search">
    {children}
  </div>
);
