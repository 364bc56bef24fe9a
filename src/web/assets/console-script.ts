import { COPY } from './script.ts';

/**
 * Brings what a page of the console shows up to date when something has happened, when it is looked at again, and once
 * a minute for its "3 minutes ago". The page comes as a document, since text must not become markup
 * (`require-trusted-types-for`). Only elements with `data-live` are replaced: no form is among them that holds text, and
 * what has the focus keeps it.
 */
const LIVE = `'use strict';
const MINUTE = 60000;
let isAsking = false;
let isOutdated = false;
const nameOf = (element) => element.id || element.getAttribute('href');

const replace = (page) => {
  for (const old of document.querySelectorAll('[data-live]')) {
    const fresh = page.getElementById(old.id);
    if (fresh === null || fresh.innerHTML === old.innerHTML) continue;
    const focused = old.contains(document.activeElement) ? nameOf(document.activeElement) : null;
    old.replaceChildren(...fresh.childNodes);
    if (focused === null) continue;
    const again = [...old.querySelectorAll('a, button')].find((element) => nameOf(element) === focused);
    if (again !== undefined) again.focus({ preventScroll: true });
  }
};
const refresh = () => {
  if (isAsking || document.hidden) {
    isOutdated = true;
    return;
  }
  isAsking = true;
  isOutdated = false;
  const request = new XMLHttpRequest();
  request.open('GET', location.href);
  request.responseType = 'document';
  request.setRequestHeader('X-Follows', '1');
  request.addEventListener('loadend', () => {
    isAsking = false;
    if (request.status === 403) location.reload();
    else if (request.status < 400 && request.response !== null) replace(request.response);
    if (isOutdated) refresh();
  });
  request.send();
};
setInterval(refresh, MINUTE);
addEventListener('visibilitychange', () => { if (isOutdated) refresh(); });
addEventListener('pageshow', ({ persisted }) => { if (persisted) refresh(); });

const news = new EventSource(document.body.dataset.news);
news.addEventListener('news', refresh);
news.addEventListener('over', () => {
  news.close();
  location.reload();
});
news.addEventListener('open', () => refresh());
`;

export const CONSOLE_SCRIPT = `${LIVE}${COPY}`;
