// A new contract: with whom, what it begins with, and its terms.

import { Alert, Button, Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { answer, GET, POST, type Schemas } from '../../data/client';
import { useNamed } from '../../data/names';
import { programQuery } from '../../data/objects';
import { useSession } from '../../data/session_context';
import { useWords } from '../../language/words';
import { writeParams } from '../../ui/Confirm';
import type { Draft } from '../../ui/draft';
import { ChoiceField } from '../../ui/Fields';
import classes from '../../ui/fields.module.css';
import { Page, Section } from '../../ui/Page';
import { Editor, type Values } from './Editor';
import { groupsQuery, NewGroup } from './Groups';
import { SaveTemplate } from './SaveTemplate';
import { freshTerms, type Program } from './terms';

type Contract = Schemas['ContractView'];
type Whom = 'everybody' | 'publisher' | 'group';

const route = getRouteApi('/contracts/new');
const WHOM: Whom[] = ['everybody', 'publisher', 'group'];
const SHOWN = 100;

const useStanding = (program: string) =>
  useQuery({
    queryKey: ['contracts', 'of', program],
    queryFn: () => answer(GET('/api/v1/contracts', { params: { query: { program_id: program, limit: SHOWN } } })),
  });

const useTemplates = (program: string) =>
  useQuery({
    queryKey: ['contract_templates', program],
    queryFn: () =>
      answer(GET('/api/v1/contract_templates', { params: { query: { program_id: program, limit: SHOWN } } })),
  });

const sameParties = (one: Contract, { publisher_id, group_id }: Values) =>
  (one.publisher_id ?? undefined) === publisher_id && (one.group_id ?? undefined) === group_id;

const Parties = ({
  draft,
  program,
  whom,
  setWhom,
}: {
  draft: Draft<Values>;
  program: Program;
  whom: Whom;
  setWhom: (whom: Whom) => void;
}) => {
  const { t } = useWords();
  const { actingAs } = useSession();
  const publishers = useNamed('publisher');
  const groups = useQuery(groupsQuery);
  const standing = useStanding(program.id);
  const templates = useTemplates(program.id);
  const [making, setMaking] = useState(false);
  const complete = whom === 'everybody' || draft.values.publisher_id || draft.values.group_id;
  const taken = complete ? standing.data?.items.find((one) => sameParties(one, draft.values)) : undefined;
  const beginnings = [
    ...(standing.data?.items ?? [])
      .filter(({ publisher_id, group_id }) => !publisher_id && !group_id)
      .map(({ id, terms }) => ({ value: id, label: t('contract.begin_default'), terms })),
    ...(templates.data?.items ?? [])
      .filter(({ retired }) => !retired)
      .map(({ id, name, terms }) => ({ value: id, label: t('contract.begin_template', { name }), terms })),
  ];
  return (
    <Section title={t('contract.parties')}>
      <div className={classes.fields}>
        <div className={classes.pair}>
          <Select
            label={t('contract.whom')}
            description={t(`contract.whom_${whom}_hint`)}
            data={WHOM.map((value) => ({ value, label: t(`contract.whom_${value}`) }))}
            value={whom}
            allowDeselect={false}
            onChange={(value) => {
              setWhom((value ?? 'everybody') as Whom);
              draft.write('publisher_id', undefined);
              draft.write('group_id', undefined);
            }}
          />
          {whom === 'publisher' && (
            <ChoiceField
              fields={draft}
              path="publisher_id"
              label={t('role.publisher')}
              hint={t('contract.publisher_hint')}
              choices={(publishers.data ?? []).map(({ id, name }) => ({ value: id, label: name }))}
            />
          )}
          {whom === 'group' && (
            <div>
              <ChoiceField
                fields={draft}
                path="group_id"
                label={t('contract.group')}
                hint={t('contract.group_hint')}
                choices={(groups.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }))}
              />
              {actingAs.role === 'operator' && (
                <Button mt={8} size="xs" variant="default" onClick={() => setMaking(true)}>
                  {t('contract.new_group')}
                </Button>
              )}
            </div>
          )}
          {beginnings.length > 0 && (
            <Select
              label={t('contract.begin_with')}
              description={t('contract.begin_with_hint')}
              placeholder={t('contract.begin_blank')}
              data={beginnings.map(({ value, label }) => ({ value, label }))}
              onChange={(value) => {
                const chosen = beginnings.find((one) => one.value === value);
                if (chosen) draft.write('terms', chosen.terms);
              }}
            />
          )}
        </div>
        {taken && (
          <Alert color="yellow" variant="light">
            {t('contract.taken')}{' '}
            <Link to="/contracts/$contractId/new" params={{ contractId: taken.id }} style={{ color: 'inherit' }}>
              {t('contract.new_version')}
            </Link>
          </Alert>
        )}
        {making && <NewGroup close={() => setMaking(false)} made={({ id }) => draft.write('group_id', id)} />}
      </div>
    </Section>
  );
};

const Writing = ({ program }: { program: Program }) => {
  const { t } = useWords();
  const { network } = useSession();
  const navigate = useNavigate();
  const search = route.useSearch();
  const [whom, setWhom] = useState<Whom>(search.publisher ? 'publisher' : search.group ? 'group' : 'everybody');
  const [template, setTemplate] = useState<Values>();
  return (
    <>
      <Editor
        title={t('contract.new')}
        lead={program.name}
        initial={{
          program_id: program.id,
          publisher_id: search.publisher,
          group_id: search.group,
          terms: freshTerms(program, network.currency),
        }}
        program={program}
        check={({ publisher_id, group_id }) => ({
          publisher_id: whom === 'publisher' && !publisher_id ? t('ui.required') : undefined,
          group_id: whom === 'group' && !group_id ? t('ui.required') : undefined,
        })}
        store={(values, dryRun, key) =>
          answer(POST('/api/v1/contracts', { params: writeParams(dryRun, key), body: values }))
        }
        done={({ id }) => void navigate({ to: '/contracts/$contractId', params: { contractId: id } })}
        cancel={() => void navigate({ to: '/contracts' })}
        above={(draft) => <Parties draft={draft} program={program} whom={whom} setWhom={setWhom} />}
        actions={(draft) => (
          <Button variant="default" onClick={() => setTemplate(draft.values)}>
            {t('contract.save_template')}
          </Button>
        )}
      />
      {template && <SaveTemplate program={program.id} terms={template.terms} close={() => setTemplate(undefined)} />}
    </>
  );
};

const NewContract = () => {
  const { t } = useWords();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const programs = useNamed('program');
  const program = useQuery({ ...programQuery(search.program ?? ''), enabled: search.program !== undefined });
  if (program.data) return <Writing key={program.data.id} program={program.data} />;
  return (
    <Page title={t('contract.new')} lead={t('overview.start_contract')} width="narrow">
      <Section title={t('contract.parties')}>
        <Select
          label={t('conversion.program')}
          description={t('contract.program_hint')}
          data={(programs.data ?? []).map(({ id, name }) => ({ value: id, label: name }))}
          value={search.program ?? null}
          onChange={(value) => void navigate({ search: { ...search, program: value ?? undefined }, replace: true })}
          nothingFoundMessage={t('program.empty_title')}
          searchable
        />
      </Section>
    </Page>
  );
};

export default NewContract;
