// Judging the conversions of many orders at once, by a file of the shop: which column holds the order numbers, what is to be done, what it
// would change in money, then doing it.

import { Alert, Anchor, Button, Select, Stack, Text, Textarea } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { answer, POST, type Schemas } from '../../data/client';
import { may } from '../../data/session';
import { useSession } from '../../data/session_context';
import { number } from '../../language/format';
import { useWords } from '../../language/words';
import { Confirm, writeParams } from '../../ui/Confirm';
import { FileDrop } from '../../ui/FileDrop';
import { Page, Section } from '../../ui/Page';
import { Unsaved } from '../../ui/Unsaved';
import { Code } from '../../ui/values';
import { Effect, OPERATIONS, REASONS_OF, type Operation, type Outcome } from './Judge';
import { orderColumn, orderNumbers, readOrderFile, type OrderFile } from './order_file';

// As many as the API takes at once.
const ORDERS_MAX = 1000;
const SAMPLE = 4;

const FilePage = () => {
  const { t, word } = useWords();
  const session = useSession();
  const [file, setFile] = useState<File>();
  const [read, setRead] = useState<OrderFile>();
  const [column, setColumn] = useState(0);
  const [typed, setTyped] = useState('');
  const [operation, setOperation] = useState<Operation>('approve');
  const [asking, setAsking] = useState(false);
  const orders = read ? orderNumbers(read, column) : orderNumbers(readOrderFile(typed), 0);
  const tooMany = orders.length > ORDERS_MAX;
  const take = async (chosen: File) => {
    const found = readOrderFile(await chosen.text());
    setFile(chosen);
    setRead(found);
    setColumn(orderColumn(found));
  };
  return (
    <Page title={t('conversion.by_file')} lead={t('conversion.file_lead')} width="narrow">
      <Section title={t('conversion.file_orders')} hint={t('conversion.file_hint')}>
        <Stack gap="md">
          <FileDrop
            hint={t('conversion.file_drop')}
            accept=".csv,.tsv,.txt,text/csv,text/plain"
            file={file}
            onFile={(chosen) => void take(chosen)}
          />
          {read && read.columns.length > 1 && (
            <Select
              label={t('conversion.file_column')}
              data={read.columns.map((name, at) => ({ value: String(at), label: name || number(at + 1) }))}
              value={String(column)}
              onChange={(value) => setColumn(Number(value ?? 0))}
              allowDeselect={false}
            />
          )}
          {!read && (
            <Textarea
              label={t('conversion.file_typed')}
              description={t('conversion.file_typed_hint')}
              value={typed}
              onChange={(event) => setTyped(event.currentTarget.value)}
              autosize
              minRows={4}
              maxRows={12}
              dir="ltr"
            />
          )}
          {orders.length > 0 && (
            <Text size="sm" c="dimmed">
              {t('conversion.file_found', { count: number(orders.length) })}{' '}
              {orders.slice(0, SAMPLE).map((order) => (
                <span key={order}>
                  <Code>{order}</Code>{' '}
                </span>
              ))}
            </Text>
          )}
          {tooMany && (
            <Alert color="red" variant="light" role="alert">
              {t('conversion.file_too_many', { most: number(ORDERS_MAX) })}
            </Alert>
          )}
        </Stack>
      </Section>
      <Section title={t('conversion.file_do')}>
        <Stack gap="md">
          <Select
            label={t('conversion.file_operation')}
            description={t('conversion.file_operation_hint')}
            data={OPERATIONS.map((value) => ({ value, label: word('operation', value) }))}
            value={operation}
            onChange={(value) => setOperation((value ?? 'approve') as Operation)}
            allowDeselect={false}
          />
          <Stack gap="xs" align="flex-end">
            <Button
              disabled={orders.length === 0 || tooMany || !may(session, 'approve')}
              onClick={() => setAsking(true)}
            >
              {t('cost.look')}
            </Button>
          </Stack>
        </Stack>
      </Section>
      {asking && (
        <Confirm<Outcome>
          title={`${word('operation', operation)} · ${t('ui.selected', { count: number(orders.length) })}`}
          action={word('operation', operation)}
          danger={operation === 'reject'}
          reasons={REASONS_OF[operation]}
          text={{ label: t('conversion.note'), needed: (reason) => reason === 'other' }}
          run={({ reason, text }, dryRun, key) =>
            answer(
              POST('/api/v1/conversions/bulk', {
                params: writeParams(dryRun, key),
                body: {
                  operation,
                  order_ids: orders,
                  reason: reason as Schemas['Reason'] | undefined,
                  note: text || undefined,
                },
              }),
            )
          }
          effect={(outcome) => <Effect outcome={outcome} />}
          done={(outcome) => t('conversion.changed', { count: number(outcome.done) })}
          changes={['conversions', 'report', 'waiting']}
          close={() => setAsking(false)}
          finished={() => {
            setFile(undefined);
            setRead(undefined);
            setTyped('');
          }}
        />
      )}
      <Unsaved isLost={() => read !== undefined || typed.trim() !== ''} />
      <Anchor size="sm" renderRoot={(props) => <Link to="/conversions" {...props} />}>
        {t('navigation.conversions')}
      </Anchor>
    </Page>
  );
};

export default FilePage;
