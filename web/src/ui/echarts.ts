// Draws with ECharts; only the parts that are used are built in. Its own tooltip would write markup with styles, which the policy
// forbids, so it draws the tooltip on the canvas as well.

import { BarChart, LineChart } from 'echarts/charts';
import { GridComponent, TooltipComponent } from 'echarts/components';
import { init, use as register } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';
import type { Series } from './Chart';
import { plain } from './drawn_text';

register([BarChart, LineChart, GridComponent, TooltipComponent, CanvasRenderer]);

interface Drawing {
  points: string[];
  ticks: string[];
  series: Series[];
  axis: (value: number) => string;
}

const COLOURS = ['--merit-accent', '--merit-good', '--merit-warn', '--merit-bad'];
// Lines with more points than this are thinned out for drawing, keeping their shape.
const POINTS_THICK = 400;

const alpha = (colour: string, part: number) =>
  `${colour}${Math.round(part * 255)
    .toString(16)
    .padStart(2, '0')}`;

const seriesOf = ({ series, points }: Drawing, colour: (name: string) => string) => {
  let next = 0;
  return series.map(({ name, values, kind, faint }) => {
    const own = faint ? colour('--merit-before') : colour(COLOURS[next++ % COLOURS.length] ?? '');
    if (kind === 'bar') {
      return {
        name,
        type: 'bar' as const,
        data: values,
        itemStyle: { color: own, borderRadius: [3, 3, 0, 0] },
        barMaxWidth: 28,
      };
    }
    return {
      name,
      type: 'line' as const,
      data: values,
      smooth: points.length < POINTS_THICK ? 0.25 : false,
      smoothMonotone: 'x' as const,
      sampling: 'lttb' as const,
      showSymbol: points.length === 1,
      symbolSize: 6,
      z: faint ? 1 : 2,
      lineStyle: { color: own, width: faint ? 1.5 : 2.25, type: faint ? ('dashed' as const) : ('solid' as const) },
      itemStyle: { color: own },
      areaStyle: faint
        ? undefined
        : {
            color: {
              type: 'linear' as const,
              x: 0,
              y: 0,
              x2: 0,
              y2: 1,
              colorStops: [
                { offset: 0, color: alpha(own, 0.16) },
                { offset: 1, color: alpha(own, 0) },
              ],
            },
          },
      emphasis: { disabled: true },
    };
  });
};

export const draw = (place: HTMLElement, drawing: Drawing): (() => void) => {
  const style = getComputedStyle(place);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  const { points, ticks, series, axis } = drawing;
  const font = { color: colour('--mantine-color-dimmed'), fontFamily: style.fontFamily, fontSize: 11 };
  const chart = init(place, undefined, { renderer: 'canvas' });
  chart.setOption({
    animationDuration: matchMedia('(prefers-reduced-motion: reduce)').matches ? 0 : 350,
    textStyle: { fontFamily: style.fontFamily },
    grid: { top: 12, right: 12, bottom: 24, left: 8, containLabel: true },
    xAxis: {
      type: 'category',
      data: ticks,
      boundaryGap: series.some((one) => one.kind === 'bar'),
      axisLine: { lineStyle: { color: colour('--merit-line') } },
      axisTick: { show: false },
      axisLabel: { ...font, hideOverlap: true, margin: 10 },
      axisPointer: { lineStyle: { color: colour('--merit-before'), type: 'solid', width: 1 }, label: { show: false } },
    },
    yAxis: {
      type: 'value',
      splitNumber: 4,
      axisLabel: { ...font, formatter: axis },
      splitLine: { lineStyle: { color: colour('--merit-line-soft') } },
    },
    tooltip: {
      trigger: 'axis',
      renderMode: 'richText',
      confine: true,
      backgroundColor: colour('--merit-raised'),
      borderColor: colour('--merit-line'),
      borderWidth: 1,
      padding: [8, 12],
      textStyle: {
        color: colour('--mantine-color-text'),
        fontFamily: style.fontFamily,
        fontSize: 12,
        rich: {
          head: { color: colour('--mantine-color-dimmed'), fontSize: 11, lineHeight: 20 },
          line: { lineHeight: 20 },
        },
      },
      formatter: (found: unknown) => {
        const at = (Array.isArray(found) ? (found[0] as { dataIndex?: number }).dataIndex : undefined) ?? 0;
        const lines = series.map((one) => `{line|${plain(one.name)}  ${plain(one.show(one.values[at] ?? null))}}`);
        return [`{head|${plain(points[at] ?? '')}}`, ...lines].join('\n');
      },
    },
    series: seriesOf(drawing, colour),
  });
  const observer = new ResizeObserver(() => chart.resize());
  observer.observe(place);
  return () => {
    observer.disconnect();
    chart.dispose();
  };
};
