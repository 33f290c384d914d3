// What a channel, a campaign or a publisher really added: a part that was treated against the best mix of those that were not.

import { Skeleton } from '@mantine/core';
import { IconScale } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { answer, POST } from '../../data/client';
import { Problem } from '../../data/problem';
import { useWords } from '../../language/words';
import { Empty } from '../../ui/Empty';
import { Failed } from '../../ui/Failed';
import { Page, Section } from '../../ui/Page';
import { Question } from './Question';
import { Result } from './Result';
import { requestOf } from './search';

const route = getRouteApi('/incrementality');

// One question at a time is answered for a network.
const TURNS_WAITED = 12;
const TURN_MS = 1500;

const IncrementalityPage = () => {
  const { t } = useWords();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const body = requestOf(search);
  const { data, error, refetch, isFetching } = useQuery({
    queryKey: ['incrementality', body],
    enabled: body !== undefined,
    queryFn: ({ signal }) =>
      answer(POST('/api/v1/incrementality', { body: body ?? { by: '', treated: [], from: '' }, signal })),
    placeholderData: keepPreviousData,
    refetchOnWindowFocus: false,
    retry: (count, problem) =>
      problem instanceof Problem && problem.code === 'too_many_attempts' && count < TURNS_WAITED,
    retryDelay: TURN_MS,
  });
  return (
    <Page title={t('navigation.incrementality')} lead={t('incrementality.lead')}>
      <Question search={search} ask={(next) => void navigate({ search: next })} busy={isFetching} />
      {error && <Failed error={error} retry={() => void refetch()} />}
      {body && !data && !error && <Skeleton h={420} radius="lg" />}
      {!body && (
        <Section>
          <Empty icon={IconScale} title={t('incrementality.empty_title')} text={t('incrementality.empty_text')} />
        </Section>
      )}
      {body && data && !error && <Result told={data} />}
    </Page>
  );
};

export default IncrementalityPage;
