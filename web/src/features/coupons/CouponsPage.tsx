// Coupon codes: whose each is, what its use does for him, and the short link that it makes.

import { IconTicket } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, GET, type Schemas } from '../../data/client';
import { may } from '../../data/session';
import { useSession } from '../../data/session_context';
import { useWords } from '../../language/words';
import { Add } from '../../ui/Add';
import { Copy } from '../../ui/Copy';
import { Empty } from '../../ui/Empty';
import { Failed } from '../../ui/Failed';
import { Page, Section } from '../../ui/Page';
import { State } from '../../ui/State';
import { Table, type Column } from '../../ui/Table';
import { Code, Foreign, Named } from '../../ui/values';
import { CouponForm } from './CouponForm';
import classes from './coupons.module.css';

type Link = Schemas['LinkView'];

const PAGE = 200;
const PAGES_MAX = 25;

// The API has no list of codes alone, so they are picked out of the links.
const readLinks = async (): Promise<Link[]> => {
  const found: Link[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const { items, next_cursor } = await answer(GET('/api/v1/links', { params: { query: { limit: PAGE, cursor } } }));
    found.push(...items);
    if (!next_cursor) break;
    cursor = next_cursor;
  }
  return found;
};

const CouponsPage = () => {
  const { t } = useWords();
  const session = useSession();
  const { role } = session.actingAs;
  const [editing, setEditing] = useState<{ link: Link | undefined }>();
  const { data, error, refetch } = useQuery({ queryKey: ['links', 'whole'], queryFn: readLinks });
  const mayGive = (role === 'advertiser' || role === 'operator') && may(session, 'propose');
  const columns: Column<Link>[] = [
    {
      key: 'code',
      heading: t('coupon.code'),
      cell: (row) => (
        <span className={classes.code}>
          <Code>{row.coupon_code ?? ''}</Code>
          <Copy small text={row.coupon_code ?? ''} what={t('coupon.copy')} />
        </span>
      ),
    },
    { key: 'name', heading: t('link.name'), cell: (row) => <Foreign>{row.name || row.slug}</Foreign>, grow: true },
    ...(role === 'publisher'
      ? []
      : [
          {
            key: 'publisher',
            heading: t('conversion.publisher'),
            cell: (row: Link) => <Named kind="publisher" id={row.publisher_id} />,
          },
        ]),
    { key: 'program', heading: t('conversion.program'), cell: (row) => <Named kind="program" id={row.program_id} /> },
    { key: 'policy', heading: t('coupon.policy'), cell: (row) => t(`coupon.policy_${row.coupon_policy}`) },
    {
      key: 'address',
      heading: t('coupon.address'),
      cell: (row) => {
        const path = `/k/${encodeURIComponent(row.coupon_code ?? '')}`;
        return (
          <span className={classes.code}>
            <Code>{path}</Code>
            <Copy small text={new URL(path, location.origin).href} what={t('link.copy')} />
          </span>
        );
      },
      wideOnly: true,
    },
    { key: 'status', heading: t('link.status'), cell: (row) => <State value={row.status} kind="status" /> },
  ];
  const give = mayGive && <Add onClick={() => setEditing({ link: undefined })}>{t('coupon.give')}</Add>;
  return (
    <Page title={t('navigation.coupons')} lead={t('coupon.lead')} actions={give}>
      <Section flush>
        {error ? (
          <Failed error={error} retry={() => void refetch()} />
        ) : (
          <Table
            label={t('navigation.coupons')}
            columns={columns}
            rows={data?.filter((link) => link.coupon_code)}
            rowKey={(row) => row.id}
            open={mayGive ? (link) => setEditing({ link }) : undefined}
            empty={
              <Empty
                icon={IconTicket}
                title={t('coupon.empty_title')}
                text={t(mayGive ? 'coupon.empty_text' : 'coupon.empty_publisher')}
              />
            }
          />
        )}
      </Section>
      {editing && (
        <CouponForm
          known={editing.link}
          links={(data ?? []).filter((link) => !link.coupon_code && link.status !== 'closed')}
          close={() => setEditing(undefined)}
        />
      )}
    </Page>
  );
};

export default CouponsPage;
