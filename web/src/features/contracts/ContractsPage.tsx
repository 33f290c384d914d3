// The contracts, each with its versions, and what changed from one to the next in words.

import { Drawer, Select, Stack, Title } from '@mantine/core';
import { IconFileText } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, GET, type Schemas } from '../../data/client';
import { useWords } from '../../language/words';
import { Facts } from '../../ui/Facts';
import { Failed } from '../../ui/Failed';
import { ListPage, ROWS_A_PAGE } from '../../ui/ListPage';
import { Badge } from '../../ui/State';
import type { Column } from '../../ui/Table';
import { Code, Foreign, Moment, Named } from '../../ui/values';
import classes from './contracts.module.css';

type Contract = Schemas['ContractView'];

const TONES = { publisher: 'good', advertiser: 'accent', neutral: 'plain' } as const;

const read = (cursor: string | undefined) =>
  answer(GET('/api/v1/contracts', { params: { query: { limit: ROWS_A_PAGE, cursor } } }));

const Difference = ({ contract, from, to }: { contract: Contract; from: number; to: number }) => {
  const { t, language } = useWords();
  const { data, error } = useQuery({
    queryKey: ['contracts', contract.id, 'difference', from, to, language],
    queryFn: () =>
      answer(
        GET('/api/v1/contracts/{contract_id}/versions/{number}/difference', {
          params: { path: { contract_id: contract.id, number: String(from) }, query: { to, language } },
        }),
      ),
  });
  if (error) return <Failed error={error} />;
  return (
    <ul className={classes.changes}>
      {data?.changes.map((change) => (
        <li key={change.path}>
          <Foreign>{change.sentence}</Foreign>
          {change.better_for && (
            <Badge tone={TONES[change.better_for]}>{t(`contract.better_${change.better_for}`)}</Badge>
          )}
        </li>
      ))}
      {data?.changes.length === 0 && <li>{t('contract.same')}</li>}
    </ul>
  );
};

const Detail = ({ contract, close }: { contract: Contract; close: () => void }) => {
  const { t } = useWords();
  const { data } = useQuery({
    queryKey: ['contracts', contract.id, 'versions'],
    queryFn: () =>
      answer(
        GET('/api/v1/contracts/{contract_id}/versions', {
          params: { path: { contract_id: contract.id }, query: { limit: 100 } },
        }),
      ),
  });
  const [from, setFrom] = useState(Math.max(1, contract.number - 1));
  const others = (data?.items ?? []).filter(({ number }) => number !== contract.number);
  return (
    <Drawer
      opened
      onClose={close}
      position="right"
      size={560}
      title={t('contract.title')}
      closeButtonProps={{ 'aria-label': t('ui.close') }}
    >
      <Stack gap="md">
        <Facts
          rows={[
            [t('conversion.program'), <Named key="program" kind="program" id={contract.program_id} />],
            [t('conversion.publisher'), contract.publisher_id && <Named kind="publisher" id={contract.publisher_id} />],
            [t('receipt.contract_version'), String(contract.number)],
            [t('contract.valid_from'), <Moment key="from" at={contract.valid_from} />],
            [t('contract.currency'), contract.terms.currency],
            [t('contract.model'), contract.terms.payout_model && <Code>{contract.terms.payout_model}</Code>],
          ]}
        />
        <Title order={2}>{t('contract.rates')}</Title>
        {contract.terms.actions?.map((action) => (
          <Facts
            key={action.action}
            rows={action.rates.map((rate) => [
              `${action.action} · ${rate.rule}`,
              <Code key={rate.rule}>
                {Object.entries(rate)
                  .filter(([name]) => !['rule', 'when', 'tiers'].includes(name))
                  .map(([, value]) => String(value))
                  .join(' ')}
              </Code>,
            ])}
          />
        ))}
        {others.length > 0 && (
          <>
            <Title order={2}>{t('contract.difference')}</Title>
            <Select
              label={t('contract.compare_with')}
              data={others.map(({ number, valid_from }) => ({
                value: String(number),
                label: `${number} · ${valid_from.slice(0, 10)}`,
              }))}
              value={String(from)}
              onChange={(value) => value && setFrom(Number(value))}
              allowDeselect={false}
            />
            <Difference contract={contract} from={from} to={contract.number} />
          </>
        )}
      </Stack>
    </Drawer>
  );
};

const ContractsPage = () => {
  const { t } = useWords();
  const [shown, setShown] = useState<Contract>();
  const columns: Column<Contract>[] = [
    {
      key: 'program',
      heading: t('conversion.program'),
      cell: (row) => <Named kind="program" id={row.program_id} />,
      grow: true,
    },
    {
      key: 'publisher',
      heading: t('conversion.publisher'),
      cell: (row) =>
        row.publisher_id ? (
          <Named kind="publisher" id={row.publisher_id} />
        ) : (
          t(row.group_id ? 'contract.group' : 'contract.everybody')
        ),
    },
    { key: 'number', heading: t('receipt.contract_version'), cell: (row) => row.number, numeric: true },
    { key: 'currency', heading: t('contract.currency'), cell: (row) => row.terms.currency },
    { key: 'from', heading: t('contract.valid_from'), cell: (row) => <Moment at={row.valid_from} date /> },
  ];
  return (
    <>
      <ListPage
        title={t('navigation.contracts')}
        queryKey={['contracts']}
        read={read}
        columns={columns}
        rowKey={(row) => row.id}
        open={setShown}
        empty={{ icon: IconFileText, title: t('contract.empty_title'), text: t('overview.start_contract') }}
      />
      {shown && <Detail contract={shown} close={() => setShown(undefined)} />}
    </>
  );
};

export default ContractsPage;
