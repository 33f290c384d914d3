// A publisher, written or changed. Where his money goes is his alone to say, so it is not asked here.

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useMemo } from 'react';
import { answer, PATCH, POST, type Schemas } from '../../data/client';
import { useNamed } from '../../data/names';
import { publisherQuery } from '../../data/objects';
import { locale } from '../../language/locales';
import { useWords } from '../../language/words';
import { changesOf } from '../../ui/changes';
import { writeParams } from '../../ui/Confirm';
import { useDraft, type Draft, type Errors } from '../../ui/draft';
import { ChoiceField, TextField } from '../../ui/Fields';
import classes from '../../ui/fields.module.css';
import { FormPage } from '../../ui/FormPage';
import { Loaded } from '../../ui/Loaded';
import { Section } from '../../ui/Page';
import { currencies } from '../sign_in/currencies';

type Values = Schemas['PublisherDraft'];

const NAME_CHARACTERS_MAX = 200;
const STATUSES = ['pending', 'active', 'paused', 'closed'] as const;
const KINDS: Schemas['PublisherKind'][] = [
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

const PublisherFields = ({ draft, isNew }: { draft: Draft<Values>; isNew?: boolean }) => {
  const { t, word, language } = useWords();
  const publishers = useNamed('publisher');
  // eslint-disable-next-line react-hooks/exhaustive-deps -- currencies have other names in another language
  const choices = useMemo(() => currencies(locale()), [language]);
  const words = (kind: string, values: readonly string[]) =>
    values.map((value) => ({ value, label: word(kind, value) }));
  return (
    <>
      <Section title={t('publisher.basics')}>
        <div className={classes.fields}>
          <TextField
            fields={draft}
            path="name"
            label={t('publisher.name')}
            hint={t('publisher.name_hint')}
            maxLength={NAME_CHARACTERS_MAX}
            autoFocus
          />
          <div className={classes.pair}>
            <ChoiceField
              fields={draft}
              path="kind"
              label={t('publisher.kind')}
              hint={t('publisher.kind_hint')}
              choices={words('publisher_kind', KINDS)}
            />
            {!isNew && (
              <ChoiceField
                fields={draft}
                path="status"
                label={t('conversion.state')}
                hint={t('publisher.status_hint')}
                choices={words('status', STATUSES)}
              />
            )}
          </div>
        </div>
      </Section>
      <Section title={t('publisher.money')} hint={t('publisher.money_hint')}>
        <div className={classes.pair}>
          <ChoiceField
            fields={draft}
            path="currency"
            label={t('contract.currency')}
            hint={t('publisher.currency_hint')}
            placeholder={t('publisher.currency_any')}
            choices={choices}
            clearable
          />
        </div>
      </Section>
      <Section title={t('ui.advanced')}>
        <div className={classes.pair}>
          <TextField
            fields={draft}
            path="external_id"
            label={t('publisher.external_id')}
            hint={t('publisher.external_id_hint')}
            dir="ltr"
            optional
          />
          {isNew && (
            <ChoiceField
              fields={draft}
              path="referred_by"
              label={t('publisher.referred_by')}
              hint={t('publisher.referred_by_hint')}
              placeholder={t('publisher.referred_by_nobody')}
              choices={(publishers.data ?? []).map(({ id, name }) => ({ value: id, label: name }))}
              clearable
            />
          )}
        </div>
      </Section>
    </>
  );
};

const useCheck = () => {
  const { t } = useWords();
  return ({ name }: Values): Errors => ({ name: name.trim() ? undefined : t('ui.required') });
};

export const NewPublisher = () => {
  const { t } = useWords();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const check = useCheck();
  const draft = useDraft<Values, Schemas['PublisherView']>({
    initial: { name: '', kind: 'content' },
    check,
    submit: (values, key) =>
      answer(
        POST('/api/v1/publishers', {
          params: writeParams(false, key),
          body: { ...values, name: values.name.trim() },
        }),
      ),
    done: async (made) => {
      await Promise.all(['publishers', 'named'].map((noun) => queries.invalidateQueries({ queryKey: [noun] })));
      await navigate({ to: '/publishers/$publisherId', params: { publisherId: made.id } });
    },
  });
  return (
    <FormPage
      title={t('publisher.new')}
      lead={t('publisher.new_lead')}
      draft={draft}
      action={t('publisher.create')}
      cancel={() => void navigate({ to: '/publishers' })}
    >
      <PublisherFields draft={draft} isNew />
    </FormPage>
  );
};

const route = getRouteApi('/publishers/$publisherId/edit');

const Editing = ({ publisher }: { publisher: Schemas['PublisherView'] }) => {
  const { t } = useWords();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const check = useCheck();
  const { id, name, kind, status, currency, external_id } = publisher;
  const initial: Values = { name, kind, status, currency, external_id };
  const back = () => void navigate({ to: '/publishers/$publisherId', params: { publisherId: id } });
  const draft = useDraft({
    initial,
    check,
    // What was cleared is said as nothing, as a member that is left out would stay.
    submit: (values, key) =>
      answer(
        PATCH('/api/v1/publishers/{publisher_id}', {
          params: { path: { publisher_id: id }, ...writeParams(false, key) },
          body: changesOf(initial, { currency: null, external_id: null, ...values }),
        }),
      ),
    done: async () => {
      await Promise.all(['publishers', 'named'].map((noun) => queries.invalidateQueries({ queryKey: [noun] })));
      back();
    },
  });
  return (
    <FormPage title={name} lead={t('publisher.edit_lead')} draft={draft} action={t('ui.save')} cancel={back}>
      <PublisherFields draft={draft} />
    </FormPage>
  );
};

export const EditPublisher = () => {
  const { t } = useWords();
  const { publisherId } = route.useParams();
  const query = useQuery(publisherQuery(publisherId));
  return (
    <Loaded query={query} title={t('role.publisher')}>
      {(publisher) => <Editing key={publisher.id} publisher={publisher} />}
    </Loaded>
  );
};
