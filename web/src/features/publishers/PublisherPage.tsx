// One publisher: who he is, where he works, to whom his statements go, and whether he can be paid.

import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { answer, GET, type Schemas } from '../../data/client';
import { publisherQuery } from '../../data/objects';
import { Problem } from '../../data/problem';
import { mayAs } from '../../data/session';
import { useSession } from '../../data/session_context';
import { useWords } from '../../language/words';
import { Facts } from '../../ui/Facts';
import { Failed } from '../../ui/Failed';
import { Loaded } from '../../ui/Loaded';
import { Page, Section } from '../../ui/Page';
import { Badge, State } from '../../ui/State';
import { Code, Foreign, Moment, Named } from '../../ui/values';
import classes from '../advertisers/advertisers.module.css';
import { Profile } from '../billing/Profile';

type Publisher = Schemas['PublisherView'];

const PROGRAMS_SHOWN = 50;

const route = getRouteApi('/publishers/$publisherId');

const Programs = ({ publisher }: { publisher: Publisher }) => {
  const { t, word, language } = useWords();
  const { data, error, refetch } = useQuery({
    queryKey: ['standings', publisher.id, language, 'member'],
    queryFn: () =>
      answer(
        GET('/api/v1/publishers/{publisher_id}/programs', {
          params: { path: { publisher_id: publisher.id }, query: { language, limit: PROGRAMS_SHOWN } },
        }),
      ),
  });
  return (
    <Section title={t('navigation.programs')} hint={t('publisher.programs_hint')} flush>
      {error && <Failed error={error} retry={() => void refetch()} />}
      {data?.items.map(({ program, standing, may_link }) => (
        <Link key={program.id} to="/programs/$programId" params={{ programId: program.id }} className={classes.line}>
          <Foreign>{program.name}</Foreign>
          <Badge tone={may_link ? 'good' : 'plain'}>
            {may_link && standing === 'none' ? t('publisher.may_link') : word('standing', standing)}
          </Badge>
        </Link>
      ))}
      {data?.items.length === 0 && <p className={classes.note}>{t('program.empty_title')}</p>}
    </Section>
  );
};

// Only the last letters of an account number ever come here.
const Payment = ({ publisher }: { publisher: Publisher }) => {
  const { t, word } = useWords();
  const { data, error, refetch } = useQuery({
    queryKey: ['payment_details', publisher.id],
    queryFn: async () => {
      try {
        const params = { path: { publisher_id: publisher.id } };
        return await answer(GET('/api/v1/publishers/{publisher_id}/payment_details', { params }));
      } catch (problem) {
        if (problem instanceof Problem && problem.status === 404) return null;
        throw problem;
      }
    },
  });
  return (
    <Section title={t('publisher.payment')} hint={t('publisher.payment_hint')}>
      {error && <Failed error={error} retry={() => void refetch()} />}
      {data === null && <p className={classes.note}>{t('publisher.payment_none')}</p>}
      {data && (
        <Facts
          rows={[
            [t('payout.method'), word('payment_method', data.method)],
            [t('contract.currency'), data.currency],
            [
              t('payout.account'),
              (data.iban ?? data.account_number) && <Code key="account">{data.iban ?? data.account_number ?? ''}</Code>,
            ],
          ]}
        />
      )}
    </Section>
  );
};

const Shown = ({ publisher }: { publisher: Publisher }) => {
  const { t, word } = useWords();
  const session = useSession();
  const navigate = useNavigate();
  const { id, name, kind, status } = publisher;
  const near = mayAs(session, ['operator', 'publisher', 'manager'], 'read');
  return (
    <Page
      title={name}
      lead={<State value={status} kind="status" />}
      actions={
        <>
          <Button
            variant="default"
            onClick={() =>
              void navigate({
                to: '/reports',
                search: { by: 'day', filters: [{ dimension: 'publisher', test: 'in', values: [id] }] },
              })
            }
          >
            {t('navigation.reports')}
          </Button>
          {mayAs(session, ['operator', 'publisher', 'manager'], 'propose') && (
            <Button
              variant="default"
              onClick={() => void navigate({ to: '/publishers/$publisherId/edit', params: { publisherId: id } })}
            >
              {t('ui.edit')}
            </Button>
          )}
          {mayAs(session, ['operator'], 'approve') && (
            <Button onClick={() => void navigate({ to: '/users', search: { add: 'publisher', party: id } })}>
              {t('publisher.add_person')}
            </Button>
          )}
        </>
      }
    >
      <div className={classes.columns}>
        <div className={classes.stack}>{near && <Programs publisher={publisher} />}</div>
        <div className={classes.stack}>
          <Section title={t('publisher.basics')}>
            <Facts
              rows={[
                [t('ui.id'), <Code key="id">{id}</Code>],
                [t('publisher.kind'), word('publisher_kind', kind)],
                [t('contract.currency'), publisher.currency],
                [
                  t('publisher.external_id'),
                  publisher.external_id && <Foreign key="own">{publisher.external_id}</Foreign>,
                ],
                [
                  t('publisher.referred_by'),
                  publisher.referred_by && <Named key="by" kind="publisher" id={publisher.referred_by} />,
                ],
                [t('ui.since'), <Moment key="since" at={publisher.created_at} date />],
              ]}
            />
          </Section>
          {near && <Payment publisher={publisher} />}
          {near && <Profile kind="publisher" id={id} />}
        </div>
      </div>
    </Page>
  );
};

const PublisherPage = () => {
  const { t } = useWords();
  const { publisherId } = route.useParams();
  const query = useQuery(publisherQuery(publisherId));
  return (
    <Loaded query={query} title={t('role.publisher')}>
      {(publisher) => <Shown publisher={publisher} />}
    </Loaded>
  );
};

export default PublisherPage;
