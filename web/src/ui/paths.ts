// Places within nested values, written as the API writes them in `field`: `actions[0].name`.

type Container = Record<string, unknown> | unknown[];

export const keysOf = (path: string): string[] => path.match(/[^.[\]]+/g) ?? [];

const isContainer = (value: unknown): value is Container => typeof value === 'object' && value !== null;

export const readAt = (whole: unknown, path: string): unknown =>
  keysOf(path).reduce<unknown>(
    (value, key) => (isContainer(value) ? (value as Record<string, unknown>)[key] : undefined),
    whole,
  );

const written = (whole: unknown, [key, ...rest]: string[], value: unknown): unknown => {
  if (key === undefined) return value;
  const before = isContainer(whole) ? (whole as Record<string, unknown>)[key] : undefined;
  const after = written(before, rest, value);
  if (Array.isArray(whole) || (whole === undefined && /^\d+$/.test(key))) {
    const list: unknown[] = Array.isArray(whole) ? [...(whole as unknown[])] : [];
    list[Number(key)] = after;
    return list;
  }
  const object: Record<string, unknown> = isContainer(whole) ? { ...(whole as Record<string, unknown>) } : {};
  if (after === undefined) return Object.fromEntries(Object.entries(object).filter(([name]) => name !== key));
  return { ...object, [key]: after };
};

// A copy in which `path` has the value; `undefined` takes it out.
export const writeAt = <Whole>(whole: Whole, path: string, value: unknown): Whole =>
  written(whole, keysOf(path), value) as Whole;

// `a[0].b`, then `a[0]`, then `a`: where an objection may be shown when nobody shows the exact place.
export const outwards = (path: string): string[] => {
  const found: string[] = [];
  for (let rest = path; rest !== ''; rest = rest.replace(/(\.[^.[\]]+|\[\d+\]|^[^.[\]]+)$/, '')) found.push(rest);
  return found;
};
