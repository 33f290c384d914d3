// Groups of publishers: making one, and who is in it.

import { ActionIcon, Button, Select } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { IconUserMinus } from '@tabler/icons-react';
import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, GET, POST, type Schemas } from '../../data/client';
import { useNamed } from '../../data/names';
import { problemText } from '../../data/problem';
import { useWords } from '../../language/words';
import { writeParams } from '../../ui/Confirm';
import { useDraft } from '../../ui/draft';
import { TextField } from '../../ui/Fields';
import { FormDialog } from '../../ui/FormDialog';
import { Section } from '../../ui/Page';
import { Named } from '../../ui/values';
import classes from '../advertisers/advertisers.module.css';
import own from './contracts.module.css';

const SHOWN = 200;

export const groupsQuery = queryOptions({
  queryKey: ['publisher_groups'],
  queryFn: () => answer(GET('/api/v1/publisher_groups', { params: { query: { limit: SHOWN } } })),
});

export const NewGroup = ({
  close,
  made,
}: {
  close: () => void;
  made: (group: Schemas['PublisherGroupView']) => void;
}) => {
  const { t } = useWords();
  const queries = useQueryClient();
  const draft = useDraft({
    initial: { name: '' },
    check: ({ name }) => ({ name: name.trim() ? undefined : t('ui.required') }),
    submit: ({ name }, key) =>
      answer(POST('/api/v1/publisher_groups', { params: writeParams(false, key), body: { name: name.trim() } })),
    done: async (group) => {
      await queries.invalidateQueries({ queryKey: ['publisher_groups'] });
      made(group);
      close();
    },
  });
  return (
    <FormDialog title={t('contract.new_group')} draft={draft} action={t('ui.save')} close={close}>
      <TextField
        fields={draft}
        path="name"
        label={t('contract.group_name')}
        hint={t('contract.group_name_hint')}
        maxLength={200}
        autoFocus
      />
    </FormDialog>
  );
};

export const GroupMembers = ({ group, editable }: { group: string; editable: boolean }) => {
  const { t } = useWords();
  const queries = useQueryClient();
  const publishers = useNamed('publisher');
  const [joining, setJoining] = useState<string | null>(null);
  const { data } = useQuery({
    queryKey: ['publisher_groups', 'members', group],
    queryFn: () =>
      answer(
        GET('/api/v1/publisher_groups/{group_id}/members', {
          params: { path: { group_id: group }, query: { limit: SHOWN } },
        }),
      ),
  });
  const change = useMutation({
    mutationFn: ({ publisher_id, leaves }: { publisher_id: string; leaves: boolean }): Promise<unknown> => {
      const params = { path: { group_id: group } };
      const body = { publisher_id };
      return leaves
        ? answer(POST('/api/v1/publisher_groups/{group_id}/end_membership', { params, body }))
        : answer(POST('/api/v1/publisher_groups/{group_id}/members', { params, body }));
    },
    onSuccess: async () => {
      setJoining(null);
      await queries.invalidateQueries({ queryKey: ['publisher_groups'] });
    },
    onError: (error) => notifications.show({ message: problemText(error), color: 'red' }),
  });
  const inside = (data?.items ?? []).filter(({ left_at }) => !left_at);
  const others = (publishers.data ?? []).filter(({ id }) => !inside.some(({ publisher_id }) => publisher_id === id));
  return (
    <Section title={t('contract.group_members')} hint={t('contract.group_members_hint')} flush>
      {inside.map(({ publisher_id }) => (
        <div key={publisher_id} className={classes.line}>
          <Named kind="publisher" id={publisher_id} />
          {editable && (
            <ActionIcon
              aria-label={t('ui.remove_what', {
                what: publishers.data?.find(({ id }) => id === publisher_id)?.name ?? publisher_id,
              })}
              onClick={() => change.mutate({ publisher_id, leaves: true })}
            >
              <IconUserMinus size={16} aria-hidden />
            </ActionIcon>
          )}
        </div>
      ))}
      {editable && (
        <div className={own.join}>
          <Select
            aria-label={t('contract.group_join')}
            placeholder={t('contract.group_join')}
            data={others.map(({ id, name }) => ({ value: id, label: name }))}
            value={joining}
            onChange={setJoining}
            searchable
            limit={100}
          />
          <Button
            variant="default"
            disabled={!joining}
            loading={change.isPending}
            onClick={() => joining && change.mutate({ publisher_id: joining, leaves: false })}
          >
            {t('ui.add')}
          </Button>
        </div>
      )}
    </Section>
  );
};
