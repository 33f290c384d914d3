// How a shop reports conversions: the script, the postback and the API with its own ids filled in, and beside them what arrives.

import { Select, Skeleton, Stack, Tabs, Text } from '@mantine/core';
import { IconPlugConnected } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { answer, GET } from '../../data/client';
import { may } from '../../data/session';
import { useSession } from '../../data/session_context';
import { useWords } from '../../language/words';
import { Empty } from '../../ui/Empty';
import { Failed } from '../../ui/Failed';
import { FilterBar } from '../../ui/FilterBar';
import { Page, Section } from '../../ui/Page';
import { Snippet } from '../../ui/Snippet';
import { api, curl, postback, script, thanks, type Ids } from './snippets';
import { LiveTest } from './LiveTest';
import { Token } from './Token';
import classes from './integration.module.css';

const route = getRouteApi('/integration');
const PROGRAMS_READ = 200;
const TOKEN_UNKNOWN = 'mt_…';

const Ways = ({ ids }: { ids: Ids }) => {
  const { t } = useWords();
  return (
    <Tabs defaultValue="script" keepMounted={false}>
      <Tabs.List aria-label={t('integration.ways')}>
        <Tabs.Tab value="script">{t('integration.script')}</Tabs.Tab>
        <Tabs.Tab value="postback">{t('integration.postback')}</Tabs.Tab>
        <Tabs.Tab value="api">{t('integration.api')}</Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="script" pt="md">
        <Stack gap="md">
          <Text size="sm">{t('integration.script_text')}</Text>
          <Snippet label={t('integration.every_page')} text={script(ids)} />
          <Snippet label={t('integration.thanks_page')} text={thanks(ids)} />
        </Stack>
      </Tabs.Panel>
      <Tabs.Panel value="postback" pt="md">
        <Stack gap="md">
          <Text size="sm">{t('integration.postback_text')}</Text>
          <Snippet label={t('integration.address')} text={postback(ids)} />
          <Snippet label={t('integration.by_hand')} text={curl(ids)} />
        </Stack>
      </Tabs.Panel>
      <Tabs.Panel value="api" pt="md">
        <Stack gap="md">
          <Text size="sm">{t('integration.api_text')}</Text>
          <Snippet label={t('integration.request')} text={api(ids)} />
        </Stack>
      </Tabs.Panel>
    </Tabs>
  );
};

const IntegrationPage = () => {
  const { t } = useWords();
  const session = useSession();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [tokens, setTokens] = useState<Record<string, string>>({});
  const { data, error, refetch } = useQuery({
    queryKey: ['programs', 'integration'],
    queryFn: async () => {
      const query = { limit: PROGRAMS_READ };
      const [programs, advertisers] = await Promise.all([
        answer(GET('/api/v1/programs', { params: { query } })),
        answer(GET('/api/v1/advertisers', { params: { query } })),
      ]);
      const known = new Map(advertisers.items.map((one) => [one.id, one]));
      return { programs: programs.items.filter((one) => known.has(one.advertiser_id)), known };
    },
  });
  const program = data?.programs.find(({ id }) => id === search.program) ?? data?.programs[0];
  const advertiser = program && data?.known.get(program.advertiser_id);
  const action = program?.actions.find(({ name }) => name === search.action) ?? program?.actions.at(-1);
  return (
    <Page title={t('navigation.integration')} lead={t('integration.lead')}>
      {error && <Failed error={error} retry={() => void refetch()} />}
      {!data && !error && <Skeleton h={420} radius="lg" />}
      {data && !program && (
        <Section>
          <Empty icon={IconPlugConnected} title={t('integration.no_program')} text={t('integration.no_program_text')} />
        </Section>
      )}
      {data && program && advertiser && action && (
        <>
          <FilterBar>
            <Select
              aria-label={t('conversion.program')}
              data={data.programs.map(({ id, name }) => ({ value: id, label: name }))}
              value={program.id}
              onChange={(value) => void navigate({ search: { program: value ?? undefined }, replace: true })}
              allowDeselect={false}
              searchable
              w={240}
            />
            <Select
              aria-label={t('conversion.action')}
              data={program.actions.map(({ name }) => name)}
              value={action.name}
              onChange={(value) =>
                void navigate({ search: { program: program.id, action: value ?? undefined }, replace: true })
              }
              allowDeselect={false}
              w={180}
            />
          </FilterBar>
          <div className={classes.columns}>
            <Stack gap="md">
              <Section title={t('integration.ways')} hint={t('integration.ways_hint')}>
                <Ways
                  ids={{
                    origin: location.origin,
                    program: program.id,
                    token: tokens[advertiser.id] ?? TOKEN_UNKNOWN,
                    action: action.name,
                    currency: session.network.currency,
                    needsOrder: action.order_id_required ?? false,
                    needsAmount: action.amount_required ?? false,
                  }}
                />
              </Section>
              <Section title={t('integration.token')} hint={t('integration.token_hint')}>
                <Token
                  key={advertiser.id}
                  advertiser={advertiser}
                  token={tokens[advertiser.id]}
                  made={(token) => setTokens({ ...tokens, [advertiser.id]: token })}
                  mayMake={may(session, 'approve')}
                />
              </Section>
            </Stack>
            <LiveTest
              key={program.id}
              advertiser={advertiser.id}
              program={program}
              action={action}
              currency={session.network.currency}
              mayReport={may(session, 'propose')}
            />
          </div>
        </>
      )}
    </Page>
  );
};

export default IntegrationPage;
