// What a publisher has earned, where it stands, when it is paid, and the papers about it.

import { Select, Tabs } from '@mantine/core';
import { IconWallet } from '@tabler/icons-react';
import { getRouteApi } from '@tanstack/react-router';
import { useNamed } from '../../data/names';
import { useSession } from '../../data/session_context';
import { useWords } from '../../language/words';
import { Empty } from '../../ui/Empty';
import { Page, Section } from '../../ui/Page';
import { Balances } from './Balances';
import { Lines, Payouts, Statements } from './Lists';
import { usePublisher } from './money';
import { PaidHow } from './PaidHow';
import { isView, VIEWS } from './view';
import classes from './earnings.module.css';

const route = getRouteApi('/earnings');

const LISTS = { lines: Lines, payouts: Payouts, statements: Statements };

const EarningsPage = () => {
  const { t } = useWords();
  const { actingAs } = useSession();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const publishers = useNamed('publisher');
  const publisher = usePublisher(search.publisher);
  const view = search.view ?? 'lines';
  const List = LISTS[view];
  return (
    <Page
      title={t('navigation.earnings')}
      lead={t('earning.lead')}
      actions={
        actingAs.publishers.length > 1 && (
          <Select
            aria-label={t('link.publisher')}
            data={(publishers.data ?? [])
              .filter(({ id }) => actingAs.publishers.includes(id))
              .map(({ id, name }) => ({ value: id, label: name }))}
            value={publisher ?? null}
            onChange={(value) => void navigate({ search: { ...search, publisher: value ?? undefined }, replace: true })}
            allowDeselect={false}
            searchable
          />
        )
      }
    >
      {!publisher && (
        <Section>
          <Empty icon={IconWallet} title={t('earning.no_publisher')} />
        </Section>
      )}
      {publisher && (
        <>
          <div className={classes.columns}>
            <Balances publisher={publisher} />
            <PaidHow publisher={publisher} />
          </div>
          <Section flush>
            <Tabs
              value={view}
              keepMounted={false}
              onChange={(value) =>
                void navigate({
                  search: { ...search, view: isView(value) ? value : undefined },
                  replace: true,
                  resetScroll: false,
                })
              }
            >
              <Tabs.List className={classes.tabs} aria-label={t('navigation.earnings')}>
                {VIEWS.map((one) => (
                  <Tabs.Tab key={one} value={one}>
                    {t(`earning.${one}`)}
                  </Tabs.Tab>
                ))}
              </Tabs.List>
              <Tabs.Panel value={view}>
                <List key={publisher} publisher={publisher} />
              </Tabs.Panel>
            </Tabs>
          </Section>
        </>
      )}
    </Page>
  );
};

export default EarningsPage;
