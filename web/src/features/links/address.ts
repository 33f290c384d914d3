// What a link becomes once it carries a destination and marks of the publisher's own. The server judges deep links when they are clicked; the
// same rules here spare the publisher links that lead nowhere.

import type { Schemas } from '../../data/client';
import type { TextKey } from '../../../generated/keys';

export const SUBS = ['sub1', 'sub2', 'sub3', 'sub4', 'sub5', 'sub6', 'sub7', 'sub8', 'sub9', 'sub10'] as const;
export const MARKS = ['source', 'ref_id', ...SUBS] as const;

export type Mark = (typeof MARKS)[number];
export type Marks = Partial<Record<Mark | 'to', string>>;

const MARK_BYTES_MAX = 500;
const TARGET_BYTES_MAX = 2048;

type Rules = Pick<Schemas['ProgramView'], 'verified_hosts' | 'app_schemes'>;

const bytes = (text: string) => new TextEncoder().encode(text).length;

// A star stands for one or more labels; a port is part of what was verified.
const admits = (rule: string, host: string) =>
  rule.startsWith('*.') ? host.length > rule.length - 1 && host.endsWith(rule.slice(1)) : host === rule;

const asUrl = (text: string): URL | undefined => {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
};

// What is wrong with a page to lead to; nothing when visitors may be sent there.
export const targetProblem = (text: string, rules: Rules): TextKey | undefined => {
  if (!text) return undefined;
  const { verified_hosts, app_schemes } = rules;
  const url = asUrl(text);
  if (!url || !/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return 'link.to_incomplete';
  if (bytes(url.href) > TARGET_BYTES_MAX) return 'link.too_long';
  if (url.username || url.password || text.includes('\\')) return 'link.to_incomplete';
  if (app_schemes?.includes(url.protocol.slice(0, -1))) return undefined;
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return 'link.to_scheme';
  return verified_hosts?.some((rule) => admits(rule, url.host)) ? undefined : 'link.to_host';
};

export const markProblem = (text: string): TextKey | undefined =>
  bytes(text) > MARK_BYTES_MAX ? 'link.too_long' : undefined;

// The address to give out. Destinations are written as browsers write them, so that hosts in other scripts stay safe.
export const finished = (origin: string, path: string, marks: Marks): string => {
  const address = new URL(path, origin);
  const target = marks.to && (asUrl(marks.to)?.href ?? marks.to);
  if (target) address.searchParams.set('to', target);
  for (const mark of MARKS) if (marks[mark]) address.searchParams.set(mark, marks[mark]);
  return address.href;
};
