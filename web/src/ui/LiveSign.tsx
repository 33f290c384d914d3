// Whether what is shown comes in by itself.

import { Tooltip } from '@mantine/core';
import type { Liveness } from '../data/live';
import type { TextKey } from '../../generated/keys';
import { useWords } from '../language/words';
import classes from './live_sign.module.css';

const WORDS: Record<Liveness, [TextKey, TextKey]> = {
  opening: ['ui.live_opening', 'ui.live_opening_text'],
  live: ['ui.live', 'ui.live_text'],
  away: ['ui.live_away', 'ui.live_away_text'],
};

export const LiveSign = ({ state }: { state: Liveness }) => {
  const { t } = useWords();
  const [label, text] = WORDS[state];
  return (
    <Tooltip label={t(text)}>
      <span className={`${classes.sign} ${classes[state] ?? ''}`} tabIndex={0} data-live={state}>
        <i aria-hidden />
        {t(label)}
      </span>
    </Tooltip>
  );
};
