// What publishers show of programs: made by the advertiser's side, taken with their link by publishers.

import { Button, Select, Skeleton } from '@mantine/core';
import { IconCode, IconPencil, IconPhoto } from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { answer, GET } from '../../data/client';
import { may } from '../../data/session';
import { useSession } from '../../data/session_context';
import { useWords } from '../../language/words';
import { Add } from '../../ui/Add';
import { Empty } from '../../ui/Empty';
import { Failed } from '../../ui/Failed';
import { FilterBar } from '../../ui/FilterBar';
import { More } from '../../ui/More';
import { Page, Section } from '../../ui/Page';
import { State } from '../../ui/State';
import { Foreign, Named } from '../../ui/values';
import { NamedSelect } from '../conversions/Filters';
import { CodeDialog } from './CodeDialog';
import { isKind, KINDS, type Creative } from './creative';
import { CreativeForm } from './CreativeForm';
import classes from './creatives.module.css';
import type { CreativeSearch } from './routes';
import { Shown, sizeOf } from './Shown';

const route = getRouteApi('/creatives');
const SHOWN_AT_ONCE = 24;

const useCreatives = ({ program, kind }: CreativeSearch) =>
  useInfiniteQuery({
    queryKey: ['creatives', program, kind],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam: cursor }) =>
      answer(
        GET('/api/v1/creatives', { params: { query: { program_id: program, kind, limit: SHOWN_AT_ONCE, cursor } } }),
      ),
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });

interface CardProps {
  creative: Creative;
  edit: (() => void) | undefined;
  code: (() => void) | undefined;
}

const Card = ({ creative, edit, code }: CardProps) => {
  const { t } = useWords();
  return (
    <li className={classes.card}>
      <Shown creative={creative} />
      <div className={classes.about}>
        <h2 className={classes.name}>
          <Foreign>{creative.name}</Foreign>
        </h2>
        <div className={classes.facts}>
          <span>{t(`creative.kind_${creative.kind}`)}</span>
          {creative.picture && <bdi className="tabular">{sizeOf(creative)}</bdi>}
          <Named kind="program" id={creative.program_id} />
        </div>
        {edit && (
          <div className={classes.facts}>
            <State value={creative.status} kind="status" />
            {creative.status === 'active' && !creative.runs && <span>{t('creative.not_now')}</span>}
          </div>
        )}
        <div className={classes.actions}>
          {code && (
            <Button
              size="xs"
              variant="light"
              leftSection={<IconCode size={16} stroke={1.6} aria-hidden />}
              onClick={code}
            >
              {t('creative.code')}
            </Button>
          )}
          {edit && (
            <Button
              size="xs"
              variant="default"
              leftSection={<IconPencil size={16} stroke={1.6} aria-hidden />}
              onClick={edit}
            >
              {t('ui.edit')}
            </Button>
          )}
        </div>
      </div>
    </li>
  );
};

const CreativesPage = () => {
  const { t } = useWords();
  const session = useSession();
  const { role, advertisers, publishers } = session.actingAs;
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [editing, setEditing] = useState<{ creative: Creative | undefined }>();
  const [taking, setTaking] = useState<Creative>();
  const list = useCreatives(search);
  const rows = list.data?.pages.flatMap((page) => page.items);
  const makes = role === 'operator' || advertisers.length > 0;
  const mayMake = makes && may(session, 'propose');
  const takes = role === 'operator' || publishers.length > 0;
  const change = (next: CreativeSearch) => void navigate({ search: next, replace: true });
  return (
    <Page
      title={t('navigation.creatives')}
      lead={t(makes ? 'creative.lead' : 'creative.lead_publisher')}
      actions={mayMake && <Add onClick={() => setEditing({ creative: undefined })}>{t('creative.new')}</Add>}
    >
      <FilterBar>
        <NamedSelect
          kind="program"
          label={t('conversion.program')}
          value={search.program}
          onChange={(program) => change({ ...search, program })}
        />
        <Select
          aria-label={t('creative.kind')}
          placeholder={t('creative.kind')}
          data={KINDS.map((kind) => ({ value: kind, label: t(`creative.kind_${kind}`) }))}
          value={search.kind ?? null}
          onChange={(kind) => change({ ...search, kind: isKind(kind) ? kind : undefined })}
          clearable
          clearButtonProps={{ 'aria-label': t('ui.clear') }}
          w={170}
        />
      </FilterBar>
      {list.error && <Failed error={list.error} retry={() => void list.refetch()} />}
      {!rows && !list.error && <Skeleton h={320} radius="lg" />}
      {rows?.length === 0 && (
        <Section>
          <Empty
            icon={IconPhoto}
            title={t('creative.empty_title')}
            text={t(makes ? 'creative.empty_text' : 'creative.empty_publisher')}
          />
        </Section>
      )}
      {rows && rows.length > 0 && (
        <>
          <ul className={classes.cards} aria-label={t('navigation.creatives')}>
            {rows.map((creative) => (
              <Card
                key={creative.id}
                creative={creative}
                edit={mayMake ? () => setEditing({ creative }) : undefined}
                code={takes && creative.runs ? () => setTaking(creative) : undefined}
              />
            ))}
          </ul>
          <More list={list} shown={rows.length} />
        </>
      )}
      {editing && <CreativeForm known={editing.creative} close={() => setEditing(undefined)} />}
      {taking && <CodeDialog creative={taking} close={() => setTaking(undefined)} />}
    </Page>
  );
};

export default CreativesPage;
