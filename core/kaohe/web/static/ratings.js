/* A rating sheet saves a line when the focus leaves it and something in it was changed; Enter goes to the line below.
   Without script the button saves the whole sheet. */
(() => {
  'use strict';
  const dirty = new WeakSet();
  document.addEventListener('input', (event) => {
    const row = event.target instanceof Element && event.target.closest('tr[data-k-line]');
    if (row) dirty.add(row);
  });
  document.addEventListener('focusout', (event) => {
    const row = event.target instanceof Element && event.target.closest('tr[data-k-line]');
    if (!row || !dirty.has(row) || (event.relatedTarget instanceof Node && row.contains(event.relatedTarget))) return;
    if (event.relatedTarget instanceof Element && event.relatedTarget.matches('button[form="sheet"]')) return;
    dirty.delete(row);
    window.htmx.trigger(row, 'k-save');
  });
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || !(event.target instanceof HTMLInputElement)) return;
    const row = event.target.closest('tr[data-k-line]');
    if (!row) return;
    event.preventDefault();
    const place = [...row.querySelectorAll('input.k-figure')].indexOf(event.target);
    const below = row.nextElementSibling?.querySelectorAll('input.k-figure')[place];
    if (below) { below.focus(); below.select(); } else event.target.blur();
  });
})();
