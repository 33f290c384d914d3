// The contract editor: the terms as a form or as JSON, in step with each other; beside it what they mean in words, what they change, and
// what they would have meant for the past. Before anything is agreed, the server is asked, and the change is shown once more.

import { SegmentedControl, Textarea } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import type { Schemas } from '../../data/client';
import { moment } from '../../language/format';
import { useSession } from '../../data/session_context';
import { useWords } from '../../language/words';
import { Confirm } from '../../ui/Confirm';
import { useDraft, type Draft, type Errors } from '../../ui/draft';
import { FormPage } from '../../ui/FormPage';
import { MomentField } from '../../ui/MomentField';
import { Section } from '../../ui/Page';
import classes from './contracts.module.css';
import { Changes, InWords } from './InWords';
import { checkTerms, type Program, type Terms } from './terms';
import { TermsFields } from './TermsFields';
import { Trial } from './Trial';

type Contract = Schemas['ContractView'];

export interface Values {
  program_id: string;
  publisher_id?: string;
  group_id?: string;
  terms: Terms;
  valid_from?: string;
}

interface Props {
  title: string;
  lead?: ReactNode;
  initial: Values;
  program: Program | undefined;
  // What is agreed already, for a further version.
  inForce?: Terms;
  check?: (values: Values) => Errors;
  store: (values: Values, dryRun: boolean, key: string) => Promise<Contract>;
  done: (made: Contract) => void;
  cancel: () => void;
  // What stands above the terms, such as for whom they are.
  above?: (draft: Draft<Values>) => ReactNode;
  actions?: (draft: Draft<Values>) => ReactNode;
}

const JSON_INDENT = 2;

const parsed = (text: string): Terms | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    const isTerms = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isTerms ? (value as Terms) : undefined;
  } catch {
    return undefined;
  }
};

const AsJson = ({ draft, text, setText }: { draft: Draft<Values>; text: string; setText: (text: string) => void }) => {
  const { t } = useWords();
  return (
    <Section title={t('contract.json')} hint={t('contract.json_hint')}>
      <Textarea
        name="terms"
        data-field="terms"
        aria-label={t('contract.json')}
        className={classes.json}
        dir="ltr"
        autosize
        minRows={16}
        maxRows={40}
        spellCheck={false}
        value={text}
        error={draft.error('terms') ?? (parsed(text) ? undefined : t('contract.json_wrong'))}
        onChange={({ currentTarget: { value } }) => {
          setText(value);
          const terms = parsed(value);
          if (terms) draft.write('terms', terms);
        }}
      />
    </Section>
  );
};

export const Editor = (props: Props) => {
  const { title, lead, initial, program, inForce, store, done, cancel, above, actions } = props;
  const { t } = useWords();
  const { network } = useSession();
  const [json, setJson] = useState<string>();
  const [review, setReview] = useState(false);
  const draft = useDraft<Values, Contract>({
    initial,
    check: (values) => ({
      ...(json !== undefined && !parsed(json) ? { terms: t('contract.json_wrong') } : {}),
      ...props.check?.(values),
      ...checkTerms(values.terms),
    }),
    // Only asked, so that objections come to their fields; storing is confirmed in the dialog.
    submit: (values, key) => store(values, true, `${key}-try`),
    onlyAsks: true,
    done: () => setReview(true),
  });
  const { values } = draft;
  const { terms, program_id, publisher_id, group_id, valid_from } = values;
  const begins = valid_from ? moment(valid_from, network.zone) : t('contract.from_now');
  return (
    <FormPage
      title={title}
      lead={lead}
      draft={draft}
      action={t('contract.review')}
      cancel={cancel}
      wide
      actions={actions?.(draft)}
    >
      <div className={classes.editor}>
        <div className={classes.stack}>
          {above?.(draft)}
          <SegmentedControl
            aria-label={t('contract.view')}
            value={json === undefined ? 'form' : 'json'}
            onChange={(view) => setJson(view === 'json' ? JSON.stringify(terms, null, JSON_INDENT) : undefined)}
            data={[
              { value: 'form', label: t('contract.as_form') },
              { value: 'json', label: t('contract.as_json') },
            ]}
          />
          {json === undefined ? (
            <TermsFields fields={draft} terms={terms} program={program} stands={inForce !== undefined} />
          ) : (
            <AsJson draft={draft} text={json} setText={setJson} />
          )}
          <Section title={t('contract.begins')}>
            <MomentField
              fields={draft}
              path="valid_from"
              label={t('contract.valid_from')}
              hint={t('contract.valid_from_hint', { days: String(program?.notice_days ?? 0) })}
              empty={t('contract.from_now')}
            />
          </Section>
        </div>
        <div className={classes.beside}>
          {inForce && (
            <Section title={t('contract.difference')} hint={t('contract.difference_hint')}>
              <Changes before={inForce} after={terms} />
            </Section>
          )}
          <Section title={t('contract.in_words')}>
            <InWords terms={terms} />
          </Section>
          {program_id && <Trial draft={{ program_id, publisher_id, group_id, terms }} />}
        </div>
      </div>
      {review && (
        <Confirm<Contract>
          title={title}
          action={t('contract.agree')}
          run={(_, dryRun, key) => store(values, dryRun, key)}
          done={(made) => {
            draft.stored();
            done(made);
            return t('contract.agreed');
          }}
          changes={['contracts', 'standings']}
          close={() => setReview(false)}
        >
          <strong>{t('contract.begins_at', { time: begins })}</strong>
          {inForce ? <Changes before={inForce} after={terms} /> : <InWords terms={terms} />}
        </Confirm>
      )}
    </FormPage>
  );
};
