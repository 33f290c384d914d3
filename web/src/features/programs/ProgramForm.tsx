// A program, written or changed: who pays, where visitors land, what is paid for, and who may come.

import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { answer, GET, PATCH, POST, type Schemas } from '../../data/client';
import { programQuery } from '../../data/objects';
import { useSession } from '../../data/session_context';
import { number } from '../../language/format';
import { useWords } from '../../language/words';
import { changesOf } from '../../ui/changes';
import { writeParams } from '../../ui/Confirm';
import { useDraft } from '../../ui/draft';
import { FormPage } from '../../ui/FormPage';
import { Loaded } from '../../ui/Loaded';
import { begin, check, type Values } from './program';
import { ProgramFields } from './ProgramFields';

const newRoute = getRouteApi('/programs/new');
const editRoute = getRouteApi('/programs/$programId/edit');

const TEMPLATES_OFFERED = 100;

export const NewProgram = () => {
  const { t } = useWords();
  const { actingAs, network } = useSession();
  const { advertiser } = newRoute.useSearch();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const draft = useDraft({
    initial: begin(advertiser ?? actingAs.advertisers[0], network.zone),
    check,
    submit: (values, key) =>
      answer(
        POST('/api/v1/programs', { params: writeParams(false, key), body: { ...values, name: values.name.trim() } }),
      ),
    done: async (made) => {
      await Promise.all(['programs', 'named'].map((noun) => queries.invalidateQueries({ queryKey: [noun] })));
      await navigate({ to: '/programs/$programId', params: { programId: made.id } });
    },
  });
  return (
    <FormPage
      title={t('program.new')}
      lead={t('overview.start_program')}
      draft={draft}
      action={t('program.create')}
      cancel={() => void navigate({ to: '/programs' })}
    >
      <ProgramFields draft={draft} isNew templates={[]} />
    </FormPage>
  );
};

// What of a program is written; the rest of what the API answers is told, not said.
const writable = (program: Schemas['ProgramView']): Values => {
  const { advertiser_id, name, status, zone, actions, joining, starts_at, ends_at, default_template_id } = program;
  return {
    ...{ advertiser_id, name, status, zone, actions, joining, starts_at, ends_at, default_template_id },
    landing_pages: program.landing_pages ?? [],
    verified_hosts: program.verified_hosts ?? [],
    app_schemes: program.app_schemes ?? [],
    blocked_addresses: program.blocked_addresses ?? [],
    caps: program.caps ?? [],
    targeting: program.targeting ?? {},
    fallbacks: program.fallbacks ?? {},
    https_only: program.https_only,
    refuse_data_centers: program.refuse_data_centers,
    unique_window_seconds: program.unique_window_seconds,
    notice_days: program.notice_days,
    requires_acceptance: program.requires_acceptance,
    public_page: program.public_page,
    public_terms: program.public_terms,
  };
};

const Editing = ({ program }: { program: Schemas['ProgramView'] }) => {
  const { t } = useWords();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const initial = writable(program);
  const path = { program_id: program.id };
  const back = () => void navigate({ to: '/programs/$programId', params: { programId: program.id } });
  const templates = useQuery({
    queryKey: ['contract_templates', program.id],
    queryFn: () =>
      answer(
        GET('/api/v1/contract_templates', {
          params: { query: { program_id: program.id, limit: TEMPLATES_OFFERED } },
        }),
      ),
  });
  const draft = useDraft({
    initial,
    check,
    // What was cleared is said as nothing, as a member that is left out would stay.
    submit: (values, key) =>
      answer(
        PATCH('/api/v1/programs/{program_id}', {
          params: { path, ...writeParams(false, key) },
          body: changesOf(initial, { starts_at: null, ends_at: null, default_template_id: null, ...values }),
        }),
      ),
    done: async ({ members_kept }) => {
      if (members_kept) notifications.show({ message: t('program.members_kept', { count: number(members_kept) }) });
      await Promise.all(['programs', 'named'].map((noun) => queries.invalidateQueries({ queryKey: [noun] })));
      back();
    },
  });
  return (
    <FormPage
      title={program.name}
      lead={t('program.edit_lead')}
      draft={draft}
      action={t('ui.save')}
      cancel={back}
      actions={
        <Button
          variant="default"
          onClick={() => void navigate({ to: '/contracts/new', search: { program: program.id } })}
        >
          {t('contract.new')}
        </Button>
      }
    >
      <ProgramFields draft={draft} templates={templates.data?.items ?? []} />
    </FormPage>
  );
};

export const EditProgram = () => {
  const { t } = useWords();
  const { programId } = editRoute.useParams();
  const query = useQuery(programQuery(programId));
  return (
    <Loaded query={query} title={t('conversion.program')}>
      {(program) => <Editing key={program.id} program={program} />}
    </Loaded>
  );
};
