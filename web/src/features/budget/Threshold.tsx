// Below which amount of prepaid money an advertiser's people are told.

import { Alert, Button, Group, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { answer, PATCH, type Schemas } from '../../data/client';
import { useSession } from '../../data/session_context';
import { useWords } from '../../language/words';
import { useForm } from '../../ui/form';
import { Unsaved } from '../../ui/Unsaved';

const AMOUNT = /^\d{1,18}(\.\d{1,9})?$/;

export const Threshold = ({ advertiser, mayChange }: { advertiser: Schemas['AdvertiserView']; mayChange: boolean }) => {
  const { t } = useWords();
  const { network } = useSession();
  const queries = useQueryClient();
  const { currency } = network;
  const others = advertiser.alert_below.filter((level) => level.currency !== currency);
  const known = advertiser.alert_below.find((level) => level.currency === currency);
  const form = useForm({
    initial: { alert_below: known?.amount ?? '' },
    check: ({ alert_below }) => ({
      alert_below: alert_below.trim() === '' || AMOUNT.test(alert_below.trim()) ? undefined : t('ui.amount_wrong'),
    }),
    submit: async ({ alert_below }) => {
      const amount = alert_below.trim();
      await answer(
        PATCH('/api/v1/advertisers/{advertiser_id}', {
          params: { path: { advertiser_id: advertiser.id } },
          body: { alert_below: amount ? [...others, { amount, currency }] : others },
        }),
      );
      notifications.show({ message: t('budget.threshold_saved'), color: 'teal' });
      await queries.invalidateQueries({ queryKey: ['budget'] });
    },
  });
  return (
    <form {...form.form}>
      {form.problem && (
        <Alert color="red" variant="light" role="alert" mb="sm">
          {form.problem}
        </Alert>
      )}
      <Group align="flex-start" gap="sm">
        <TextInput
          {...form.field('alert_below')}
          label={t('budget.threshold')}
          description={t('budget.threshold_hint', { currency })}
          inputMode="decimal"
          dir="ltr"
          disabled={!mayChange}
          w={280}
        />
        {mayChange && (
          <Button type="submit" variant="default" loading={form.busy} mt={39}>
            {t('budget.save')}
          </Button>
        )}
      </Group>
      <Unsaved isLost={form.isDirty} />
    </form>
  );
};
