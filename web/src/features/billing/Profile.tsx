// To whom an advertiser's invoices or a publisher's statements are written, or who writes them: the network.

import { ActionIcon, Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, GET, PUT, type Schemas } from '../../data/client';
import { Problem } from '../../data/problem';
import { mayAs, type Role } from '../../data/session';
import { useSession } from '../../data/session_context';
import { useWords } from '../../language/words';
import { isDecimal } from '../../ui/digits';
import { useDraft, type Draft } from '../../ui/draft';
import { Facts } from '../../ui/Facts';
import { Failed } from '../../ui/Failed';
import { AreaField, DecimalField, TextField, WholeField } from '../../ui/Fields';
import classes from '../../ui/fields.module.css';
import { FormDialog } from '../../ui/FormDialog';
import { Section } from '../../ui/Page';
import { Foreign } from '../../ui/values';
import { AddressFields } from './AddressFields';

type Kind = 'advertiser' | 'publisher' | 'network';
// What each kind's calls take and answer, as far as it is written here.
type Values = Schemas['BillingProfile'] & Pick<Schemas['IssuerProfile'], 'payment_instructions' | 'numbering'>;

const ROLES: Record<Kind, Role[]> = {
  advertiser: ['operator', 'advertiser', 'manager'],
  publisher: ['operator', 'publisher', 'manager'],
  network: ['operator'],
};
const WORDS_CHARACTERS_MAX = 500;

const readProfile = async (kind: Kind, id: string): Promise<Values | null> => {
  const asked =
    kind === 'advertiser'
      ? answer(GET('/api/v1/advertisers/{advertiser_id}/billing_profile', { params: { path: { advertiser_id: id } } }))
      : kind === 'publisher'
        ? answer(GET('/api/v1/publishers/{publisher_id}/billing_profile', { params: { path: { publisher_id: id } } }))
        : answer(GET('/api/v1/networks/{network_id}/billing_profile', { params: { path: { network_id: id } } }));
  try {
    return (await asked) as Values;
  } catch (problem) {
    // Nobody has written it yet.
    if (problem instanceof Problem && problem.status === 404) return null;
    throw problem;
  }
};

const writeProfile = (kind: Kind, id: string, values: Values): Promise<unknown> => {
  const { address, legal_name, email, registration, tax_id } = values;
  const body = { address, legal_name: legal_name.trim(), email, registration, tax_id };
  if (kind === 'network') {
    return answer(
      PUT('/api/v1/networks/{network_id}/billing_profile', {
        params: { path: { network_id: id } },
        body: { ...body, payment_instructions: values.payment_instructions, numbering: values.numbering },
      }),
    );
  }
  if (kind === 'publisher') {
    const params = { path: { publisher_id: id } };
    return answer(PUT('/api/v1/publishers/{publisher_id}/billing_profile', { params, body }));
  }
  return answer(
    PUT('/api/v1/advertisers/{advertiser_id}/billing_profile', {
      params: { path: { advertiser_id: id } },
      body: { ...body, payment_days: values.payment_days, tax_rates: values.tax_rates, tax_note: values.tax_note },
    }),
  );
};

const Taxes = ({ draft }: { draft: Draft<Values> }) => {
  const { t } = useWords();
  const taxes = draft.values.tax_rates ?? [];
  return (
    <>
      {taxes.map((tax, at) => (
        <div key={at} className={classes.row}>
          <TextField fields={draft} path={`tax_rates[${at}].name`} label={t('party.tax_name')} />
          <DecimalField fields={draft} path={`tax_rates[${at}].percent`} label={t('party.tax_percent')} unit="%" />
          <ActionIcon
            aria-label={t('ui.remove_what', { what: tax.name || t('party.tax_name') })}
            onClick={() =>
              draft.write(
                'tax_rates',
                taxes.filter((_, other) => other !== at),
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
          onClick={() => draft.write('tax_rates', [...taxes, { name: '', percent: '' }])}
        >
          {t('party.tax_add')}
        </Button>
      </div>
    </>
  );
};

const Editing = ({
  kind,
  id,
  profile,
  close,
}: {
  kind: Kind;
  id: string;
  profile: Values | null;
  close: () => void;
}) => {
  const { t } = useWords();
  const { actingAs } = useSession();
  const queries = useQueryClient();
  const draft = useDraft<Values, unknown>({
    initial: profile ?? { legal_name: '', address: { town: '', country: '' } },
    check: ({ legal_name, address, tax_rates, payment_days }) => ({
      legal_name: legal_name.trim() ? undefined : t('ui.required'),
      'address.town': address.town.trim() ? undefined : t('ui.required'),
      'address.country': address.country ? undefined : t('ui.required'),
      payment_days: typeof payment_days === 'string' ? t('ui.whole_wrong') : undefined,
      ...Object.fromEntries(
        (tax_rates ?? []).flatMap(({ name, percent }, at) => [
          [`tax_rates[${at}].name`, name.trim() ? undefined : t('ui.required')],
          [`tax_rates[${at}].percent`, isDecimal(percent) ? undefined : t('ui.number_wrong')],
        ]),
      ),
    }),
    submit: (values) => writeProfile(kind, id, values),
    done: async () => {
      notifications.show({ message: t('ui.saved'), color: 'teal' });
      close();
      await queries.invalidateQueries({ queryKey: ['billing_profile', kind, id] });
    },
  });
  return (
    <FormDialog title={t(`party.${kind}_title`)} draft={draft} action={t('ui.save')} close={close}>
      <TextField
        fields={draft}
        path="legal_name"
        label={t('party.legal_name')}
        hint={t('party.legal_name_hint')}
        autoFocus
      />
      <AddressFields fields={draft} path="address" />
      <div className={classes.pair}>
        <TextField fields={draft} path="tax_id" label={t('party.tax_id')} optional />
        <TextField fields={draft} path="registration" label={t('party.registration')} optional />
      </div>
      <TextField fields={draft} path="email" label={t('ui.email')} type="email" dir="ltr" optional />
      {kind === 'network' && (
        <AreaField
          fields={draft}
          path="payment_instructions"
          label={t('party.instructions')}
          hint={t('party.instructions_hint')}
          maxLength={WORDS_CHARACTERS_MAX}
        />
      )}
      {kind === 'advertiser' && actingAs.role === 'operator' && (
        <>
          <WholeField
            fields={draft}
            path="payment_days"
            label={t('party.payment_days')}
            hint={t('party.payment_days_hint')}
            unit={t('ui.unit_day')}
          />
          <Taxes draft={draft} />
          <TextField
            fields={draft}
            path="tax_note"
            label={t('party.tax_note')}
            hint={t('party.tax_note_hint')}
            optional
          />
        </>
      )}
    </FormDialog>
  );
};

export const Profile = ({ kind, id }: { kind: Kind; id: string }) => {
  const { t } = useWords();
  const session = useSession();
  const [editing, setEditing] = useState(false);
  const { data, error, refetch } = useQuery({
    queryKey: ['billing_profile', kind, id],
    queryFn: () => readProfile(kind, id),
  });
  const address = data && [
    data.address.street,
    data.address.building_number,
    data.address.post_code,
    data.address.town,
    data.address.country,
  ];
  return (
    <Section
      title={t(`party.${kind}_title`)}
      hint={t(`party.${kind}_hint`)}
      actions={
        data !== undefined &&
        mayAs(session, ROLES[kind], 'approve') && (
          <Button size="xs" variant={data ? 'default' : 'filled'} onClick={() => setEditing(true)}>
            {t(data ? 'ui.edit' : 'party.fill_in')}
          </Button>
        )
      }
    >
      {error && <Failed error={error} retry={() => void refetch()} />}
      {data === null && <span className={classes.said}>{t('party.none')}</span>}
      {data && (
        <Facts
          rows={[
            [t('party.legal_name'), <Foreign key="name">{data.legal_name}</Foreign>],
            [t('party.address'), <Foreign key="address">{address?.filter(Boolean).join(', ') ?? ''}</Foreign>],
            [t('party.tax_id'), data.tax_id && <Foreign key="tax">{data.tax_id}</Foreign>],
            [t('ui.email'), data.email && <Foreign key="email">{data.email}</Foreign>],
            [t('party.tax_rates'), data.tax_rates?.map(({ name, percent }) => `${name} ${percent} %`).join(', ')],
          ]}
        />
      )}
      {editing && data !== undefined && <Editing kind={kind} id={id} profile={data} close={() => setEditing(false)} />}
    </Section>
  );
};
