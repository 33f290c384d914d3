// The command palette: every page, every program, publisher and advertiser, and an id from anywhere.

import { Spotlight, type SpotlightActionGroupData } from '@mantine/spotlight';
import { IconReceipt2, IconSearch } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { Session } from '../data/session';
import { useWords } from '../language/words';
import { groupsOf } from './navigation';

const CONVERSION_ID = /^cnv_[0-9a-z]{20,40}$/i;

const Palette = ({ session }: { session: Session }) => {
  const { t } = useWords();
  const navigate = useNavigate();
  const [query, setQuery] = useState('');
  const pages: SpotlightActionGroupData = {
    group: t('navigation.pages'),
    actions: groupsOf(session.actingAs.role).flatMap((group) =>
      group.destinations.map(({ to, label, icon: Icon }) => ({
        id: to,
        label: t(label),
        keywords: [to.slice(1)],
        leftSection: <Icon size={18} stroke={1.6} aria-hidden />,
        onClick: () => void navigate({ to }),
      })),
    ),
  };
  const typed = query.trim();
  const found: SpotlightActionGroupData[] = CONVERSION_ID.test(typed)
    ? [
        {
          group: t('navigation.actions'),
          actions: [
            {
              id: typed,
              label: t('receipt.title'),
              description: typed,
              leftSection: <IconReceipt2 size={18} stroke={1.6} aria-hidden />,
              onClick: () =>
                void navigate({ to: '/conversions/$conversionId', params: { conversionId: typed.toLowerCase() } }),
            },
          ],
        },
      ]
    : [];
  return (
    <Spotlight
      actions={[...found, pages]}
      query={query}
      onQueryChange={setQuery}
      shortcut={null}
      nothingFound={t('navigation.search_empty')}
      highlightQuery
      scrollable
      maxHeight={420}
      searchProps={{
        leftSection: <IconSearch size={18} stroke={1.6} aria-hidden />,
        placeholder: t('navigation.search'),
        'aria-label': t('navigation.search'),
      }}
    />
  );
};

export default Palette;
