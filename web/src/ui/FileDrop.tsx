// A place for a file: chosen by pressing, or dropped there.

import { Button, FileButton, Text } from '@mantine/core';
import { IconFileUpload } from '@tabler/icons-react';
import { useRef, useState } from 'react';
import { number } from '../language/format';
import { useWords } from '../language/words';
import { Foreign } from './values';
import classes from './file_drop.module.css';

const KILO = 1024;

interface Props {
  hint: string;
  accept: string;
  file: File | undefined;
  onFile: (file: File) => void;
}

export const FileDrop = ({ hint, accept, file, onFile }: Props) => {
  const { t } = useWords();
  const [over, setOver] = useState(false);
  const reset = useRef<() => void>(null);
  const take = (chosen: File | null) => {
    if (chosen) onFile(chosen);
    // The same file, repaired, can be chosen again.
    reset.current?.();
  };
  return (
    <div
      className={classes.drop}
      data-over={over}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        take(event.dataTransfer.files[0] ?? null);
      }}
    >
      <IconFileUpload size={28} stroke={1.4} aria-hidden />
      {file ? (
        <Text>
          <Foreign>{file.name}</Foreign>
          {` · ${number(Math.max(file.size / KILO, 0.1), { maximumFractionDigits: 1, style: 'unit', unit: 'kilobyte' })}`}
        </Text>
      ) : (
        <Text size="sm" c="dimmed">
          {hint}
        </Text>
      )}
      <FileButton accept={accept} onChange={take} resetRef={reset}>
        {(props) => (
          <Button {...props} variant="default">
            {t(file ? 'ui.other_file' : 'ui.choose_file')}
          </Button>
        )}
      </FileButton>
    </div>
  );
};
