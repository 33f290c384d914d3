// The account that the network pays publishers from. Only its last letters are ever shown again.

import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, GET, PUT, type Schemas } from '../../data/client';
import { Problem } from '../../data/problem';
import { mayAs } from '../../data/session';
import { useSession } from '../../data/session_context';
import { useWords } from '../../language/words';
import { writeParams } from '../../ui/Confirm';
import { useDraft } from '../../ui/draft';
import { Facts } from '../../ui/Facts';
import { Failed } from '../../ui/Failed';
import { TextField } from '../../ui/Fields';
import classes from '../../ui/fields.module.css';
import { FormDialog } from '../../ui/FormDialog';
import { Section } from '../../ui/Page';
import { Code, Foreign } from '../../ui/values';
import { AddressFields } from '../billing/AddressFields';

type Values = Schemas['PayerDetails'];

const readPayer = async (network_id: string) => {
  try {
    return await answer(GET('/api/v1/networks/{network_id}/payer', { params: { path: { network_id } } }));
  } catch (problem) {
    // Nobody has said it yet.
    if (problem instanceof Problem && problem.status === 404) return null;
    throw problem;
  }
};

const Editing = ({ payer, close }: { payer: Schemas['PayerView'] | null; close: () => void }) => {
  const { t } = useWords();
  const { network } = useSession();
  const queries = useQueryClient();
  const draft = useDraft<Values, unknown>({
    initial: { name: payer?.name ?? '', address: payer?.address ?? { town: '', country: '' }, bic: payer?.bic },
    check: ({ name, address, iban, account_number }) => ({
      name: name.trim() ? undefined : t('ui.required'),
      iban: iban || account_number ? undefined : t('ui.required'),
      'address.town': address.town.trim() ? undefined : t('ui.required'),
      'address.country': address.country ? undefined : t('ui.required'),
    }),
    submit: (body, key) =>
      answer(
        PUT('/api/v1/networks/{network_id}/payer', {
          params: { path: { network_id: network.id }, ...writeParams(false, key) },
          body,
        }),
      ),
    done: async () => {
      notifications.show({ message: t('ui.saved'), color: 'teal' });
      close();
      await queries.invalidateQueries({ queryKey: ['payer'] });
    },
  });
  return (
    <FormDialog title={t('network.payer')} draft={draft} action={t('ui.save')} close={close}>
      <TextField fields={draft} path="name" label={t('network.holder')} hint={t('network.holder_hint')} autoFocus />
      <div className={classes.pair}>
        <TextField
          fields={draft}
          path="iban"
          label={t('network.iban')}
          hint={t('network.iban_hint')}
          dir="ltr"
          optional
        />
        <TextField fields={draft} path="bic" label={t('network.bic')} hint={t('network.bic_hint')} dir="ltr" optional />
      </div>
      <TextField
        fields={draft}
        path="account_number"
        label={t('network.account_number')}
        hint={t('network.account_number_hint')}
        dir="ltr"
        optional
      />
      <AddressFields fields={draft} path="address" />
    </FormDialog>
  );
};

export const Payer = () => {
  const { t } = useWords();
  const session = useSession();
  const [editing, setEditing] = useState(false);
  const { data, error, refetch } = useQuery({
    queryKey: ['payer', session.network.id],
    queryFn: () => readPayer(session.network.id),
  });
  return (
    <Section
      title={t('network.payer')}
      hint={t('network.payer_hint')}
      actions={
        data !== undefined &&
        mayAs(session, ['operator'], 'pay') && (
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
            [t('network.holder'), <Foreign key="name">{data.name}</Foreign>],
            [t('network.iban'), data.iban && <Code key="iban">{data.iban}</Code>],
            [t('network.account_number'), data.account_number && <Code key="no">{data.account_number}</Code>],
            [t('network.bic'), data.bic && <Code key="bic">{data.bic}</Code>],
          ]}
        />
      )}
      {editing && data !== undefined && <Editing payer={data} close={() => setEditing(false)} />}
    </Section>
  );
};
