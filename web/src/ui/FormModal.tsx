// A dialog in which something is written. Closing it in whatever way asks first when that would be lost, and so does leaving the page.

import { Modal, type MantineSize } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { useWords } from '../language/words';
import { LeaveQuestion, Unsaved } from './Unsaved';

interface Props {
  title: string;
  size?: MantineSize;
  // Whether something would be lost at this moment.
  isLost: () => boolean;
  close: () => void;
  // `leave` is what the button does that closes it.
  children: (leave: () => void) => ReactNode;
}

export const FormModal = ({ title, size, isLost, close, children }: Props) => {
  const { t } = useWords();
  const [asking, setAsking] = useState(false);
  const leave = () => (isLost() ? setAsking(true) : close());
  return (
    <>
      <Modal
        opened
        onClose={leave}
        title={title}
        size={size}
        closeOnEscape={!asking}
        trapFocus={!asking}
        closeButtonProps={{ 'aria-label': t('ui.close') }}
      >
        {children(leave)}
      </Modal>
      {asking ? <LeaveQuestion stay={() => setAsking(false)} leave={close} /> : <Unsaved isLost={isLost} />}
    </>
  );
};
