// What to do first, one thing after another: each leads to where it is done, and is ticked once the server knows it as done.

import { Progress } from '@mantine/core';
import { IconCheck, IconChevronRight } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { number } from '../language/format';
import { useWords } from '../language/words';
import { Section } from './Page';
import classes from './steps.module.css';

export interface Step {
  key: string;
  title: string;
  text: string;
  to: string;
  done: boolean;
}

export const Steps = ({ title, steps }: { title: string; steps: Step[] }) => {
  const { t } = useWords();
  const done = steps.filter((step) => step.done).length;
  const next = steps.find((step) => !step.done);
  return (
    <Section
      title={title}
      hint={t('ui.steps_done', { done: number(done), all: number(steps.length) })}
      actions={
        <Progress
          className={classes.progress}
          value={(done / steps.length) * 100}
          aria-label={t('ui.steps_done', { done: number(done), all: number(steps.length) })}
        />
      }
      flush
    >
      <ol className={classes.steps}>
        {steps.map((step) => (
          <li key={step.key}>
            <Link
              to={step.to}
              className={[classes.step, step.done && classes.done, step === next && classes.next]
                .filter(Boolean)
                .join(' ')}
            >
              <span className={classes.mark} aria-hidden>
                {step.done && <IconCheck size={14} stroke={2.4} />}
              </span>
              <span className={classes.words}>
                <strong>{step.title}</strong>
                {step.done ? (
                  <span className="visually-hidden">{t('ui.step_done')}</span>
                ) : (
                  <span className={classes.text}>{step.text}</span>
                )}
              </span>
              <IconChevronRight size={16} stroke={1.6} className={classes.go} aria-hidden />
            </Link>
          </li>
        ))}
      </ol>
    </Section>
  );
};
