// The receipt of a conversion, for people: what was decided and why, in the order in which one asks.

import { api } from './api.js';
import { code, foreign, h, replace, spinner } from './elements.js';
import { problemText } from './forms.js';
import { language, money, number, share, t, time, word } from './language.js';

export const openReceipt = (conversion, network) => {
  const body = h('div', { class: 'receipt' }, spinner(t('loading')));
  const dialog = h('dialog', { 'aria-labelledby': 'receipt-title', onclose: () => dialog.remove() },
    h('div', { class: 'dialog-head' }, h('h2', { id: 'receipt-title' }, t('receipt_title')),
      h('button', { class: 'quiet', onclick: () => dialog.close() }, t('close'))),
    body);
  // A click on the backdrop hits the dialog itself.
  dialog.addEventListener('click', (event) => { if (event.target === dialog) dialog.close(); });
  document.body.append(dialog);
  dialog.showModal();
  const load = () => api.receipt(conversion.id).then(
    (signed) => replace(body, parts(signed, network)),
    (problem) => replace(body, h('div', { class: 'alert', role: 'alert' }, problemText(problem), ' ',
      h('button', { class: 'quiet', onclick: load }, t('retry')))));
  load();
};

export const badge = (state) => h('span', { class: `badge ${/^[a-z_]+$/.test(state) ? state : ''}` }, word('state', state));

const parts = (signed, network) => {
  const { document: receipt } = signed;
  const at = (moment) => moment && time(moment, network.zone);
  return [
    section('receipt_verdict', decision(receipt, at)),
    section('receipt_report', pairs(reported(receipt.report, at))),
    section('receipt_touches', receipt.journey.length === 0 ? h('p', {}, t('receipt_no_touches'))
      : h('ol', { class: 'touches' }, receipt.journey.map((touch) => touchItem(touch, at)))),
    section('receipt_lines', receipt.lines.length === 0 ? h('p', {}, t('receipt_no_lines'))
      : receipt.lines.map((line) => lineItem(line, receipt.contracts))),
    section('receipt_history', h('ol', { class: 'history' }, receipt.decisions.map((one) => historyItem(one, at)))),
    h('details', {}, h('summary', {}, t('receipt_raw')), h('pre', { dir: 'ltr', tabindex: '0' }, JSON.stringify(signed, null, 2))),
  ];
};

const section = (key, ...content) => h('section', {}, h('h3', {}, t(key)), content);

// Rows of a name and a value; rows without a value are left out.
const pairs = (rows) => h('dl', { class: 'pairs' }, rows
  .filter(([, value]) => value !== undefined && value !== null && value !== '' && value !== false)
  .map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', {}, value))));

// A verdict's sentence in the reader's language, with its word.
const sentence = (verdict) => [verdict[language()] ?? verdict.en, ' ', code(verdict.code)];

const decision = ({ conversion, identified }, at) => [
  h('p', { class: 'decision' }, badge(conversion.state), ' ', sentence(conversion.verdict)),
  conversion.reason && conversion.reason !== conversion.verdict.en && h('p', { class: 'hint' }, foreign(conversion.reason)),
  pairs([
    [t('amount'), money(conversion.amount)],
    [t('commission'), money(conversion.stands?.commission)],
    [t('fee'), money(conversion.stands?.fee)],
    [t('charge'), money(conversion.stands?.charge)],
    [t('reversed'), conversion.reversed !== '0/1' && share(conversion.reversed)],
    [t('identified'), word('identified', identified)],
    [t('customer_since'), conversion.customer && at(conversion.customer.since)],
    [t('customer_month'), conversion.customer && number(conversion.customer.month)],
    [t('approve_at'), at(conversion.approve_at)],
    [t('duplicate_of'), conversion.duplicate_of && code(conversion.duplicate_of)],
    [t('flags'), conversion.flags?.length > 0 && conversion.flags.map((flag) => h('p', {}, sentence(flag)))],
  ]),
];

const reported = (report, at) => [
  [t('action'), foreign(report.action)],
  [t('order'), report.order_id && foreign(report.order_id)],
  [t('amount'), report.amount && foreign([report.amount, report.currency].filter(Boolean).join(' '))],
  [t('coupon'), report.coupon && foreign(report.coupon)],
  [t('customer'), report.customer_id && foreign(report.customer_id)],
  [t('items'), report.items?.length > 0 && report.items.map((item) => h('p', {}, foreign(`${item.quantity} × ${item.sku} ${item.price}`)))],
  [t('time'), at(report.occurred_at ?? report.received_at)],
  [t('intake'), word('intake', report.intake)],
  [t('click_id'), report.click_id && code(report.click_id)],
  ...Object.entries(report.adv ?? {}).map(([name, value]) => [code(name), foreign(value)]),
];

const touchItem = (touch, at) => {
  const { particulars = {} } = touch;
  const parameters = particulars.parameters ?? {};
  const labels = { ...parameters.subs, ...(parameters.ref_id && { ref_id: parameters.ref_id }) };
  return h('li', { class: touch.outcome === 'kept' ? 'kept' : 'dropped' },
    h('p', { class: 'spread' },
      h('span', {}, h('strong', {}, particulars.kind ? word('touch', particulars.kind) : t('touch')), ' · ', foreign(touch.publisher)),
      h('span', { class: 'hint' }, at(touch.at))),
    h('p', {}, h('strong', {}, t(touch.outcome)), touch.credit && ` ${share(touch.credit)}`, ': ', sentence(touch.verdict)),
    particulars.link_id && pairs([
      [t('link'), code(particulars.link_id)],
      [t('won_customer'), particulars.won_customer && share(particulars.won_customer)],
      [t('place'), [particulars.country, particulars.device, particulars.referrer_host].filter(Boolean).join(' · ')],
      ...Object.entries(labels).map(([name, value]) => [code(name), foreign(value)]),
    ]));
};

// What the rule pays, in the reader's language.
const says = (line) => line.rule_says?.[language()] ?? line.rule_words;

const lineItem = (line, contracts) => {
  const contract = contracts.find((one) => one.id === line.contract_version_id);
  return pairs([
    [t('publisher'), foreign(line.publisher)],
    [t('rule'), [foreign(line.rule), says(line) && [' · ', foreign(says(line))]]],
    [t('contract_version'), contract ? [`${contract.number} · `, code(contract.contract_id)] : code(line.contract_version_id)],
    [t('credit'), share(line.credit)],
    [t('decided'), money(line.decided.commission)],
    [t('commission'), money(line.stands.commission)],
    [t('fee'), money(line.stands.fee)],
  ]);
};

const historyItem = (one, at) => h('li', {},
  h('p', { class: 'spread' },
    h('span', {}, badge(one.state), ' ', one.reason && [code(one.reason), ' '], money(one.delta?.commission)),
    h('span', { class: 'hint' }, at(one.at), ' · ', code(one.actor))),
  one.note && h('p', {}, foreign(one.note)));
