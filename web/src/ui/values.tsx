// Values as people read them: amounts, moments, foreign texts, codes, names behind ids.

import { Skeleton, Tooltip } from '@mantine/core';
import type { ReactNode } from 'react';
import { useName, type NamedKind } from '../data/names';
import { useSession } from '../data/session_context';
import { ago, moment, money, type Amount, type MoneyOptions } from '../language/format';

// As long as an id is; what is longer may be anything.
const WORD_MAX = 32;

// How a table may break a text: ordinary words stay whole, one that is longer than any id is cut where the room ends.
const breaking = (text: string): string => {
  const words = text.split(/\s+/);
  if (words.some((word) => word.length > WORD_MAX)) return '';
  return words.length > 1 ? 'words' : 'whole';
};

// A text that somebody else wrote: it keeps its own direction and runs nothing.
export const Foreign = ({ children }: { children: string }) => (
  <bdi className={`foreign ${breaking(children)}`}>{children}</bdi>
);

export const Code = ({ children }: { children: string }) => (
  <bdi className={`code ${breaking(children)}`}>{children}</bdi>
);

export const Nothing = () => <span aria-hidden>{'–'}</span>;

// As many digits as the currency has; the tooltip tells every digit that is stored when there are more.
export const Money = ({ value, ...options }: { value: Amount | null | undefined } & MoneyOptions) => {
  if (!value) return <Nothing />;
  const shown = money(value, options);
  const exact = money(value, { exact: true });
  const text = <span className="tabular">{shown}</span>;
  return options.exact || options.sign || shown === exact ? text : <Tooltip label={exact}>{text}</Tooltip>;
};

// A moment in the network's zone.
export const Moment = ({
  at,
  relative,
  date,
}: {
  at: string | null | undefined;
  relative?: boolean;
  date?: boolean;
}) => {
  const { network } = useSession();
  if (!at) return <Nothing />;
  const whole = moment(at, network.zone);
  const shown = relative ? ago(at, network.zone) : date ? moment(at, network.zone, { dateStyle: 'medium' }) : whole;
  const text = (
    <time dateTime={at} className="tabular">
      {shown}
    </time>
  );
  return relative || date ? (
    <Tooltip label={moment(at, network.zone, { dateStyle: 'medium', timeStyle: 'medium' })}>{text}</Tooltip>
  ) : (
    text
  );
};

// The name of a publisher, program or advertiser by its id.
export const Named = ({ kind, id }: { kind: NamedKind; id: string | null | undefined }): ReactNode => {
  const name = useName(kind, id);
  if (!id) return <Nothing />;
  if (name === undefined) return <Skeleton h={12} w={96} component="span" display="inline-block" />;
  return name === null ? <Code>{id}</Code> : <Foreign>{name}</Foreign>;
};
