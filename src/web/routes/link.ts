import { streamSSE } from 'hono/streaming';
import type { Landing } from '../../broker/types.ts';
import type { Clock } from '../../clock.ts';
import { asBrokerError, OAuthBrokerError } from '../../errors.ts';
import type { Words } from '../../locale/index.ts';
import type { RandomBytes } from '../../random.ts';
import { markBrowser } from '../browser-cookie.ts';
import type { WebApp, WebContext } from '../env.ts';
import { partyOf } from '../guards/address.ts';
import { isLoopback } from '../guards/host.ts';
import type { LinkGuessing } from '../guards/link-guessing.ts';
import { FORM_REFERRER_POLICY } from '../guards/security-headers.ts';
import { readLinkCode } from '../link-code.ts';
import { landingPage } from '../pages/landing-page.ts';
import { leavingPage } from '../pages/leaving-page.ts';
import { connectedPage, explainOn, failedPage } from '../pages/result-page.ts';
import { nameOf } from '../pages/text.ts';
import type { Progress, Watcher } from '../progress.ts';
import type { WebSignIn } from '../sign-in.ts';
import { statusOf } from '../status.ts';
import { onlyMethods } from './methods.ts';

export interface LinkDeps {
  readonly signIn: WebSignIn;
  readonly guessing: LinkGuessing;
  readonly progress: Progress;
  readonly clock: Clock;
  readonly random: RandomBytes;
}

/** Milliseconds between two signs of life on a stream: what is in between drops a silent connection. */
const HEARTBEAT = 30_000;
/** Milliseconds after a link's end at which its page is told. */
const AFTER_EXPIRY = 500;

/** What a page that follows a link is told. Snake case: it is a wire format. */
type LinkStatus =
  | { readonly state: 'waiting'; readonly expires_at: number }
  | { readonly state: 'connected' }
  | { readonly state: 'failed'; readonly error_code: string; readonly error: string; readonly hint?: string };

/** The short link of a QR: the landing page, its button, and how the sign-in is doing. */
export function linkRoutes(app: WebApp, deps: LinkDeps): void {
  // The QR is upper case throughout, which makes it the smallest.
  for (const path of ['/s/:code', '/S/:code']) {
    app.get(path, async (c) => landingAt(c, await look(c, deps), deps.clock));
    app.post(path, async (c) => leave(c, deps));
    onlyMethods(app, path, 'GET, HEAD, POST');
  }

  app.get('/s/:code/status', async (c) => c.json(statusFor(c.var.words, await look(c, deps))));
  onlyMethods(app, '/s/:code/status', 'GET, HEAD');

  app.get('/s/:code/events', async (c) => {
    const landing = await look(c, deps);
    if (c.req.method === 'HEAD') return c.body(null, 200, { 'Content-Type': 'text/event-stream' });
    const watcher = deps.progress.watch(landing.linkCode, partyOf(c.env?.remoteAddress));
    if (watcher === undefined)
      throw new OAuthBrokerError('too_many_requests', { retryAfter: HEARTBEAT / 1000 });
    return follow(c, deps, landing, watcher);
  });
  onlyMethods(app, '/s/:code/events', 'GET, HEAD');
}

/** @throws OAuthBrokerError `link_unknown`, `too_many_requests` */
async function look(c: WebContext, deps: LinkDeps): Promise<Landing> {
  return counted(c, deps, (code) => deps.signIn.landing(code));
}

/** Runs `ask` with the code of the path; an unknown one is counted as a guess. */
async function counted<T>(c: WebContext, deps: LinkDeps, ask: (code: string) => Promise<T>): Promise<T> {
  const address = c.env?.remoteAddress;
  deps.guessing.refuseGuesser(address);
  try {
    const code = readLinkCode(c.req.param('code') ?? '');
    if (code === undefined) throw new OAuthBrokerError('link_unknown');
    return await ask(code);
  } catch (error) {
    if (asBrokerError(error).code === 'link_unknown') deps.guessing.missed(address);
    throw error;
  }
}

function landingAt(c: WebContext, landing: Landing, clock: Clock): Response | Promise<Response> {
  const { words } = c.var;
  if (landing.state === 'connected') {
    return c.html(connectedPage(words, nameOf(landing.app), landing.providerHost));
  }
  const elsewhere = hostOfCallback(c, landing);
  if (elsewhere !== undefined) return c.redirect(elsewhere, 302);
  c.header('Referrer-Policy', FORM_REFERRER_POLICY);
  if (landing.state === 'waiting') return c.html(landingPage(words, landing, clock.now()));
  const failure = failureOf(landing);
  const context = { app: nameOf(landing.app), provider: landing.providerHost };
  const isOver = failure.code === 'attempt_expired' || failure.code === 'attempt_used';
  const retry = isOver ? {} : { retry: `/s/${landing.linkCode}` };
  return c.html(failedPage(words, failure, { ...context, ...retry }), statusOf(failure.code));
}

/**
 * The landing page under the host that the callback will have. The cookie that binds the browser belongs to one host,
 * so who opens `device.local` must be moved to the address that the provider, or a relay page, sends the browser back to.
 *
 * @returns undefined where the page is at its place
 */
function hostOfCallback(c: WebContext, landing: Landing): string | undefined {
  const callback = new URL(landing.redirectUris.lan ?? landing.redirectUri);
  const isMoved = c.req.query('moved') !== undefined;
  const isLocal = isLoopback(callback.hostname) || callback.hostname === '0.0.0.0';
  if (isMoved || isLocal || callback.hostname === new URL(c.req.url).hostname) return undefined;
  // Marked, since a proxy in front of us may change the host on every round.
  return `${callback.origin}/s/${landing.linkCode}?moved`;
}

async function leave(c: WebContext, deps: LinkDeps): Promise<Response> {
  const started = await counted(c, deps, (code) => deps.signIn.continue(code, markBrowser(c, deps.random)));
  const url = new URL(started.authorizationUrl);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw new OAuthBrokerError('endpoint_invalid', { field: 'auth_endpoint' });
  }
  return c.html(leavingPage(c.var.words, url));
}

function follow(c: WebContext, deps: LinkDeps, first: Landing, watcher: Watcher): Response {
  const response = streamSSE(c, async (stream) => {
    stream.onAbort(() => watcher.close());
    try {
      for (let landing = first; ; landing = await deps.signIn.landing(first.linkCode)) {
        const status = statusFor(c.var.words, landing);
        await stream.writeSSE({ event: 'state', data: JSON.stringify(status) });
        if (status.state !== 'waiting' || !(await somethingNew())) return;
      }
    } catch (error) {
      const status = failedStatus(c.var.words, asBrokerError(error));
      await stream.writeSSE({ event: 'state', data: JSON.stringify(status) });
    } finally {
      watcher.close();
    }

    /** Keeps the stream alive until the link may have changed; false when the stream is over. */
    async function somethingNew(): Promise<boolean> {
      for (;;) {
        const left = first.expiresAt + AFTER_EXPIRY - deps.clock.now();
        const wake = await watcher.next(left > 0 ? Math.min(HEARTBEAT, left) : HEARTBEAT);
        if (wake === 'closed') return false;
        if (wake === 'changed' || (left > 0 && left <= HEARTBEAT)) return true;
        await stream.write(':\n\n');
      }
    }
  });
  response.headers.set('Cache-Control', 'no-store');
  return response;
}

function statusFor(words: Words, landing: Landing): LinkStatus {
  if (landing.state === 'waiting') return { state: 'waiting', expires_at: landing.expiresAt };
  if (landing.state === 'connected') return { state: 'connected' };
  return failedStatus(words, failureOf(landing), landing);
}

function failedStatus(words: Words, failure: OAuthBrokerError, landing?: Landing): LinkStatus {
  const context = landing && { app: nameOf(landing.app), provider: landing.providerHost };
  return { state: 'failed', error_code: failure.code, ...explainOn(words, failure, context) };
}

function failureOf(landing: Landing): OAuthBrokerError {
  return landing.failure ?? new OAuthBrokerError('internal');
}
