// The whole report as a file: every row, in a form for people or for programs.

import { Button, Menu } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconDownload } from '@tabler/icons-react';
import { useState } from 'react';
import { answer, POST } from '../../data/client';
import { problemText } from '../../data/problem';
import type { ReportRequest } from '../../data/reports';
import { useWords } from '../../language/words';
import { saveFile } from '../../ui/save_file';

const FORMATS = ['csv', 'xlsx', 'parquet'] as const;

export const ExportMenu = ({ request }: { request: ReportRequest }) => {
  const { t } = useWords();
  const [busy, setBusy] = useState(false);
  const save = async (format: string) => {
    setBusy(true);
    try {
      const body = { format, report: { ...request, page_size: undefined } };
      const file = await answer(POST('/api/v1/reports/export', { body, parseAs: 'blob' }));
      saveFile(file as unknown as Blob, `report.${format}`);
    } catch (error) {
      notifications.show({ color: 'red', message: problemText(error) });
    } finally {
      setBusy(false);
    }
  };
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default" loading={busy} leftSection={<IconDownload size={16} stroke={1.6} aria-hidden />}>
          {t('report.export')}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {FORMATS.map((format) => (
          <Menu.Item key={format} onClick={() => void save(format)}>
            {t(`report.format_${format}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
};
