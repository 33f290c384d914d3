// What a publisher's overview has beside the figures: the first steps, earnings by state, what changed, and whether his programs can pay.

import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { answer, GET } from '../../data/client';
import { useWords } from '../../language/words';
import { Section } from '../../ui/Page';
import { Badge } from '../../ui/State';
import { Steps } from '../../ui/Steps';
import { Foreign } from '../../ui/values';
import { useDetails } from '../earnings/money';
import classes from './by_state.module.css';

const PROGRAMS_READ = 100;
const ONE = { params: { query: { limit: 1 } } };

const useStandings = (publisher: string) => {
  const { language } = useWords();
  return useQuery({
    queryKey: ['standings', publisher, language, 'mine'],
    queryFn: async () => {
      const params = { path: { publisher_id: publisher }, query: { language, limit: PROGRAMS_READ } };
      const { items } = await answer(GET('/api/v1/publishers/{publisher_id}/programs', { params }));
      return items.filter((one) => one.may_link).map(({ program }) => program);
    },
    enabled: publisher !== '',
  });
};

export const FirstSteps = ({ publisher }: { publisher: string }) => {
  const { t } = useWords();
  const programs = useStandings(publisher);
  const details = useDetails(publisher);
  const begun = useQuery({
    queryKey: ['links', 'begun'],
    queryFn: async () => {
      const [links, touches, conversions] = await Promise.all([
        answer(GET('/api/v1/links', ONE)),
        answer(GET('/api/v1/touches', ONE)),
        answer(GET('/api/v1/conversions', ONE)),
      ]);
      return [links, touches, conversions].map(({ items }) => items.length > 0);
    },
  });
  if (!programs.data || details.data === undefined || !begun.data) return null;
  const [linked = false, clicked = false, converted = false] = begun.data;
  const steps = [
    { key: 'join', to: '/join', done: programs.data.length > 0 },
    { key: 'link', to: '/links', done: linked },
    { key: 'click', to: '/links', done: clicked },
    { key: 'conversion', to: '/conversions', done: converted },
    { key: 'details', to: '/earnings', done: details.data !== null },
  ] as const;
  if (steps.every(({ done }) => done)) return null;
  return (
    <Steps
      title={t('overview.first_steps')}
      steps={steps.map((step) => ({
        ...step,
        title: t(`overview.publisher_step_${step.key}`),
        text: t(`overview.publisher_step_${step.key}_text`),
      }))}
    />
  );
};

// A program whose advertiser has run out of money takes no clicks, so its publishers are told at once.
export const Funded = ({ publisher }: { publisher: string }) => {
  const { t, word } = useWords();
  const { data } = useStandings(publisher);
  if (!data || data.length === 0) return null;
  return (
    <Section title={t('overview.programs')} hint={t('overview.programs_hint')} flush>
      {data.map((program) => (
        <div key={program.id} className={classes.sign}>
          <Link to="/links" search={{ program: program.id }} style={{ color: 'inherit' }}>
            <Foreign>{program.name}</Foreign>
          </Link>
          {program.status !== 'active' ? (
            <Badge tone="warn">{word('status', program.status)}</Badge>
          ) : program.funded ? (
            <Badge tone="good">{t('overview.funded')}</Badge>
          ) : (
            <Badge tone="bad">{t('overview.not_funded')}</Badge>
          )}
        </div>
      ))}
    </Section>
  );
};
