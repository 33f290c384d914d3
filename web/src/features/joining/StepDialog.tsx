// One step between a publisher and a program: what it means, the words that go with it, then doing it. Joining is a yes to terms, so they are
// shown once more.

import { Alert, Button, Chip, Group, Stack, Text, Textarea } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, newKey, POST, type Schemas } from '../../data/client';
import { problemText } from '../../data/problem';
import { useWords } from '../../language/words';
import type { TextKey } from '../../../generated/keys';
import { FormModal } from '../../ui/FormModal';
import type { ProgramStanding, Step } from './standing';
import { AllTerms } from './Terms';

type Kind = Schemas['PublisherKind'];

const KINDS: Kind[] = [
  'content',
  'coupon',
  'cashback',
  'extension',
  'influencer',
  'search',
  'email',
  'app',
  'sub_network',
  'other',
];
const CHARACTERS_MAX = 2000;
// What the API takes when nothing is said; its types ask for it.
const AGAIN_AFTER_DAYS = 30;

interface Words {
  title: TextKey;
  text: TextKey;
  done: TextKey;
  // The label of what he writes, if he writes anything.
  message?: TextKey;
  needed?: boolean;
  terms?: boolean;
  danger?: boolean;
}

const WORDS: Record<Step, Words> = {
  apply: {
    title: 'join.apply',
    text: 'join.apply_text',
    done: 'join.applied',
    message: 'join.apply_message',
    needed: true,
    terms: true,
  },
  accept: {
    title: 'join.accept',
    text: 'join.accept_text',
    done: 'join.accepted',
    message: 'join.message',
    terms: true,
  },
  decline: { title: 'join.decline', text: 'join.decline_text', done: 'join.declined', message: 'join.message' },
  withdraw: { title: 'join.withdraw', text: 'join.withdraw_text', done: 'join.withdrawn', danger: true },
  leave: {
    title: 'join.leave',
    text: 'join.leave_text',
    done: 'join.left',
    message: 'join.leave_message',
    needed: true,
    danger: true,
  },
};

interface Input {
  step: Step;
  at: ProgramStanding;
  publisher: string;
  message: string;
  methods: Kind[];
  key: string;
}

const take = async ({ step, at, publisher, message, methods, key }: Input): Promise<unknown> => {
  const header = { 'Idempotency-Key': key };
  const program_id = at.program.id;
  if (step === 'apply') {
    const body = { program_id, publisher_id: publisher, message, promotion_methods: methods };
    return answer(POST('/api/v1/applications', { params: { header }, body }));
  }
  if (step === 'leave') {
    const body = { publisher_id: publisher, reason: message };
    return answer(
      POST('/api/v1/programs/{program_id}/end_membership', { params: { path: { program_id }, header }, body }),
    );
  }
  const params = { path: { application_id: at.application?.id ?? '' }, header };
  const body = { answer: message };
  if (step === 'accept') return answer(POST('/api/v1/applications/{application_id}/accept', { params, body }));
  if (step === 'decline') {
    const refusal = { ...body, again_after_days: AGAIN_AFTER_DAYS };
    return answer(POST('/api/v1/applications/{application_id}/decline', { params, body: refusal }));
  }
  return answer(POST('/api/v1/applications/{application_id}/withdraw', { params }));
};

interface Props {
  step: Step;
  at: ProgramStanding;
  publisher: string;
  close: () => void;
}

export const StepDialog = ({ step, at, publisher, close }: Props) => {
  const { t, word } = useWords();
  const queries = useQueryClient();
  const words = WORDS[step];
  const [message, setMessage] = useState('');
  const [methods, setMethods] = useState<Kind[]>([]);
  const [empty, setEmpty] = useState(false);
  // One key for one decision: pressing twice does it once.
  const [key] = useState(newKey);
  const doing = useMutation({
    mutationFn: () => take({ step, at, publisher, message: message.trim(), methods, key }),
    onSuccess: async () => {
      notifications.show({ message: t(words.done), color: 'teal' });
      close();
      await queries.invalidateQueries({ queryKey: ['standings'] });
    },
  });
  const submit = () => {
    const missing = words.needed === true && !message.trim();
    setEmpty(missing);
    if (!missing) doing.mutate();
  };
  return (
    <FormModal
      size="lg"
      title={`${t(words.title)}: ${at.program.name}`}
      isLost={() => !doing.isPending && !doing.isSuccess && message.trim() !== ''}
      close={close}
    >
      {(leave) => (
        <Stack gap="md">
          <Text size="sm">{t(words.text)}</Text>
          {words.terms && at.terms && <AllTerms words={at.terms.in_words} />}
          {step === 'apply' && (
            <Chip.Group multiple value={methods} onChange={(chosen) => setMethods(chosen as Kind[])}>
              <Group gap={6} role="group" aria-label={t('join.methods')}>
                {KINDS.map((kind) => (
                  <Chip key={kind} value={kind} size="xs">
                    {word('publisher_kind', kind)}
                  </Chip>
                ))}
              </Group>
            </Chip.Group>
          )}
          {words.message && (
            <Textarea
              label={t(words.message)}
              value={message}
              error={empty && t('ui.required')}
              onChange={(event) => {
                setMessage(event.currentTarget.value);
                setEmpty(false);
              }}
              autosize
              minRows={2}
              maxRows={8}
              maxLength={CHARACTERS_MAX}
            />
          )}
          {doing.error && (
            <Alert color="red" variant="light" role="alert">
              {problemText(doing.error)}
            </Alert>
          )}
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={leave}>
              {t('ui.close')}
            </Button>
            <Button color={words.danger ? 'red.9' : undefined} loading={doing.isPending} onClick={submit}>
              {t(words.title)}
            </Button>
          </Group>
        </Stack>
      )}
    </FormModal>
  );
};
