// What stands on an advertiser's account in each currency, and entering what he paid in. Money is shown before it is stored.

import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { answer, GET, newKey, POST, type Schemas } from '../../data/client';
import { mayAs } from '../../data/session';
import { useSession } from '../../data/session_context';
import { money } from '../../language/format';
import { locale } from '../../language/locales';
import { useWords } from '../../language/words';
import { writeParams } from '../../ui/Confirm';
import { isDecimal } from '../../ui/digits';
import { useDraft } from '../../ui/draft';
import { Failed } from '../../ui/Failed';
import { ChoiceField, DecimalField, TextField } from '../../ui/Fields';
import classes from './advertisers.module.css';
import fieldClasses from '../../ui/fields.module.css';
import { FormDialog } from '../../ui/FormDialog';
import { Section } from '../../ui/Page';
import { Money } from '../../ui/values';
import { currencies } from '../sign_in/currencies';

type Advertiser = Schemas['AdvertiserView'];
type Account = Schemas['AccountView'];

const PAGE = 200;
const INVOICES_OFFERED = 100;
const NOTE_CHARACTERS_MAX = 500;

const readAccounts = async (advertiser: string): Promise<Account[]> => {
  const query = { advertiser_id: advertiser, limit: PAGE };
  const { items } = await answer(GET('/api/v1/ledger/accounts', { params: { query } }));
  return items.filter(({ kind }) => kind === 'advertiser');
};

const TopUp = ({ advertiser, close }: { advertiser: Advertiser; close: () => void }) => {
  const { t, language } = useWords();
  const { network } = useSession();
  const queries = useQueryClient();
  // eslint-disable-next-line react-hooks/exhaustive-deps -- currencies have other names in another language
  const choices = useMemo(() => currencies(locale()), [language]);
  const invoices = useQuery({
    queryKey: ['invoices', 'open', advertiser.id],
    queryFn: () =>
      answer(
        GET('/api/v1/invoices', {
          params: { query: { kind: 'invoice', advertiser_id: advertiser.id, limit: INVOICES_OFFERED } },
        }),
      ),
  });
  const open = (invoices.data?.items ?? []).filter(
    ({ open }) => open && open.amount !== '0' && !/^0\.0*$/.test(open.amount),
  );
  const draft = useDraft({
    initial: { amount: '', currency: network.currency, invoice_id: undefined as string | undefined, note: '' },
    check: ({ amount }) => ({ amount: isDecimal(amount) ? undefined : t('ui.number_wrong') }),
    submit: ({ amount, currency, invoice_id, note }, key) => {
      const body = { amount, currency, invoice_id, note: note.trim() || undefined };
      const path = { advertiser_id: advertiser.id };
      return answer(
        POST('/api/v1/advertisers/{advertiser_id}/fundings', { params: { path, ...writeParams(false, key) }, body }),
      );
    },
    done: async (made) => {
      notifications.show({ message: t('advertiser.funded', { amount: money(made.amount) }), color: 'teal' });
      close();
      await Promise.all(
        ['ledger', 'invoices', 'programs'].map((noun) => queries.invalidateQueries({ queryKey: [noun] })),
      );
    },
  });
  const { amount, currency, invoice_id } = draft.values;
  const preview = useMutation({
    mutationFn: () =>
      answer(
        POST('/api/v1/advertisers/{advertiser_id}/fundings', {
          params: { path: { advertiser_id: advertiser.id }, ...writeParams(true, newKey()) },
          body: { amount, currency, invoice_id },
        }),
      ),
    onError: draft.objectTo,
  });
  return (
    <FormDialog
      title={t('advertiser.top_up')}
      draft={draft}
      action={
        isDecimal(amount)
          ? t('advertiser.top_up_amount', { amount: money({ amount, currency }) })
          : t('advertiser.top_up')
      }
      close={close}
    >
      <p className={classes.note}>{t('advertiser.top_up_text', { name: advertiser.name })}</p>
      <div className={fieldClasses.pair}>
        <DecimalField
          fields={draft}
          path="amount"
          label={t('conversion.amount')}
          hint={t('advertiser.amount_hint')}
          unit={currency}
        />
        <ChoiceField
          fields={draft}
          path="currency"
          label={t('contract.currency')}
          hint={t('advertiser.currency_hint')}
          choices={choices}
        />
      </div>
      {open.length > 0 && (
        <ChoiceField
          fields={draft}
          path="invoice_id"
          label={t('advertiser.pays_invoice')}
          hint={t('advertiser.pays_invoice_hint')}
          choices={open.map(({ id, number, open }) => ({ value: id, label: `${number} · ${open ? money(open) : ''}` }))}
          placeholder={t('advertiser.in_advance')}
          clearable
        />
      )}
      <TextField
        fields={draft}
        path="note"
        label={t('advertiser.note')}
        hint={t('advertiser.note_hint')}
        maxLength={NOTE_CHARACTERS_MAX}
      />
      <div>
        <Button
          size="xs"
          variant="default"
          disabled={!isDecimal(amount)}
          loading={preview.isPending}
          onClick={() => preview.mutate()}
        >
          {t('ui.try_first')}
        </Button>
        {preview.data && (
          <p className={classes.note} role="status">
            {t('advertiser.would_fund')} <Money value={preview.data.amount} exact />
          </p>
        )}
      </div>
    </FormDialog>
  );
};

export const Funds = ({ advertiser }: { advertiser: Advertiser }) => {
  const { t } = useWords();
  const session = useSession();
  const [paying, setPaying] = useState(false);
  const { data, error, refetch } = useQuery({
    queryKey: ['ledger', 'of', advertiser.id],
    queryFn: () => readAccounts(advertiser.id),
  });
  return (
    <Section
      title={t('advertiser.account')}
      hint={t(advertiser.billing === 'prepaid' ? 'advertiser.prepaid_hint' : 'advertiser.postpaid_hint')}
      actions={
        mayAs(session, ['operator'], 'pay') && (
          <Button size="xs" onClick={() => setPaying(true)}>
            {t('advertiser.top_up')}
          </Button>
        )
      }
    >
      {error && <Failed error={error} retry={() => void refetch()} />}
      {data?.map((account) => (
        <dl key={account.account} className={classes.balances}>
          <div>
            <dt>{t('ledger.balance')}</dt>
            <dd>
              <Money value={account.balance} />
            </dd>
          </div>
          <div>
            <dt>{t('ledger.available')}</dt>
            <dd>
              <Money value={account.available} />
            </dd>
          </div>
          <div className={classes.minor}>
            <dt>{t('ledger.pending_out')}</dt>
            <dd>
              <Money value={account.debits_pending} />
            </dd>
          </div>
        </dl>
      ))}
      {data?.length === 0 && <p className={classes.note}>{t('advertiser.account_empty')}</p>}
      {paying && <TopUp advertiser={advertiser} close={() => setPaying(false)} />}
    </Section>
  );
};
