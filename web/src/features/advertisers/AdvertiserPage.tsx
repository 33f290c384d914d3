// One advertiser: what stands on his account, how his shop reports, to whom invoices go, and his programs.

import { Button } from '@mantine/core';
import { IconTarget } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { answer, GET, type Schemas } from '../../data/client';
import { advertiserQuery } from '../../data/objects';
import { mayAs } from '../../data/session';
import { useSession } from '../../data/session_context';
import { useWords } from '../../language/words';
import { Empty } from '../../ui/Empty';
import { Facts } from '../../ui/Facts';
import { Loaded } from '../../ui/Loaded';
import { Page, Section } from '../../ui/Page';
import { State } from '../../ui/State';
import { Code, Foreign, Moment } from '../../ui/values';
import { Profile } from '../billing/Profile';
import { Funds } from './Funds';
import { Reporting } from './Reporting';
import classes from './advertisers.module.css';

type Advertiser = Schemas['AdvertiserView'];

const PROGRAMS_SHOWN = 50;

const route = getRouteApi('/advertisers/$advertiserId');

const Programs = ({ advertiser }: { advertiser: Advertiser }) => {
  const { t } = useWords();
  const session = useSession();
  const navigate = useNavigate();
  const { data } = useQuery({
    queryKey: ['programs', 'of', advertiser.id],
    queryFn: () =>
      answer(GET('/api/v1/programs', { params: { query: { advertiser_id: advertiser.id, limit: PROGRAMS_SHOWN } } })),
  });
  const begin = mayAs(session, ['operator', 'advertiser', 'manager'], 'propose') && (
    <Button
      size="xs"
      variant={data?.items.length ? 'default' : 'filled'}
      onClick={() => void navigate({ to: '/programs/new', search: { advertiser: advertiser.id } })}
    >
      {t('program.new')}
    </Button>
  );
  return (
    <Section title={t('navigation.programs')} actions={data?.items.length ? begin : undefined} flush>
      {data?.items.map((program) => (
        <Link key={program.id} to="/programs/$programId" params={{ programId: program.id }} className={classes.line}>
          <Foreign>{program.name}</Foreign>
          <State value={program.status} kind="status" />
        </Link>
      ))}
      {data?.items.length === 0 && (
        <Empty icon={IconTarget} title={t('program.empty_title')} text={t('overview.start_program')} action={begin} />
      )}
    </Section>
  );
};

const Shown = ({ advertiser }: { advertiser: Advertiser }) => {
  const { t, word } = useWords();
  const session = useSession();
  const navigate = useNavigate();
  const { id, name, billing, status, postback } = advertiser;
  return (
    <Page
      title={name}
      lead={<State value={status} kind="status" />}
      actions={
        mayAs(session, ['operator', 'advertiser', 'manager'], 'propose') && (
          <Button
            variant="default"
            onClick={() => void navigate({ to: '/advertisers/$advertiserId/edit', params: { advertiserId: id } })}
          >
            {t('ui.edit')}
          </Button>
        )
      }
    >
      <div className={classes.columns}>
        <div className={classes.stack}>
          <Funds advertiser={advertiser} />
          <Programs advertiser={advertiser} />
        </div>
        <div className={classes.stack}>
          <Section title={t('advertiser.basics')}>
            <Facts
              rows={[
                [t('ui.id'), <Code key="id">{id}</Code>],
                [t('advertiser.billing'), word('billing', billing)],
                [t('ui.since'), <Moment key="since" at={advertiser.created_at} date />],
                [t('advertiser.browser'), t(postback.browser_conversions === false ? 'ui.no' : 'ui.yes')],
                [t('advertiser.addresses'), postback.allowed_addresses?.join(', ')],
              ]}
            />
          </Section>
          <Reporting advertiser={advertiser} />
          <Profile kind="advertiser" id={id} />
        </div>
      </div>
    </Page>
  );
};

const AdvertiserPage = () => {
  const { t } = useWords();
  const { advertiserId } = route.useParams();
  const query = useQuery(advertiserQuery(advertiserId));
  return (
    <Loaded query={query} title={t('role.advertiser')}>
      {(advertiser) => <Shown advertiser={advertiser} />}
    </Loaded>
  );
};

export default AdvertiserPage;
