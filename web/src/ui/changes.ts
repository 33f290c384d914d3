// Which members of an object were changed: only those are sent, so that what somebody else changed in the meantime stays.

export const changesOf = <Values extends object>(before: object, after: Values): Partial<Values> =>
  Object.fromEntries(
    Object.entries(after).filter(
      ([name, value]) => JSON.stringify(value) !== JSON.stringify((before as Record<string, unknown>)[name]),
    ),
  ) as Partial<Values>;
