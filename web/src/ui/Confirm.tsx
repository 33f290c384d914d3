// Doing something that counts: the words it needs, what it would do (asked of the server without storing anything), then doing it.

import { Alert, Button, Group, Select, Stack, Textarea } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { newKey } from '../data/client';
import { problemText } from '../data/problem';
import { useWords } from '../language/words';
import { FormModal } from './FormModal';

export interface Answered {
  reason: string | undefined;
  text: string;
}

interface Props<Result> {
  title: string;
  // The button that does it.
  action: string;
  danger?: boolean;
  // Reasons to choose from, as words of the API.
  reasons?: readonly string[];
  // The label of a text, when one can be given; whether there must be one.
  text?: { label: string; needed?: (reason: string | undefined) => boolean };
  run: (answered: Answered, dryRun: boolean, key: string) => Promise<Result>;
  // What the result means, before and after.
  effect?: (result: Result) => ReactNode;
  done: (result: Result) => string;
  // What was read before and is now different.
  changes: string[];
  close: () => void;
  // After it was done, and only then.
  finished?: () => void;
  children?: ReactNode;
}

export const Confirm = <Result,>(props: Props<Result>) => {
  const { title, action, danger, reasons, text, run, effect, done, changes, close, finished, children } = props;
  const { t, word } = useWords();
  const queries = useQueryClient();
  const [reason, setReason] = useState(reasons?.[0]);
  const [written, setWritten] = useState('');
  // One key for one decision: pressing twice does it once.
  const [key] = useState(newKey);
  const missing = text?.needed?.(reason) === true && !written.trim();
  const answered: Answered = { reason, text: written.trim() };
  const preview = useQuery({
    queryKey: ['preview', key, reason, missing ? '' : answered.text],
    queryFn: () => run(answered, true, newKey()),
    enabled: !missing && effect !== undefined,
    gcTime: 0,
    retry: false,
  });
  const doing = useMutation({
    mutationFn: () => run(answered, false, key),
    onSuccess: async (result) => {
      notifications.show({ message: done(result), color: 'teal' });
      close();
      finished?.();
      await Promise.all(changes.map((noun) => queries.invalidateQueries({ queryKey: [noun] })));
    },
  });
  const problem = doing.error ?? preview.error;
  return (
    <FormModal
      title={title}
      size="lg"
      isLost={() => !doing.isPending && !doing.isSuccess && written.trim() !== ''}
      close={close}
    >
      {(leave) => (
        <Stack gap="md">
          {children}
          {reasons && (
            <Select
              label={t('ui.reason')}
              data={reasons.map((one) => ({ value: one, label: word('reason', one) }))}
              value={reason ?? null}
              onChange={(value) => setReason(value ?? undefined)}
              allowDeselect={false}
            />
          )}
          {text && (
            <Textarea
              label={text.label}
              value={written}
              onChange={(event) => setWritten(event.currentTarget.value)}
              required={text.needed?.(reason) ?? false}
              autosize
              minRows={2}
              maxRows={8}
              maxLength={2000}
            />
          )}
          {preview.data !== undefined && effect?.(preview.data)}
          {problem && (
            <Alert color="red" variant="light" role="alert">
              {problemText(problem)}
            </Alert>
          )}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={leave}>
              {t('ui.cancel')}
            </Button>
            <Button
              color={danger ? 'red.9' : undefined}
              disabled={missing || preview.isError}
              loading={doing.isPending}
              onClick={() => doing.mutate()}
            >
              {action}
            </Button>
          </Group>
        </Stack>
      )}
    </FormModal>
  );
};

// What every write of the API takes.
export const writeParams = (dryRun: boolean, key: string) => ({
  query: dryRun ? { dry_run: true } : {},
  header: { 'Idempotency-Key': key },
});
