/* merit.js: reports visits and conversions. Apache-2.0. Manual: docs/guides/browser-script.md
   Nothing is thrown into the page, no global but `merit`, nothing stored without leave. */
((w, d) => {
  'use strict';
  const DAY = 864e5, KEPT_DAYS = 7, KEPT_KEYS = 20;
  const FIELD = /^(action|order_id|amount|currency|coupon|customer_id|new_customer|occurred_at|checkout_started_at|paid_click_(at|channel)|landing_url|referrer|landed_at|status|test|click_id|idempotency_key|adv([1-9]|10))$/;
  const warn = (text) => { try { console.warn('merit: ' + text); } catch (e) { /* no console */ } };
  const clickId = (text) => typeof text === 'string' && /^clk_[0-9a-z]{1,200}$/i.test(text) ? text : undefined;
  const stamp = () => new Date().toISOString();
  const hex = (bytes) => Array.from(bytes, (byte) => (256 + byte).toString(16).slice(1)).join('');
  const text = (value) => value === true ? '1' : value === false ? '0' : String(typeof value === 'number' ? +value.toFixed(6) : value);

  // Storage may be missing, full or forbidden; memory goes on without it.
  const read = (key) => { try { return JSON.parse(localStorage.getItem(key)) || {}; } catch (e) { return {}; } };
  const write = (key, value) => { try { localStorage.setItem(key, JSON.stringify(value)); } catch (e) { /* see above */ } };
  const erase = (key) => { try { localStorage.removeItem(key); } catch (e) { /* see above */ } };
  const keys = (prefix) => { try { return Object.keys(localStorage).filter((key) => key.indexOf(prefix) === 0); } catch (e) { return []; } };

  const digest = (message) => {
    let a = 2166136261, b = 5381;
    for (let i = 0; i < message.length; i++) {
      const c = message.charCodeAt(i);
      a = Math.imul(a ^ c, 16777619);
      b = Math.imul(b, 33) ^ c;
    }
    return (a >>> 0).toString(36) + '.' + (b >>> 0).toString(36);
  };
  const randomKey = () => {
    const bytes = new Uint8Array(16);
    if (w.crypto) crypto.getRandomValues(bytes); else bytes.forEach((_, i) => { bytes[i] = Math.random() * 256; });
    return hex(bytes);
  };
  const emailHash = async (email) => {
    const plain = text(email).trim().toLowerCase();
    if (!/^\S+@\S+$/.test(plain)) return warn('email left out: not an address');
    if (!w.crypto || !crypto.subtle) return warn('email left out: hashing needs https');
    return hex(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(plain))));
  };
  // Only the fields of a postback leave the page, as text, and an e-mail address only as its hash.
  const clean = async (input) => {
    const given = Object(input), data = {};
    for (const field of Object.keys(given)) {
      const value = given[field];
      if (value === undefined || value === null || value === '') continue;
      if (field === 'email') data.email_sha256 = await emailHash(value) || data.email_sha256;
      else if (field === 'email_sha256') {
        if (/^[0-9a-f]{64}$/i.test(value)) data[field] = value; else warn('email_sha256 left out: not 64 hexadecimal digits');
      } else if (field === 'items') {
        data.items = Array.from(value, (it) => ({
          sku: text(it.sku), category: it.category ? text(it.category) : undefined, quantity: +it.quantity || 1, price: text(it.price),
        }));
      } else if (FIELD.test(field)) data[field] = text(value);
      else warn('unknown field ' + field + ' left out');
    }
    return data;
  };

  const start = (tag) => {
    const stub = w.merit;
    if (stub && stub.loaded) return;
    if (stub !== undefined && !(typeof stub === 'function' && (stub.q || /merit\.q/.test(stub)))) {
      warn('window.merit belongs to something else; not started');
      return;
    }
    const set = tag.dataset, program = set.program, days = +set.days || 30, name = 'merit:' + program;
    if (!program) warn('data-program is missing');
    const entry = w.performance && performance.getEntriesByType('navigation')[0];
    const reloaded = !!entry && (entry.type === 'reload' || entry.type === 'back_forward');

    // What the visitor allows: 1, 0, or null for unknown. Global Privacy Control outweighs a grant.
    let waiting = set.consent === 'wait', choice = set.consent === 'granted' ? 1 : set.consent === 'denied' ? 0 : null;
    const allowed = () => navigator.globalPrivacyControl ? 0 : choice;
    const storing = () => !waiting && allowed() !== 0;

    // What brought the visitor: `click`, found `at` a time, by the link `mid` when there was no redirect;
    // `due` is a visit of such a link that is not answered yet.
    let origin = {};
    const cookie = (value, age) => {
      try {
        d.cookie = 'merit_click=' + value + ';path=/;samesite=lax;max-age=' + age +
          (location.protocol === 'https:' ? ';secure' : '') + (set.cookieDomain ? ';domain=' + set.cookieDomain : '');
      } catch (e) { /* sandboxed */ }
    };
    const recall = () => {
      if (!storing()) return {};
      const kept = read(name), found = kept.at > Date.now() - days * DAY ? kept : {};
      let shared;
      try { shared = clickId((/(?:^|; )merit_click=([^;]*)/.exec(d.cookie) || [])[1]); } catch (e) { /* sandboxed */ }
      // The cookie may know a later click, of another host of the shop.
      return shared && shared !== found.click && !found.due ? { click: shared, at: Date.now() } : found;
    };
    const remember = () => {
      if (!storing() || !(origin.click || origin.due)) return;
      write(name, origin);
      if (origin.click) cookie(origin.click, days * 86400);
    };
    const forget = () => { keys(name).forEach(erase); cookie('', 0); };

    // What the shop's own side knows of the way here: the last click on paid media, and when the cart began.
    let way = {};
    const PAID = /^(cpc|ppc|cpm|cpv|cpa|display|retargeting|banner|shopping|paid.*)$/i;
    const CLICKED = { gclid: 'search', gbraid: 'search', wbraid: 'search', msclkid: 'search', ttclid: 'social', twclid: 'social', li_fat_id: 'social' };
    const ways = () => {
      const kept = storing() ? read(name + '!') : {};
      way = Object.assign({}, kept.until > Date.now() ? kept : {}, way);
      return way;
    };
    const note = (found) => {
      way = Object.assign(ways(), found, { until: Date.now() + days * DAY });
      if (storing()) write(name + '!', way);
    };
    // How the visitor last came by himself: what the address tells of a campaign, else from which other site. A site that comes up
    // amid a visit, as those of payment do, is no arrival, and neither is a publisher's link. A visit begins with what a campaign is
    // told by, or with the first page after half an hour; a page that comes after one of the shop's begins none where nothing is kept.
    let came = {};
    const TOLD = /^utm_|^gad_campaignid$|cl(k)?id$|braid$|^(li_fat_id|rdt_cid|epik)$/i;
    const cames = () => Object.assign(storing() ? read(name + '@') : {}, came);
    const landed = (page, query, brought) => {
      const told = new URLSearchParams(), referrer = d.referrer.split('/')[2], now = Date.now();
      came = cames();
      query.forEach((value, key) => { if (value && TOLD.test(key)) told.append(key, value); });
      const landing_url = page.origin + '?' + told, begins = !(came.seen > now - 18e5), other = referrer !== page.host;
      if (!brought && (told + '' || (begins && (other || came.seen)))) {
        queue('visit', { landing_url, referrer });
        if (told + '' || (referrer && other)) came = { landing_url, referrer, landed_at: stamp() };
      }
      came.seen = now;
      if (storing()) write(name + '@', came);
    };
    const arrived = (query) => {
      const parameter = Object.keys(CLICKED).filter((key) => query.get(key))[0];
      if (parameter) note({ paid_click_at: stamp(), paid_click_channel: CLICKED[parameter] });
      else if (PAID.test(query.get('utm_medium') || '')) {
        note({ paid_click_at: stamp(), paid_click_channel: (query.get('utm_source') || 'paid').slice(0, 100) });
      }
    };

    // Jobs go one after the other, so that a conversion knows the click id that a visit before it got.
    const jobs = [];
    let busy, failures = 0, timer;
    const address = (job) => new URL('m/' + job.to, set.server || tag.src).href;
    const body = (job) => JSON.stringify(Object.assign({ program, click_id: origin.click, consent: allowed() }, job.data));
    const deliver = async (job) => {
      // Who denied is not told of but by what he reports himself: a link's visit, for which the answer is needed, and conversions.
      if (allowed() === 0 && job.to === 'visit' && !job.data.mid) return null;
      const message = body(job), abort = w.AbortController && new AbortController();
      const limit = setTimeout(() => abort && abort.abort(), 2e4);
      job.flying = true;
      try {
        const answer = await fetch(address(job), {
          method: 'POST', body: message, keepalive: message.length < 2e4,
          credentials: allowed() === 0 ? 'omit' : 'include', signal: abort && abort.signal,
        });
        const json = await answer.json().catch(() => null), status = answer.status;
        if (status > 499 || status === 429 || status === 408 || (answer.ok && !json)) throw status;
        if (!answer.ok) warn(job.to + ' was refused: ' + (json ? json.code + ': ' + json.message : status));
        return json;
      } finally {
        clearTimeout(limit);
        job.flying = false;
      }
    };
    const flush = async () => {
      if (busy || waiting) return;
      busy = true;
      clearTimeout(timer);
      for (let i = 0; i < jobs.length;) {
        const job = jobs[i];
        try {
          const answer = await deliver(job);
          jobs.splice(i, 1);
          erase(name + ':' + job.key);
          failures = 0;
          // The await lets a visit's click id reach the next job.
          await job.settle(answer);
        } catch (e) {
          if (job.data.mid) break;
          i++;
        }
      }
      busy = false;
      if (jobs.length) timer = setTimeout(flush, Math.min(6e4, 1e3 * 2 ** failures++) * (.75 + Math.random() / 2));
    };
    const keep = (job) => { if (job.key && storing()) write(name + ':' + job.key, { at: job.at, data: job.data }); };
    const queue = (to, data, key, at) => {
      let job = key && jobs.filter((one) => one.key === key)[0];
      if (!job) {
        job = { to, data, key, at: at || Date.now() };
        job.answered = new Promise((settle) => { job.settle = settle; });
        jobs.push(job);
        keep(job);
        flush();
      }
      return job.answered;
    };
    // Conversions that earlier pages could not deliver.
    const restore = () => keys(name + ':').map((key) => Object.assign(read(key), { key })).sort((a, b) => a.at - b.at).forEach((it) => {
      if (it.data && it.at > Date.now() - KEPT_DAYS * DAY) queue('convert', it.data, it.key.slice(name.length + 1), it.at);
      else erase(it.key);
    });
    w.addEventListener('online', flush);
    w.addEventListener('pagehide', () => {
      if (waiting) return;
      jobs.forEach((job) => {
        // A visit by a link that is stored is reported again by the next page, which can use the answer.
        if (job.flying || (job.data.mid && storing())) return;
        try {
          // A beacon always carries cookies, so it is not for those who allow none.
          if (allowed() === 0 || !navigator.sendBeacon(address(job), body(job))) deliver(job).catch(() => {});
        } catch (e) { /* the stored copy is what is left */ }
      });
    });

    // One key for one conversion, also when a reloaded page reports it again. Without an order id its place
    // among the calls of its page tells repeats apart, and only a reload repeats an earlier page.
    const calls = {};
    let given = [];
    const keyOf = (data) => {
      const message = JSON.stringify(data);
      const mark = digest(message + (data.order_id ? '' : location.pathname + (calls[message] = (calls[message] || 0) + 1)));
      const stored = storing() && read(name + '#');
      if (Array.isArray(stored)) given = stored;
      const known = given.filter((pair) => pair[0] === mark)[0];
      if (known && (data.order_id || reloaded)) return known[1];
      const key = randomKey();
      given = given.concat([[mark, key]]).slice(-KEPT_KEYS);
      if (storing()) write(name + '#', given);
      return key;
    };

    const visited = {};
    const report = (data) => {
      origin.due = data;
      remember();
      return queue('visit', data).then((answer) => {
        const click = clickId(answer && answer.click_id);
        if (origin.due === data) {
          origin = click ? { click, mid: data.mid, at: Date.now() } : Object.assign({}, origin, { due: undefined });
          remember();
        }
        return answer;
      });
    };
    const commands = Object.assign(Object.create(null), {
      // Reads the address of the page. With `mid` there was no redirect: the server makes the click id.
      // `stage` says that this page is the `cart` or the `checkout`.
      visit(input) {
        const page = new URL(location.href), query = page.searchParams, mid = query.get('mid');
        const click = clickId(query.get(set.clickParameter || 'merit_click')), stage = Object(input).stage;
        if (/^(cart|checkout)$/.test(stage)) {
          if (!ways().checkout_started_at) note({ checkout_started_at: stamp() });
        } else if (stage !== undefined) warn('unknown stage ' + String(stage));
        if (!visited[page.href] && !reloaded) {
          arrived(query);
          landed(page, query, click || mid);
        }
        if (visited[page.href]) return visited[page.href];
        const due = !origin.click && !origin.due && (origin = recall()).due;
        let answered;
        if (click) {
          origin = { click, at: Date.now() };
          remember();
        } else if (/^[\w-]{1,40}$/.test(mid) && mid !== null && !(reloaded && origin.mid === mid)) {
          const data = { mid, url: page.origin + page.pathname, referrer: d.referrer.split(/[?#]/)[0] };
          query.forEach((value, key) => { if (/^(sub([1-9]|10)|source|ref_id)$/.test(key)) data[key] = value; });
          answered = report(data);
        } else if (due) answered = report(due);
        return (visited[page.href] = answered || Promise.resolve({ click_id: origin.click || null }));
      },
      async convert(input) {
        const data = await clean(input);
        if (!data.action) return warn('convert needs an action');
        if (!data.click_id && !origin.due) data.click_id = origin.click;
        const key = data.idempotency_key = data.idempotency_key || keyOf(data);
        const lately = cames(), known = Object.assign(Date.parse(lately.landed_at) > Date.now() - days * DAY ? lately : {}, ways());
        for (const field in known) if (FIELD.test(field) && known[field] && !data[field]) data[field] = known[field];
        // The next purchase begins a new cart.
        if (known.checkout_started_at) note({ checkout_started_at: undefined });
        return queue('convert', data, key);
      },
      async identify(input) {
        const data = await clean(input);
        return waiting || allowed() !== 0 ? queue('identify', { customer_id: data.customer_id, email_sha256: data.email_sha256 }) : null;
      },
      consent(answer) {
        choice = answer === true || answer === 1 ? 1 : 0;
        waiting = false;
        if (!storing()) forget();
        else {
          write(name + '@', came);
          if (origin.click || origin.due) remember();
          else if ((origin = recall()).due) report(origin.due);
          jobs.forEach(keep);
          restore();
        }
        flush();
      },
    });

    const run = (command, data, done) => {
      const answered = new Promise((resolve) => {
        if (!commands[command]) warn('unknown command ' + String(command));
        resolve(commands[command] && commands[command](data));
      }).then((answer) => answer || null, (e) => { warn(e); return null; });
      if (typeof done === 'function') answered.then(done).catch(warn);
      return answered;
    };
    run.loaded = true;
    // For references to the stub that the page kept.
    run.q = { push: (call) => { run(call[0], call[1], call[2]); } };
    w.merit = run;
    if (allowed() === 0) forget();
    if (set.auto !== 'off') run('visit');
    if (storing()) restore();
    if (stub) [].slice.call(stub.q || []).forEach(run.q.push);
  };

  const guarded = (tag) => { try { start(tag); } catch (e) { warn(e); } };
  const tag = d.currentScript || d.querySelector('script[data-program]');
  if (d.prerendering) d.addEventListener('prerenderingchange', () => guarded(tag), { once: true });
  else guarded(tag);
})(window, document);
