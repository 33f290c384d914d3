// Importing a file of costs: the file and its channel, what it leaves open, what it would do, then doing it. Until the last step nothing is
// stored.

import { Alert, Button, Select, Switch } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { answer, newKey, POST, type Schemas } from '../../data/client';
import { useNamed } from '../../data/names';
import { problemText } from '../../data/problem';
import { useSession } from '../../data/session_context';
import { number } from '../../language/format';
import { useWords } from '../../language/words';
import { writeParams } from '../../ui/Confirm';
import { FileDrop } from '../../ui/FileDrop';
import { Page, Section } from '../../ui/Page';
import { CHANNELS, isChannel, type Channel } from '../campaigns/campaign';
import { Outcome, type Import } from './Outcome';
import { answered, QuestionCard, type Options, type Question } from './Questions';
import classes from './costs.module.css';

// A body has at most 1 MiB, and base64 makes a third more of a file.
const BYTES_MAX = 760_000;
const CHUNK = 0x8000;

const base64 = async (file: File): Promise<string> => {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text = '';
  for (let at = 0; at < bytes.length; at += CHUNK) text += String.fromCharCode(...bytes.subarray(at, at + CHUNK));
  return btoa(text);
};

const isImport = (outcome: Schemas['CostImportOutcome']): outcome is Import => 'days' in outcome;

const ImportPage = () => {
  const { t, word } = useWords();
  const { actingAs } = useSession();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const advertisers = useNamed('advertiser').data ?? [];
  const [advertiser, setAdvertiser] = useState(actingAs.role === 'advertiser' ? actingAs.advertisers[0] : undefined);
  const [file, setFile] = useState<File>();
  const [channel, setChannel] = useState<Channel>();
  const [makes, setMakes] = useState(true);
  const [options, setOptions] = useState<Options>({});
  const [questions, setQuestions] = useState<Question[]>([]);
  const [preview, setPreview] = useState<Import>();
  const [key, setKey] = useState(newKey);

  // Whatever is changed is looked at anew.
  const anew = () => {
    setPreview(undefined);
    setKey(newKey());
  };
  const send = async (dryRun: boolean) =>
    answer(
      POST('/api/v1/cost_imports', {
        params: writeParams(dryRun, dryRun ? newKey() : key),
        body: {
          advertiser_id: advertiser ?? '',
          channel: channel ?? 'search',
          content: file ? await base64(file) : '',
          file_name: file?.name ?? '',
          make_campaigns: makes,
          options,
        },
      }),
    );
  const looking = useMutation({
    mutationFn: () => send(true),
    onSuccess: (outcome) => {
      const asked = outcome.questions ?? [];
      // Answers that were given stay in sight among those that are still asked.
      setQuestions((before) => [
        ...before.filter(({ subject }) => !asked.some((one) => one.subject === subject)),
        ...asked,
      ]);
      if (asked.length === 0 && isImport(outcome)) setPreview(outcome);
    },
  });
  const importing = useMutation({
    mutationFn: () => send(false),
    onSuccess: async () => {
      notifications.show({ message: t('cost.imported'), color: 'teal' });
      await navigate({ to: '/costs' });
      await Promise.all(
        ['cost_imports', 'campaigns', 'campaign_costs', 'report', 'named'].map((noun) =>
          queries.invalidateQueries({ queryKey: [noun] }),
        ),
      );
    },
  });
  const tooLarge = file !== undefined && file.size > BYTES_MAX;
  const ready = file && !tooLarge && channel && advertiser && questions.every((one) => answered(one, options));
  const problem = looking.error ?? importing.error;
  return (
    <Page title={t('cost.import')} lead={t('cost.import_lead')} width="narrow">
      <div className={classes.form}>
        <Section title={t('cost.file')} hint={t('cost.file_hint')}>
          <div className={classes.form}>
            <FileDrop
              hint={t('cost.drop')}
              accept=".csv,.tsv,.txt,text/csv,text/plain"
              file={file}
              onFile={(chosen) => {
                setFile(chosen);
                setOptions({});
                setQuestions([]);
                looking.reset();
                anew();
              }}
            />
            {tooLarge && (
              <Alert color="red" variant="light" role="alert">
                {t('cost.too_large')}
              </Alert>
            )}
            {actingAs.role !== 'advertiser' && (
              <Select
                label={t('campaign.advertiser')}
                data={advertisers
                  .filter(({ id }) => actingAs.role !== 'manager' || actingAs.advertisers.includes(id))
                  .map(({ id, name }) => ({ value: id, label: name }))}
                value={advertiser ?? null}
                onChange={(value) => {
                  setAdvertiser(value ?? undefined);
                  anew();
                }}
                searchable
              />
            )}
            <Select
              label={t('campaign.channel')}
              description={t('cost.channel_hint')}
              data={CHANNELS.map((value) => ({ value, label: word('channel', value) }))}
              value={channel ?? null}
              onChange={(value) => {
                setChannel(isChannel(value) ? value : undefined);
                anew();
              }}
            />
            <Switch
              label={t('cost.makes')}
              description={t('cost.makes_hint')}
              checked={makes}
              onChange={({ currentTarget: { checked } }) => {
                setMakes(checked);
                anew();
              }}
            />
          </div>
        </Section>
        {questions.length > 0 && (
          <Section title={t('cost.questions')} hint={t('cost.questions_hint')}>
            {questions.map((question) => (
              <QuestionCard
                key={question.subject}
                question={question}
                options={options}
                change={(next) => {
                  setOptions(next);
                  anew();
                }}
              />
            ))}
          </Section>
        )}
        {preview && (
          <Section title={t('cost.preview')} hint={t('cost.preview_hint')}>
            <Outcome outcome={preview} />
          </Section>
        )}
        {problem && (
          <Alert color="red" variant="light" role="alert">
            {problemText(problem)}
          </Alert>
        )}
        <div className={classes.foot}>
          <Button variant="default" renderRoot={(props) => <Link to="/costs" {...props} />}>
            {t('ui.cancel')}
          </Button>
          {preview ? (
            <Button loading={importing.isPending} onClick={() => importing.mutate()}>
              {t('cost.do_import', { count: number(preview.days.added + preview.days.changed + preview.days.removed) })}
            </Button>
          ) : (
            <Button disabled={!ready} loading={looking.isPending} onClick={() => looking.mutate()}>
              {t('cost.look')}
            </Button>
          )}
        </div>
      </div>
    </Page>
  );
};

export default ImportPage;
