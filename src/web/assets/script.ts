/**
 * Loads a page anew as soon as what it shows has changed. Where the stream is refused (too many are open) or breaks for
 * good, it asks every five seconds instead.
 */
export const SCRIPT = `'use strict';
const page = document.querySelector('[data-events]');
const judge = ({ state }) => {
  if (state !== 'waiting') location.reload();
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
