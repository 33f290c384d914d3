// The link builder: where one link leads, what the publisher wants to recognise its clicks by, and the finished address to give out. What was
// filled in stands in the address of the page.

import { Button, SimpleGrid, Skeleton, Stack, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconExternalLink } from '@tabler/icons-react';
import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { lazy, Suspense, useState } from 'react';
import { answer, GET, PATCH, type Schemas } from '../../data/client';
import { problemText } from '../../data/problem';
import { may } from '../../data/session';
import { useSession } from '../../data/session_context';
import { number } from '../../language/format';
import { useWords } from '../../language/words';
import { Copy } from '../../ui/Copy';
import { Failed } from '../../ui/Failed';
import { Page, Section } from '../../ui/Page';
import { State } from '../../ui/State';
import { Code, Named } from '../../ui/values';
import { finished, markProblem, SUBS, targetProblem, type Marks } from './address';
import classes from './links.module.css';

const QrCode = lazy(() => import('./QrCode').then((module) => ({ default: module.QrCode })));

type Link = Schemas['LinkView'];
type Program = Schemas['ProgramView'];

const SUBS_AT_FIRST = 2;

const route = getRouteApi('/links/$linkId');

const linkQuery = (link_id: string) =>
  queryOptions({
    queryKey: ['links', 'one', link_id],
    queryFn: () => answer(GET('/api/v1/links/{link_id}', { params: { path: { link_id } } })),
  });

const programQuery = (program_id: string | undefined) =>
  queryOptions({
    queryKey: ['programs', 'one', program_id],
    queryFn: () => answer(GET('/api/v1/programs/{program_id}', { params: { path: { program_id: program_id ?? '' } } })),
    enabled: program_id !== undefined,
  });

// Pausing and resuming, which takes effect at the next click.
const Switch = ({ link }: { link: Link }) => {
  const { t } = useWords();
  const queries = useQueryClient();
  const next = link.status === 'active' ? 'paused' : 'active';
  const change = useMutation({
    mutationFn: () =>
      answer(PATCH('/api/v1/links/{link_id}', { params: { path: { link_id: link.id } }, body: { status: next } })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['links'] }),
    onError: (error) => notifications.show({ message: problemText(error), color: 'red' }),
  });
  return (
    <Button variant="default" loading={change.isPending} onClick={() => change.mutate()}>
      {t(next === 'paused' ? 'link.pause' : 'link.resume')}
    </Button>
  );
};

const Destination = ({
  program,
  value,
  change,
}: {
  program: Program | undefined;
  value: string;
  change: (to: string) => void;
}) => {
  const { t } = useWords();
  const problem = program && targetProblem(value, program);
  const allowed = [...(program?.verified_hosts ?? []), ...(program?.app_schemes ?? []).map((scheme) => `${scheme}://`)];
  if (program && allowed.length === 0) return <p className={classes.note}>{t('link.to_none')}</p>;
  return (
    <Stack gap="xs">
      <TextInput
        name="to"
        label={t('link.to')}
        description={t('link.to_hint')}
        placeholder={`https://${(allowed[0] ?? '').replace('*.', '')}/`}
        value={value}
        error={problem && t(problem)}
        onChange={(event) => change(event.currentTarget.value.trim())}
        dir="ltr"
        inputMode="url"
      />
      <p className={classes.note}>
        {t('link.to_allowed')}{' '}
        {allowed.map((host, at) => (
          <span key={host}>
            {at > 0 && ' · '}
            <Code>{host}</Code>
          </span>
        ))}
      </p>
    </Stack>
  );
};

const Result = ({ address, link }: { address: string | undefined; link: Link }) => {
  const { t } = useWords();
  if (!address) return <p className={classes.note}>{t('link.fix_first')}</p>;
  return (
    <Stack gap="md">
      <div className={classes.address} data-testid="address">
        <Code>{address}</Code>
      </div>
      <div className={classes.buttons}>
        <Copy text={address} what={t('link.copy')} />
        <Button
          variant="default"
          component="a"
          href={address}
          target="_blank"
          rel="noreferrer"
          leftSection={<IconExternalLink size={16} stroke={1.6} aria-hidden />}
        >
          {t('link.try')}
        </Button>
      </div>
      <p className={classes.note}>{t('link.try_hint')}</p>
      <Suspense fallback={<Skeleton h={220} />}>
        <QrCode text={address} name={link.slug} />
      </Suspense>
    </Stack>
  );
};

const Builder = ({ link }: { link: Link }) => {
  const { t } = useWords();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const program = useQuery(programQuery(link.program_id));
  const [marks, setMarks] = useState<Marks>(search);
  const [all, setAll] = useState(SUBS.slice(SUBS_AT_FIRST).some((sub) => search[sub]));
  const change = (more: Marks) => {
    const next = { ...marks, ...more };
    setMarks(next);
    void navigate({ search: next, replace: true, resetScroll: false });
  };
  const { to = '', ...own } = marks;
  const wrong =
    (program.data && targetProblem(to, program.data)) ?? Object.values(own).some((text) => text && markProblem(text));
  const field = (mark: keyof typeof own, label: string, description?: string) => {
    const problem = markProblem(marks[mark] ?? '');
    return (
      <TextInput
        key={mark}
        name={mark}
        label={label}
        description={description}
        value={marks[mark] ?? ''}
        error={problem && t(problem)}
        onChange={(event) => change({ [mark]: event.currentTarget.value || undefined })}
      />
    );
  };
  return (
    <div className={classes.columns}>
      <Stack gap="md">
        <Section title={t('link.destination')}>
          <Destination program={program.data} value={to} change={(text) => change({ to: text || undefined })} />
        </Section>
        <Section title={t('link.marks')} hint={t('link.marks_hint')}>
          <Stack gap="md">
            <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="md">
              {field('source', t('link.source'), t('link.source_hint'))}
              {field('ref_id', t('link.ref_id'), t('link.ref_id_hint'))}
              {SUBS.slice(0, all ? SUBS.length : SUBS_AT_FIRST).map((sub, at) =>
                field(sub, t('link.sub', { number: number(at + 1) })),
              )}
            </SimpleGrid>
            {!all && (
              <Button variant="subtle" size="xs" onClick={() => setAll(true)}>
                {t('link.more_subs')}
              </Button>
            )}
          </Stack>
        </Section>
      </Stack>
      <div className={classes.result}>
        <Section title={t('link.finished')}>
          <Result address={wrong ? undefined : finished(location.origin, link.url, marks)} link={link} />
        </Section>
      </div>
    </div>
  );
};

const LinkPage = () => {
  const { t } = useWords();
  const session = useSession();
  const { linkId } = route.useParams();
  const { data, error, refetch } = useQuery(linkQuery(linkId));
  const mayChange = session.actingAs.role !== 'advertiser' && may(session, 'propose');
  return (
    <Page
      title={data ? data.name || data.slug : t('navigation.links')}
      lead={
        data && (
          <span className={classes.buttons}>
            <Named kind="program" id={data.program_id} />
            {session.actingAs.role !== 'publisher' && <Named kind="publisher" id={data.publisher_id} />}
            <State value={data.status} kind="status" />
          </span>
        )
      }
      actions={data && mayChange && data.status !== 'closed' && <Switch link={data} />}
    >
      {error && <Failed error={error} retry={() => void refetch()} />}
      {!data && !error && <Skeleton h={320} />}
      {data && <Builder key={data.id} link={data} />}
    </Page>
  );
};

export default LinkPage;
