// Which figures each role looks at first.

import type { ReportRequest } from '../../data/reports';
import type { Role } from '../../data/session';
import type { TextKey } from '../../../generated/keys';
import type { Period } from '../../ui/periods';

export interface Figure {
  metric: string;
  label: TextKey;
  // More of it is worse.
  inverse?: boolean;
}

const figure = (metric: string, label: TextKey, inverse?: boolean): Figure => ({ metric, label, inverse });

const FIGURES: Record<Role, Figure[]> = {
  operator: [
    figure('clicks', 'metric.clicks'),
    figure('conversions', 'metric.conversions'),
    figure('cvr', 'metric.cvr'),
    figure('revenue', 'metric.revenue'),
    figure('commission', 'metric.commission'),
    figure('fee', 'metric.fee'),
  ],
  advertiser: [
    figure('cost', 'metric.cost', true),
    figure('revenue', 'metric.revenue'),
    figure('cir', 'metric.cir', true),
    figure('roi', 'metric.roi'),
    figure('conversions', 'metric.conversions'),
    figure('new_customers', 'metric.new_customers'),
  ],
  publisher: [
    figure('earnings', 'metric.earnings'),
    figure('clicks', 'metric.clicks'),
    figure('conversions', 'metric.conversions'),
    figure('cvr', 'metric.cvr'),
    figure('epc', 'metric.epc'),
    figure('approval_rate', 'metric.approval_rate'),
  ],
  manager: [
    figure('clicks', 'metric.clicks'),
    figure('conversions', 'metric.conversions'),
    figure('cvr', 'metric.cvr'),
    figure('revenue', 'metric.revenue'),
    figure('commission', 'metric.commission'),
    figure('epc', 'metric.epc'),
  ],
};

export const figuresOf = (role: Role): Figure[] => FIGURES[role];

// The one report behind the tiles and the chart.
export const byDay = (role: Role, period: Period): ReportRequest => ({
  metrics: figuresOf(role).map(({ metric }) => metric),
  by: [period === 'today' || period === 'yesterday' ? 'hour' : 'day'],
  period,
  compare: 'previous_period',
});
