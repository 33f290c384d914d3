// Something within a page that could not be loaded, and a way to try again.

import { Alert, Button, Group } from '@mantine/core';
import { problemText } from '../data/problem';
import { useWords } from '../language/words';

export const Failed = ({ error, retry }: { error: unknown; retry?: () => void }) => {
  const { t } = useWords();
  return (
    <Alert color="red" variant="light" role="alert" m="md">
      <Group justify="space-between" gap="sm">
        <span>{problemText(error)}</span>
        {retry && (
          <Button variant="default" size="xs" onClick={retry}>
            {t('ui.retry')}
          </Button>
        )}
      </Group>
    </Alert>
  );
};
