// The overview of who is signed in: how much there is, and the latest conversions with their verdicts.

import { api } from './api.js';
import { code, foreign, h, replace, spinner } from './elements.js';
import { problemText } from './forms.js';
import { money, number, t, time } from './language.js';
import { badge, openReceipt } from './receipt.js';

const COUNTED_MAX = 200;
const CONVERSIONS_PER_PAGE = 20;

export const overview = (session, { ended }) => {
  const { network } = session;
  const numbers = h('dl', { class: 'numbers' });
  const list = h('div', { class: 'list' }, spinner(t('loading')));
  const failed = (place, retry) => (problem) => {
    if (problem.status === 401) return ended();
    replace(place, h('div', { class: 'alert', role: 'alert' }, problemText(problem), ' ', h('button', { class: 'quiet', onclick: retry }, t('retry'))));
  };
  const refresh = () => {
    replace(numbers, ['programs', 'publishers', 'conversions'].map(counted));
    showConversions(list, network, failed(list, refresh));
  };
  const counted = (noun) => {
    const value = h('dd', {}, '…');
    count(noun).then((text) => replace(value, text), (problem) => (problem.status === 401 ? ended() : replace(value, '–')));
    return h('div', {}, h('dt', {}, t(noun)), value);
  };
  refresh();
  return [
    h('section', { class: 'heading' },
      h('div', {}, h('h1', { tabindex: '-1' }, foreign(network.name)), h('p', { class: 'hint' }, [network.currency, network.zone].filter(Boolean).join(' · '))),
      h('button', { class: 'quiet', onclick: refresh }, t('refresh'))),
    numbers,
    h('section', { class: 'card' }, h('h2', {}, t('latest_conversions')), list),
  ];
};

// Lists are paged and not counted by the server, so a long one shows the limit and a plus.
const count = async (noun) => {
  const page = await api.list(noun, { limit: COUNTED_MAX });
  return number(page.items.length) + (page.next_cursor ? '+' : '');
};

const showConversions = async (list, network, failed) => {
  const rows = h('tbody');
  const more = h('button', { class: 'quiet more', hidden: true }, t('more'));
  let cursor;
  const next = async () => {
    more.disabled = true;
    const page = await api.list('conversions', { limit: CONVERSIONS_PER_PAGE, ...(cursor && { cursor }) });
    rows.append(...page.items.map((conversion) => row(conversion, network)));
    cursor = page.next_cursor;
    more.hidden = !cursor;
    more.disabled = false;
    return page.items.length;
  };
  more.addEventListener('click', () => next().catch(failed));
  try {
    if (await next() === 0) return replace(list, empty());
    const columns = ['time', 'action', 'order', 'amount', 'commission', 'state', 'verdict'];
    replace(list,
      h('table', { class: 'conversions' },
        h('thead', {}, h('tr', {}, columns.map((name) => h('th', { scope: 'col', class: name }, t(name))), h('th', {}))), rows),
      more);
  } catch (problem) {
    failed(problem);
  }
};

const empty = () => h('div', { class: 'empty' }, h('h3', {}, t('empty_title')), h('p', {}, t('empty_text')), h('a', { class: 'button', href: '/api/docs' }, t('docs')));

const row = (conversion, network) => {
  const cell = (name, ...content) => h('td', { class: name, 'data-label': t(name) }, content);
  return h('tr', {},
    cell('time', h('time', { datetime: conversion.received_at }, time(conversion.received_at, network.zone))),
    cell('action', foreign(conversion.action)),
    cell('order', foreign(conversion.order_id)),
    cell('amount', money(conversion.amount)),
    cell('commission', money(conversion.commission)),
    cell('state', badge(conversion.state)),
    cell('verdict', code(conversion.code)),
    h('td', { class: 'why' }, h('button', { class: 'quiet', onclick: () => openReceipt(conversion, network) }, t('why'))));
};
