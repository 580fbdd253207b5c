/* Clocks that count down by the server's time. Without script the due time stands there all the same. */
(() => {
  'use strict';
  const english = document.documentElement.lang.startsWith('en');
  const words = english ? [['d', 'h'], ['h', 'min'], ['min', 's']] : [['天', '时'], ['时', '分'], ['分', '秒']];
  const here = document.querySelector('[data-k-now]');
  if (!here) return;
  let ahead = Date.parse(here.dataset.kNow) - Date.now();

  /* The same words as the server's: the two largest units, "11 分 05 秒". */
  function span(total) {
    const seconds = total % 60, minutes = Math.floor(total / 60) % 60, hours = Math.floor(total / 3600) % 24, days = Math.floor(total / 86400);
    const rows = [[days, hours], [hours, minutes], [minutes, seconds]];
    let row = rows.findIndex(([large]) => large > 0);
    if (row < 0) row = 2;
    const [large, small] = rows[row], [first, second] = words[row];
    if (!large) return `${small} ${second}`;
    if (!small && row < 2) return `${large} ${first}`;
    return `${large} ${first} ${row ? String(small).padStart(2, '0') : small} ${second}`;
  }

  function tick() {
    const now = Date.now() + ahead;
    for (const one of document.querySelectorAll('[data-due]')) {
      const left = Date.parse(one.dataset.due) - now, late = left < 0;
      one.textContent = span(Math.floor(Math.abs(left) / 1000));
      const word = one.parentElement.querySelector('[data-due-word]');
      if (word) word.textContent = late ? word.dataset.late : word.dataset.left;
      one.parentElement.classList.toggle('is-minus', late);
      if (late) one.parentElement.classList.remove('is-warn');
    }
  }
  /* The desk is read anew twice a minute, unless somebody is at work in it. */
  async function refresh() {
    const desk = document.querySelector('[data-k-fresh]');
    if (!desk || document.hidden || desk.contains(document.activeElement)) return;
    try {
      const answer = await fetch(location.href, { headers: { Accept: 'text/html' }, redirect: 'error' });
      const fresh = answer.ok && new DOMParser().parseFromString(await answer.text(), 'text/html').querySelector('[data-k-fresh]');
      if (!fresh || desk.contains(document.activeElement)) return;
      ahead = Date.parse(fresh.dataset.kNow) - Date.now();
      desk.replaceWith(document.adoptNode(fresh));
      tick();
    } catch { /* the next round tries again */ }
  }

  tick();
  setInterval(tick, 1000);
  setInterval(refresh, 30000);
})();
