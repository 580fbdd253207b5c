/* Recording in the browser: the form of one entry, columns of figures, and the round that loses nothing.
   Everything here is an addition: the forms work without it. */
(() => {
  'use strict';
  const on = (type, selector, act, options) => document.addEventListener(type, (event) => {
    const hit = event.target instanceof Element && event.target.closest(selector);
    if (hit) act(event, hit);
  }, options);

  /* ---------- picking a clause ---------- */
  function asks(form) {
    const chosen = form.querySelector('input[name=clause_id]:checked');
    for (const part of form.querySelectorAll('[data-ask]')) part.hidden = !chosen || chosen.dataset.asks !== part.dataset.ask;
    const star = form.querySelector('[data-ask-reason]');
    if (star) star.hidden = Boolean(chosen) && !chosen.dataset.reason;
    if (!chosen) return;
    const unit = form.querySelector('[data-ask-unit]');
    if (unit) unit.textContent = chosen.dataset.unit;
    const range = form.querySelector('[data-ask-range]');
    if (range && chosen.dataset.low) range.textContent = `${chosen.dataset.low} … ${chosen.dataset.high}`.replace(/-/g, '−');
    amount(form, chosen.dataset.amount);
  }
  /* The amount of a fine: asked where the clause leaves it open, and, once the step is known, where that step does. */
  function amount(form, range) {
    for (const part of form.querySelectorAll('[data-ask-amount]')) part.hidden = !range;
    const shown = form.querySelector('[data-ask-amount-range]');
    if (shown && range) shown.textContent = range;
  }
  const forms = () => document.querySelectorAll('[data-entry-form], [data-clause-form]');
  on('change', 'input[name=clause_id]', (event, radio) => asks(radio.form));

  function find(input) {
    const box = input.closest('[data-clauses]');
    const words = input.value.trim().toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const line of box.querySelectorAll('.k-pickline')) {
      const text = line.dataset.find.toLowerCase();
      line.hidden = !words.every((word) => text.includes(word));
      shown += line.hidden ? 0 : 1;
    }
    for (const group of box.querySelectorAll('[data-clause-group], [data-clause-common]')) {
      const some = [...group.querySelectorAll('.k-pickline')].some((line) => !line.hidden);
      group.hidden = !some;
      if (words.length && some && group.matches('details')) group.open = true;
    }
    box.querySelector('[data-clause-none]').hidden = shown > 0;
  }
  on('input', '[data-clause-find]', (event, input) => find(input));
  on('keydown', '[data-clause-find]', (event, input) => {
    if (event.key !== 'Enter' && event.key !== 'ArrowDown') return;
    event.preventDefault();
    const box = input.closest('[data-clauses]');
    const first = [...box.querySelectorAll('.k-pickline:not([hidden]) input')].find((radio) => radio.offsetParent !== null);
    if (!first) return;
    if (event.key === 'Enter') { first.checked = true; first.dispatchEvent(new Event('change', { bubbles: true })); }
    first.focus();
  });

  /* After saving the form is empty but for its day: fields are found by name, for an id may be another's name. What was
     saved is brought into view, wherever the page was scrolled to. On a touch screen the field is not entered: its
     keyboard would cover what was saved. */
  function empty(form, token) {
    for (const name of ['person', 'person_text', 'quantity', 'points', 'amount', 'reason']) {
      for (const field of form.querySelectorAll(`[name="${name}"]`)) field.value = '';
    }
    for (const clause of form.querySelectorAll('[name="clause_id"]')) clause.checked = false;
    for (const input of form.querySelectorAll('input[type=file]')) input.value = '';
    form.querySelector('[name="token"]').value = token;
    form.querySelector('[data-k-pick]')?.classList.remove('is-chosen');
    form.querySelector('.k-file-list')?.replaceChildren();
    for (const bad of form.querySelectorAll('.is-invalid')) bad.classList.remove('is-invalid');
    for (const note of form.querySelectorAll('.k-err, .k-errors')) note.remove();
    form.dispatchEvent(new Event('change', { bubbles: true }));
    asks(form);
  }
  document.addEventListener('kaohe:entry-saved', (event) => {
    const form = document.getElementById('entry-form');
    if (form) empty(form, event.detail.token);
    const saved = document.querySelector('#entry-saved [data-entry-saved]');
    if (!saved) return;
    const field = document.querySelector('#entry-form [role=combobox]');
    const first = matchMedia('(pointer: coarse)').matches ? saved : field;
    first?.focus({ preventScroll: true });
    saved.scrollIntoView({ block: 'center' });
  });
  document.addEventListener('htmx:afterSwap', (event) => {
    for (const form of forms()) asks(form);
    const step = event.target.id === 'entry-effect' && event.target.querySelector('[data-step-amount]');
    if (step) amount(step.closest('form'), step.dataset.stepAmount);
    const errors = document.querySelector('#entry-form [data-k-focus]');
    if (errors && event.target.id === 'entry-form') errors.focus();
  });

  /* ---------- a column pasted from a spreadsheet fills downwards ---------- */
  on('paste', '[data-column] input:not([type=hidden])', (event, input) => {
    const text = event.clipboardData?.getData('text') || '';
    const rows = text.replace(/\r/g, '').replace(/\n$/, '').split('\n');
    if (rows.length < 2 && !text.includes('\t')) return;
    event.preventDefault();
    let row = input.closest('tr');
    const start = [...row.querySelectorAll('input:not([type=hidden])')].indexOf(input);
    for (const line of rows) {
      if (!row) break;
      const cells = [...row.querySelectorAll('input:not([type=hidden])')];
      line.split('\t').forEach((value, n) => { if (cells[start + n]) cells[start + n].value = value.trim(); });
      row = row.nextElementSibling;
    }
    input.dispatchEvent(new Event('input', { bubbles: true }));
  });
  on('keydown', '[data-column] input:not([type=hidden])', (event, input) => {
    const step = { Enter: 1, ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || !input.closest('tr')) return;
    event.preventDefault();
    const row = input.closest('tr');
    const at = [...row.querySelectorAll('input:not([type=hidden])')].indexOf(input);
    const other = step > 0 ? row.nextElementSibling : row.previousElementSibling;
    other?.querySelectorAll('input:not([type=hidden])')[at]?.focus();
  });

  /* ---------- the round: each tap is sent by itself, kept here until the server has it ---------- */
  const form = document.querySelector('[data-round-form]');
  if (form) {
    const words = JSON.parse(document.getElementById('round-words').textContent);
    const place = 'kaohe-round ' + location.pathname;
    const url = form.action;
    const data = (name) => form.querySelector(`[name=${name}]`).value;
    const kept = () => { try { return JSON.parse(localStorage.getItem(place)) || []; } catch { return []; } };
    const keep = (all) => { try { if (all.length) localStorage.setItem(place, JSON.stringify(all)); else localStorage.removeItem(place); } catch { /* private window: the page's own memory remains */ } };
    const day = data('day');
    let queue = kept().filter((one) => one.day === day);
    let busy = false;
    let failures = 0;
    let timer = null;
    let after = null;

    const line = (id) => document.getElementById('item-' + id);
    const missed = (item) => item.classList.contains('is-waiting') ? item.dataset.want === 'missed' : item.classList.contains('is-hit');
    function waiting(id, state) {
      const item = line(id);
      if (!item) return;
      item.classList.add('is-waiting');
      item.dataset.want = state;
      item.querySelector('.k-item')?.setAttribute('aria-pressed', String(state === 'missed'));
    }
    function say(kind, text, retry) {
      const bar = document.getElementById('round-saved');
      bar.className = 'k-ph-saved' + (kind ? ' is-' + kind : '');
      const icon = document.createElement('i');
      icon.className = 'ti ti-' + (kind === 'bad' ? 'alert-circle' : kind === 'waiting' ? 'cloud-off' : 'cloud-upload');
      icon.setAttribute('aria-hidden', 'true');
      bar.replaceChildren(icon, document.createTextNode(text));
      if (retry) {
        const button = document.createElement('button');
        button.type = 'button';
        button.textContent = words.retry;
        button.addEventListener('click', () => { failures = 0; send(); });
        bar.append(button);
      }
    }
    function show(html) {
      const holder = document.createElement('template');
      holder.innerHTML = html;
      for (const fresh of [...holder.content.children]) {
        const old = fresh.id && document.getElementById(fresh.id);
        if (!old) continue;
        if (fresh.id === 'round-tabs') {
          const now = old.querySelector('[aria-current]')?.dataset.roundTab;
          for (const tab of fresh.querySelectorAll('[data-round-tab]')) tab.toggleAttribute('aria-current', false);
          if (now) fresh.querySelector(`[data-round-tab="${CSS.escape(now)}"]`)?.setAttribute('aria-current', 'true');
        }
        const focused = old.contains(document.activeElement) && document.activeElement.matches('.k-item');
        old.replaceWith(fresh);
        if (focused) fresh.querySelector('.k-item')?.focus({ preventScroll: true });
      }
    }
    async function post(address, body) {
      const control = new AbortController();
      const stop = setTimeout(() => control.abort(), 30000);
      try {
        return await fetch(address, { method: 'POST', body, signal: control.signal, credentials: 'same-origin', redirect: 'follow', headers: { 'X-Round': '1', 'X-CSRFToken': data('csrf_token') } });
      } finally { clearTimeout(stop); }
    }
    function later() {
      failures += 1;
      say('waiting', words.waiting.replace('{n}', queue.length), true);
      clearTimeout(timer);
      timer = setTimeout(send, Math.min(30000, 1000 * 2 ** Math.min(failures, 5)));
    }
    async function send() {
      if (busy || !queue.length) return;
      busy = true;
      clearTimeout(timer);
      while (queue.length) {
        const one = queue[0];
        say('', words.saving);
        const body = new URLSearchParams({ csrf_token: data('csrf_token'), period: data('period'), day: data('day'), item: `${one.id}:${one.state}` });
        let answer;
        let text = '';
        try { answer = await post(url, body); text = await answer.text(); } catch { answer = null; }
        if (!answer || answer.status >= 500) { busy = false; later(); return; }
        queue.shift();
        keep(queue);
        failures = 0;
        if (answer.ok && !answer.redirected && text.includes('round-sum')) { show(text); continue; }
        let why = '';
        try { why = JSON.parse(text).error; } catch { why = new DOMParser().parseFromString(text, 'text/html').querySelector('[data-k-error]')?.textContent?.trim() || String(answer.status); }
        const item = line(one.id);
        item?.classList.remove('is-waiting');
        item?.querySelector('.k-item')?.setAttribute('aria-pressed', String(item.classList.contains('is-hit')));
        say('bad', words.refused + why);
        queue = queue.filter((other) => other.id !== one.id);
        keep(queue);
        if (queue.length) continue;
        busy = false;
        after = null;
        return;
      }
      busy = false;
      for (const other of document.querySelectorAll('.k-ph-list li.is-waiting')) other.classList.remove('is-waiting');
      if (after) { const go = after; after = null; go(); }
    }
    on('click', '.k-item[form=round-form]', (event, button) => {
      event.preventDefault();
      const item = button.closest('li');
      const id = button.value.split(':')[0];
      const state = missed(item) ? 'clean' : 'missed';
      queue = queue.filter((one, n) => one.id !== id || (n === 0 && busy));
      queue.push({ id, state, day });
      keep(queue);
      waiting(id, state);
      send();
    });
    addEventListener('online', () => { failures = 0; send(); });
    addEventListener('beforeunload', (event) => { if (queue.length && !navigator.onLine) { event.preventDefault(); event.returnValue = words.hold; } });

    /* On to the next: first what waits, then the sheet itself; without a connection one stays here. */
    on('submit', '[data-round-done]', (event, done) => {
      event.preventDefault();
      const body = new URLSearchParams(new FormData(done));
      const page = document.querySelector('[data-k-round]');
      const stay = () => { page.inert = false; page.removeAttribute('aria-busy'); };
      const go = async () => {
        page.inert = true; /* a tap now would mean the next person */
        page.setAttribute('aria-busy', 'true');
        say('', words.saving);
        let answer;
        let found = {};
        try { answer = await post(done.action, body); found = await answer.json(); } catch { answer = answer?.status < 500 ? answer : null; }
        if (answer?.ok && found.next) { location.assign(found.next); return; }
        stay();
        done.removeAttribute('data-sent');
        const button = done.querySelector('button');
        button.classList.remove('is-busy');
        button.removeAttribute('aria-busy');
        if (!answer || answer.status >= 500) { say('waiting', words.hold, false); setTimeout(go, 3000); return; }
        say('bad', words.refused + (found.error || answer.status));
      };
      if (queue.length) { after = go; say('waiting', words.hold, true); send(); } else go();
    }, true);

    /* A photograph of a line that was missed. */
    on('change', '.k-shoot input[type=file]', async (event, input) => {
      if (!input.files.length) return;
      event.stopPropagation();
      const shot = input.closest('form');
      say('', words.saving);
      let answer;
      try { answer = await post(shot.action, new FormData(shot)); } catch { answer = null; }
      const text = answer ? await answer.text() : '';
      if (answer?.ok && text.includes('round-sum')) { show(text); return; }
      input.value = '';
      let why = words.photo;
      try { why = JSON.parse(text).error || why; } catch { /* the words above say it */ }
      say('bad', why);
    }, true);

    /* The tab of what one reads. */
    const list = document.querySelector('.k-ph-list');
    const parts = [...document.querySelectorAll('[data-round-part]')];
    function mark() {
      const top = list.getBoundingClientRect().top + 60;
      const end = list.scrollTop + list.clientHeight >= list.scrollHeight - 4;
      const now = end ? parts.at(-1) : parts.filter((part) => part.getBoundingClientRect().top <= top).at(-1) || parts[0];
      for (const tab of document.querySelectorAll('[data-round-tab]')) {
        if (tab.dataset.roundTab === now?.dataset.roundPart) tab.setAttribute('aria-current', 'true'); else tab.removeAttribute('aria-current');
      }
    }
    list?.addEventListener('scroll', mark, { passive: true });
    on('click', '[data-round-tab]', (event, tab) => {
      event.preventDefault();
      document.getElementById('part-' + tab.dataset.roundTab)?.scrollIntoView({ block: 'start' });
      mark();
    });
    for (const one of queue) waiting(one.id, one.state);
    send();
  }

  for (const each of forms()) asks(each);
})();
