// An advertiser's budget: the money that is left or owed, when to be warned, and the caps of each program.

import { Button, Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, GET, type Schemas } from '../../data/client';
import { may } from '../../data/session';
import { useSession } from '../../data/session_context';
import { money, number } from '../../language/format';
import { useWords } from '../../language/words';
import { Failed } from '../../ui/Failed';
import { Page, Section } from '../../ui/Page';
import { Badge } from '../../ui/State';
import { Foreign } from '../../ui/values';
import { Funds } from '../overview/AdvertiserSide';
import { CapsDialog, isMoney } from './CapsDialog';
import { Threshold } from './Threshold';
import classes from './budget.module.css';

const READ = 200;

type Program = Schemas['ProgramView'];

const useCapWords = () => {
  const { word } = useWords();
  return (cap: Schemas['Cap']) =>
    [
      isMoney(cap.metric) && cap.currency ? money({ amount: cap.limit, currency: cap.currency }) : number(cap.limit),
      word('cap_metric', cap.metric),
      word('period', cap.period),
    ].join(' · ');
};

const ProgramCaps = ({ program, edit }: { program: Program; edit: (() => void) | undefined }) => {
  const { t, word } = useWords();
  const words = useCapWords();
  return (
    <div className={classes.program}>
      <div>
        <strong>
          <Foreign>{program.name}</Foreign>
        </strong>{' '}
        {program.status !== 'active' ? (
          <Badge tone="warn">{word('status', program.status)}</Badge>
        ) : program.funded ? (
          <Badge tone="good">{t('overview.funded')}</Badge>
        ) : (
          <Badge tone="bad">{t('overview.not_funded')}</Badge>
        )}
        <ul className={classes.caps}>
          {program.caps?.map((cap, at) => (
            <li key={at}>
              {words(cap)}
              {cap.soft && ` · ${t('budget.soft')}`}
            </li>
          ))}
          {!program.caps?.length && <li>{t('budget.no_caps')}</li>}
        </ul>
      </div>
      {edit && (
        <Button variant="default" size="xs" onClick={edit}>
          {t('budget.edit')}
        </Button>
      )}
    </div>
  );
};

const BudgetPage = () => {
  const { t } = useWords();
  const session = useSession();
  const [editing, setEditing] = useState<Program>();
  const id = session.actingAs.advertisers[0] ?? '';
  const { data, error, refetch } = useQuery({
    queryKey: ['budget', id],
    queryFn: async () => {
      const [advertiser, programs] = await Promise.all([
        answer(GET('/api/v1/advertisers/{advertiser_id}', { params: { path: { advertiser_id: id } } })),
        answer(GET('/api/v1/programs', { params: { query: { limit: READ } } })),
      ]);
      return { advertiser, programs: programs.items.filter((one) => one.advertiser_id === id) };
    },
  });
  const mayChange = may(session, 'approve');
  return (
    <Page title={t('navigation.budget')} lead={t('budget.lead')} width="narrow">
      {error && <Failed error={error} retry={() => void refetch()} />}
      {!data && !error && <Skeleton h={320} radius="lg" />}
      {data && (
        <>
          <Funds advertiser={id} />
          <Section title={t('budget.warn')} hint={t('budget.warn_hint')}>
            <Threshold advertiser={data.advertiser} mayChange={mayChange} />
          </Section>
          <Section title={t('budget.caps')} hint={t('budget.caps_hint')} flush>
            {data.programs.map((program) => (
              <ProgramCaps
                key={program.id}
                program={program}
                edit={mayChange ? () => setEditing(program) : undefined}
              />
            ))}
          </Section>
        </>
      )}
      {editing && <CapsDialog program={editing} close={() => setEditing(undefined)} />}
    </Page>
  );
};

export default BudgetPage;
