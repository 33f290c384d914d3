// The end of a list that comes page by page: how much is shown, and a way to the next page.

import { Button } from '@mantine/core';
import { number } from '../language/format';
import { useWords } from '../language/words';

interface List {
  hasNextPage: boolean;
  isFetchingNextPage: boolean;
  fetchNextPage: () => unknown;
}

export const More = ({ list, shown }: { list: List; shown: number }) => {
  const { t } = useWords();
  return (
    <>
      <span>{t('ui.rows_shown', { count: number(shown) })}</span>
      {list.hasNextPage && (
        <Button variant="default" size="xs" loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
          {t('ui.more')}
        </Button>
      )}
    </>
  );
};
