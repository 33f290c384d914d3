// The picture of a link, and a button that saves it.

import { Button } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useWords } from '../../language/words';
import { drawQr, Qr } from '../../ui/Qr';
import { saveFile } from '../../ui/save_file';
import classes from './links.module.css';

export const QrCode = ({ text, name }: { text: string; name: string }) => {
  const { t } = useWords();
  const save = () => {
    const { path, size } = drawQr(text);
    const picture = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size} ${size}" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h${size}v${size}H0z"/><path d="${path}"/></svg>`;
    saveFile(new Blob([picture], { type: 'image/svg+xml' }), `${name}.svg`);
  };
  return (
    <div className={classes.qr}>
      <Qr text={text} label={t('link.qr')} />
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
