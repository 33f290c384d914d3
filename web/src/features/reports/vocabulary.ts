// What can be counted and what by, as the server lists it for this person's role.

import { useQuery } from '@tanstack/react-query';
import type { Schemas } from '../../data/client';
import { dimensionsQuery, metricsQuery } from '../../data/reports';
import { useSession } from '../../data/session_context';
import { useWords } from '../../language/words';

export interface Word {
  name: string;
  heading: string;
  description: string;
}

export interface MetricWord extends Word {
  unit: string;
  formula: string;
}

export const PERIODS_OF_TIME = ['hour', 'day', 'week', 'month', 'quarter', 'year'];
export const OBJECTS = ['publisher', 'program', 'advertiser'] as const;

type Visible = Pick<Schemas['MetricView'], 'advertiser' | 'publisher'>;

export const useVocabulary = () => {
  const { said } = useWords();
  const { actingAs } = useSession();
  const metrics = useQuery(metricsQuery).data?.items ?? [];
  const dimensions = useQuery(dimensionsQuery).data?.items ?? [];
  const visible = (one: Visible) =>
    actingAs.role === 'publisher' ? one.publisher : actingAs.role === 'advertiser' ? one.advertiser : true;
  const metricWords: MetricWord[] = metrics.filter(visible).map(({ name, heading, description, unit, formula }) => ({
    name,
    heading: said(heading),
    description: said(description),
    unit,
    formula,
  }));
  const dimensionWords: Word[] = dimensions
    .filter(visible)
    .map(({ name, heading, description }) => ({ name, heading: said(heading), description }));
  const headings = new Map([...metricWords, ...dimensionWords].map(({ name, heading }) => [name, heading]));
  return { metrics: metricWords, dimensions: dimensionWords, heading: (name: string) => headings.get(name) ?? name };
};
