// A creative, new or changed. A picture's format and size are read by the server.

import { Alert, Input } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { answer, PATCH, POST, type Schemas } from '../../data/client';
import { useNamed } from '../../data/names';
import { number } from '../../language/format';
import { useWords } from '../../language/words';
import { useDraft } from '../../ui/draft';
import { ChoiceField, TagsField, TextField } from '../../ui/Fields';
import { FileDrop } from '../../ui/FileDrop';
import { FormDialog } from '../../ui/FormDialog';
import { MomentField } from '../../ui/MomentField';
import { asBase64, KINDS, PICTURE_BYTES_MAX, type Creative, type CreativeKind } from './creative';
import classes from './creatives.module.css';
import { Shown } from './Shown';

const NAME_CHARACTERS_MAX = 200;
const KILO = 1000;
// The same in every language.
const ADDRESS_BEGIN = 'https://';
const STATUSES = ['active', 'paused', 'closed'] as const;

interface Values {
  program_id: string;
  kind: CreativeKind;
  name: string;
  text: string;
  picture?: string;
  video_url?: string | null;
  landing_url?: string | null;
  tags: string[];
  starts_at?: string | null;
  ends_at?: string | null;
  status: Schemas['Status'];
}

const begun = (known: Creative | undefined): Values => ({
  program_id: known?.program_id ?? '',
  kind: known?.kind ?? 'banner',
  name: known?.name ?? '',
  text: known?.text ?? '',
  video_url: known?.video_url,
  landing_url: known?.landing_url,
  tags: known?.tags ?? [],
  starts_at: known?.starts_at,
  ends_at: known?.ends_at,
  status: known?.status ?? 'active',
});

export const CreativeForm = ({ known, close }: { known: Creative | undefined; close: () => void }) => {
  const { t, word } = useWords();
  const queries = useQueryClient();
  const programs = useNamed('program').data ?? [];
  const [file, setFile] = useState<File>();
  const draft = useDraft<Values, Creative>({
    initial: begun(known),
    check: ({ program_id, kind, name, text, picture, video_url }) => ({
      program_id: program_id ? undefined : t('ui.required'),
      name: name.trim() ? undefined : t('ui.required'),
      text: text.trim() ? undefined : t('ui.required'),
      picture: kind !== 'banner' || picture || known?.picture ? undefined : t('ui.required'),
      video_url: kind === 'video' && !video_url ? t('ui.required') : undefined,
    }),
    submit: ({ program_id, kind, ...values }, key) => {
      const body = {
        ...values,
        name: values.name.trim(),
        text: values.text.trim(),
        // What belongs to another kind, and was typed before it was chosen.
        picture: kind === 'banner' ? values.picture : undefined,
        video_url: kind === 'video' ? values.video_url : null,
        landing_url: values.landing_url || null,
        starts_at: values.starts_at ?? null,
        ends_at: values.ends_at ?? null,
      };
      const header = { 'idempotency-key': key };
      if (!known) return answer(POST('/api/v1/creatives', { body: { ...body, program_id, kind }, headers: header }));
      const params = { path: { creative_id: known.id } };
      return answer(PATCH('/api/v1/creatives/{creative_id}', { params, body, headers: header }));
    },
    done: async () => {
      notifications.show({ message: t('ui.saved'), color: 'teal' });
      close();
      await queries.invalidateQueries({ queryKey: ['creatives'] });
    },
  });
  const { kind } = draft.values;
  const take = async (chosen: File) => {
    setFile(chosen);
    draft.write('picture', chosen.size > PICTURE_BYTES_MAX ? undefined : await asBase64(chosen));
  };
  const tooLarge = file !== undefined && file.size > PICTURE_BYTES_MAX;
  return (
    <FormDialog
      title={t(known ? 'creative.edit' : 'creative.new')}
      draft={draft}
      action={t(known ? 'ui.save' : 'creative.make')}
      close={close}
    >
      {!known && (
        <>
          <ChoiceField
            fields={draft}
            path="program_id"
            label={t('conversion.program')}
            choices={programs.map(({ id, name }) => ({ value: id, label: name }))}
          />
          <ChoiceField
            fields={draft}
            path="kind"
            label={t('creative.kind')}
            choices={KINDS.map((value) => ({ value, label: t(`creative.kind_${value}`) }))}
          />
        </>
      )}
      <TextField
        fields={draft}
        path="name"
        label={t('creative.name')}
        hint={t('creative.name_hint')}
        maxLength={NAME_CHARACTERS_MAX}
      />
      <TextField
        fields={draft}
        path="text"
        label={t('creative.text')}
        hint={t(kind === 'banner' ? 'creative.text_banner' : 'creative.text_hint')}
        maxLength={NAME_CHARACTERS_MAX}
      />
      {kind === 'banner' && (
        <Input.Wrapper
          label={t('creative.picture')}
          labelElement="div"
          description={t('creative.picture_hint', { most: number(PICTURE_BYTES_MAX / KILO) })}
          error={draft.error('picture')}
        >
          <div data-field="picture" tabIndex={-1} className={classes.picture}>
            {known?.picture && !file && <Shown creative={known} />}
            <FileDrop
              hint={t('creative.picture_drop')}
              accept="image/png,image/jpeg,image/webp,image/svg+xml,.svg"
              file={file}
              onFile={(chosen) => void take(chosen)}
            />
            {tooLarge && (
              <Alert color="red" variant="light" role="alert">
                {t('creative.picture_large', { most: number(PICTURE_BYTES_MAX / KILO) })}
              </Alert>
            )}
          </div>
        </Input.Wrapper>
      )}
      {kind === 'video' && (
        <TextField
          fields={draft}
          path="video_url"
          label={t('creative.video_url')}
          dir="ltr"
          placeholder={ADDRESS_BEGIN}
          optional
        />
      )}
      <TextField
        fields={draft}
        path="landing_url"
        label={t('creative.landing_url')}
        hint={t('creative.landing_hint')}
        dir="ltr"
        placeholder={ADDRESS_BEGIN}
        optional
      />
      <TagsField fields={draft} path="tags" label={t('creative.tags')} hint={t('creative.tags_hint')} plain />
      <MomentField fields={draft} path="starts_at" label={t('creative.starts_at')} empty={t('creative.at_once')} />
      <MomentField fields={draft} path="ends_at" label={t('creative.ends_at')} empty={t('creative.no_end')} />
      {known && (
        <ChoiceField
          fields={draft}
          path="status"
          label={t('link.status')}
          choices={STATUSES.map((value) => ({ value, label: word('status', value) }))}
        />
      )}
    </FormDialog>
  );
};
