// What a file of costs leaves open, as choices. Nothing is guessed: each answer becomes an option of the import.

import { Radio, Select, Stack, TextInput } from '@mantine/core';
import type { Schemas } from '../../data/client';
import { useSession } from '../../data/session_context';
import { LANGUAGES } from '../../language/languages';
import { number } from '../../language/format';
import { useWords, type Said } from '../../language/words';
import { Calendar } from '../../ui/Calendar';
import { today } from '../../ui/calendar';
import { Code } from '../../ui/values';
import { currencies } from '../sign_in/currencies';
import classes from './costs.module.css';

export type Options = Schemas['CostFileOptions'];
export type Question = Schemas['QuestionView'];

interface Props {
  question: Question;
  options: Options;
  change: (options: Options) => void;
}

const Answer = ({ question, options, change }: Props) => {
  const { t, word, language } = useWords();
  const { network } = useSession();
  const { option, subject, answers, found } = question;
  if (subject === 'currency') {
    return (
      <Select
        aria-label={t('contract.currency')}
        data={currencies(LANGUAGES[language].locale)}
        value={options.currency ?? null}
        onChange={(currency) => change({ ...options, currency })}
        searchable
        maw={320}
      />
    );
  }
  if (subject === 'campaign') {
    return (
      <TextInput
        aria-label={t('campaign.name')}
        placeholder={t('campaign.name')}
        value={options.campaign ?? ''}
        onChange={({ currentTarget: { value } }) => change({ ...options, campaign: value || null })}
        maw={320}
      />
    );
  }
  if (subject === 'range') {
    const { from, to } = options;
    return (
      <Calendar
        value={from && to ? { from, to } : undefined}
        today={today(network.zone)}
        onChange={(range) => change({ ...options, ...range, spread: 'even' })}
      />
    );
  }
  const columns = option === 'columns';
  const value = columns
    ? options.columns?.spend
    : options[option as 'dates' | 'decimals' | 'spread' | 'totals' | 'encoding'];
  return (
    <Radio.Group
      aria-label={word('cost_subject', subject)}
      value={value ?? null}
      onChange={(chosen) =>
        change(
          columns ? { ...options, columns: { ...options.columns, spend: chosen } } : { ...options, [option]: chosen },
        )
      }
    >
      <Stack gap={6}>
        {(columns ? found : answers).map((one) => (
          <Radio
            key={one}
            value={one}
            label={columns || subject === 'encoding' ? <Code>{one}</Code> : word('cost_answer', one.replace('-', '_'))}
          />
        ))}
      </Stack>
    </Radio.Group>
  );
};

export const answered = ({ subject, option }: Question, options: Options): boolean =>
  subject === 'range'
    ? Boolean(options.from && options.to)
    : option === 'columns'
      ? Boolean(options.columns?.spend)
      : Boolean(options[option as keyof Options]);

export const QuestionCard = (props: Props) => {
  const { t, said } = useWords();
  const { question } = props;
  return (
    <div className={classes.question}>
      <strong>{said(question.sentences as unknown as Said)}</strong>
      <div className={classes.where}>
        {question.line > 0 && t('cost.at_line', { line: number(question.line) })}{' '}
        {question.column && <Code>{question.column}</Code>}{' '}
        {question.found.map((one) => (
          <span key={one}>
            · <Code>{one}</Code>{' '}
          </span>
        ))}
      </div>
      <Answer {...props} />
    </div>
  );
};
