// A creative as it looks on a page.

import { IconPhoto, IconPlayerPlay } from '@tabler/icons-react';
import { number } from '../../language/format';
import { useWords } from '../../language/words';
import { Foreign } from '../../ui/values';
import type { Creative } from './creative';
import classes from './creatives.module.css';

export const sizeOf = ({ picture }: Creative): string | undefined =>
  picture
    ? `${number(picture.width, { useGrouping: false })} × ${number(picture.height, { useGrouping: false })}`
    : undefined;

export const Shown = ({ creative }: { creative: Creative }) => {
  const { t } = useWords();
  const { kind, picture, runs, text } = creative;
  if (kind === 'banner' && picture && runs) {
    return (
      <span className={classes.shown}>
        {/* What it shows may have been replaced at the same address. */}
        <img src={`${picture.url}?v=${picture.sha256.slice(0, 12)}`} alt={text} loading="lazy" />
      </span>
    );
  }
  if (kind === 'banner') {
    return (
      <span className={classes.shown}>
        <IconPhoto size={30} stroke={1.3} aria-hidden />
        <span>{t('creative.not_shown')}</span>
      </span>
    );
  }
  return (
    <span className={classes.shown}>
      {kind === 'video' && <IconPlayerPlay size={30} stroke={1.3} aria-hidden />}
      <span className={classes.words}>
        <Foreign>{text}</Foreign>
      </span>
    </span>
  );
};
