// A chart over time. The drawing library comes only when a chart does. Time runs from left to right in every language. What is drawn is
// also there as a table, for those who cannot see it.

import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { useWords } from '../language/words';
import classes from './chart.module.css';

export interface Series {
  name: string;
  values: (number | null)[];
  kind: 'line' | 'bar';
  // The period before, drawn behind.
  faint?: boolean;
  show: (value: number | null) => string;
}

interface Props {
  label: string;
  // The names of the points along the time axis, and the shorter ones that stand at the axis.
  points: string[];
  ticks: string[];
  series: Series[];
  axis: (value: number) => string;
  height?: number;
}

const ROWS_SAID_MAX = 60;

export const Chart = ({ label, points, ticks, series, axis, height = 280 }: Props) => {
  const { language } = useWords();
  const scheme = useComputedColorScheme('light');
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    let gone = false;
    let remove = () => {};
    void import('./echarts').then(({ draw }) => {
      if (!gone && place.current) remove = draw(place.current, { points, ticks, series, axis });
    });
    return () => {
      gone = true;
      remove();
    };
  }, [points, ticks, series, axis, scheme, language]);
  return (
    <figure className={classes.figure}>
      <div ref={place} className={classes.drawing} dir="ltr" aria-hidden style={{ blockSize: height }} />
      <figcaption className="visually-hidden">{label}</figcaption>
      <table className="visually-hidden">
        <caption>{label}</caption>
        <thead>
          <tr>
            <td />
            {series.map(({ name }) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {points.slice(0, ROWS_SAID_MAX).map((point, at) => (
            <tr key={point}>
              <th scope="row">{point}</th>
              {series.map(({ name, values, show }) => (
                <td key={name}>{show(values[at] ?? null)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </figure>
  );
};
