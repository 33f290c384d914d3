// The contracts: what each program agrees with whom.

import { IconFileText } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { answer, GET, type Schemas } from '../../data/client';
import { mayAs } from '../../data/session';
import { useSession } from '../../data/session_context';
import { useWords } from '../../language/words';
import { Add } from '../../ui/Add';
import { ListPage, ROWS_A_PAGE } from '../../ui/ListPage';
import type { Column } from '../../ui/Table';
import { Moment, Named } from '../../ui/values';

type Contract = Schemas['ContractView'];

const read = (cursor: string | undefined) =>
  answer(GET('/api/v1/contracts', { params: { query: { limit: ROWS_A_PAGE, cursor } } }));

const ContractsPage = () => {
  const { t } = useWords();
  const session = useSession();
  const navigate = useNavigate();
  const begin = mayAs(session, ['operator', 'advertiser', 'manager'], 'approve') ? (
    <Add onClick={() => void navigate({ to: '/contracts/new' })}>{t('contract.new')}</Add>
  ) : undefined;
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
    <ListPage
      title={t('navigation.contracts')}
      actions={begin}
      queryKey={['contracts']}
      read={read}
      columns={columns}
      rowKey={(row) => row.id}
      open={(row) => void navigate({ to: '/contracts/$contractId', params: { contractId: row.id } })}
      empty={{
        icon: IconFileText,
        title: t('contract.empty_title'),
        text: t('overview.start_contract'),
        action: begin,
      }}
    />
  );
};

export default ContractsPage;
