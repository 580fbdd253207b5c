/* Lines of a form that a sector declares: one more line without asking the server, and a line emptied with one press.
   Without script the button sends the form and the page comes back with more lines. */
(() => {
  'use strict';
  const renumber = (row, number) => {
    for (const control of row.querySelectorAll('[name]')) {
      control.name = control.name.replace(/-\d+-/, `-${number}-`);
      control.id = control.name;
      control.removeAttribute('aria-invalid');
      control.removeAttribute('aria-describedby');
      control.classList.remove('is-invalid');
      const label = control.getAttribute('aria-label');
      if (label) control.setAttribute('aria-label', label.replace(/\d+/, String(number + 1)));
      if (control.type === 'checkbox') control.checked = false; else control.value = '';
    }
    for (const error of row.querySelectorAll('.k-err')) error.remove();
  };
  document.addEventListener('click', (event) => {
    const button = event.target instanceof Element && event.target.closest('button[name="more-lines"]');
    if (!button) return;
    const body = button.closest('.k-ask-lines')?.querySelector('tbody');
    const last = body?.lastElementChild;
    if (!last) return;
    event.preventDefault();
    const named = last.querySelector('[name]');
    const number = Number(named.name.match(/-(\d+)-/)[1]) + 1;
    const row = last.cloneNode(true);
    renumber(row, number);
    body.append(row);
    row.querySelector('[name]').focus();
  });
})();
