// The title of the browser's tab.

import { useEffect } from 'react';

export const usePageTitle = (title: string) => {
  useEffect(() => {
    document.title = title === 'Merit' ? title : `${title} · Merit`;
  }, [title]);
};
