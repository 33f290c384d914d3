// The next version of a contract: begins with what is agreed, and shows what it changes.

import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { answer, POST, type Schemas } from '../../data/client';
import { useName } from '../../data/names';
import { contractQuery, programQuery } from '../../data/objects';
import { useWords } from '../../language/words';
import { writeParams } from '../../ui/Confirm';
import { Loaded } from '../../ui/Loaded';
import { Editor, type Values } from './Editor';
import { SaveTemplate } from './SaveTemplate';

const route = getRouteApi('/contracts/$contractId/new');

const Writing = ({ contract }: { contract: Schemas['ContractView'] }) => {
  const { t } = useWords();
  const navigate = useNavigate();
  const { id, program_id, terms } = contract;
  const publisher_id = contract.publisher_id ?? undefined;
  const group_id = contract.group_id ?? undefined;
  const program = useQuery(programQuery(program_id));
  const publisher = useName('publisher', publisher_id);
  const [template, setTemplate] = useState<Values>();
  const whom = publisher ?? t(group_id ? 'contract.group' : 'contract.everybody');
  const back = () => void navigate({ to: '/contracts/$contractId', params: { contractId: id } });
  return (
    <>
      <Editor
        title={t('contract.new_version')}
        lead={
          <bdi>
            {program.data?.name ?? ''} · {whom}
          </bdi>
        }
        initial={{ program_id, publisher_id, group_id, terms }}
        program={program.data}
        inForce={terms}
        store={({ terms: after, valid_from }, dryRun, key) =>
          answer(
            POST('/api/v1/contracts/{contract_id}/versions', {
              params: { path: { contract_id: id }, ...writeParams(dryRun, key) },
              body: { terms: after, valid_from },
            }),
          )
        }
        done={back}
        cancel={back}
        actions={(draft) => (
          <Button variant="default" onClick={() => setTemplate(draft.values)}>
            {t('contract.save_template')}
          </Button>
        )}
      />
      {template && <SaveTemplate program={program_id} terms={template.terms} close={() => setTemplate(undefined)} />}
    </>
  );
};

const NewVersion = () => {
  const { t } = useWords();
  const { contractId } = route.useParams();
  const query = useQuery(contractQuery(contractId));
  return (
    <Loaded query={query} title={t('contract.new_version')}>
      {(contract) => <Writing key={contract.version_id} contract={contract} />}
    </Loaded>
  );
};

export default NewVersion;
