/* Kaohe in the browser: what the pages gain by script. Everything here is an addition: reading and single
   entries work without it. No inline handlers, no eval, no style attributes, so a strict policy holds. */
(() => {
  'use strict';
  const root = document.documentElement;
  root.classList.add('k-js');

  const words = JSON.parse(document.getElementById('k-words')?.textContent || '{}');
  const say = (key, n) => (words[key] || '').replace('{n}', n);
  const token = () => document.querySelector('meta[name=csrf-token]')?.content || '';
  const on = (type, selector, act, options) => document.addEventListener(type, (event) => {
    const hit = event.target instanceof Element && event.target.closest(selector);
    if (hit) act(event, hit);
  }, options);
  const make = (tag, className, text) => {
    const element = document.createElement(tag);
    if (className) element.className = className;
    if (text !== undefined) element.textContent = text;
    return element;
  };
  const unsafe = (verb) => !['get', 'head', 'options', 'trace'].includes((verb || 'get').toLowerCase());

  /* ---------- messages ---------- */
  const icons = { plus: 'check', warn: 'alert-triangle', minus: 'alert-circle' };
  const STAY = 8000;

  function closable(note) {
    if (note.querySelector('.k-x')) return;
    const button = make('button', 'k-x');
    button.type = 'button';
    button.setAttribute('aria-label', say('close'));
    const icon = make('i', 'ti ti-x');
    icon.setAttribute('aria-hidden', 'true');
    button.append(icon);
    button.addEventListener('click', () => note.remove());
    note.append(button);
  }

  function fade(note) {
    if (note.matches('.is-minus, .is-warn')) return;
    let timer = setTimeout(() => note.remove(), STAY);
    const hold = () => clearTimeout(timer);
    const go = () => { timer = setTimeout(() => note.remove(), STAY / 2); };
    note.addEventListener('mouseenter', hold);
    note.addEventListener('focusin', hold);
    note.addEventListener('mouseleave', go);
    note.addEventListener('focusout', go);
  }

  function toast(kind, text, undo) {
    const place = document.getElementById('k-toasts');
    if (!place || !text) return;
    for (const old of place.children) if (old.dataset.said === kind + text) old.remove();
    const note = make('div', 'k-note' + (kind ? ' is-' + kind : ''));
    note.dataset.said = kind + text;
    if (kind === 'minus') note.setAttribute('role', 'alert');
    const icon = make('i', 'ti ti-' + (icons[kind] || 'info-circle'));
    icon.setAttribute('aria-hidden', 'true');
    note.append(icon, make('span', '', text));
    if (undo) {
      const form = make('form');
      form.method = 'post';
      form.action = undo;
      const hidden = make('input');
      Object.assign(hidden, { type: 'hidden', name: 'csrf_token', value: token() });
      const button = make('button', 'btn btn-sm', say('undo'));
      button.type = 'submit';
      form.append(hidden, button);
      note.append(form);
    }
    while (place.children.length > 3) place.firstElementChild.remove();
    place.append(note);
  }

  function tendNotes() {
    for (const note of document.querySelectorAll('#k-messages > .k-note')) closable(note);
    const place = document.getElementById('k-toasts');
    if (!place) return;
    new MutationObserver((changes) => {
      for (const change of changes) {
        for (const note of change.addedNodes) {
          if (note instanceof Element && note.matches('.k-note')) { closable(note); fade(note); }
        }
      }
    }).observe(place, { childList: true });
  }

  /* An answer may carry HX-Trigger: {"kaohe:toast": {"kind": "plus", "text": "…", "undo": "/…"}} */
  document.addEventListener('kaohe:toast', (event) => toast(event.detail.kind || '', event.detail.text, event.detail.undo));

  /* ---------- htmx ---------- */
  document.addEventListener('htmx:configRequest', (event) => {
    const { detail } = event;
    if (unsafe(detail.verb)) detail.headers['X-CSRFToken'] = token();
    if (detail.elt.closest('[data-k-pick]') && detail.elt.matches('input')) detail.parameters.q = detail.elt.value;
  });

  /* A refusal that is a fragment is swapped where it belongs (the form with its errors); a whole page of error
     would tear the place apart, so its words become a message. */
  document.addEventListener('htmx:beforeSwap', (event) => {
    const { detail } = event;
    const { status } = detail.xhr;
    if (status < 400) return;
    const text = detail.xhr.responseText || '';
    if (!/^\s*(<!doctype|<html)/i.test(text)) {
      if (detail.shouldSwap) detail.isError = false;
      return;
    }
    const page = new DOMParser().parseFromString(text, 'text/html');
    const error = page.querySelector('[data-k-error]');
    if (!error && (status === 409 || status === 422)) { detail.isError = false; return; }
    detail.shouldSwap = false;
    detail.isError = false;
    const title = error?.querySelector('h1')?.textContent.trim();
    const why = error?.querySelector('p')?.textContent.trim();
    toast('minus', title ? title + (words.colon || '：') + why : say('broken'));
  });
  document.addEventListener('htmx:responseError', () => toast('minus', say('broken')));
  document.addEventListener('htmx:sendError', () => toast('minus', say('offline')));
  document.addEventListener('htmx:timeout', () => toast('minus', say('slow')));
  document.addEventListener('htmx:afterSettle', (event) => {
    charts(event.target);
    cards(event.target);
    const errors = event.target.querySelector?.('[data-k-focus]');
    if (errors) errors.focus();
  });

  /* ---------- keyboard ---------- */
  document.addEventListener('keydown', (event) => {
    const typing = event.target instanceof Element && event.target.closest('input, textarea, select, [contenteditable]');
    if (event.key === '/' && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      const field = [...document.querySelectorAll('[data-k-slash], .k-q')].find((one) => one.offsetParent);
      if (field) { event.preventDefault(); field.focus(); field.select(); }
    }
    if (event.key === 'Escape') {
      for (const menu of document.querySelectorAll('details.k-menu[open]')) {
        menu.open = false;
        if (menu.contains(document.activeElement)) menu.querySelector('summary').focus();
      }
      if (location.hash === '#k-nav') closeNav();
    }
  });

  /* ---------- menus and the drawer ---------- */
  document.addEventListener('click', (event) => {
    for (const menu of document.querySelectorAll('details.k-menu[open]')) {
      const inside = menu.contains(event.target);
      const sheet = inside && event.target === menu.querySelector('.k-menu-list');
      if (!inside || sheet) menu.open = false;
    }
    if (location.hash === '#k-nav' && !event.target.closest('#k-nav, [data-k-nav]')) closeNav();
  });
  function closeNav() {
    history.replaceState(null, '', location.pathname + location.search);
    location.replace('#main');
    document.querySelector('[data-k-nav]')?.focus();
  }
  on('click', '[data-k-nav]', () => setTimeout(() => document.querySelector('#k-nav a')?.focus(), 0));

  /* ---------- confirm ---------- */
  let agreed = null;
  on('submit', 'form', (event, form) => {
    const button = event.submitter;
    const question = button?.dataset.confirm || form.dataset.confirm;
    if (!question || agreed === form) { agreed = null; return; }
    event.preventDefault();
    event.stopImmediatePropagation();
    ask(question, button?.dataset.confirmYes || form.dataset.confirmYes).then((yes) => {
      if (!yes) return;
      agreed = form;
      form.requestSubmit(button || undefined);
    });
  }, true);
  document.addEventListener('htmx:confirm', (event) => {
    if (!event.detail.question) return;
    event.preventDefault();
    ask(event.detail.question).then((yes) => { if (yes) event.detail.issueRequest(true); });
  });
  function ask(question, yes) {
    const dialog = document.getElementById('k-confirm');
    if (!dialog?.showModal) return Promise.resolve(window.confirm(question));
    dialog.querySelector('#k-confirm-text').textContent = question;
    dialog.querySelector('#k-confirm-yes').textContent = yes || say('yes');
    dialog.returnValue = '';
    dialog.showModal();
    return new Promise((done) => dialog.addEventListener('close', () => done(dialog.returnValue === 'yes'), { once: true }));
  }

  /* ---------- forms: once only, unsaved changes, files ---------- */
  const changed = new Set();
  on('input', 'form[data-k-guard]', (event, form) => { if (!event.target.matches('[data-k-noguard]')) changed.add(form); });
  window.addEventListener('beforeunload', (event) => {
    for (const form of changed) if (form.isConnected) { event.preventDefault(); event.returnValue = say('unsaved'); return; }
  });
  on('submit', 'form', (event, form) => {
    if (event.defaultPrevented) return;
    changed.delete(form);
    if (!unsafe(form.method) || form.matches('[hx-post], [hx-put], [hx-delete], [data-k-many]')) return;
    if (form.dataset.sent) { event.preventDefault(); return; }
    form.dataset.sent = '1';
    setTimeout(() => {
      const button = event.submitter || form.querySelector('[type=submit]');
      button?.classList.add('is-busy');
      button?.setAttribute('aria-busy', 'true');
    }, 0);
  });
  document.addEventListener('htmx:afterRequest', (event) => {
    const form = event.target.closest?.('form');
    if (form && event.detail.successful) changed.delete(form);
  });
  window.addEventListener('pageshow', (event) => {
    if (!event.persisted) return;
    for (const form of document.querySelectorAll('form[data-sent]')) {
      delete form.dataset.sent;
      for (const button of form.querySelectorAll('.is-busy')) { button.classList.remove('is-busy'); button.removeAttribute('aria-busy'); }
    }
  });
  on('change', '[data-k-files] input[type=file]', (event, input) => {
    const list = input.closest('[data-k-files]').querySelector('.k-file-list');
    const files = [...input.closest('[data-k-files]').querySelectorAll('input[type=file]')].flatMap((one) => [...one.files]);
    list.replaceChildren(...files.map((file) => make('li', '', `${file.name} · ${Math.max(1, Math.round(file.size / 1024))} KB`)));
  });

  /* ---------- lists ---------- */
  on('change', 'form[data-k-autosubmit] :is(select, input[type=checkbox], input[type=radio], input[type=date])', (event, field) => field.form.requestSubmit());
  on('submit', 'form[data-k-autosubmit]', (event, form) => {
    event.preventDefault();
    const query = new URLSearchParams();
    for (const [name, value] of new FormData(form)) {
      const first = form.querySelector(`[name="${CSS.escape(name)}"]:not([type=hidden], [type=checkbox])`);
      if (value && !query.has(name) && (!first || first.value === value)) query.set(name, value);
    }
    const text = query.toString();
    location.assign(new URL(form.action).pathname + (text ? '?' + text : ''));
  });
  function ticked(name, within) {
    const boxes = [...within.querySelectorAll(`input[type=checkbox][name="${CSS.escape(name)}"]`)];
    const n = boxes.filter((box) => box.checked).length;
    for (const all of within.querySelectorAll(`[data-k-all="${CSS.escape(name)}"]`)) {
      all.checked = n > 0 && n === boxes.length;
      all.indeterminate = n > 0 && n < boxes.length;
    }
    for (const box of boxes) box.closest('tr')?.classList.toggle('is-picked', box.checked);
    for (const bar of within.querySelectorAll(`[data-k-ticked="${CSS.escape(name)}"]`)) {
      bar.classList.toggle('is-on', n > 0);
      bar.querySelector('[data-k-ticked-word]').textContent = say('chosen', n);
    }
  }
  const around = (element) => element.closest('form, .k-panel, main') || document;
  on('change', '[data-k-all]', (event, all) => {
    const within = around(all);
    for (const box of within.querySelectorAll(`input[type=checkbox][name="${CSS.escape(all.dataset.kAll)}"]:not(:disabled)`)) box.checked = all.checked;
    ticked(all.dataset.kAll, within);
  });
  on('change', 'input[type=checkbox][name]', (event, box) => {
    const within = around(box);
    if (within.querySelector(`[data-k-all="${CSS.escape(box.name)}"]`)) ticked(box.name, within);
  });

  /* Tables that become cards keep their meaning for screen readers by explicit roles. */
  function cards(within) {
    if (!(within instanceof Element || within instanceof Document)) return;
    const roles = [['thead, tbody, tfoot', 'rowgroup'], ['tr', 'row'], ['td', 'cell'], ['thead th', 'columnheader'], ['tbody th', 'rowheader']];
    for (const table of within.querySelectorAll(':is(.k-table.is-cards, .k-doc table, .k-bars):not([role])')) {
      table.setAttribute('role', 'table');
      for (const [selector, role] of roles) for (const one of table.querySelectorAll(selector)) one.setAttribute('role', role);
    }
  }

  /* ---------- find a person while typing ---------- */
  const options = (box) => [...box.querySelectorAll('[role=option]:not([aria-disabled])')];
  function open(box, yes) {
    box.classList.toggle('is-open', yes);
    const input = box.querySelector('[role=combobox]');
    input.setAttribute('aria-expanded', String(yes));
    if (!yes) { input.removeAttribute('aria-activedescendant'); for (const one of options(box)) one.setAttribute('aria-selected', 'false'); }
  }
  function point(box, option) {
    for (const one of options(box)) one.setAttribute('aria-selected', String(one === option));
    box.querySelector('[role=combobox]').setAttribute('aria-activedescendant', option.id);
    option.scrollIntoView({ block: 'nearest' });
  }
  function choose(box, option) {
    const input = box.querySelector('[role=combobox]');
    const hidden = box.querySelector('input[type=hidden]');
    hidden.value = option.dataset.value;
    input.value = option.dataset.text;
    box.classList.add('is-chosen');
    open(box, false);
    hidden.dispatchEvent(new Event('change', { bubbles: true }));
    box.dispatchEvent(new CustomEvent('kaohe:picked', { bubbles: true, detail: { value: option.dataset.value, text: option.dataset.text } }));
    if (box.hasAttribute('data-k-pick-submit')) input.form.requestSubmit();
  }
  /* The id goes with the name it was chosen by: another name, or none, means nobody until somebody is chosen again. */
  function forget(box) {
    const hidden = box.querySelector('input[type=hidden]');
    box.classList.remove('is-chosen');
    if (!hidden.value) return;
    hidden.value = '';
    hidden.dispatchEvent(new Event('change', { bubbles: true }));
  }
  on('input', '[data-k-pick] [role=combobox]', (event, input) => {
    const box = input.closest('[data-k-pick]');
    forget(box);
    if (!input.value.trim()) open(box, false);
  });
  /* A browser that goes back gives hidden fields their values again, and may leave the name empty. */
  window.addEventListener('pageshow', () => {
    for (const input of document.querySelectorAll('[data-k-pick] [role=combobox]')) {
      if (!input.value.trim()) forget(input.closest('[data-k-pick]'));
    }
  });
  on('focusin', '[data-k-pick] [role=combobox]', (event, input) => {
    const box = input.closest('[data-k-pick]');
    if (input.value.trim() && !box.classList.contains('is-chosen') && box.querySelector('[role=option]')) open(box, true);
  });
  on('keydown', '[data-k-pick] [role=combobox]', (event, input) => {
    const box = input.closest('[data-k-pick]');
    const all = options(box);
    const at = all.findIndex((one) => one.getAttribute('aria-selected') === 'true');
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (!box.classList.contains('is-open')) { if (all.length) open(box, true); else window.htmx?.trigger(input, 'k-ask'); return; }
      const step = event.key === 'ArrowDown' ? 1 : -1;
      if (all.length) point(box, all[(at + step + all.length) % all.length] || all[0]);
    } else if (event.key === 'Enter' && box.classList.contains('is-open')) {
      const pick = all[at] || (all.length === 1 ? all[0] : null);
      event.preventDefault();
      if (pick) choose(box, pick);
    } else if (event.key === 'Escape' && box.classList.contains('is-open')) {
      event.stopPropagation();
      open(box, false);
    } else if (event.key === 'Tab') {
      open(box, false);
    }
  });
  on('mousedown', '[data-k-pick] [role=option]', (event, option) => {
    event.preventDefault();
    if (!option.hasAttribute('aria-disabled')) choose(option.closest('[data-k-pick]'), option);
  });
  on('focusout', '[data-k-pick]', (event, box) => { if (!box.contains(event.relatedTarget)) open(box, false); });
  document.addEventListener('htmx:afterSwap', (event) => {
    const box = event.target.closest?.('[data-k-pick]');
    if (box && box.contains(document.activeElement)) {
      open(box, true);
      const all = options(box);
      if (all.length) point(box, all[0]);
    }
  });

  /* ---------- the round on a phone: swipe to the next person ---------- */
  (() => {
    const round = document.querySelector('[data-k-round]');
    if (!round) return;
    let from = null;
    round.addEventListener('touchstart', (event) => {
      from = event.touches.length === 1 && !event.target.closest('.k-ph-tabs, input, textarea') ? { x: event.touches[0].clientX, y: event.touches[0].clientY, at: Date.now() } : null;
    }, { passive: true });
    round.addEventListener('touchend', (event) => {
      if (!from) return;
      const dx = event.changedTouches[0].clientX - from.x;
      const dy = event.changedTouches[0].clientY - from.y;
      if (Math.abs(dx) > 70 && Math.abs(dx) > 2.2 * Math.abs(dy) && Date.now() - from.at < 800) {
        (dx < 0 ? document.querySelector('[data-k-next]') : document.querySelector('[data-k-prev]'))?.click();
      }
      from = null;
    }, { passive: true });
  })();
  on('change', '.k-shoot input[type=file]', (event, input) => {
    if (input.files.length && !input.closest('[hx-post]')) input.form?.requestSubmit();
  });

  /* ---------- charts: data from a JSON block, colours from the tokens ---------- */
  const css = getComputedStyle(root);
  const colour = (name) => css.getPropertyValue('--k-' + name).trim();
  const font = css.getPropertyValue('--tblr-font-sans-serif');
  const line = '#cfd6de';
  const grid = '#edf0f3';
  const palette = [colour('accent'), '#7ea3d4', '#3d8f68', '#c98a1b', '#a8758f', '#6a7686'];
  const small = { color: colour('ink-2'), fontFamily: font, fontSize: 12 };
  const unit = (data) => (value) => (value === null || value === undefined ? '—' : String(value).replace('-', '−') + (data.unit || ''));
  const tip = (data) => ({ trigger: 'axis', renderMode: 'richText', confine: true, valueFormatter: unit(data), textStyle: { fontFamily: font, fontSize: 13, color: colour('ink') }, borderColor: line });
  const base = (data) => ({ animation: false, color: palette, textStyle: { fontFamily: font }, tooltip: tip(data), aria: { enabled: false } });
  const category = (data, more) => ({ type: 'category', data: data.x, axisTick: { show: false }, axisLine: { lineStyle: { color: line } }, axisLabel: { ...small, interval: data.every ?? (data.x.length > 16 ? 'auto' : 0), ...(data.slant ? { rotate: data.slant } : {}) }, ...more });
  const value = (data, more) => ({ type: 'value', min: data.min, max: data.max, interval: data.step, axisLabel: { ...small, formatter: unit(data) }, splitLine: { lineStyle: { color: grid } }, ...more });
  const legend = (data) => (data.series.length > 1 ? { legend: { top: 0, left: 0, itemWidth: 12, itemHeight: 8, icon: 'roundRect', textStyle: small } } : {});
  const space = (data, top) => ({ left: 8, right: 30, top: data.top ?? top, bottom: 4, containLabel: true });
  const flip = (data, across, up) => (data.lying ? { xAxis: up, yAxis: { ...across, inverse: true } } : { xAxis: across, yAxis: up });
  const shade = (one, i) => (one.kind ? colour(one.kind) : palette[i % palette.length]);
  const many = (data) => data.series || [{ name: data.name || '', y: data.y }];

  const presets = {
    line: (data) => ({ ...base(data),
      grid: space(data, 26), xAxis: category(data, { boundaryGap: false }), yAxis: value(data, { scale: data.min === undefined }),
      series: [{ type: 'line', name: data.name || '', data: data.y, symbol: 'circle', symbolSize: 6, color: colour('accent'), lineStyle: { width: 2 },
        markLine: data.cut === undefined ? undefined : { symbol: 'none', silent: true, data: [{ yAxis: data.cut }], label: { formatter: data.cut_name || unit(data)(data.cut), fontFamily: font, fontSize: 12, color: colour('warn'), position: 'insideEndTop' }, lineStyle: { color: '#c98a1b', type: 'dashed' } },
        markPoint: { symbol: 'circle', symbolSize: 1, label: { fontFamily: font, fontSize: 12, color: colour('ink'), position: 'top', distance: 8, formatter: (point_) => point_.data.say },
          data: (data.marks || []).map((mark) => ({ coord: [mark.x, mark.y], say: mark.say, label: { position: mark.at || 'top', align: mark.align || { 0: 'left', [data.x.length - 1]: 'right' }[data.x.indexOf(mark.x)] } })) } }]
        .concat(data.open ? [{ type: 'line', name: data.open_name || '', data: data.open, symbol: 'emptyCircle', symbolSize: 7, color: colour('accent'), lineStyle: { width: 2, type: 'dashed' } }] : []) }),
    bars: (data) => ({ ...base(data), grid: { left: 4, right: data.lying ? 36 : 8, top: data.lying ? 4 : 24, bottom: 0, containLabel: true },
      ...flip(data, category(data), value(data, { minInterval: data.whole === false ? undefined : 1, splitNumber: 4 })),
      series: [{ type: 'bar', name: data.name || '', data: data.y, barCategoryGap: '24%', barMaxWidth: 36, color: colour('accent'), label: { show: true, position: data.lying ? 'right' : 'top', fontSize: 11, color: colour('ink-2'), fontFamily: font, formatter: (one) => (one.value ? unit(data)(one.value) : '') } }] }),
    stacked: (data) => ({ ...base(data), ...legend(data), grid: space(data, data.series.length > 1 ? 34 : 12), ...flip(data, category(data), value(data)),
      series: data.series.map((one, i) => ({ type: 'bar', stack: 'all', name: one.name, data: one.y, barMaxWidth: 36, color: shade(one, i) })) }),
    grouped: (data) => ({ ...base(data), ...legend({ series: many(data) }), grid: space(data, many(data).length > 1 ? 36 : 20),
      xAxis: category(data, { boundaryGap: data.bars === true }), yAxis: value(data, { scale: data.min === undefined }),
      series: many(data).map((one, i) => ({ type: data.bars ? 'bar' : 'line', name: one.name, data: one.y, symbol: 'circle', symbolSize: 6, barMaxWidth: 24, lineStyle: { width: 2, type: one.dashed ? 'dashed' : 'solid' }, color: shade(one, i) })) }),
  };
  presets.months = presets.line;
  presets.spread = presets.bars;

  /* With its box named, a drawing shrinks to the paper when the page is printed. */
  const scalable = (place, picture) => place.querySelector('svg')?.setAttribute('viewBox', `0 0 ${picture.getWidth()} ${picture.getHeight()}`);
  function draw(places) {
    for (const place of places) {
      const source = document.getElementById(place.dataset.from);
      const preset = presets[place.dataset.chart];
      if (!source || !preset || place.dataset.drawn) continue;
      place.dataset.drawn = '1';
      const picture = window.echarts.init(place, null, { renderer: 'svg', height: Number(place.dataset.height) || 220 });
      picture.setOption(preset(JSON.parse(source.textContent)));
      scalable(place, picture);
      new ResizeObserver(() => { if (place.isConnected) { picture.resize(); scalable(place, picture); } else picture.dispose(); }).observe(place);
    }
  }
  /* The library is large: it is fetched only by a page that has a chart. */
  function charts(within) {
    const places = [...(within?.querySelectorAll?.('.k-chart') || [])];
    if (!places.length) return;
    if (window.echarts) { draw(places); return; }
    let script = document.querySelector('script[data-k-echarts]');
    if (!script) {
      script = make('script');
      script.src = document.body.dataset.echarts;
      script.dataset.kEcharts = '1';
      document.head.append(script);
    }
    script.addEventListener('load', () => draw(places));
  }

  /* ---------- at the start ---------- */
  on('click', '[data-k-print]', () => window.print());
  charts(document);
  cards(document);
  tendNotes();
  document.querySelector('[data-k-focus]')?.focus();
  for (const all of document.querySelectorAll('[data-k-all]')) ticked(all.dataset.kAll, around(all));
})();
