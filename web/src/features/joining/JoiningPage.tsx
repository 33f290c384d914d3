// The programs of the network from a publisher's side: what each pays, where he stands, and joining.

import { Select, Skeleton } from '@mantine/core';
import { IconBuildingStore } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { answer, GET } from '../../data/client';
import { useNamed } from '../../data/names';
import { useSession } from '../../data/session_context';
import { useWords } from '../../language/words';
import { Empty } from '../../ui/Empty';
import { Failed } from '../../ui/Failed';
import { FilterBar } from '../../ui/FilterBar';
import { More } from '../../ui/More';
import { Page, Section } from '../../ui/Page';
import { ProgramCard } from './ProgramCard';
import { isStanding, STANDINGS, type ProgramStanding, type Standing, type Step } from './standing';
import { StepDialog } from './StepDialog';
import classes from './joining.module.css';

const CARDS_A_PAGE = 24;

const route = getRouteApi('/join');

const useStandings = (publisher: string | undefined, standing: Standing | undefined) => {
  const { language } = useWords();
  return useInfiniteQuery({
    queryKey: ['standings', publisher, language, standing],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam: cursor }) =>
      answer(
        GET('/api/v1/publishers/{publisher_id}/programs', {
          params: {
            path: { publisher_id: publisher ?? '' },
            query: { standing, language, limit: CARDS_A_PAGE, cursor },
          },
        }),
      ),
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    enabled: publisher !== undefined,
  });
};

const JoiningPage = () => {
  const { t, word } = useWords();
  const { actingAs } = useSession();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const publishers = useNamed('publisher');
  const publisher = search.publisher ?? actingAs.publishers[0];
  const list = useStandings(publisher, search.standing);
  const cards = list.data?.pages.flatMap((page) => page.items);
  const [taking, setTaking] = useState<{ step: Step; at: ProgramStanding }>();
  return (
    <Page title={t('navigation.join')} lead={t('join.lead')}>
      <FilterBar>
        {actingAs.publishers.length > 1 && (
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
        )}
        <Select
          aria-label={t('join.standing')}
          placeholder={t('join.standing')}
          data={STANDINGS.map((one) => ({ value: one, label: word('standing', one) }))}
          value={search.standing ?? null}
          onChange={(value) =>
            void navigate({ search: { ...search, standing: isStanding(value) ? value : undefined }, replace: true })
          }
          clearable
          clearButtonProps={{ 'aria-label': t('ui.clear') }}
        />
      </FilterBar>
      {list.error && <Failed error={list.error} retry={() => void list.refetch()} />}
      {!cards && !list.error && publisher && <Skeleton h={240} radius="lg" />}
      {(cards?.length === 0 || !publisher) && (
        <Section>
          <Empty
            icon={IconBuildingStore}
            title={t(search.standing ? 'ui.nothing_found' : 'join.empty_title')}
            text={t(search.standing ? 'join.filtered_text' : 'join.empty_text')}
          />
        </Section>
      )}
      {cards && cards.length > 0 && (
        <>
          <div className={classes.cards}>
            {cards.map((at) => (
              <ProgramCard key={at.program.id} at={at} take={(step) => setTaking({ step, at })} />
            ))}
          </div>
          <div className={classes.more}>
            <More list={list} shown={cards.length} />
          </div>
        </>
      )}
      {taking && publisher && <StepDialog {...taking} publisher={publisher} close={() => setTaking(undefined)} />}
    </Page>
  );
};

export default JoiningPage;
