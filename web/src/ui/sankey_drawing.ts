// Draws a flow with ECharts; a file of its own, so that pages with other charts do not load it.

import { SankeyChart } from 'echarts/charts';
import { TooltipComponent } from 'echarts/components';
import { init, use as register } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';
import { plain } from './drawn_text';
import type { SankeyLink, SankeyNode } from './Sankey';

register([SankeyChart, TooltipComponent, CanvasRenderer]);

interface Drawing {
  nodes: SankeyNode[];
  links: SankeyLink[];
  show: (value: number) => string;
}

const COLOURS = [
  '--merit-accent',
  '--merit-warn',
  '--merit-flow-3',
  '--merit-flow-4',
  '--merit-flow-5',
  '--merit-plain',
];
const NAME_LETTERS = 22;

const toneOf = (tone: SankeyNode['tone']): string =>
  tone === 'good' ? '--merit-good' : tone === 'faint' ? '--merit-before' : (COLOURS[tone % COLOURS.length] ?? '');

const short = (name: string) => (name.length > NAME_LETTERS ? `${name.slice(0, NAME_LETTERS - 1)}…` : name);

export const drawSankey = (place: HTMLElement, { nodes, links, show }: Drawing): (() => void) => {
  const style = getComputedStyle(place);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  const names = new Map(nodes.map(({ id, name }) => [id, plain(name)]));
  const chart = init(place, undefined, { renderer: 'canvas' });
  chart.setOption({
    animationDuration: matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 350,
    textStyle: { fontFamily: style.fontFamily },
    tooltip: {
      trigger: 'item',
      renderMode: 'richText',
      confine: true,
      backgroundColor: colour('--merit-raised'),
      borderColor: colour('--merit-line'),
      borderWidth: 1,
      padding: [8, 12],
      textStyle: { color: colour('--mantine-color-text'), fontFamily: style.fontFamily, fontSize: 12 },
      formatter: (found: unknown) => {
        const { dataType, data, value } = found as {
          dataType?: string;
          data: Partial<SankeyLink & SankeyNode>;
          value: number;
        };
        const title =
          dataType === 'edge'
            ? `${names.get(data.source ?? '') ?? ''} → ${names.get(data.target ?? '') ?? ''}`
            : (names.get((data as { name?: string }).name ?? '') ?? '');
        return `${title}  ${plain(show(value))}`;
      },
    },
    series: [
      {
        type: 'sankey' as const,
        top: 8,
        bottom: 8,
        left: 4,
        right: 130,
        nodeWidth: 12,
        nodeGap: 12,
        layoutIterations: 48,
        draggable: false,
        emphasis: { focus: 'adjacency' as const },
        label: {
          color: colour('--mantine-color-text'),
          fontFamily: style.fontFamily,
          fontSize: 12,
          formatter: ({ name }: { name: string }) => short(names.get(name) ?? ''),
        },
        lineStyle: { color: 'source' as const, opacity: 0.22, curveness: 0.5 },
        data: nodes.map(({ id, depth, tone }) => ({
          name: id,
          depth,
          itemStyle: { color: colour(toneOf(tone)), borderWidth: 0, borderRadius: 2 },
        })),
        links,
      },
    ],
  });
  const observer = new ResizeObserver(() => chart.resize());
  observer.observe(place);
  return () => {
    observer.disconnect();
    chart.dispose();
  };
};
