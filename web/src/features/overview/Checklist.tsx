// The first steps of a new network, in their order, each with the way to take it. They are ticked by what there is, not by what was
// pressed, and the list goes when all are done.

import { IconCheck, IconChevronRight } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { answer, GET } from '../../data/client';
import { number } from '../../language/format';
import type { TextKey } from '../../../generated/keys';
import { useWords } from '../../language/words';
import { Section } from '../../ui/Page';
import classes from './overview.module.css';

const one = { params: { query: { limit: 1 } } };

// Tokens are looked for among so many advertisers; a new network has few.
const ADVERTISERS_LOOKED_AT = 50;

const read = async () => {
  const [advertisers, programs, contracts, publishers, links, conversions] = await Promise.all([
    answer(GET('/api/v1/advertisers', { params: { query: { limit: ADVERTISERS_LOOKED_AT } } })),
    answer(GET('/api/v1/programs', one)),
    answer(GET('/api/v1/contracts', one)),
    answer(GET('/api/v1/publishers', one)),
    answer(GET('/api/v1/links', one)),
    answer(GET('/api/v1/conversions', one)),
  ]);
  return {
    advertiser: advertisers.items[0]?.id,
    program: programs.items[0]?.id,
    done: {
      advertiser: advertisers.items.length > 0,
      program: programs.items.length > 0,
      contract: contracts.items.length > 0,
      publisher: publishers.items.length > 0,
      link: links.items.length > 0,
      integration: advertisers.items.some((one) => one.has_postback_token || one.has_signing_secret),
      conversion: conversions.items.length > 0,
    },
  };
};

type Step = keyof Awaited<ReturnType<typeof read>>['done'];

const STEPS: Step[] = ['advertiser', 'program', 'contract', 'publisher', 'link', 'integration', 'conversion'];

export const Checklist = () => {
  const { t } = useWords();
  const { data } = useQuery({ queryKey: ['first_steps'], queryFn: read });
  if (!data || STEPS.every((step) => data.done[step])) return null;
  const next = STEPS.find((step) => !data.done[step]);
  const ways: Record<Step, { to: string; search?: object }> = {
    advertiser: { to: '/advertisers/new' },
    program: { to: '/programs/new', search: { advertiser: data.advertiser } },
    contract: { to: '/contracts/new', search: { program: data.program } },
    publisher: { to: '/publishers/new' },
    link: { to: '/links' },
    integration: { to: data.advertiser ? `/advertisers/${data.advertiser}` : '/advertisers' },
    conversion: { to: '/conversions' },
  };
  const count = STEPS.filter((step) => data.done[step]).length;
  return (
    <Section
      title={t('overview.first_steps')}
      hint={t('overview.first_steps_done', { done: number(count), all: number(STEPS.length) })}
      flush
    >
      <ol className={classes.steps}>
        {STEPS.map((step, at) => {
          const done = data.done[step];
          const label: TextKey = `overview.step_${step}`;
          return (
            <li key={step} data-done={done} data-next={step === next}>
              <Link {...ways[step]} className={classes.step}>
                <span className={classes.tick} aria-hidden>
                  {done ? <IconCheck size={14} stroke={2.4} /> : number(at + 1)}
                </span>
                <span className={classes.stepWords}>
                  <strong>{t(label)}</strong>
                  <span>{done ? t('overview.step_done') : t(`overview.step_${step}_text`)}</span>
                </span>
                {!done && <IconChevronRight size={16} className={classes.stepGo} aria-hidden />}
              </Link>
            </li>
          );
        })}
      </ol>
    </Section>
  );
};
