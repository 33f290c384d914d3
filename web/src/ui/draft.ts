// What is being written in a large form: nested values, edited by their paths, with what is wrong at each. The paths are those that the API
// names in its objections, so that each of them is shown at its field, or at the nearest one around it. What was typed stays.

import { useCallback, useRef, useState, type FormEvent, type RefObject } from 'react';
import { newKey } from '../data/client';
import { Problem, problemText } from '../data/problem';
import { outwards, readAt, writeAt } from './paths';

export type Errors = Record<string, string | undefined>;

// What a field needs of the form that it is in.
export interface Fields {
  read: (path: string) => unknown;
  write: (path: string, value: unknown) => void;
  error: (path: string) => string | undefined;
}

export interface Draft<Values> extends Fields {
  values: Values;
  replace: (values: Values) => void;
  problem: string | undefined;
  busy: boolean;
  // Whether something was typed that is not stored.
  isDirty: () => boolean;
  dirty: boolean;
  objectTo: (error: unknown) => void;
  // What was typed is stored now, by whatever `done` led to.
  stored: () => void;
  form: { ref: RefObject<HTMLFormElement | null>; onSubmit: (event: FormEvent) => void; noValidate: true };
}

interface Options<Values, Result> {
  initial: Values;
  check: (values: Values) => Errors;
  // `key` stays the same until something is changed, so that pressing again after a failure stores once.
  submit: (values: Values, key: string) => Promise<Result>;
  done: (result: Result) => void | Promise<void>;
  // `submit` stores nothing yet.
  onlyAsks?: boolean;
}

const fieldAt = (form: HTMLElement | null, path: string) =>
  form?.querySelector<HTMLElement>(`[data-field=${JSON.stringify(path)}]`) ??
  form?.querySelector<HTMLElement>(`[name=${JSON.stringify(path)}]`) ??
  null;

export const useDraft = <Values, Result>(options: Options<Values, Result>): Draft<Values> => {
  const { initial, check, submit, done, onlyAsks } = options;
  const [values, setValues] = useState(initial);
  const [errors, setErrors] = useState<Errors>({});
  const [problem, setProblem] = useState<string>();
  const [busy, setBusy] = useState(false);
  const [dirty, setDirty] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  // The same as `dirty`, known at once: whoever goes on after saving is not asked whether he wants to.
  const unsaved = useRef(false);

  const key = useRef<string>(undefined);

  const mark = (changed: boolean) => {
    key.current = undefined;
    unsaved.current = changed;
    setDirty(changed);
  };

  const show = (found: Errors) => {
    setErrors(found);
    // The fields are marked after the next drawing; the first of them on the page is where the reader goes on.
    requestAnimationFrame(() => {
      const wrong = Object.keys(found)
        .filter((path) => found[path])
        .map((path) => fieldAt(form.current, path))
        .filter((field) => field !== null);
      const [first] = wrong.sort((a, b) => (a.compareDocumentPosition(b) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1));
      first?.focus();
    });
  };

  const objectTo = (error: unknown) => {
    const field = error instanceof Problem ? error.field : undefined;
    const place = field && outwards(field).find((path) => fieldAt(form.current, path));
    if (place) show({ [place]: problemText(error) });
    else setProblem(problemText(error));
  };

  const onSubmit = async (event: FormEvent) => {
    event.preventDefault();
    // A form in a dialog is, for React, within the form that opened it.
    event.stopPropagation();
    if (busy) return;
    setProblem(undefined);
    const found = check(values);
    if (Object.values(found).some(Boolean)) return show(found);
    setErrors({});
    setBusy(true);
    try {
      const result = await submit(values, (key.current ??= newKey()));
      if (!onlyAsks) mark(false);
      await done(result);
    } catch (error) {
      objectTo(error);
    } finally {
      setBusy(false);
    }
  };

  const write = (path: string, value: unknown) => {
    setValues((before) => writeAt(before, path, value));
    setErrors((before) =>
      Object.fromEntries(Object.entries(before).filter(([name]) => name !== path && !name.startsWith(`${path}[`))),
    );
    mark(true);
  };

  return {
    values,
    replace: (next) => {
      setValues(next);
      setErrors({});
      mark(true);
    },
    problem,
    busy,
    dirty,
    isDirty: useCallback(() => unsaved.current, []),
    objectTo,
    stored: () => mark(false),
    read: (path) => readAt(values, path),
    write,
    error: (path) => errors[path],
    form: { ref: form, onSubmit: (event) => void onSubmit(event), noValidate: true },
  };
};
