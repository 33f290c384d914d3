// One program: what it is, the contracts under which it pays, and who works in it.

import { Button } from '@mantine/core';
import { IconFileText, IconUsers } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { answer, GET, type Schemas } from '../../data/client';
import { programQuery } from '../../data/objects';
import { mayAs } from '../../data/session';
import { useSession } from '../../data/session_context';
import { duration, number } from '../../language/format';
import { useWords } from '../../language/words';
import { Empty } from '../../ui/Empty';
import { Facts } from '../../ui/Facts';
import { Loaded } from '../../ui/Loaded';
import { Page, Section } from '../../ui/Page';
import { Badge, State } from '../../ui/State';
import { Code, Foreign, Moment, Named } from '../../ui/values';
import classes from '../advertisers/advertisers.module.css';

type Program = Schemas['ProgramView'];

const SHOWN = 100;

const route = getRouteApi('/programs/$programId');

const Contracts = ({ program }: { program: Program }) => {
  const { t } = useWords();
  const session = useSession();
  const navigate = useNavigate();
  const { data } = useQuery({
    queryKey: ['contracts', 'of', program.id],
    queryFn: () => answer(GET('/api/v1/contracts', { params: { query: { program_id: program.id, limit: SHOWN } } })),
  });
  const begin = mayAs(session, ['operator', 'advertiser', 'manager'], 'approve') && (
    <Button
      size="xs"
      variant={data?.items.length ? 'default' : 'filled'}
      onClick={() => void navigate({ to: '/contracts/new', search: { program: program.id } })}
    >
      {t('contract.new')}
    </Button>
  );
  return (
    <Section title={t('navigation.contracts')} actions={data?.items.length ? begin : undefined} flush>
      {data?.items.map((contract) => (
        <Link
          key={contract.id}
          to="/contracts/$contractId"
          params={{ contractId: contract.id }}
          className={classes.line}
        >
          {contract.publisher_id ? (
            <Named kind="publisher" id={contract.publisher_id} />
          ) : (
            <span>{t(contract.group_id ? 'contract.group' : 'contract.everybody')}</span>
          )}
          <span className={classes.note}>
            {t('contract.version_number', { number: number(contract.number) })} · {contract.terms.currency}
          </span>
        </Link>
      ))}
      {data?.items.length === 0 && (
        <Empty
          icon={IconFileText}
          title={t('contract.empty_title')}
          text={t('overview.start_contract')}
          action={begin}
        />
      )}
    </Section>
  );
};

const Members = ({ program }: { program: Program }) => {
  const { t } = useWords();
  const { data } = useQuery({
    queryKey: ['programs', 'members', program.id],
    queryFn: () =>
      answer(
        GET('/api/v1/programs/{program_id}/members', {
          params: { path: { program_id: program.id }, query: { limit: SHOWN } },
        }),
      ),
  });
  return (
    <Section title={t('program.members')} hint={t(`program.joining_${program.joining}`)} flush>
      {data?.items.map((member) => (
        <Link
          key={`${member.publisher_id}${member.joined_at}`}
          to="/publishers/$publisherId"
          params={{ publisherId: member.publisher_id }}
          className={classes.line}
        >
          <Named kind="publisher" id={member.publisher_id} />
          <span className={classes.note}>
            <Moment at={member.joined_at} date />
          </span>
        </Link>
      ))}
      {data?.items.length === 0 && (
        <Empty icon={IconUsers} title={t('program.no_members')} text={t('program.no_members_text')} />
      )}
    </Section>
  );
};

const Shown = ({ program }: { program: Program }) => {
  const { t, word } = useWords();
  const session = useSession();
  const navigate = useNavigate();
  const near = mayAs(session, ['operator', 'advertiser', 'manager'], 'read');
  const { id, name } = program;
  return (
    <Page
      title={name}
      lead={
        <>
          <State value={program.status} kind="status" />{' '}
          {!program.funded && <Badge tone="bad">{t('program.funded_no')}</Badge>}
        </>
      }
      actions={
        <>
          <Button variant="default" onClick={() => void navigate({ to: '/conversions', search: { program: id } })}>
            {t('navigation.conversions')}
          </Button>
          {mayAs(session, ['operator', 'advertiser', 'manager'], 'propose') && (
            <Button
              variant="default"
              onClick={() => void navigate({ to: '/programs/$programId/edit', params: { programId: id } })}
            >
              {t('ui.edit')}
            </Button>
          )}
        </>
      }
    >
      <div className={classes.columns}>
        <div className={classes.stack}>
          <Contracts program={program} />
          {near && <Members program={program} />}
        </div>
        <div className={classes.stack}>
          <Section title={t('program.basics')}>
            <Facts
              rows={[
                [t('ui.id'), <Code key="id">{id}</Code>],
                [t('role.advertiser'), <Named key="adv" kind="advertiser" id={program.advertiser_id} />],
                [t('program.zone'), program.zone],
                [t('program.joining'), word('joining', program.joining)],
                [
                  t('program.actions'),
                  <Foreign key="act">{program.actions.map((one) => one.name).join(', ')}</Foreign>,
                ],
                [t('program.notice_days'), duration(program.notice_days * 86_400)],
                [t('program.unique_window'), duration(program.unique_window_seconds)],
                [t('program.starts_at'), program.starts_at && <Moment key="from" at={program.starts_at} />],
                [t('program.ends_at'), program.ends_at && <Moment key="to" at={program.ends_at} />],
              ]}
            />
          </Section>
          <Section title={t('program.landing')}>
            <Facts
              rows={[
                ...(program.landing_pages ?? []).map((page, at): [string, ReactNode] => [
                  `${t('program.page')} ${number(at + 1)}`,
                  <Code key={page.url}>{page.url}</Code>,
                ]),
                [
                  t('program.hosts'),
                  program.verified_hosts?.length ? <Code key="hosts">{program.verified_hosts.join(', ')}</Code> : '',
                ],
              ]}
            />
          </Section>
          {program.public_terms && (
            <Section title={t('program.public_terms')}>
              <p className={classes.words}>
                <Foreign>{program.public_terms}</Foreign>
              </p>
            </Section>
          )}
        </div>
      </div>
    </Page>
  );
};

const ProgramPage = () => {
  const { t } = useWords();
  const { programId } = route.useParams();
  const query = useQuery(programQuery(programId));
  return (
    <Loaded query={query} title={t('conversion.program')}>
      {(program) => <Shown program={program} />}
    </Loaded>
  );
};

export default ProgramPage;
