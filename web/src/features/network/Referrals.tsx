// What whoever brought a publisher earns on that one's commissions: dated terms, which are never changed; later ones take over.

import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, GET, POST, type Schemas } from '../../data/client';
import { mayAs } from '../../data/session';
import { useSession } from '../../data/session_context';
import { money, number } from '../../language/format';
import { useWords } from '../../language/words';
import { writeParams } from '../../ui/Confirm';
import { isDecimal } from '../../ui/digits';
import { useDraft } from '../../ui/draft';
import { Entries } from '../../ui/Entries';
import { Failed } from '../../ui/Failed';
import { DecimalField } from '../../ui/Fields';
import { FormDialog } from '../../ui/FormDialog';
import { MomentField } from '../../ui/MomentField';
import { Section } from '../../ui/Page';
import { Moment } from '../../ui/values';
import rows from '../advertisers/advertisers.module.css';

type Level = Schemas['ReferralLevelDraft'];

const LEVELS_MAX = 2;
const SHOWN = 20;

const useSayLevel = () => {
  const { t } = useWords();
  return ({ percent, amount, currency }: Level) =>
    percent
      ? t('network.referral_percent', { percent: number(percent, { maximumFractionDigits: 4 }) })
      : t('network.referral_amount', { amount: money({ amount: amount ?? '0', currency: currency ?? '' }) });
};

const Editing = ({ levels, close }: { levels: Level[]; close: () => void }) => {
  const { t } = useWords();
  const queries = useQueryClient();
  const draft = useDraft<Schemas['ReferralTermsDraft'], unknown>({
    initial: { levels: levels.length > 0 ? levels : [{ percent: '' }] },
    check: (values) =>
      Object.fromEntries(
        values.levels.map(({ percent, amount }, at) => [
          `levels[${at}].percent`,
          amount || isDecimal(percent) ? undefined : t('ui.number_wrong'),
        ]),
      ),
    submit: (body, key) => answer(POST('/api/v1/referral_terms', { params: writeParams(false, key), body })),
    done: async () => {
      notifications.show({ message: t('ui.saved'), color: 'teal' });
      close();
      await queries.invalidateQueries({ queryKey: ['referral_terms'] });
    },
  });
  return (
    <FormDialog title={t('network.referrals')} draft={draft} action={t('ui.save')} close={close}>
      <Entries<Level>
        fields={draft}
        path="levels"
        one={t('network.level')}
        add={t('network.level_add')}
        fresh={() => ({ percent: '' })}
        most={LEVELS_MAX}
      >
        {(level, path, at) =>
          level.amount ? (
            <DecimalField
              fields={draft}
              path={`${path}.amount`}
              label={t(`network.level_${at === 0 ? 1 : 2}`)}
              unit={level.currency ?? ''}
            />
          ) : (
            <DecimalField
              fields={draft}
              path={`${path}.percent`}
              label={t(`network.level_${at === 0 ? 1 : 2}`)}
              unit="%"
            />
          )
        }
      </Entries>
      <MomentField
        fields={draft}
        path="valid_from"
        label={t('contract.valid_from')}
        hint={t('network.referrals_from_hint')}
        empty={t('contract.from_now')}
      />
    </FormDialog>
  );
};

export const Referrals = () => {
  const { t } = useWords();
  const session = useSession();
  const say = useSayLevel();
  const [editing, setEditing] = useState(false);
  const { data, error, refetch } = useQuery({
    queryKey: ['referral_terms'],
    queryFn: () => answer(GET('/api/v1/referral_terms', { params: { query: { limit: SHOWN } } })),
  });
  return (
    <Section
      title={t('network.referrals')}
      hint={t('network.referrals_hint')}
      flush
      actions={
        data &&
        mayAs(session, ['operator'], 'approve') && (
          <Button size="xs" variant="default" onClick={() => setEditing(true)}>
            {t('network.referrals_new')}
          </Button>
        )
      }
    >
      {error && <Failed error={error} retry={() => void refetch()} />}
      {data?.items.map((terms) => (
        <div key={terms.id} className={rows.line}>
          <span>{terms.levels.length > 0 ? terms.levels.map(say).join(' · ') : t('network.no_referrals')}</span>
          <span className={rows.note}>
            <Moment at={terms.valid_from} date />
          </span>
        </div>
      ))}
      {data?.items.length === 0 && <p className={rows.calm}>{t('network.no_referrals')}</p>}
      {editing && data && <Editing levels={data.items[0]?.levels ?? []} close={() => setEditing(false)} />}
    </Section>
  );
};
