// Lines of code to copy.

import { Copy } from './Copy';
import classes from './snippet.module.css';

export const Snippet = ({ text, label }: { text: string; label: string }) => (
  <figure className={classes.snippet}>
    <figcaption>
      <span>{label}</span>
      <Copy small text={text} what={label} />
    </figcaption>
    <pre tabIndex={0} aria-label={label}>
      <code>{text}</code>
    </pre>
  </figure>
);
