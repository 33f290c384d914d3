// Which channels come together: of the conversions that the one of the row took part in, the share that the one of the column was in too.

import type { CSSProperties } from 'react';
import { number, percent } from '../../language/format';
import { useWords } from '../../language/words';
import { Foreign } from '../../ui/values';
import type { ViewProps } from './AttributionPage';
import classes from './attribution.module.css';
import { channelName } from './journeys';

const SHOWN_MAX = 16;

export const Overlap = ({ told }: ViewProps) => {
  const { t } = useWords();
  const shown = told.channels.slice(0, Math.min(SHOWN_MAX, told.overlap.length));
  const names = shown.map(channelName);
  return (
    <div className={classes.block}>
      <p className={classes.under}>
        {t('attribution.overlap_hint')}{' '}
        {told.channels.length > shown.length && t('attribution.overlap_first', { count: number(shown.length) })}
      </p>
      <div className={classes.scroll} tabIndex={0} role="group" aria-label={t('attribution.view_overlap')}>
        <table className={classes.matrix} aria-label={t('attribution.view_overlap')}>
          <thead>
            <tr>
              <td />
              {names.map((name, at) => (
                <th key={at} scope="col">
                  <Foreign>{name}</Foreign>
                </th>
              ))}
              <th scope="col">{t('attribution.took_part')}</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((channel, row) => (
              <tr key={row}>
                <th scope="row">
                  <Foreign>{names[row] ?? ''}</Foreign>
                </th>
                {shown.map((_, column) => {
                  const share = told.overlap[row]?.[column] ?? 0;
                  if (row === column) return <td key={column} className={classes.self} />;
                  return (
                    <td key={column} style={{ '--part': share } as CSSProperties}>
                      {share > 0 ? percent(share, share < 0.1 ? 1 : 0) : ''}
                    </td>
                  );
                })}
                <td className={classes.plain}>{number(channel.took_part)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
};
