// What stands where a page is not there: still loading, broken, or unknown.

import { Button, Code, Group, Skeleton, Stack, Text, Title } from '@mantine/core';
import { IconMapOff, IconPlugConnectedX } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { Problem, problemText } from '../data/problem';
import { useWords } from '../language/words';
import classes from './states.module.css';

export const PageLoading = () => {
  const { t } = useWords();
  return (
    <div className={classes.loading} role="status" aria-label={t('ui.loading')}>
      <Skeleton h={28} w={220} mb="lg" />
      <div className={classes.tiles}>
        {[0, 1, 2, 3].map((tile) => (
          <Skeleton key={tile} h={104} radius="lg" />
        ))}
      </div>
      <Skeleton h={280} radius="lg" mt="md" />
    </div>
  );
};

const Whole = ({ icon, title, children }: { icon: ReactNode; title: string; children: ReactNode }) => (
  <div className={classes.whole}>
    <span className={classes.icon}>{icon}</span>
    <Title order={1} mt="md">
      {title}
    </Title>
    {children}
  </div>
);

export const PageFailed = ({ error, reset }: { error: unknown; reset?: () => void }) => {
  const { t } = useWords();
  const known = error instanceof Problem;
  return (
    <Whole
      icon={<IconPlugConnectedX size={28} stroke={1.5} />}
      title={known ? problemText(error) : t('problem.page_title')}
    >
      <Stack gap="sm" align="center" role="alert">
        {!known && <Text c="dimmed">{t('problem.page_text')}</Text>}
        {known && error.requestId && (
          <Text c="dimmed" size="sm">
            {t('ui.request_id')} <Code className="code">{error.requestId}</Code>
          </Text>
        )}
        {!known && error instanceof Error && <Code className="code">{error.message}</Code>}
        <Button mt="sm" onClick={() => (reset ? reset() : location.reload())}>
          {t('ui.retry')}
        </Button>
      </Stack>
    </Whole>
  );
};

export const PageMissing = () => {
  const { t } = useWords();
  return (
    <Whole icon={<IconMapOff size={28} stroke={1.5} />} title={t('problem.nowhere_title')}>
      <Group justify="center" gap="sm">
        <Text c="dimmed">{t('problem.nowhere_text')}</Text>
      </Group>
      <Button mt="md" renderRoot={(props) => <Link to="/overview" {...props} />}>
        {t('problem.nowhere_action')}
      </Button>
    </Whole>
  );
};
