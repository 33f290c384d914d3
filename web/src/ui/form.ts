// Forms: values by name, what is wrong with each, and the server's objections shown at the field they are about. What was typed stays.

import { useCallback, useRef, useState, type FormEvent } from 'react';
import { Problem, problemText } from '../data/problem';

type Errors<Name extends string> = Partial<Record<Name, string>>;

interface Options<Values extends Record<string, string>> {
  initial: Values;
  check: (values: Values) => Errors<Extract<keyof Values, string>>;
  submit: (values: Values) => Promise<void>;
}

// A list keeps what was chosen in a hidden field behind the one that people see.
const focusable = (field: Element | null | undefined): HTMLElement | null | undefined => {
  if (field instanceof HTMLInputElement && field.type === 'hidden') {
    return field.previousElementSibling?.querySelector<HTMLElement>('input:not([type=hidden])');
  }
  return field instanceof HTMLElement ? field : null;
};

export const useForm = <Values extends Record<string, string>>({ initial, check, submit }: Options<Values>) => {
  type Name = Extract<keyof Values, string>;
  const [values, setValues] = useState(initial);
  const [errors, setErrors] = useState<Errors<Name>>({});
  const [problem, setProblem] = useState<string>();
  const [busy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  // Known at once, also while it is being stored: whoever goes on after saving is not asked whether he wants to.
  const unsaved = useRef(false);

  const show = (found: Errors<Name>) => {
    setErrors(found);
    const first = Object.keys(values).find((name) => found[name as Name]);
    // The field is marked after the next drawing.
    if (first) requestAnimationFrame(() => focusable(form.current?.querySelector(`[name="${first}"]`))?.focus());
  };

  const onSubmit = async (event: FormEvent) => {
    event.preventDefault();
    if (busy) return;
    setProblem(undefined);
    const found = check(values);
    if (Object.values(found).some(Boolean)) return show(found);
    setErrors({});
    setBusy(true);
    const typed = unsaved.current;
    unsaved.current = false;
    try {
      await submit(values);
    } catch (error) {
      unsaved.current = typed;
      const field = error instanceof Problem ? error.field : undefined;
      if (field !== undefined && Object.hasOwn(values, field)) show({ [field]: problemText(error) } as Errors<Name>);
      else setProblem(problemText(error));
    } finally {
      setBusy(false);
    }
  };

  return {
    values,
    problem,
    busy,
    form: { ref: form, onSubmit: (event: FormEvent) => void onSubmit(event), noValidate: true },
    // Whether something was typed that is not stored.
    isDirty: useCallback(() => unsaved.current, []),
    set: (name: Name, value: string) => {
      unsaved.current = true;
      setValues((before) => ({ ...before, [name]: value }));
      setErrors((before) => ({ ...before, [name]: undefined }));
    },
    // What a text field of the form is given.
    field: (name: Name) => ({
      name,
      value: values[name],
      error: errors[name],
      'aria-invalid': errors[name] ? true : undefined,
      onChange: (event: { currentTarget: { value: string } }) => {
        const { value } = event.currentTarget;
        unsaved.current = true;
        setValues((before) => ({ ...before, [name]: value }));
        setErrors((before) => ({ ...before, [name]: undefined }));
      },
    }),
    error: (name: Name) => errors[name],
  };
};
