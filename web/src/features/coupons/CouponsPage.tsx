// Coupon codes: whose each is, and what its use does for him. A code is given to a link, and changed there.

import { IconTicket } from '@tabler/icons-react';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { answer, GET } from '../../data/client';
import { may } from '../../data/session';
import { useSession } from '../../data/session_context';
import { useWords } from '../../language/words';
import { Add } from '../../ui/Add';
import { Copy } from '../../ui/Copy';
import { FilterBar } from '../../ui/FilterBar';
import { ListPage, ROWS_A_PAGE } from '../../ui/ListPage';
import { State } from '../../ui/State';
import type { Column } from '../../ui/Table';
import { Code, Foreign, Named } from '../../ui/values';
import { NamedSelect } from '../conversions/Filters';
import { CouponForm, type Coupon } from './CouponForm';
import classes from './coupons.module.css';

const route = getRouteApi('/coupons');

const CouponsPage = () => {
  const { t } = useWords();
  const session = useSession();
  const { role } = session.actingAs;
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [editing, setEditing] = useState<{ coupon: Coupon | undefined }>();
  const mayGive = (role === 'advertiser' || role === 'operator') && may(session, 'propose');
  const columns: Column<Coupon>[] = [
    {
      key: 'code',
      heading: t('coupon.code'),
      cell: ({ code }) => (
        <span className={classes.code}>
          <Code>{code}</Code>
          <Copy small text={code} what={t('coupon.copy')} />
        </span>
      ),
    },
    {
      key: 'name',
      heading: t('link.name'),
      cell: (row) => <Foreign>{row.link_name || row.link_id}</Foreign>,
      grow: true,
    },
    ...(role === 'publisher'
      ? []
      : [
          {
            key: 'publisher',
            heading: t('conversion.publisher'),
            cell: (row: Coupon) => <Named kind="publisher" id={row.publisher_id} />,
          },
        ]),
    { key: 'program', heading: t('conversion.program'), cell: (row) => <Named kind="program" id={row.program_id} /> },
    { key: 'policy', heading: t('coupon.policy'), cell: (row) => t(`coupon.policy_${row.policy}`) },
    {
      key: 'address',
      heading: t('coupon.address'),
      cell: ({ url }) => (
        <span className={classes.code}>
          <Code>{url}</Code>
          <Copy small text={new URL(url, location.origin).href} what={t('link.copy')} />
        </span>
      ),
      wideOnly: true,
    },
    { key: 'status', heading: t('link.status'), cell: (row) => <State value={row.status} kind="status" /> },
  ];
  return (
    <>
      <ListPage
        title={t('navigation.coupons')}
        lead={t('coupon.lead')}
        actions={mayGive && <Add onClick={() => setEditing({ coupon: undefined })}>{t('coupon.give')}</Add>}
        filters={
          <FilterBar>
            <NamedSelect
              kind="program"
              label={t('conversion.program')}
              value={search.program}
              onChange={(program) => void navigate({ search: { program }, replace: true })}
            />
          </FilterBar>
        }
        queryKey={['links', 'coupons', search.program]}
        read={(cursor) =>
          answer(
            GET('/api/v1/coupons', { params: { query: { program_id: search.program, limit: ROWS_A_PAGE, cursor } } }),
          )
        }
        columns={columns}
        rowKey={(row) => row.link_id}
        open={mayGive ? (coupon) => setEditing({ coupon }) : undefined}
        empty={{
          icon: IconTicket,
          title: t('coupon.empty_title'),
          text: t(mayGive ? 'coupon.empty_text' : 'coupon.empty_publisher'),
        }}
      />
      {editing && <CouponForm known={editing.coupon} close={() => setEditing(undefined)} />}
    </>
  );
};

export default CouponsPage;
