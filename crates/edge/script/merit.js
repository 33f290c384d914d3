/* merit.js: reports visits and conversions. Apache-2.0. Manual: docs/guides/browser-script.md
   Rules: nothing is thrown into the page, no global but `merit`, nothing stored without leave. */
((w, d) => {
  'use strict';
  const DAY = 864e5, JOB_DAYS = 7, SENT_KEPT = 20;
  const warn = (text) => { try { console.warn('merit: ' + text); } catch (e) { /* no console */ } };

  const start = (tag, stub) => {
    const set = tag.dataset, program = set.program || '', days = +set.days || 30;
    const parameter = set.clickParameter || 'merit_click', name = 'merit:' + program;
    const began = w.performance && performance.getEntriesByType && performance.getEntriesByType('navigation')[0];
    const again = !!began && (began.type === 'reload' || began.type === 'back_forward');
    if (!program) warn('data-program is missing');

    // What the visitor allows: 1, 0 or null for unknown. Global Privacy Control outweighs a grant.
    let choice = { granted: 1, denied: 0 }[set.consent], waiting = set.consent === 'wait';
    const allowed = () => navigator.globalPrivacyControl ? 0 : choice === undefined ? null : choice;
    const storing = () => !waiting && allowed() !== 0;

    // Storage may be missing, full or forbidden; memory goes on without it.
    const read = (key) => { try { return JSON.parse(localStorage.getItem(key)); } catch (e) { return null; } };
    const write = (key, value) => {
      try {
        if (value === null) localStorage.removeItem(key); else localStorage.setItem(key, JSON.stringify(value));
      } catch (e) { /* see above */ }
    };
    const storedKeys = (prefix) => { try { return Object.keys(localStorage).filter((k) => k.indexOf(prefix) === 0); } catch (e) { return []; } };
    const cookie = (value, age) => {
      try {
        d.cookie = 'merit_click=' + value + ';path=/;samesite=lax;max-age=' + age +
          (location.protocol === 'https:' ? ';secure' : '') + (set.cookieDomain ? ';domain=' + set.cookieDomain : '');
      } catch (e) { /* sandboxed */ }
    };
    const clickId = (text) => typeof text === 'string' && /^clk_[0-9a-z]{1,200}$/i.test(text) ? text : null;

    // The click that brought the visitor: { click, mid, at }. A mid without a click is a visit yet to be answered.
    let origin = {};
    const recall = () => {
      const kept = read(name), fresh = kept && kept.at > Date.now() - days * DAY ? kept : {};
      let shared = null;
      try { shared = clickId((/(?:^|; )merit_click=([^;]*)/.exec(d.cookie) || [])[1]); } catch (e) { /* sandboxed */ }
      return shared && shared !== fresh.click ? { click: shared } : { click: clickId(fresh.click), mid: fresh.mid };
    };
    const remember = () => {
      if (!storing() || !(origin.click || origin.mid)) return;
      write(name, origin);
      if (origin.click) cookie(origin.click, days * 86400);
    };
    const forget = () => { storedKeys(name).forEach((key) => write(key, null)); cookie('', 0); };

    // Jobs go one after the other, so that a conversion knows the click id that a visit before it got.
    const jobs = [];
    let busy = false, failures = 0, timer;
    const address = (job) => new URL('m/' + job.to, tag.src || location.href).href;
    const body = (job) => JSON.stringify(Object.assign({ program, click_id: origin.click || undefined, consent: allowed() }, job.data));
    const deliver = async (job, leaving) => {
      const text = body(job), abort = !leaving && w.AbortController && new AbortController();
      const limit = abort && setTimeout(() => abort.abort(), 2e4);
      job.flying = true;
      try {
        const answer = await fetch(address(job), {
          method: 'POST', body: text, mode: 'cors', keepalive: text.length < 2e4,
          credentials: allowed() === 0 ? 'omit' : 'include', signal: abort ? abort.signal : undefined,
        });
        const json = await answer.json().catch(() => null);
        if (answer.status > 499 || answer.status === 429 || answer.status === 408 || (answer.ok && !json)) throw answer.status;
        if (!answer.ok) warn(job.to + ' was refused: ' + (json ? json.code + ': ' + json.message : answer.status));
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
          if (job.key) write(name + ':' + job.key, null);
          job.settle(answer);
          failures = 0;
        } catch (e) {
          if (job.to === 'visit') break;
          i++;
        }
      }
      busy = false;
      if (jobs.length) timer = setTimeout(flush, Math.min(6e4, 1e3 * Math.pow(2, failures++)) * (.75 + Math.random() / 2));
    };
    const keep = (job) => { if (job.key && storing()) write(name + ':' + job.key, { at: job.at, data: job.data }); };
    const queue = (to, data, key, at) => {
      const known = key && jobs.filter((job) => job.key === key)[0];
      if (known) return known.answered;
      const job = { to, data, key, at: at || Date.now() };
      job.answered = new Promise((settle) => { job.settle = settle; });
      jobs.push(job);
      keep(job);
      flush();
      return job.answered;
    };
    // Conversions that earlier pages could not deliver.
    const restore = () => {
      storedKeys(name + ':').map((key) => [key.slice(name.length + 1), read(key)])
        .sort((a, b) => (a[1] || {}).at - (b[1] || {}).at)
        .forEach((pair) => {
          if (pair[1] && pair[1].data && pair[1].at > Date.now() - JOB_DAYS * DAY) queue('convert', pair[1].data, pair[0], pair[1].at);
          else write(name + ':' + pair[0], null);
        });
    };
    w.addEventListener('pagehide', () => {
      if (waiting) return;
      jobs.forEach((job) => {
        // A stored visit is reported by the next page, which can use the answer.
        if (job.flying || (job.to === 'visit' && storing())) return;
        try {
          if (allowed() === 0 || !navigator.sendBeacon(address(job), body(job))) deliver(job, true).catch(() => {});
        } catch (e) { /* the stored copy is what is left */ }
      });
    });

    const tidy = (value) => value === true ? '1' : value === false ? '0' : typeof value === 'number' ? String(+value.toFixed(6)) : String(value);
    const hash = async (email) => {
      const text = tidy(email).trim().toLowerCase();
      if (!/^\S+@\S+$/.test(text)) return warn('email left out: not an address');
      if (!w.crypto || !crypto.subtle) return warn('email left out: hashing needs https');
      const bytes = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
      return Array.from(bytes, (byte) => (256 + byte).toString(16).slice(1)).join('');
    };
    // Only the fields of a postback leave the page, as text; the e-mail address only as its hash.
    const clean = async (input) => {
      const data = {}, given = Object(input);
      for (const field of Object.keys(given)) {
        const value = given[field];
        if (value === undefined || value === null || value === '') continue;
        if (field === 'email') data.email_sha256 = await hash(value) || data.email_sha256;
        else if (field === 'items') {
          data.items = Array.from(value, (item) => Object.assign({}, item, item && item.price !== undefined ? { price: tidy(item.price) } : {}));
        } else if (field === 'email_sha256' && !/^[0-9a-f]{64}$/i.test(value)) warn('email_sha256 left out: not 64 hexadecimal digits');
        else if (/^(action|order_id|amount|currency|coupon|customer_id|new_customer|email_sha256|occurred_at|status|test|click_id|idempotency_key|adv([1-9]|10))$/.test(field)) data[field] = tidy(value);
        else warn('unknown field ' + field + ' left out');
      }
      return data;
    };
    const digest = (text) => {
      let a = 2166136261, b = 5381;
      for (let i = 0; i < text.length; i++) {
        const c = text.charCodeAt(i);
        a = Math.imul(a ^ c, 16777619);
        b = Math.imul(b, 33) ^ c;
      }
      return (a >>> 0).toString(36) + '.' + (b >>> 0).toString(36);
    };
    const random = () => {
      const bytes = new Uint8Array(16);
      if (w.crypto) crypto.getRandomValues(bytes); else bytes.forEach((_, i) => { bytes[i] = Math.random() * 256; });
      return Array.from(bytes, (byte) => (256 + byte).toString(16).slice(1)).join('');
    };
    // One key for one conversion, also when a reloaded page reports it again. Without an order id the place
    // of the call in its page tells repeats apart, and only a reload can be a repeat of an earlier page.
    const calls = {}, sent = [];
    const keyOf = (data) => {
      const text = JSON.stringify(data), call = data.order_id ? '' : location.pathname + (calls[text] = (calls[text] || 0) + 1);
      const mark = digest(text + call), list = storing() && read(name + '#') || sent;
      const known = list.filter((pair) => pair[0] === mark)[0];
      if (known && (data.order_id || again)) return known[1];
      const key = random();
      list.push([mark, key]);
      if (list !== sent) sent.push([mark, key]);
      if (storing()) write(name + '#', list.slice(-SENT_KEPT));
      return key;
    };

    const visited = {};
    const commands = Object.assign(Object.create(null), {
      // Reads the address of the page. With `mid` there was no redirect: the server makes the click id.
      visit() {
        const page = new URL(location.href), query = page.searchParams, click = clickId(query.get(parameter)), mid = query.get('mid');
        if (visited[page.href]) return visited[page.href];
        const kept = storing() ? recall() : {};
        let answered;
        if (click) origin = { click, at: Date.now() };
        else if (mid && /^[\w-]{1,40}$/.test(mid) && !(again && kept.mid === mid && kept.click)) origin = { mid, at: Date.now() };
        else origin = kept.click || kept.mid ? Object.assign(kept, { at: kept.at || Date.now() }) : origin;
        if (origin.mid && !origin.click) {
          const asked = origin, data = { mid: asked.mid, url: page.origin + page.pathname, referrer: d.referrer.split(/[?#]/)[0] };
          query.forEach((value, key) => { if (/^(sub([1-9]|10)|source|ref_id)$/.test(key)) data[key] = value; });
          answered = queue('visit', data).then((answer) => {
            asked.click = clickId(answer && answer.click_id);
            if (!asked.click) asked.mid = null;
            remember();
            return answer;
          });
        }
        remember();
        return (visited[page.href] = answered || Promise.resolve({ click_id: origin.click || null }));
      },
      async convert(input) {
        const data = await clean(input);
        if (!data.action) return warn('convert needs an action');
        const click = origin.click;
        if (click && !data.click_id) data.click_id = click;
        if (!data.idempotency_key) data.idempotency_key = keyOf(data);
        return queue('convert', data, data.idempotency_key);
      },
      async identify(input) {
        const data = await clean(input);
        return waiting || allowed() !== 0 ? queue('identify', { customer_id: data.customer_id, email_sha256: data.email_sha256 }) : null;
      },
      consent(given) {
        choice = given === true || given === 1 ? 1 : 0;
        waiting = false;
        if (!storing()) forget();
        else {
          if (!origin.click && !origin.mid) origin = recall();
          remember();
          jobs.forEach(keep);
          restore();
        }
        flush();
      },
    });

    const run = (command, data, done) => {
      const answered = new Promise((resolve) => {
        if (!commands[command]) warn('unknown command ' + String(command));
        resolve(commands[command] ? commands[command](data) : null);
      }).then((answer) => answer === undefined ? null : answer, (e) => { warn(e); return null; });
      if (typeof done === 'function') answered.then(done).catch(warn);
      return answered;
    };
    run.loaded = true;
    w.merit = run;
    if (allowed() === 0) forget();
    if (storing()) restore();
    if (set.auto !== 'off') run('visit');
    if (stub) {
      [].slice.call(stub.q || []).forEach((call) => run(call[0], call[1], call[2]));
      stub.q = { push: (call) => run(call[0], call[1], call[2]) };
    }
  };

  try {
    const tag = d.currentScript || d.querySelector('script[data-program]'), earlier = w.merit;
    const stub = typeof earlier === 'function' && !earlier.loaded && (Array.isArray(earlier.q) || /merit\.q/.test(earlier)) ? earlier : null;
    if (earlier && earlier.loaded) return;
    if (earlier !== undefined && !stub) return warn('window.merit belongs to something else; not started');
    if (d.prerendering) d.addEventListener('prerenderingchange', () => start(tag, stub), { once: true });
    else start(tag, stub);
  } catch (e) { warn(e); }
})(window, document);
