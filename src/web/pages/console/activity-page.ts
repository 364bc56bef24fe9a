import { html } from 'hono/html';
import type { LoggedEvent } from '../../../broker/event-log.ts';
import { phrase } from '../phrase.ts';
import type { Html } from '../text.ts';
import type { Account } from './account.ts';
import { events } from './events.ts';
import { consoleLayout } from './layout.ts';
import type { ConsoleView } from './view.ts';

export interface Activity {
  /** The newest first. */
  readonly events: readonly LoggedEvent[];
  readonly accounts: readonly Account[];
  /** Name of the one account or sign-in that it is about; absent: everything. */
  readonly filter?: string;
}

/** What has happened, with nothing secret in it. */
export function activityPage(view: ConsoleView, { events: all, accounts, filter }: Activity): Html {
  const text = view.words.console.activity;
  return consoleLayout(view, {
    heading: text.heading,
    section: 'activity',
    lead: text.text,
    content: html`${
      filter !== undefined &&
      html`<p class="found">${phrase(text.filtered, { what: html`<b><bdi>${filter}</bdi></b>` })} <a href="/console/activity">${text.all}</a></p>`
    }
<section class="panel" id="events" data-live>${events(view, all, { accounts })}</section>`,
  });
}
