/** Copies. `navigator.clipboard` is there for https and the loopback address alone, hence the second way. */
export const COPY = `const copy = async (text) => {
  if (navigator.clipboard) return navigator.clipboard.writeText(text).then(() => true, () => false);
  const held = document.createElement('textarea');
  held.value = text;
  held.readOnly = true;
  held.className = 'unseen';
  document.body.append(held);
  held.select();
  const copied = document.execCommand('copy');
  held.remove();
  return copied;
};
for (const button of document.querySelectorAll('[data-copy]')) {
  const label = button.textContent;
  button.hidden = false;
  button.setAttribute('aria-live', 'polite');
  button.addEventListener('click', async () => {
    if (!(await copy(button.dataset.copy))) return;
    button.focus();
    button.textContent = button.dataset.copied;
    setTimeout(() => { button.textContent = label; }, 2500);
  });
}
`;

/**
 * Loads a page anew as soon as what it shows has changed, but not under a form that is being filled in or sent. Where
 * the stream is refused (too many are open) or breaks for good, it asks every five seconds instead.
 */
const FOLLOW = `'use strict';
const page = document.querySelector('[data-events]');
const box = document.querySelector('textarea');
let sending = false;
addEventListener('submit', ({ target }) => { sending = target.target !== '_blank'; });
addEventListener('pageshow', () => { sending = false; });

const judge = ({ state, view }) => {
  const typing = state !== 'connected' && box !== null && box.value !== '';
  if (view === page.dataset.view || sending || typing) return;
  if (page.dataset.home) location.replace(page.dataset.home);
  else location.reload();
};
const ask = async () => {
  const answer = await fetch(page.dataset.status, { headers: { accept: 'application/json' } }).catch(() => null);
  if (answer === null || answer.status === 429 || answer.status >= 500) setTimeout(ask, 5000);
  else if (!answer.ok) location.reload();
  else {
    const status = await answer.json();
    if (status.state === 'waiting') setTimeout(ask, 5000);
    judge(status);
  }
};
const events = new EventSource(page.dataset.events);
events.addEventListener('state', (event) => {
  const status = JSON.parse(event.data);
  if (status.state !== 'waiting') events.close();
  judge(status);
});
events.addEventListener('error', () => {
  if (events.readyState === EventSource.CLOSED) setTimeout(ask, 5000);
});
`;

export const SCRIPT = `${FOLLOW}${COPY}`;
