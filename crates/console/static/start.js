// The start page: decides what to show (first start, signing in, the overview) and draws the frame around it.

import { api } from './api.js';
import { h, replace, spinner } from './elements.js';
import { problemText, setupForm, signInForm } from './forms.js';
import { choose, language, startLanguage, t, word } from './language.js';
import { overview } from './overview.js';
import { LANGUAGES } from './texts.js';

const bar = document.getElementById('bar');
const main = document.getElementById('main');
const foot = document.getElementById('foot');

// What is shown: `loading`, `setup`, `sign_in`, `overview` (with its session) or `failed` (with its problem).
let view = { name: 'loading' };

const go = (next) => {
  view = next;
  draw();
  main.querySelector('h1')?.focus({ preventScroll: true });
};

const load = async () => {
  go({ name: 'loading' });
  try {
    if (await api.setupIsOpen()) return go({ name: 'setup' });
    const session = await api.session();
    go(session ? { name: 'overview', session } : { name: 'sign_in' });
  } catch (problem) {
    go({ name: 'failed', problem });
  }
};

const signOut = async () => {
  try {
    await api.signOut();
  } catch (problem) {
    if (problem.status !== 401) return go({ name: 'failed', problem });
  }
  go({ name: 'sign_in' });
};

const enter = (session) => go({ name: 'overview', session });

const failure = (problem) => h('section', { class: 'card failed' },
  h('h1', { tabindex: '-1' }, problemText(problem)),
  problem.requestId && h('p', { class: 'hint' }, `${t('request_id')} `, h('code', {}, problem.requestId)),
  h('button', { class: 'main', onclick: load }, t('retry')));

const content = () => {
  switch (view.name) {
    case 'setup': return setupForm(enter);
    case 'sign_in': return signInForm(enter);
    case 'overview': return overview(view.session, { ended: () => go({ name: 'sign_in' }) });
    case 'failed': return failure(view.problem);
    default: return spinner(t('loading'));
  }
};

const languageSwitch = () => {
  const select = h('select', { id: 'language', 'aria-label': t('language'), onchange: () => { choose(select.value); draw(); } },
    Object.entries(LANGUAGES).map(([key, { name }]) => h('option', { value: key, lang: key }, name)));
  select.value = language();
  return select;
};

const who = ({ user, actingAs }) => h('div', { class: 'who' },
  h('span', { class: 'person' }, h('bdi', {}, user.name || user.email), h('small', {}, word('role', actingAs.role))),
  h('button', { class: 'quiet', onclick: signOut }, t('sign_out')));

const draw = () => {
  document.title = { setup: `${t('setup_title')}`, sign_in: `${t('sign_in_title')} · Merit`, overview: `${t('overview')} · Merit` }[view.name] ?? 'Merit';
  replace(bar,
    h('a', { class: 'brand', href: '/' }, h('img', { src: '/assets/mark.svg', alt: '', width: '28', height: '28' }), 'Merit'),
    h('div', { class: 'tools' }, languageSwitch(), view.session && who(view.session)));
  replace(main, content());
  main.className = view.name;
  main.setAttribute('aria-busy', String(view.name === 'loading'));
  replace(foot, h('span', {}, t('tagline')), h('a', { href: '/api/docs' }, t('docs')));
};

startLanguage();
load();
