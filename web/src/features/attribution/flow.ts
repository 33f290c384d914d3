// The most frequent paths as a flow from left to right: each place of a path is a column, so that a channel that comes again is drawn again
// and nothing runs backwards.

import { merged, type Attribution } from './journeys';

export const CONVERTED = -1;
export const NOT_CONVERTED = -2;
export const OTHERS = -3;

export interface FlowNode {
  id: string;
  // The channel, or one of the names above.
  channel: number;
  depth: number;
  journeys: number;
}

export interface FlowLink {
  source: string;
  target: string;
  journeys: number;
}

export interface FlowDrawing {
  nodes: FlowNode[];
  links: FlowLink[];
  // Conversions of the paths that are drawn.
  conversions: number;
  depth: number;
}

// Touches that are drawn one by one; what lies between the first and the last of a longer path is not.
const STEPS_MAX = 5;
// Channels of a column; the smaller ones are drawn as one.
const CHANNELS_MAX = 8;

const columnsOf = (told: Attribution, steps: number): Set<number>[] => {
  const counts = Array.from({ length: steps }, () => new Map<number, number>());
  for (const { channels, conversions, nulls } of told.paths) {
    cutShort(merged(channels)).forEach((channel, at) => {
      const column = counts[at];
      column?.set(channel, (column.get(channel) ?? 0) + conversions + nulls);
    });
  }
  return counts.map((column) => {
    const greatest = [...column].sort(([one, a], [other, b]) => b - a || one - other).slice(0, CHANNELS_MAX);
    return new Set(greatest.map(([channel]) => channel));
  });
};

const cutShort = (path: number[]): number[] =>
  path.length <= STEPS_MAX ? path : [...path.slice(0, STEPS_MAX - 1), ...path.slice(-1)];

export const flowOf = (told: Attribution): FlowDrawing => {
  const columns = columnsOf(told, STEPS_MAX);
  const nodes = new Map<string, FlowNode>();
  const links = new Map<string, FlowLink>();
  let conversions = 0;
  const node = (channel: number, depth: number, journeys: number): string => {
    const id = channel < 0 && channel !== OTHERS ? `end ${channel}` : `${depth} ${channel}`;
    const known = nodes.get(id);
    if (known) known.journeys += journeys;
    else nodes.set(id, { id, channel, depth, journeys });
    return id;
  };
  const link = (source: string, target: string, journeys: number) => {
    const key = `${source}>${target}`;
    const known = links.get(key);
    if (known) known.journeys += journeys;
    else links.set(key, { source, target, journeys });
  };
  for (const path of told.paths) {
    const all = path.conversions + path.nulls;
    const steps = cutShort(merged(path.channels)).map((channel, at) => (columns[at]?.has(channel) ? channel : OTHERS));
    const ids = steps.map((channel, at) => node(channel, at, all));
    ids.slice(1).forEach((id, at) => link(ids[at] ?? '', id, all));
    const last = ids.at(-1);
    if (last === undefined) continue;
    conversions += path.conversions;
    if (path.conversions > 0) link(last, node(CONVERTED, STEPS_MAX, path.conversions), path.conversions);
    if (path.nulls > 0) link(last, node(NOT_CONVERTED, STEPS_MAX, path.nulls), path.nulls);
  }
  const found = [...nodes.values()];
  const depth =
    Math.max(0, ...found.filter(({ channel }) => channel >= 0 || channel === OTHERS).map((one) => one.depth)) + 1;
  return {
    nodes: found.map((one) => (one.channel === CONVERTED || one.channel === NOT_CONVERTED ? { ...one, depth } : one)),
    links: [...links.values()],
    conversions,
    depth,
  };
};
