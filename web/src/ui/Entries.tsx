// A list of entries within a form, each a small card of its own; entries are added at the end and taken out one by one.

import { ActionIcon, Button } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { number } from '../language/format';
import { useWords } from '../language/words';
import type { Fields } from './draft';
import { ListError } from './Fields';
import classes from './fields.module.css';

interface Props<Entry> {
  fields: Fields;
  path: string;
  // What one of them is called.
  one: string;
  add: string;
  fresh: () => Entry;
  // How an entry is called by its content; else by its number.
  title?: (entry: Entry, at: number) => string;
  // How many have to stay.
  least?: number;
  most?: number;
  children: (entry: Entry, path: string, at: number) => ReactNode;
}

export const Entries = <Entry,>({
  fields,
  path,
  one,
  add,
  fresh,
  title,
  least = 0,
  most = Infinity,
  children,
}: Props<Entry>) => {
  const { t } = useWords();
  const value = fields.read(path);
  const entries = (Array.isArray(value) ? value : []) as Entry[];
  return (
    <div className={classes.fields}>
      <ListError fields={fields} path={path} />
      {entries.map((entry, at) => {
        const name = title?.(entry, at) || `${one} ${number(at + 1)}`;
        return (
          <fieldset key={at} className={classes.entry}>
            <div className={classes.entryHead}>
              <legend className={classes.entryTitle}>
                <bdi>{name}</bdi>
              </legend>
              {entries.length > least && (
                <ActionIcon
                  aria-label={t('ui.remove_what', { what: name })}
                  onClick={() =>
                    fields.write(
                      path,
                      entries.filter((_, other) => other !== at),
                    )
                  }
                >
                  <IconTrash size={16} aria-hidden />
                </ActionIcon>
              )}
            </div>
            {children(entry, `${path}[${at}]`, at)}
          </fieldset>
        );
      })}
      <div hidden={entries.length >= most}>
        <Button
          variant="default"
          size="xs"
          leftSection={<IconPlus size={14} aria-hidden />}
          onClick={() => fields.write(path, [...entries, fresh()])}
        >
          {add}
        </Button>
      </div>
    </div>
  );
};
