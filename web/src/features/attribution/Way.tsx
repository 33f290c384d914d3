// A path as a row of channels, read in the direction of the language. What follows itself is told once, with how often.

import { number } from '../../language/format';
import { useWords } from '../../language/words';
import { Foreign } from '../../ui/values';
import classes from './attribution.module.css';
import { channelName, type Attribution } from './journeys';

const SHOWN_MAX = 8;

interface Touch {
  channel: number;
  times: number;
}

const gathered = (path: readonly number[]): Touch[] => {
  const touches: Touch[] = [];
  for (const channel of path) {
    const last = touches.at(-1);
    if (last?.channel === channel) last.times += 1;
    else touches.push({ channel, times: 1 });
  }
  return touches;
};

export const Way = ({ told, path }: { told: Attribution; path: readonly number[] }) => {
  const { t } = useWords();
  const touches = gathered(path);
  // Of a long one the begin and the end say most.
  const left = Math.max(0, touches.length - SHOWN_MAX);
  const head = left > 0 ? touches.slice(0, SHOWN_MAX / 2) : touches;
  const tail = left > 0 ? touches.slice(-SHOWN_MAX / 2) : [];
  const item = ({ channel, times }: Touch, at: number) => {
    const found = told.channels[channel];
    return (
      <li key={at} className={classes.touch}>
        <Foreign>{found ? channelName(found) : ''}</Foreign>
        {times > 1 && <small>×{number(times)}</small>}
      </li>
    );
  };
  return (
    <ol className={classes.way}>
      {head.map(item)}
      {left > 0 && <li className={classes.left}>{t('attribution.more_steps', { count: number(left) })}</li>}
      {tail.map((touch, at) => item(touch, head.length + at))}
    </ol>
  );
};
