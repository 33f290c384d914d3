// A link as a picture that phones read. Always dark on white, as not every phone reads the reverse.

import { Button } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useMemo } from 'react';
import { encode } from 'uqr';
import { useWords } from '../../language/words';
import { saveFile } from '../../ui/save_file';
import classes from './links.module.css';

// The quiet margin that the standard asks for, in modules.
const MARGIN = 4;

const draw = (text: string) => {
  const { data, size } = encode(text, { ecc: 'M', border: MARGIN });
  const path = data.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : []))).join('');
  return { path, size };
};

export const QrCode = ({ text, name }: { text: string; name: string }) => {
  const { t } = useWords();
  const { path, size } = useMemo(() => draw(text), [text]);
  const save = () => {
    const picture = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size} ${size}" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h${size}v${size}H0z"/><path d="${path}"/></svg>`;
    saveFile(new Blob([picture], { type: 'image/svg+xml' }), `${name}.svg`);
  };
  return (
    <div className={classes.qr}>
      <svg viewBox={`0 0 ${size} ${size}`} role="img" aria-label={t('link.qr')} shapeRendering="crispEdges">
        <path fill="#fff" d={`M0 0h${size}v${size}H0z`} />
        <path fill="#000" d={path} />
      </svg>
      <Button
        variant="default"
        size="xs"
        leftSection={<IconDownload size={14} stroke={1.6} aria-hidden />}
        onClick={save}
      >
        {t('link.qr_save')}
      </Button>
    </div>
  );
};
