// How people went: the frequent paths as a diagram, and below it how often each channel was followed by which.

import { Title } from '@mantine/core';
import { useMemo, type CSSProperties } from 'react';
import { number, percent } from '../../language/format';
import { useWords } from '../../language/words';
import { Sankey, type SankeyNode } from '../../ui/Sankey';
import { Foreign } from '../../ui/values';
import type { ViewProps } from './AttributionPage';
import classes from './attribution.module.css';
import { CONVERTED, flowOf, NOT_CONVERTED, OTHERS } from './flow';
import { channelName, sum, type Attribution, type Transition } from './journeys';

const STATES_SHOWN = 14;
const HEIGHT_LEAST = 280;
const HEIGHT_OF_NODE = 44;

const TONES: Record<number, SankeyNode['tone']> = { [CONVERTED]: 'good', [NOT_CONVERTED]: 'faint', [OTHERS]: 'faint' };

const useNames = (told: Attribution) => {
  const { t } = useWords();
  return (channel: number): string => {
    if (channel === CONVERTED) return t('attribution.converted');
    if (channel === NOT_CONVERTED) return t('attribution.not_converted');
    if (channel === OTHERS) return t('attribution.others');
    const found = told.channels[channel];
    return found ? channelName(found) : '';
  };
};

const Diagram = ({ told }: { told: Attribution }) => {
  const { t, language } = useWords();
  const nameOf = useNames(told);
  const drawing = useMemo(() => {
    const flow = flowOf(told);
    const columns = Math.max(
      ...Array.from({ length: flow.depth + 1 }, (_, at) => flow.nodes.filter(({ depth }) => depth === at).length),
    );
    return {
      nodes: flow.nodes.map(({ id, channel, depth }) => ({
        id,
        name: nameOf(channel),
        depth,
        tone: TONES[channel] ?? channel % 6,
      })),
      links: flow.links.map(({ source, target, journeys }) => ({ source, target, value: journeys })),
      height: Math.max(HEIGHT_LEAST, columns * HEIGHT_OF_NODE),
      conversions: flow.conversions,
    };
    // eslint-disable-next-line react-hooks/exhaustive-deps -- names are others in another language
  }, [told, language]);
  const covered = told.conversions > 0 ? percent(drawing.conversions / told.conversions, 0) : '–';
  return (
    <div className={classes.block}>
      <Title order={2}>{t('attribution.diagram')}</Title>
      <p className={classes.under}>{t('attribution.diagram_hint', { share: covered })}</p>
      <Sankey
        label={t('attribution.diagram')}
        headings={[t('attribution.from'), t('attribution.to'), t('attribution.journeys')]}
        nodes={drawing.nodes}
        links={drawing.links}
        show={(value) => number(value)}
        height={drawing.height}
      />
    </div>
  );
};

type State = 'start' | 'conversion' | 'null' | number;

const fromOf = ({ from, from_channel }: Transition): State => (from === 'start' ? 'start' : (from_channel ?? 0));
const toOf = ({ to, to_channel }: Transition): State =>
  to === 'channel' ? (to_channel ?? 0) : to === 'conversion' ? 'conversion' : 'null';

const Steps = ({ told }: { told: Attribution }) => {
  const { t } = useWords();
  const nameOf = useNames(told);
  const weight = (channel: number) =>
    sum(told.transitions.filter((one) => fromOf(one) === channel).map((one) => one.journeys));
  const channels = told.channels
    .map((_, at) => at)
    .sort((one, other) => weight(other) - weight(one) || one - other)
    .slice(0, STATES_SHOWN);
  const rows: State[] = ['start', ...channels];
  const columns: State[] = [...channels, 'conversion', 'null'];
  const said = (state: State) =>
    state === 'start'
      ? t('attribution.start')
      : nameOf(state === 'conversion' ? CONVERTED : state === 'null' ? NOT_CONVERTED : state);
  const share = (from: State, to: State) => told.transitions.find((one) => fromOf(one) === from && toOf(one) === to);
  return (
    <div className={classes.block}>
      <Title order={2}>{t('attribution.steps')}</Title>
      <p className={classes.under}>{t('attribution.steps_hint')}</p>
      <div className={classes.scroll} tabIndex={0} role="group" aria-label={t('attribution.steps')}>
        <table className={classes.matrix} aria-label={t('attribution.steps')}>
          <thead>
            <tr>
              <td />
              {columns.map((to) => (
                <th key={to} scope="col">
                  <Foreign>{said(to)}</Foreign>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((from) => (
              <tr key={from}>
                <th scope="row">
                  <Foreign>{said(from)}</Foreign>
                </th>
                {columns.map((to) => {
                  const step = share(from, to);
                  return (
                    <td key={to} style={{ '--part': step?.share ?? 0 } as CSSProperties}>
                      {step ? percent(step.share, step.share < 0.1 ? 1 : 0) : ''}
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
};

export const Flow = ({ told }: ViewProps) => (
  <>
    <Diagram told={told} />
    <Steps told={told} />
  </>
);
