import { streamSSE } from 'hono/streaming';
import { OAuthBrokerError } from '../../../errors.ts';
import type { WebApp } from '../../env.ts';
import { partyOf } from '../../guards/address.ts';
import { onlyMethods } from '../methods.ts';
import type { ConsoleDeps } from './deps.ts';
import { visitorOf } from './gate.ts';

/** What the pages of the console watch; no short link has that code. */
export const CONSOLE_NEWS = 'console';

/** Milliseconds between two signs of life on a stream: what is in between drops a silent connection. */
const HEARTBEAT = 30_000;
/** Milliseconds: what happens close together is told once. */
const PAUSE = 300;
const PATH = '/console/events';

/** Tells the open pages of the console that something has happened; they fetch what they show by themselves. */
export function newsRoutes(app: WebApp, { access, broker, progress, clock }: ConsoleDeps): void {
  const changed = (): void => progress.changed(CONSOLE_NEWS);
  broker.eventLog.subscribe(changed);
  access.subscribe(changed);

  app.get(PATH, (c) => {
    if (c.req.method === 'HEAD') return c.body(null, 200, { 'Content-Type': 'text/event-stream' });
    const watcher = progress.watch(CONSOLE_NEWS, partyOf(c.env?.remoteAddress));
    if (watcher === undefined)
      throw new OAuthBrokerError('too_many_requests', { retry_after: HEARTBEAT / 1_000 });
    const response = streamSSE(c, async (stream) => {
      stream.onAbort(() => watcher.close());
      try {
        await stream.write(':\n\n');
        for (;;) {
          const wake = await watcher.next(HEARTBEAT);
          if (wake === 'closed') return;
          if (visitorOf(c, access) === undefined) {
            await stream.writeSSE({ event: 'over', data: '' });
            return;
          }
          if (wake === 'quiet') await stream.write(':\n\n');
          else {
            await stream.writeSSE({ event: 'news', data: '' });
            await new Promise<void>((resolve) => void clock.after(PAUSE, resolve));
          }
        }
      } finally {
        watcher.close();
      }
    });
    response.headers.set('Cache-Control', 'no-store');
    return response;
  });
  onlyMethods(app, PATH, 'GET, HEAD');
}
