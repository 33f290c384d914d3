// Journeys as the API tells of them: channels whose paths cross, with what each model gives them.

import { HOSTILE } from './publisher_example.mjs';

const CURRENCY = 'USD';
const money = (amount) => ({ amount: amount.toFixed(2), currency: CURRENCY });

const CHANNELS = [['affiliate', 'pub_1', 'affiliate / A Blog'], ['search', null, 'search'], ['email', null, 'email'], ['social', null, `social / ${HOSTILE}`], ['direct', null, 'direct'], ['tv', null, 'tv']];

// Their channels, conversions, value, and journeys without one.
const PATHS = [
  [[0], 120, 9600, 900], [[1, 0], 64, 5440, 210], [[1, 1, 2, 0], 40, 3600, 95], [[3, 1, 0], 31, 2480, 160], [[5, 1], 24, 2160, 80], [[2, 4], 20, 1500, 44], [[3, 4], 16, 1280, 130],
  [[1, 2, 1, 2], 12, 1080, 30], [[5, 3, 1, 2, 4, 0, 1, 0], 9, 990, 4], [[4], 8, 560, 400],
];

const merged = (path) => path.filter((channel, at) => at === 0 || channel !== path[at - 1]);

// Who gets how much of a path.
const GIVES = {
  last: (path) => [[path.at(-1), 1]],
  first: (path) => [[path[0], 1]],
  linear: (path) => path.map((channel) => [channel, 1 / path.length]),
  shapley: (path) => [...new Set(path)].map((channel, _, all) => [channel, 1 / all.length]),
};

const cells = (models, channel) => {
  const given = (model) => {
    let conversions = 0, value = 0;
    for (const [path, count, worth] of PATHS) {
      for (const [to, part] of (GIVES[model] ?? GIVES.linear)(path)) if (to === channel) { conversions += count * part; value += worth * part; }
    }
    return { conversions, value };
  };
  const base = given(models[0]);
  return models.map(given).map(({ conversions, value }) => ({ conversions, value: money(value), moved: money(value - base.value) }));
};

const transitions = () => {
  const counts = new Map();
  const step = (from, to, journeys) => counts.set(`${from} ${to}`, (counts.get(`${from} ${to}`) ?? 0) + journeys);
  for (const [path, conversions, , nulls] of PATHS) {
    const way = merged(path);
    ['start', ...way].slice(0, way.length).forEach((from, at) => step(from, way[at], conversions + nulls));
    step(way.at(-1), 'conversion', conversions);
    step(way.at(-1), 'null', nulls);
  }
  const all = [...counts].map(([key, journeys]) => ({ ends: key.split(' '), journeys }));
  const end = (side, name) => (/\d/.test(name) ? { [side]: 'channel', [`${side}_channel`]: Number(name) } : { [side]: name });
  return all.map(({ ends: [from, to], journeys }) => ({
    ...end('from', from), ...end('to', to), journeys,
    share: journeys / all.filter((one) => one.ends[0] === from).reduce((sum, one) => sum + one.journeys, 0),
  }));
};

const count = (holds) => PATHS.filter(([path]) => holds(path)).reduce((sum, [, conversions]) => sum + conversions, 0);

export const journeys = ({ models = ['last', 'first', 'linear', 'shapley'] } = {}) => ({
  currency: CURRENCY, models, conversions: count(() => true), value: money(PATHS.reduce((sum, path) => sum + path[2], 0)), nulls: PATHS.reduce((sum, path) => sum + path[3], 0),
  without_touch: 7, without_touch_value: money(431.5), without_rate: 0, touches: 5120,
  channels: CHANNELS.map(([channel, publisher, label], at) => ({
    label, values: [{ by: 'channel', value: channel }, { by: 'publisher', ...(publisher ? { value: publisher } : {}) }], cells: cells(models, at),
    took_part: count((path) => path.includes(at)), assisted: count((path) => path.includes(at) && path.at(-1) !== at), closed: count((path) => path.at(-1) === at),
    alone: count((path) => path.every((one) => one === at)),
  })),
  lengths: [1, 2, 3, 4, 8].map((touches) => ({ touches, conversions: count((path) => path.length === touches), value: money(1000 / touches), nulls: 10 })),
  lags: [[0, 3600, 140], [3600, 86400, 92], [86400, 604800, 71], [604800, undefined, 41]].map(([from_seconds, below_seconds, conversions]) => ({ from_seconds, below_seconds, conversions })),
  paths: PATHS.map(([channels, conversions, value, nulls]) => ({ channels, conversions, value: money(value), nulls })),
  transitions: transitions(),
  overlap: CHANNELS.map((_, row) => CHANNELS.map((__, column) => count((path) => path.includes(row) && path.includes(column)) / Math.max(1, count((path) => path.includes(row))))),
});

export const noJourneys = () => ({
  currency: CURRENCY, models: ['last'], conversions: 0, value: money(0), nulls: 0, without_touch: 0, without_touch_value: money(0), without_rate: 0, touches: 0, channels: [], lengths: [],
  lags: [], paths: [], transitions: [], overlap: [],
});
