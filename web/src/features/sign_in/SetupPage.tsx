// The first start: the operator and the first network.

import { Alert, Button, PasswordInput, Select, SimpleGrid, Stack, Text, TextInput, Title } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import { sessionQuery, setUp, setupQuery } from '../../data/session';
import { locale } from '../../language/locales';
import { useWords } from '../../language/words';
import { useForm } from '../../ui/form';
import { Unsaved } from '../../ui/Unsaved';
import { EntryFrame } from './EntryFrame';
import { isEmail, isLongEnough } from './checks';
import { currencies, homeCurrency, homeZone, zones } from './currencies';

const SetupPage = () => {
  const { t, language } = useWords();
  const queries = useQueryClient();
  const choices = useMemo(
    () => ({ currencies: currencies(locale()), zones: zones() }),
    // eslint-disable-next-line react-hooks/exhaustive-deps -- currencies have other names in another language
    [language],
  );
  const form = useForm({
    initial: {
      'operator.name': '',
      'operator.email': '',
      'operator.password': '',
      'network.name': '',
      'network.currency': homeCurrency(),
      'network.zone': homeZone(),
    },
    check: (values) => {
      const needed = (text: string) => (text.trim() ? undefined : t('ui.required'));
      const email = values['operator.email'];
      return {
        'operator.name': needed(values['operator.name']),
        'operator.email': needed(email) ?? (isEmail(email) ? undefined : t('ui.email_wrong')),
        'operator.password':
          needed(values['operator.password']) ??
          (isLongEnough(values['operator.password']) ? undefined : t('ui.password_short')),
        'network.name': needed(values['network.name']),
      };
    },
    submit: async (values) => {
      await setUp({
        operator: {
          name: values['operator.name'].trim(),
          email: values['operator.email'].trim(),
          password: values['operator.password'],
        },
        network: {
          name: values['network.name'].trim(),
          currency: values['network.currency'],
          zone: values['network.zone'],
        },
      });
      queries.setQueryData(setupQuery.queryKey, (known) => known && { ...known, open: false });
      await queries.resetQueries({ queryKey: sessionQuery.queryKey });
    },
  });
  return (
    <EntryFrame title={t('sign_in.setup_title')} width={640}>
      <Unsaved isLost={form.isDirty} />
      <form {...form.form}>
        <Stack gap="md">
          <div>
            <Title order={1}>{t('sign_in.setup_title')}</Title>
            <Text c="dimmed" mt={4}>
              {t('sign_in.setup_intro')}
            </Text>
          </div>
          {form.problem && (
            <Alert color="red" variant="light" role="alert">
              {form.problem}
            </Alert>
          )}
          <Title order={2} mt="xs">
            {t('sign_in.setup_operator')}
          </Title>
          <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="md">
            <TextInput {...form.field('operator.name')} label={t('ui.name')} autoComplete="name" />
            <TextInput
              {...form.field('operator.email')}
              label={t('ui.email')}
              type="email"
              autoComplete="email"
              dir="ltr"
            />
          </SimpleGrid>
          <PasswordInput
            {...form.field('operator.password')}
            label={t('ui.password')}
            description={t('sign_in.password_hint')}
            autoComplete="new-password"
            visibilityToggleButtonProps={{ 'aria-label': t('sign_in.password_show') }}
          />
          <Title order={2} mt="xs">
            {t('sign_in.setup_network')}
          </Title>
          <TextInput
            {...form.field('network.name')}
            label={t('sign_in.network_name')}
            description={t('sign_in.network_name_hint')}
            autoComplete="organization"
          />
          <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="md">
            <Select
              name="network.currency"
              label={t('sign_in.currency')}
              description={t('sign_in.currency_hint')}
              data={choices.currencies}
              value={form.values['network.currency']}
              error={form.error('network.currency')}
              onChange={(value) => value && form.set('network.currency', value)}
              allowDeselect={false}
              searchable
            />
            <Select
              name="network.zone"
              label={t('sign_in.zone')}
              description={t('sign_in.zone_hint')}
              data={choices.zones}
              value={form.values['network.zone']}
              error={form.error('network.zone')}
              onChange={(value) => value && form.set('network.zone', value)}
              allowDeselect={false}
              searchable
            />
          </SimpleGrid>
          <Button type="submit" loading={form.busy} size="md" mt="xs">
            {t('sign_in.setup_submit')}
          </Button>
        </Stack>
      </form>
    </EntryFrame>
  );
};

export default SetupPage;
