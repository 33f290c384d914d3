// Opening a dispute: what is wrong, about which conversion or program, and what the publisher knows of the result.

import { Alert, Button, Group, Select, Stack, Textarea, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { answer, POST, type Schemas } from '../../data/client';
import { useNamed } from '../../data/names';
import { useSession } from '../../data/session_context';
import { useWords } from '../../language/words';
import { useForm } from '../../ui/form';
import { currencies } from '../sign_in/currencies';
import { LANGUAGES } from '../../language/languages';
import { FormModal } from '../../ui/FormModal';

const KINDS: Schemas['DisputeKind'][] = ['untracked', 'incorrect', 'declined'];
const AMOUNT = /^\d{1,18}(\.\d{1,9})?$/;
const TEXT_MAX = 2000;

export const NewDispute = ({ conversion, close }: { conversion: string | undefined; close: () => void }) => {
  const { t, word, language } = useWords();
  const { actingAs, network } = useSession();
  const queries = useQueryClient();
  const programs = useNamed('program').data ?? [];
  const publishers = useNamed('publisher').data ?? [];
  const form = useForm({
    initial: {
      kind: (conversion ? 'declined' : 'untracked') as string,
      publisher_id: actingAs.publishers[0] ?? '',
      conversion_id: conversion ?? '',
      program_id: '',
      text: '',
      'evidence.order_id': '',
      'evidence.click_id': '',
      'evidence.amount': '',
      'evidence.currency': network.currency,
    },
    check: (values) => {
      const amount = values['evidence.amount'].trim();
      const untracked = values.kind === 'untracked';
      return {
        conversion_id: untracked || values.conversion_id.trim() ? undefined : t('ui.required'),
        program_id: !untracked || values.program_id ? undefined : t('ui.required'),
        'evidence.amount': amount === '' || AMOUNT.test(amount) ? undefined : t('ui.amount_wrong'),
        text: values.text.trim() ? undefined : t('ui.required'),
      };
    },
    submit: async (values) => {
      const optional = (text: string) => text.trim() || undefined;
      const untracked = values.kind === 'untracked';
      const amount = optional(values['evidence.amount']);
      await answer(
        POST('/api/v1/disputes', {
          body: {
            kind: values.kind as Schemas['DisputeKind'],
            publisher_id: values.publisher_id || undefined,
            conversion_id: untracked ? undefined : values.conversion_id.trim(),
            program_id: untracked ? values.program_id : undefined,
            text: values.text.trim(),
            evidence: {
              order_id: optional(values['evidence.order_id']),
              click_id: optional(values['evidence.click_id']),
              amount,
              currency: amount ? values['evidence.currency'] : undefined,
            },
          },
        }),
      );
      notifications.show({ message: t('dispute.sent'), color: 'teal' });
      close();
      await queries.invalidateQueries({ queryKey: ['disputes'] });
    },
  });
  const untracked = form.values.kind === 'untracked';
  const own = publishers.filter(({ id }) => actingAs.publishers.includes(id));
  return (
    <FormModal title={t('dispute.new')} size="lg" isLost={form.isDirty} close={close}>
      {(leave) => (
        <form {...form.form}>
          <Stack gap="md">
            {form.problem && (
              <Alert color="red" variant="light" role="alert">
                {form.problem}
              </Alert>
            )}
            <Select
              label={t('dispute.kind')}
              description={t(`dispute.kind_${form.values.kind as Schemas['DisputeKind']}`)}
              data={KINDS.map((value) => ({ value, label: word('dispute_kind', value) }))}
              value={form.values.kind}
              onChange={(value) => form.set('kind', value ?? 'untracked')}
              allowDeselect={false}
            />
            {own.length > 1 && (
              <Select
                name="publisher_id"
                label={t('conversion.publisher')}
                data={own.map(({ id, name }) => ({ value: id, label: name }))}
                value={form.values.publisher_id}
                error={form.error('publisher_id')}
                onChange={(value) => form.set('publisher_id', value ?? '')}
                allowDeselect={false}
              />
            )}
            {untracked ? (
              <Select
                name="program_id"
                label={t('conversion.program')}
                data={programs.map(({ id, name }) => ({ value: id, label: name }))}
                value={form.values.program_id || null}
                error={form.error('program_id')}
                onChange={(value) => form.set('program_id', value ?? '')}
                searchable
              />
            ) : (
              <TextInput
                {...form.field('conversion_id')}
                label={t('dispute.conversion')}
                description={t('dispute.conversion_hint')}
                dir="ltr"
                maxLength={40}
              />
            )}
            <Group grow align="flex-start">
              <TextInput
                {...form.field('evidence.order_id')}
                label={t('conversion.order')}
                description={t('dispute.order_hint')}
                maxLength={200}
              />
              <TextInput
                {...form.field('evidence.click_id')}
                label={t('receipt.click_id')}
                description={t('dispute.click_hint')}
                dir="ltr"
                maxLength={200}
              />
            </Group>
            <Group grow align="flex-start">
              <TextInput
                {...form.field('evidence.amount')}
                label={t('conversion.amount')}
                inputMode="decimal"
                dir="ltr"
                maxLength={30}
              />
              <Select
                name="evidence.currency"
                label={t('contract.currency')}
                data={currencies(LANGUAGES[language].locale)}
                value={form.values['evidence.currency']}
                error={form.error('evidence.currency')}
                onChange={(value) => form.set('evidence.currency', value ?? network.currency)}
                allowDeselect={false}
                searchable
              />
            </Group>
            <Textarea
              {...form.field('text')}
              label={t('dispute.text')}
              description={t('dispute.text_hint')}
              autosize
              minRows={3}
              maxRows={10}
              maxLength={TEXT_MAX}
            />
            <Group justify="flex-end" gap="xs">
              <Button variant="default" onClick={leave}>
                {t('ui.cancel')}
              </Button>
              <Button type="submit" loading={form.busy}>
                {t('dispute.send')}
              </Button>
            </Group>
          </Stack>
        </form>
      )}
    </FormModal>
  );
};
