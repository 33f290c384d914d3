// A flow between things, drawn from left to right in every language. The drawing library comes only when it is shown. What is drawn is also
// there as a table, for those who cannot see it.

import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { useWords } from '../language/words';
import classes from './chart.module.css';

export interface SankeyNode {
  id: string;
  name: string;
  // The column it stands in.
  depth: number;
  // A number for one of the colours, or what it means.
  tone: number | 'good' | 'faint';
}

export interface SankeyLink {
  source: string;
  target: string;
  value: number;
}

interface Props {
  label: string;
  // Of the table: from, to, how many.
  headings: [string, string, string];
  nodes: SankeyNode[];
  links: SankeyLink[];
  show: (value: number) => string;
  height: number;
}

const ROWS_SAID_MAX = 60;

export const Sankey = ({ label, headings, nodes, links, show, height }: Props) => {
  const { language } = useWords();
  const scheme = useComputedColorScheme('light');
  const place = useRef<HTMLDivElement>(null);
  // Drawn anew for what is drawn, and not because a caller made the same function again.
  const showing = useRef(show);
  useEffect(() => {
    showing.current = show;
  });
  useEffect(() => {
    let gone = false;
    let remove = () => {};
    void import('./sankey_drawing').then(({ drawSankey }) => {
      if (gone || !place.current) return;
      remove = drawSankey(place.current, { nodes, links, show: (value) => showing.current(value) });
    });
    return () => {
      gone = true;
      remove();
    };
  }, [nodes, links, scheme, language]);
  const names = new Map(nodes.map(({ id, name }) => [id, name]));
  return (
    <figure className={classes.figure}>
      <div className={classes.wide} dir="ltr" tabIndex={0} role="group" aria-label={label}>
        <div ref={place} className={classes.flow} aria-hidden style={{ blockSize: height }} />
      </div>
      <figcaption className="visually-hidden">{label}</figcaption>
      <table className="visually-hidden">
        <caption>{label}</caption>
        <thead>
          <tr>
            {headings.map((heading) => (
              <th key={heading} scope="col">
                {heading}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {links.slice(0, ROWS_SAID_MAX).map(({ source, target, value }) => (
            <tr key={`${source}>${target}`}>
              <td>{names.get(source)}</td>
              <td>{names.get(target)}</td>
              <td>{show(value)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </figure>
  );
};
