// An advertiser, written or changed: how he pays, and how his postbacks prove themselves.

import { ActionIcon, Button } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useMemo } from 'react';
import { answer, PATCH, POST, type Schemas } from '../../data/client';
import { advertiserQuery } from '../../data/objects';
import { useSession } from '../../data/session_context';
import { number } from '../../language/format';
import { locale } from '../../language/locales';
import { useWords } from '../../language/words';
import { changesOf } from '../../ui/changes';
import { writeParams } from '../../ui/Confirm';
import { isDecimal } from '../../ui/digits';
import { useDraft, type Draft, type Errors } from '../../ui/draft';
import { ChoiceField, DecimalField, DurationField, SwitchField, TagsField, TextField } from '../../ui/Fields';
import classes from '../../ui/fields.module.css';
import { FormPage } from '../../ui/FormPage';
import { Loaded } from '../../ui/Loaded';
import { Section } from '../../ui/Page';
import { currencies } from '../sign_in/currencies';

type Values = Schemas['AdvertiserDraft'];

const NAME_CHARACTERS_MAX = 200;
const BILLINGS = ['postpaid', 'prepaid'] as const;
const STATUSES = ['active', 'paused', 'closed'] as const;

const EMPTY: Values = {
  name: '',
  billing: 'postpaid',
  alert_below: [],
  postback: { allowed_addresses: [], browser_conversions: true, signature_age_seconds_max: 300 },
};

const useCheck = () => {
  const { t } = useWords();
  return (values: Values): Errors => ({
    name: values.name.trim() ? undefined : t('ui.required'),
    ...Object.fromEntries(
      (values.alert_below ?? []).map(({ amount }, at) => [
        `alert_below[${at}].amount`,
        isDecimal(amount) ? undefined : t('ui.number_wrong'),
      ]),
    ),
  });
};

const Alerts = ({ draft }: { draft: Draft<Values> }) => {
  const { t, language } = useWords();
  const { network } = useSession();
  // eslint-disable-next-line react-hooks/exhaustive-deps -- currencies have other names in another language
  const choices = useMemo(() => currencies(locale()), [language]);
  const alerts = draft.values.alert_below ?? [];
  return (
    <>
      {alerts.map((alert, at) => (
        <div key={at} className={classes.row}>
          <DecimalField
            fields={draft}
            path={`alert_below[${at}].amount`}
            label={t('advertiser.alert_below')}
            hint={at === 0 ? t('advertiser.alert_below_hint') : undefined}
            unit={alert.currency}
          />
          <ChoiceField
            fields={draft}
            path={`alert_below[${at}].currency`}
            label={t('contract.currency')}
            choices={choices}
          />
          <ActionIcon
            aria-label={t('ui.remove_what', { what: `${t('advertiser.alert_below')} ${number(at + 1)}` })}
            onClick={() =>
              draft.write(
                'alert_below',
                alerts.filter((_, other) => other !== at),
              )
            }
          >
            <IconTrash size={16} aria-hidden />
          </ActionIcon>
        </div>
      ))}
      <div>
        <Button
          variant="default"
          size="xs"
          leftSection={<IconPlus size={14} aria-hidden />}
          onClick={() => draft.write('alert_below', [...alerts, { amount: '', currency: network.currency }])}
        >
          {t('advertiser.alert_add')}
        </Button>
      </div>
    </>
  );
};

const AdvertiserFields = ({ draft, isNew }: { draft: Draft<Values>; isNew?: boolean }) => {
  const { t, word } = useWords();
  const words = (kind: string, values: readonly string[]) =>
    values.map((value) => ({ value, label: word(kind, value) }));
  return (
    <>
      <Section title={t('advertiser.basics')}>
        <div className={classes.fields}>
          <TextField
            fields={draft}
            path="name"
            label={t('advertiser.name')}
            hint={t('advertiser.name_hint')}
            maxLength={NAME_CHARACTERS_MAX}
            autoFocus
          />
          <div className={classes.pair}>
            <ChoiceField
              fields={draft}
              path="billing"
              label={t('advertiser.billing')}
              hint={t(draft.values.billing === 'prepaid' ? 'advertiser.prepaid_hint' : 'advertiser.postpaid_hint')}
              choices={words('billing', BILLINGS)}
            />
            {!isNew && (
              <ChoiceField
                fields={draft}
                path="status"
                label={t('conversion.state')}
                hint={t('advertiser.status_hint')}
                choices={words('status', STATUSES)}
              />
            )}
          </div>
          {draft.values.billing === 'prepaid' && <Alerts draft={draft} />}
        </div>
      </Section>
      <Section title={t('advertiser.postback')} hint={t('advertiser.postback_hint')}>
        <div className={classes.fields}>
          <SwitchField
            fields={draft}
            path="postback.browser_conversions"
            label={t('advertiser.browser')}
            hint={t('advertiser.browser_hint')}
          />
          <TagsField
            fields={draft}
            path="postback.allowed_addresses"
            label={t('advertiser.addresses')}
            hint={t('advertiser.addresses_hint')}
            placeholder="203.0.113.0/24"
          />
          <DurationField
            fields={draft}
            path="postback.signature_age_seconds_max"
            label={t('advertiser.signature_age')}
            hint={t('advertiser.signature_age_hint')}
          />
        </div>
      </Section>
    </>
  );
};

export const NewAdvertiser = () => {
  const { t } = useWords();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const check = useCheck();
  const draft = useDraft({
    initial: EMPTY,
    check,
    submit: (values, key) =>
      answer(
        POST('/api/v1/advertisers', {
          params: writeParams(false, key),
          body: { ...values, name: values.name.trim() },
        }),
      ),
    done: async (made) => {
      await Promise.all(['advertisers', 'named'].map((noun) => queries.invalidateQueries({ queryKey: [noun] })));
      await navigate({ to: '/advertisers/$advertiserId', params: { advertiserId: made.id } });
    },
  });
  return (
    <FormPage
      title={t('advertiser.new')}
      lead={t('advertiser.new_lead')}
      draft={draft}
      action={t('advertiser.create')}
      cancel={() => void navigate({ to: '/advertisers' })}
    >
      <AdvertiserFields draft={draft} isNew />
    </FormPage>
  );
};

const route = getRouteApi('/advertisers/$advertiserId/edit');

const Editing = ({ advertiser }: { advertiser: Schemas['AdvertiserView'] }) => {
  const { t } = useWords();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const check = useCheck();
  const { id, name, billing, status, alert_below, postback } = advertiser;
  const initial: Values = { name, billing, status, alert_below, postback };
  const back = () => void navigate({ to: '/advertisers/$advertiserId', params: { advertiserId: id } });
  const draft = useDraft({
    initial,
    check,
    submit: (values, key) =>
      answer(
        PATCH('/api/v1/advertisers/{advertiser_id}', {
          params: { path: { advertiser_id: id }, ...writeParams(false, key) },
          body: changesOf(initial, values),
        }),
      ),
    done: async () => {
      await Promise.all(['advertisers', 'named'].map((noun) => queries.invalidateQueries({ queryKey: [noun] })));
      back();
    },
  });
  return (
    <FormPage title={name} lead={t('advertiser.edit_lead')} draft={draft} action={t('ui.save')} cancel={back}>
      <AdvertiserFields draft={draft} />
    </FormPage>
  );
};

export const EditAdvertiser = () => {
  const { t } = useWords();
  const { advertiserId } = route.useParams();
  const query = useQuery(advertiserQuery(advertiserId));
  return (
    <Loaded query={query} title={t('role.advertiser')}>
      {(advertiser) => <Editing key={advertiser.id} advertiser={advertiser} />}
    </Loaded>
  );
};
