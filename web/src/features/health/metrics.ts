// The server's measurements, as it gives them out for Prometheus: counters, and times by how many took at most how long.

export interface Histogram {
  count: number;
  sum: number;
  // Upper ends in ascending order, with how many were at most that.
  buckets: [number, number][];
}

export interface Measured {
  value: (name: string) => number | undefined;
  // A counter with the given label.
  labelled: (name: string, label: string) => number | undefined;
  histogram: (name: string) => Histogram | undefined;
}

const LINE = /^([a-z_]+)(?:\{([^}]*)\})? (\S+)$/;

export const readMetrics = (text: string): Measured => {
  const plain = new Map<string, number>();
  const labels = new Map<string, Map<string, number>>();
  for (const line of text.split('\n')) {
    const [, name, label, value] = LINE.exec(line) ?? [];
    if (!name || value === undefined) continue;
    const amount = Number(value);
    if (label === undefined) plain.set(name, amount);
    else {
      const known = labels.get(name) ?? new Map<string, number>();
      known.set(/"([^"]*)"/.exec(label)?.[1] ?? label, amount);
      labels.set(name, known);
    }
  }
  return {
    value: (name) => plain.get(name),
    labelled: (name, label) => labels.get(name)?.get(label),
    histogram: (name) => {
      const count = plain.get(`${name}_count`);
      const sum = plain.get(`${name}_sum`);
      if (count === undefined || sum === undefined) return undefined;
      const buckets = [...(labels.get(`${name}_bucket`) ?? [])].map(([end, below]): [number, number] => [
        end === '+Inf' ? Infinity : Number(end),
        below,
      ]);
      return { count, sum, buckets: buckets.sort(([one], [other]) => one - other) };
    },
  };
};

// So much or less it was in this share of the cases: the upper end of the bucket that the share falls into.
export const quantile = ({ count, buckets }: Histogram, share: number): number | undefined => {
  if (count === 0) return undefined;
  return buckets.find(([, below]) => below >= count * share)?.[0];
};
