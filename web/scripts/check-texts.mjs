// Whether the texts are whole: every key in every language, with the same placeholders, and used somewhere; and every word of the lists
// that the API knows (`state.json` for ConversionState, ...).

import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';

const source = new URL('../src/', import.meta.url);
const LANGUAGES = ['en', 'vi', 'fa'];
// Nouns whose keys are words of the API, and the enumeration that each repeats, if there is one.
const WORDS = {
  transfer: undefined,
  movement: undefined,
  cost_kind: undefined,
  skipped: undefined,
  cost_subject: undefined,
  cost_answer: undefined,
  channel: 'Channel',
  weekday: 'Weekday',
  phase: undefined,
  invoice_state: undefined,
  fact: undefined,
  account: undefined,
  actor: undefined,
  compare: undefined,
  range: undefined,
  identified: undefined,
  metric: undefined,
  alert_kind: 'AlertKind',
  application_state: 'ApplicationState',
  billing: 'Billing',
  dispute_kind: 'DisputeKind',
  dispute_state: 'DisputeState',
  intake: 'Intake',
  joining: 'Joining',
  not_paid: 'NotPaid',
  operation: 'BulkOperation',
  paper_kind: 'PaperKind',
  payment_method: 'PaymentMethod',
  payout_state: 'PayoutState',
  publisher_kind: 'PublisherKind',
  reason: 'Reason',
  right: 'Right',
  role: 'Role',
  run_state: 'PayoutRunState',
  standing: 'Standing',
  state: 'ConversionState',
  status: 'Status',
  touch_kind: 'TouchKind',
  action_kind: 'ActionKind',
  cap_metric: 'CapMetric',
  period: 'Period',
  when_reached: 'WhenReached',
  unknown_consent: 'UnknownConsent',
  cap_over: undefined,
  payout_model: undefined,
  device: undefined,
  stand_down: 'StandDown',
  rate_kind: undefined,
  tier_metric: 'TierMetric',
  bonus_payer: 'BonusPayer',
  customer_kind: 'CustomerKind',
};

const read = (path) => readFile(new URL(path, source), 'utf8');
const files = async (folder) => {
  const found = await readdir(new URL(folder, source), { recursive: true, withFileTypes: true });
  return found.filter((one) => one.isFile() && /\.tsx?$/.test(one.name)).map((one) => join(one.parentPath, one.name));
};
const placeholders = (text) =>
  [...text.matchAll(/\{\{(\w+)\}\}/g)]
    .map(([, name]) => name)
    .sort()
    .join();

const findings = [];
const code = [];
for (const path of await files('.')) if (!path.endsWith('keys.ts')) code.push(await readFile(path, 'utf8'));
const whole = code.join('\n');
// `t(`report.test_${test}`)` uses every key that begins so.
const prefixes = [...whole.matchAll(/`([a-z_]+\.[a-z_]*)\$\{/g)].map(([, prefix]) => prefix);
const { components } = JSON.parse(await readFile(new URL('../../docs/openapi.json', import.meta.url), 'utf8'));

for (const file of await readdir(new URL('texts/', source))) {
  const noun = file.slice(0, -'.json'.length);
  const texts = JSON.parse(await read(`texts/${file}`));
  for (const [key, sides] of Object.entries(texts)) {
    for (const language of LANGUAGES) {
      if (typeof sides[language] !== 'string' || !sides[language].trim())
        findings.push(`${noun}.${key} is missing in ${language}`);
      else if (placeholders(sides[language]) !== placeholders(sides.en))
        findings.push(`${noun}.${key} has other placeholders in ${language}`);
    }
    const same = LANGUAGES.some((language) => language !== 'en' && sides[language] === sides.en);
    if (same && !/^[A-Z0-9 ./+_-]+$/i.test(sides.en)) findings.push(`${noun}.${key} is not translated`);
    const used =
      noun in WORDS ||
      whole.includes(`'${noun}.${key}'`) ||
      prefixes.some((prefix) => `${noun}.${key}`.startsWith(prefix));
    if (!used) findings.push(`${noun}.${key} is used nowhere`);
  }
  const enumeration = WORDS[noun] && components.schemas[WORDS[noun]]?.enum;
  if (WORDS[noun] && !enumeration) findings.push(`the API has no enumeration ${WORDS[noun]}`);
  for (const word of enumeration ?? []) if (!texts[word]) findings.push(`${noun}.json misses the word ${word}`);
}
for (const finding of findings) console.error(finding);
process.exit(findings.length > 0 ? 1 : 0);
