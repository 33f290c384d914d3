// One contract: what is agreed in words, its versions, and what changed from one to the next as the server says it.

import { Button, Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { answer, GET, type Schemas } from '../../data/client';
import { useName } from '../../data/names';
import { contractQuery } from '../../data/objects';
import { mayAs } from '../../data/session';
import { useSession } from '../../data/session_context';
import { number } from '../../language/format';
import { useWords } from '../../language/words';
import { Facts } from '../../ui/Facts';
import { Loaded } from '../../ui/Loaded';
import { Page, Section } from '../../ui/Page';
import { Badge } from '../../ui/State';
import { Code, Moment, Named } from '../../ui/values';
import rows from '../advertisers/advertisers.module.css';
import { VersionDifference } from './Difference';
import { GroupMembers } from './Groups';
import { InWords } from './InWords';

type Contract = Schemas['ContractView'];

const SHOWN = 100;

const route = getRouteApi('/contracts/$contractId');

const useVersions = (contract: string) =>
  useQuery({
    queryKey: ['contracts', contract, 'versions'],
    queryFn: () =>
      answer(
        GET('/api/v1/contracts/{contract_id}/versions', {
          params: { path: { contract_id: contract }, query: { limit: SHOWN } },
        }),
      ),
  });

const Compare = ({ contract, versions }: { contract: Contract; versions: Contract[] }) => {
  const { t } = useWords();
  const newest = Math.max(...versions.map((one) => one.number));
  const [from, setFrom] = useState<number>();
  const others = versions.filter((one) => one.number !== newest);
  if (others.length === 0) return null;
  const before = from ?? newest - 1;
  return (
    <Section title={t('contract.difference')}>
      <Select
        label={t('contract.compare_with')}
        data={others.map((one) => ({
          value: String(one.number),
          label: `${number(one.number)} · ${one.valid_from.slice(0, 10)}`,
        }))}
        value={String(before)}
        onChange={(value) => value && setFrom(Number(value))}
        allowDeselect={false}
        mb="sm"
      />
      <VersionDifference contract={contract.id} from={before} to={newest} />
    </Section>
  );
};

const Shown = ({ contract }: { contract: Contract }) => {
  const { t } = useWords();
  const session = useSession();
  const navigate = useNavigate();
  const program = useName('program', contract.program_id);
  const versions = useVersions(contract.id);
  const { id, terms, publisher_id, group_id } = contract;
  return (
    <Page
      title={program ?? t('contract.title')}
      lead={
        publisher_id ? (
          <Named kind="publisher" id={publisher_id} />
        ) : (
          t(group_id ? 'contract.group' : 'contract.everybody')
        )
      }
      actions={
        mayAs(session, ['operator', 'advertiser', 'manager'], 'approve') && (
          <Button onClick={() => void navigate({ to: '/contracts/$contractId/new', params: { contractId: id } })}>
            {t('contract.new_version')}
          </Button>
        )
      }
    >
      <div className={rows.columns}>
        <div className={rows.stack}>
          <Section
            title={t('contract.in_words')}
            hint={t('contract.version_number', { number: number(contract.number) })}
          >
            <InWords terms={terms} />
          </Section>
        </div>
        <div className={rows.stack}>
          <Section title={t('contract.title')}>
            <Facts
              rows={[
                [t('ui.id'), <Code key="id">{id}</Code>],
                [t('conversion.program'), <Named key="program" kind="program" id={contract.program_id} />],
                [t('contract.currency'), terms.currency],
                [t('contract.valid_from'), <Moment key="from" at={contract.valid_from} />],
              ]}
            />
          </Section>
          <Section title={t('contract.versions')} flush>
            {versions.data?.items.map((one) => (
              <div key={one.version_id} className={rows.line}>
                <span>{t('contract.version_number', { number: number(one.number) })}</span>
                <span className={rows.note}>
                  {one.terms.ended && <Badge tone="bad">{t('contract.ended_short')}</Badge>}{' '}
                  <Moment at={one.valid_from} date />
                </span>
              </div>
            ))}
          </Section>
          {versions.data && <Compare contract={contract} versions={versions.data.items} />}
          {group_id && <GroupMembers group={group_id} editable={mayAs(session, ['operator'], 'approve')} />}
        </div>
      </div>
    </Page>
  );
};

const ContractPage = () => {
  const { t } = useWords();
  const { contractId } = route.useParams();
  const query = useQuery(contractQuery(contractId));
  return (
    <Loaded query={query} title={t('contract.title')}>
      {(contract) => <Shown key={contract.id} contract={contract} />}
    </Loaded>
  );
};

export default ContractPage;
