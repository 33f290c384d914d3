// What holds for the whole network.

import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { answer, PATCH, type Schemas } from '../../data/client';
import { mayAs, sessionQuery } from '../../data/session';
import { useSession } from '../../data/session_context';
import { duration } from '../../language/format';
import { locale } from '../../language/locales';
import { useWords } from '../../language/words';
import { changesOf } from '../../ui/changes';
import { writeParams } from '../../ui/Confirm';
import { isWhole } from '../../ui/digits';
import { useDraft } from '../../ui/draft';
import { Facts } from '../../ui/Facts';
import { ChoiceField, TextField, WholeField } from '../../ui/Fields';
import classes from '../../ui/fields.module.css';
import { FormDialog } from '../../ui/FormDialog';
import { Section } from '../../ui/Page';
import { Code } from '../../ui/values';
import { currencies, zones } from '../sign_in/currencies';

type Changes = Schemas['NetworkChanges'];

const DAY_SECONDS = 86_400;
const CONSENTS = ['permit', 'permit_outside_europe', 'deny'] as const;

const Editing = ({ close }: { close: () => void }) => {
  const { t, word, language } = useWords();
  const { network } = useSession();
  const queries = useQueryClient();
  // eslint-disable-next-line react-hooks/exhaustive-deps -- currencies have other names in another language
  const choices = useMemo(() => ({ currencies: currencies(locale()), zones: zones() }), [language]);
  const { name, currency, zone, dispute_days, exchange_days_max, touch_detail_days } = network;
  const { fallback_url, unknown_consent } = network;
  const initial: Changes = {
    name,
    currency,
    zone,
    dispute_days,
    exchange_days_max,
    touch_detail_days,
    fallback_url,
    unknown_consent,
  };
  const draft = useDraft({
    initial,
    check: (values) => ({
      name: values.name?.trim() ? undefined : t('ui.required'),
      dispute_days: isWhole(values.dispute_days) ? undefined : t('ui.whole_wrong'),
      exchange_days_max: isWhole(values.exchange_days_max) ? undefined : t('ui.whole_wrong'),
      touch_detail_days: isWhole(values.touch_detail_days ?? 1) ? undefined : t('ui.whole_wrong'),
    }),
    submit: (values, key) =>
      answer(
        PATCH('/api/v1/networks/{network_id}', {
          params: { path: { network_id: network.id }, ...writeParams(false, key) },
          body: changesOf(initial, {
            ...values,
            fallback_url: values.fallback_url || null,
            touch_detail_days: values.touch_detail_days ?? null,
          }),
        }),
      ),
    done: async () => {
      notifications.show({ message: t('ui.saved'), color: 'teal' });
      close();
      await queries.invalidateQueries({ queryKey: sessionQuery.queryKey });
    },
  });
  return (
    <FormDialog title={t('network.settings')} draft={draft} action={t('ui.save')} close={close}>
      <TextField fields={draft} path="name" label={t('ui.name')} maxLength={200} autoFocus />
      <div className={classes.pair}>
        <ChoiceField
          fields={draft}
          path="currency"
          label={t('contract.currency')}
          hint={t('network.currency_hint')}
          choices={choices.currencies}
        />
        <ChoiceField
          fields={draft}
          path="zone"
          label={t('program.zone')}
          hint={t('network.zone_hint')}
          choices={
            choices.zones.some(({ value }) => value === zone)
              ? choices.zones
              : [{ value: zone, label: zone.replaceAll('_', ' ') }, ...choices.zones]
          }
        />
        <WholeField
          fields={draft}
          path="dispute_days"
          label={t('network.dispute_days')}
          hint={t('network.dispute_days_hint')}
          unit={t('ui.unit_day')}
        />
        <WholeField
          fields={draft}
          path="exchange_days_max"
          label={t('network.exchange_days')}
          hint={t('network.exchange_days_hint')}
          unit={t('ui.unit_day')}
        />
        <WholeField
          fields={draft}
          path="touch_detail_days"
          label={t('network.touch_detail')}
          hint={t('network.touch_detail_hint')}
          unit={t('ui.unit_day')}
        />
      </div>
      <ChoiceField
        fields={draft}
        path="unknown_consent"
        label={t('network.consent')}
        hint={t('network.consent_hint')}
        choices={CONSENTS.map((value) => ({ value, label: word('unknown_consent', value) }))}
      />
      <TextField
        fields={draft}
        path="fallback_url"
        label={t('network.fallback')}
        hint={t('network.fallback_hint')}
        type="url"
        dir="ltr"
      />
    </FormDialog>
  );
};

export const Settings = () => {
  const { t, word } = useWords();
  const session = useSession();
  const { network } = session;
  const [editing, setEditing] = useState(false);
  return (
    <Section
      title={t('network.settings')}
      actions={
        mayAs(session, ['operator'], 'approve') && (
          <Button size="xs" variant="default" onClick={() => setEditing(true)}>
            {t('ui.edit')}
          </Button>
        )
      }
    >
      <Facts
        rows={[
          [t('ui.id'), <Code key="id">{network.id}</Code>],
          [t('contract.currency'), network.currency],
          [t('program.zone'), network.zone],
          [t('network.dispute_days'), duration(network.dispute_days * DAY_SECONDS)],
          [t('network.exchange_days'), duration(network.exchange_days_max * DAY_SECONDS)],
          [
            t('network.touch_detail'),
            network.touch_detail_days == null
              ? t('network.touch_detail_always')
              : duration(network.touch_detail_days * DAY_SECONDS),
          ],
          [t('network.consent'), word('unknown_consent', network.unknown_consent)],
          [t('network.fallback'), network.fallback_url && <Code key="url">{network.fallback_url}</Code>],
        ]}
      />
      {editing && <Editing close={() => setEditing(false)} />}
    </Section>
  );
};
