// A secret that the server tells once: shown until the reader says that he has kept it.

import { Alert, Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useWords } from '../language/words';
import { Copy } from './Copy';
import { Code } from './values';
import classes from './secret.module.css';

export const Secret = ({
  title,
  text,
  secret,
  close,
}: {
  title: string;
  text: string;
  secret: string;
  close: () => void;
}) => {
  const { t } = useWords();
  return (
    <Modal
      opened
      onClose={close}
      title={title}
      size="lg"
      withCloseButton={false}
      closeOnClickOutside={false}
      closeOnEscape={false}
    >
      <Stack gap="md">
        <Text size="sm">{text}</Text>
        <div className={classes.secret} data-testid="secret">
          <Code>{secret}</Code>
        </div>
        <Alert color="yellow" variant="light">
          {t('ui.secret_once')}
        </Alert>
        <Group justify="space-between" gap="xs">
          <Copy text={secret} what={t('ui.copy')} />
          <Button variant="default" onClick={close}>
            {t('ui.secret_kept')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
};
