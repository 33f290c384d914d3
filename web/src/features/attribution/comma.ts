// The table of models as a file for spreadsheets, with everything that is stored of each number.

import type { Attribution } from './journeys';
import { channelName } from './journeys';

// A cell that a spreadsheet would take for a formula begins with an apostrophe instead; so do not numbers of our own.
const FORMULA = /^[=+\-@\t\r]/;

export const cell = (text: string): string => {
  const harmless = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
};

export const asComma = ({ channels, models, currency }: Attribution): string => {
  const splits = channels[0]?.values.map(({ by }) => by) ?? [];
  const measures = models.flatMap((model) => [`${model}_conversions`, `${model}_value`, `${model}_moved`]);
  const head = ['name', ...splits, 'currency', ...measures, 'took_part', 'assisted', 'closed', 'alone'];
  const rows = channels.map((channel) => [
    cell(channelName(channel)),
    ...channel.values.map(({ value }) => cell(value ?? '')),
    currency,
    ...channel.cells.flatMap(({ conversions, value, moved }) => [String(conversions), value.amount, moved.amount]),
    ...[channel.took_part, channel.assisted, channel.closed, channel.alone].map(String),
  ]);
  // The mark at the beginning says to spreadsheets that it is UTF-8.
  return `\uFEFF${[head, ...rows].map((row) => `${row.join(',')}\r\n`).join('')}`;
};
