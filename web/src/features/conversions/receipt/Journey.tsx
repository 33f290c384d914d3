// The journey as a line of time: each touch where it happened, the conversion at the end. Long gaps are shortened, so that touches of the
// last hour stay apart beside one a month before.

import { useSession } from '../../../data/session_context';
import { duration, moment } from '../../../language/format';
import { useWords } from '../../../language/words';
import type { Receipt } from '../receipt';
import classes from './receipt.module.css';

const GAP_MIN = 1;

// How far apart two neighbours are drawn: by the logarithm of the time between them.
const gap = (milliseconds: number) => GAP_MIN + Math.log10(1 + Math.max(0, milliseconds) / 60_000);

const COARSE = [86_400, 3600, 60, 1];

const roughly = (milliseconds: number) => {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  const unit = COARSE.find((one) => seconds >= one) ?? 1;
  return duration(Math.round(seconds / unit) * unit);
};

export const Journey = ({ receipt }: { receipt: Receipt }) => {
  const { t, word } = useWords();
  const { network } = useSession();
  const touches = [...receipt.journey].sort((one, other) => one.at.localeCompare(other.at));
  if (touches.length === 0) return null;
  const end = Date.parse(receipt.conversion.received_at);
  const moments = [...touches.map(({ at }) => Date.parse(at)), end];
  return (
    <ol className={classes.line} dir="ltr" aria-label={t('receipt.touches')}>
      {touches.map((touch, at) => {
        const next = moments[at + 1] ?? end;
        const now = moments[at] ?? end;
        return (
          <li
            key={touch.particulars?.touch_id ?? `${touch.at}${at}`}
            className={`${classes.stop} ${touch.outcome === 'kept' ? classes.kept : ''}`}
            style={{ flexGrow: gap(next - now) }}
          >
            <span className={classes.dot} aria-hidden />
            <span className={classes.stopText}>
              <bdi>{word('touch_kind', touch.particulars?.kind ?? 'click')}</bdi>
              <small>
                {moment(touch.at, network.zone, { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' })}
              </small>
            </span>
            <span className={classes.gap}>{roughly(next - now)}</span>
          </li>
        );
      })}
      <li className={`${classes.stop} ${classes.goal}`}>
        <span className={classes.dot} aria-hidden />
        <span className={classes.stopText}>
          <bdi>{receipt.conversion.action}</bdi>
          <small>
            {moment(receipt.conversion.received_at, network.zone, {
              day: 'numeric',
              month: 'short',
              hour: '2-digit',
              minute: '2-digit',
            })}
          </small>
        </span>
      </li>
    </ol>
  );
};
