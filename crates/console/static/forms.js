// Forms whose errors stand at their fields, and the two forms of the start: setting up and signing in.

import { api } from './api.js';
import { h, replace } from './elements.js';
import { locale, t, words } from './language.js';

const PASSWORD_LENGTH_MIN = 12;
const EMAIL = /^[^\s@]+@[^\s@]+$/;

// What was typed, so that changing the language loses nothing.
const drafts = new Map();

// The message for a person: ours where the code says all, else the server's own words.
export const problemText = (problem) => words(`problem_${problem.code}`) ?? problem.message;

const field = (form, spec, draft) => {
  const id = `field-${spec.name.replace('.', '-')}`;
  const hint = spec.hint && h('p', { class: 'hint', id: `${id}-hint` }, spec.hint);
  const error = h('p', { class: 'error', id: `${id}-error`, 'aria-live': 'polite' });
  const describedBy = [hint && hint.id, error.id].filter(Boolean).join(' ');
  const common = { id, name: spec.name, 'aria-describedby': describedBy, autocomplete: spec.autocomplete, required: true };
  const input = spec.options
    ? h('select', common, spec.options.map(([value, label]) => h('option', { value }, label)))
    : h('input', { ...common, type: spec.type ?? 'text', dir: spec.direction ?? 'auto', spellcheck: 'false' });
  input.value = draft[spec.name] ?? spec.value ?? '';
  input.addEventListener('input', () => {
    draft[spec.name] = input.value;
    show('');
  });
  const show = (message) => {
    replace(error, message);
    input.toggleAttribute('aria-invalid', Boolean(message));
  };
  form.fields.push({ spec, input, show });
  return h('div', { class: 'field' },
    h('label', { for: id }, spec.label),
    spec.type === 'password' ? h('div', { class: 'with-button' }, input, revealButton(input)) : input,
    error, hint);
};

const revealButton = (input) => {
  const button = h('button', { type: 'button', class: 'quiet', 'aria-controls': input.id, onclick: () => {
    const hidden = input.type === 'password';
    input.type = hidden ? 'text' : 'password';
    replace(button, t(hidden ? 'password_hide' : 'password_show'));
  } }, t('password_show'));
  return button;
};

// The input that the server's `field` names: the same name, or the same last part.
const named = (form, name) => {
  const last = (path) => path.split('.').pop();
  return name && (form.fields.find((one) => one.spec.name === name)
    ?? form.fields.find((one) => last(one.spec.name) === last(name)));
};

// `{ 'network.name': x }` as `{ network: { name: x } }`.
const nested = (form) => {
  const body = {};
  for (const { spec, input } of form.fields) {
    const path = spec.name.split('.');
    const leaf = path.pop();
    const place = path.reduce((object, part) => (object[part] ??= {}), body);
    place[leaf] = spec.type === 'password' ? input.value : input.value.trim();
  }
  return body;
};

const formView = ({ name, title, intro, groups, submit, send, done }) => {
  const form = { fields: [] };
  if (!drafts.has(name)) drafts.set(name, {});
  const draft = drafts.get(name);
  const alert = h('div', { class: 'alert', role: 'alert', hidden: true });
  const button = h('button', { type: 'submit', class: 'main' }, submit);
  const tell = (problem) => {
    const at = named(form, problem.field);
    if (at) {
      at.show(problemText(problem));
      at.input.focus();
      return;
    }
    replace(alert, problemText(problem), problem.requestId && h('small', {}, `${t('request_id')} `, h('code', {}, problem.requestId)));
    alert.hidden = false;
  };
  const check = () => {
    let first;
    for (const { spec, input, show } of form.fields) {
      const message = input.value.trim() === '' ? t('required') : spec.check?.(input.value);
      show(message ?? '');
      if (message) first ??= input;
    }
    first?.focus();
    return !first;
  };
  const run = async (event) => {
    event.preventDefault();
    alert.hidden = true;
    if (button.disabled || !check()) return;
    button.disabled = true;
    button.classList.add('busy');
    try {
      const session = await send(nested(form));
      drafts.delete(name);
      done(session);
    } catch (problem) {
      tell(problem);
    } finally {
      button.disabled = false;
      button.classList.remove('busy');
    }
  };
  const parts = groups.map(({ legend, fields }) => {
    const list = fields.map((spec) => field(form, spec, draft));
    return legend ? h('fieldset', {}, h('legend', {}, legend), list) : list;
  });
  return h('section', { class: 'card form' },
    h('h1', { tabindex: '-1' }, title), intro && h('p', { class: 'intro' }, intro),
    h('form', { novalidate: true, onsubmit: run }, alert, parts, button));
};

const email = (name) => ({
  name, label: t('email'), type: 'email', direction: 'ltr', autocomplete: 'username',
  check: (value) => EMAIL.test(value.trim()) ? undefined : t('email_wrong'),
});

export const signInForm = (done) => formView({
  name: 'sign-in', title: t('sign_in_title'), submit: t('sign_in_submit'), send: api.signIn, done,
  groups: [{ fields: [
    email('email'),
    { name: 'password', label: t('password'), type: 'password', direction: 'ltr', autocomplete: 'current-password' },
  ] }],
});

export const setupForm = (done) => formView({
  name: 'setup', title: t('setup_title'), intro: t('setup_intro'), submit: t('setup_submit'), send: api.setUp, done,
  groups: [
    { legend: t('setup_operator'), fields: [
      { name: 'operator.name', label: t('name'), autocomplete: 'name' },
      email('operator.email'),
      {
        name: 'operator.password', label: t('password'), hint: t('password_hint'), type: 'password', direction: 'ltr',
        autocomplete: 'new-password',
        check: (value) => [...value].length < PASSWORD_LENGTH_MIN ? t('password_short') : undefined,
      },
    ] },
    { legend: t('setup_network'), fields: [
      { name: 'network.name', label: t('network_name'), hint: t('network_name_hint'), autocomplete: 'organization' },
      { name: 'network.currency', label: t('currency'), hint: t('currency_hint'), options: currencies(), value: homeCurrency() },
      { name: 'network.zone', label: t('zone'), hint: t('zone_hint'), options: zones(), value: homeZone() },
    ] },
  ],
});

// Every currency that the server knows, the most used first.
const CURRENCIES = 'USD EUR GBP VND IRR JPY CNY INR AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD '
  + 'BTN BWP BYN BZD CAD CDF CHF CLP COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB FJD FKP GEL GHS GIP GMD GNF GTQ GYD HKD HNL '
  + 'HTG HUF IDR ILS IQD ISK JMD JOD KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU '
  + 'MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD '
  + 'SHP SLE SOS SRD SSP STN SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX UYU UZS VES VUV WST XAF XCD XOF XPF YER ZAR ZMW';

const currencies = () => {
  const names = new Intl.DisplayNames([locale()], { type: 'currency' });
  return CURRENCIES.split(' ').map((code) => [code, `${code} · ${names.of(code)}`]);
};

const homeZone = () => Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC';
const homeCurrency = () => {
  const zone = homeZone();
  if (zone === 'Asia/Ho_Chi_Minh' || zone === 'Asia/Saigon') return 'VND';
  if (zone === 'Asia/Tehran') return 'IRR';
  if (zone === 'Europe/London') return 'GBP';
  return zone.startsWith('Europe/') ? 'EUR' : 'USD';
};
const zones = () => [...new Set(['UTC', homeZone(), ...Intl.supportedValuesOf('timeZone')])].sort().map((zone) => [zone, zone.replaceAll('_', ' ')]);
