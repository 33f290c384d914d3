// The code of a creative with one of one's links: to copy onto a page.

import { Modal, Select, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { answer, GET } from '../../data/client';
import { useWords } from '../../language/words';
import { Failed } from '../../ui/Failed';
import { Snippet } from '../../ui/Snippet';
import type { Creative } from './creative';
import { Shown } from './Shown';

const LINKS_READ = 200;

export const CodeDialog = ({ creative, close }: { creative: Creative; close: () => void }) => {
  const { t } = useWords();
  const [chosen, setChosen] = useState<string>();
  const links = useQuery({
    queryKey: ['links', 'of', creative.program_id],
    queryFn: async () => {
      const query = { program_id: creative.program_id, limit: LINKS_READ };
      const { items } = await answer(GET('/api/v1/links', { params: { query } }));
      return items.filter(({ status }) => status === 'active');
    },
  });
  const link = chosen ?? links.data?.[0]?.id;
  const code = useQuery({
    queryKey: ['creatives', 'code', creative.id, link],
    enabled: link !== undefined,
    queryFn: () =>
      answer(
        GET('/api/v1/creatives/{creative_id}/code', {
          params: { path: { creative_id: creative.id }, query: { link_id: link ?? '', origin: location.origin } },
        }),
      ),
  });
  const error = links.error ?? code.error;
  return (
    <Modal
      opened
      onClose={close}
      title={t('creative.code')}
      size="lg"
      closeButtonProps={{ 'aria-label': t('ui.close') }}
    >
      <Stack gap="md">
        <Shown creative={creative} />
        {error && <Failed error={error} retry={() => void (links.error ? links.refetch() : code.refetch())} />}
        {links.data?.length === 0 && (
          <Text>
            {t('creative.no_link')} <Link to="/links">{t('navigation.links')}</Link>
          </Text>
        )}
        {links.data && links.data.length > 0 && (
          <Select
            label={t('creative.link')}
            description={t('creative.link_hint')}
            data={links.data.map(({ id, name, slug }) => ({ value: id, label: name || slug }))}
            value={link ?? null}
            onChange={(value) => setChosen(value ?? undefined)}
            allowDeselect={false}
            searchable
          />
        )}
        {link && !error && !code.data && <Skeleton h={120} />}
        {code.data && (
          <>
            <Snippet label={t('creative.html')} text={code.data.html} />
            <Snippet label={t('creative.click_url')} text={code.data.click_url} />
            {creative.video_url && <Snippet label={t('creative.video_url')} text={creative.video_url} />}
          </>
        )}
      </Stack>
    </Modal>
  );
};
