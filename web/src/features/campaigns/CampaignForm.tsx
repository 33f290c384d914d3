// A campaign, new or changed. What is fixed once it is set cannot be touched afterwards.

import { Alert, Button, Group, Select, Stack, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { answer, PATCH, POST } from '../../data/client';
import { useNamed } from '../../data/names';
import { useSession } from '../../data/session_context';
import { useWords } from '../../language/words';
import { useForm } from '../../ui/form';
import { CHANNELS, type Campaign, type Channel } from './campaign';
import { FormModal } from '../../ui/FormModal';

const NAME_CHARACTERS_MAX = 200;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

export const CampaignForm = ({ known, close }: { known?: Campaign; close: () => void }) => {
  const { t, word } = useWords();
  const { actingAs } = useSession();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const advertisers = useNamed('advertiser').data ?? [];
  const programs = useNamed('program').data ?? [];
  const own = actingAs.role === 'advertiser' ? (actingAs.advertisers[0] ?? '') : '';
  const form = useForm({
    initial: {
      advertiser_id: known?.advertiser_id ?? own,
      channel: (known?.channel ?? '') as string,
      name: known?.name ?? '',
      external_id: known?.external_id ?? '',
      program_id: known?.program_id ?? '',
      starts_on: known?.starts_on ?? '',
      ends_on: known?.ends_on ?? '',
      status: (known?.status ?? 'active') as string,
    },
    check: (values) => {
      const day = (text: string) => (text && !DAY.test(text) ? t('campaign.day_wrong') : undefined);
      return {
        advertiser_id: values.advertiser_id ? undefined : t('ui.required'),
        channel: values.channel ? undefined : t('ui.required'),
        name: values.name.trim() ? undefined : t('ui.required'),
        starts_on: day(values.starts_on),
        ends_on:
          day(values.ends_on) ??
          (values.starts_on && values.ends_on && values.ends_on < values.starts_on
            ? t('campaign.ends_before')
            : undefined),
      };
    },
    submit: async (values) => {
      const body = {
        name: values.name.trim(),
        external_id: values.external_id.trim() || null,
        starts_on: values.starts_on || null,
        ends_on: values.ends_on || null,
        status: values.status as Campaign['status'],
      };
      if (known) {
        const params = { path: { campaign_id: known.id } };
        await answer(PATCH('/api/v1/campaigns/{campaign_id}', { params, body }));
        notifications.show({ message: t('campaign.saved'), color: 'teal' });
        close();
      } else {
        const made = await answer(
          POST('/api/v1/campaigns', {
            body: {
              ...body,
              advertiser_id: values.advertiser_id,
              channel: values.channel as Channel,
              program_id: values.program_id || null,
            },
          }),
        );
        await navigate({ to: '/campaigns/$campaignId', params: { campaignId: made.id } });
      }
      await queries.invalidateQueries({ queryKey: ['campaigns'] });
    },
  });
  const choice = (name: 'advertiser_id' | 'channel' | 'program_id' | 'status') => ({
    name,
    value: form.values[name] || null,
    error: form.error(name),
    onChange: (value: string | null) => form.set(name, value ?? ''),
  });
  return (
    <FormModal title={t(known ? 'campaign.edit' : 'campaign.new')} size="lg" isLost={form.isDirty} close={close}>
      {(leave) => (
        <form {...form.form}>
          <Stack gap="md">
            {form.problem && (
              <Alert color="red" variant="light" role="alert">
                {form.problem}
              </Alert>
            )}
            {!own && !known && (
              <Select
                {...choice('advertiser_id')}
                label={t('campaign.advertiser')}
                data={advertisers
                  .filter(({ id }) => actingAs.role !== 'manager' || actingAs.advertisers.includes(id))
                  .map(({ id, name }) => ({ value: id, label: name }))}
                searchable
              />
            )}
            <TextInput
              {...form.field('name')}
              data-autofocus
              label={t('campaign.name')}
              description={t('campaign.name_hint')}
              maxLength={NAME_CHARACTERS_MAX}
            />
            <Group grow align="flex-start">
              {!known && (
                <Select
                  {...choice('channel')}
                  label={t('campaign.channel')}
                  data={CHANNELS.map((value) => ({ value, label: word('channel', value) }))}
                />
              )}
              <TextInput
                {...form.field('external_id')}
                label={t('campaign.external')}
                description={known ? undefined : t('campaign.external_hint')}
                maxLength={NAME_CHARACTERS_MAX}
                dir="ltr"
              />
            </Group>
            {!known && (
              <Select
                {...choice('program_id')}
                label={t('campaign.program')}
                description={t('campaign.program_hint')}
                data={programs.map(({ id, name }) => ({ value: id, label: name }))}
                clearable
                clearButtonProps={{ 'aria-label': t('ui.clear') }}
                searchable
              />
            )}
            <Group grow align="flex-start">
              <TextInput {...form.field('starts_on')} type="date" label={t('campaign.starts')} />
              <TextInput {...form.field('ends_on')} type="date" label={t('campaign.ends')} />
            </Group>
            {known && (
              <Select
                {...choice('status')}
                label={t('link.status')}
                data={(['active', 'paused', 'closed'] as const).map((value) => ({
                  value,
                  label: word('status', value),
                }))}
                allowDeselect={false}
              />
            )}
            <Group justify="flex-end" gap="xs">
              <Button variant="default" onClick={leave}>
                {t('ui.cancel')}
              </Button>
              <Button type="submit" loading={form.busy}>
                {t(known ? 'campaign.save' : 'campaign.make')}
              </Button>
            </Group>
          </Stack>
        </form>
      )}
    </FormModal>
  );
};
