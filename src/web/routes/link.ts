import { streamSSE } from 'hono/streaming';
import { METHODS } from '../../broker/methods/method.ts';
import type { Landing } from '../../broker/types.ts';
import type { Clock } from '../../clock.ts';
import { asBrokerError, OAuthBrokerError } from '../../errors.ts';
import type { Words } from '../../locale/index.ts';
import type { Method } from '../../store/records.ts';
import { markBrowser } from '../browser-cookie.ts';
import { cameFromConsole } from '../console/came-from.ts';
import type { WebApp, WebContext } from '../env.ts';
import { failedLanding, failureOf } from '../failed-landing.ts';
import { formOf } from '../form.ts';
import { partyOf } from '../guards/address.ts';
import { isLoopback } from '../guards/host.ts';
import { FORM_REFERRER_POLICY } from '../guards/security-headers.ts';
import { landingPage } from '../pages/landing-page.ts';
import { leavingPage } from '../pages/leaving-page.ts';
import { nameOfProvider } from '../pages/provider-name.ts';
import { connectedPage, explainOn } from '../pages/result-page.ts';
import { nameOf } from '../pages/text.ts';
import { viewOf } from '../pages/followed-page.ts';
import type { Watcher } from '../progress.ts';
import { askerOf, comesBackHere, counted, type LinkDeps, look } from './link-lookup.ts';
import { onlyMethods } from './methods.ts';
import { pasteRoutes } from './paste.ts';

/** Milliseconds between two signs of life on a stream: what is in between drops a silent connection. */
const HEARTBEAT = 30_000;
/** Milliseconds after a link's end at which its page is told. */
const AFTER_EXPIRY = 500;

/** What a page that follows a link is told. Snake case: it is a wire format. */
type LinkStatus = {
  /** A page that shows another one is out of date. */
  readonly view: string;
} & (
  | { readonly state: 'waiting'; readonly expires_at: number }
  | { readonly state: 'connected' }
  | { readonly state: 'failed'; readonly error_code: string; readonly error: string; readonly hint?: string }
);

/** The short link of a QR: the landing page, its button, and how the sign-in is doing. */
export function linkRoutes(app: WebApp, deps: LinkDeps): void {
  // The QR is upper case throughout, which makes it the smallest.
  for (const path of ['/s/:code', '/S/:code']) {
    app.get(path, async (c) => landingAt(c, await look(c, deps), deps.clock));
    app.post(path, async (c) => start(c, deps));
    onlyMethods(app, path, 'GET, HEAD, POST');
  }
  pasteRoutes(app, deps);

  app.get('/s/:code/status', async (c) => c.json(statusFor(c.var.words, await look(c, deps))));
  onlyMethods(app, '/s/:code/status', 'GET, HEAD');

  app.get('/s/:code/events', async (c) => {
    const landing = await look(c, deps);
    if (c.req.method === 'HEAD') return c.body(null, 200, { 'Content-Type': 'text/event-stream' });
    const watcher = deps.progress.watch(landing.linkCode, partyOf(c.env?.remoteAddress));
    if (watcher === undefined)
      throw new OAuthBrokerError('too_many_requests', { retry_after: HEARTBEAT / 1000 });
    return follow(c, deps, landing, watcher);
  });
  onlyMethods(app, '/s/:code/events', 'GET, HEAD');
}

function landingAt(c: WebContext, landing: Landing, clock: Clock): Response | Promise<Response> {
  const { words } = c.var;
  if (landing.state === 'connected') {
    const isFromConsole = cameFromConsole(c);
    return c.html(connectedPage(words, nameOf(landing.app), nameOfProvider(landing), isFromConsole));
  }
  const elsewhere = hostOfCallback(c, landing);
  if (elsewhere !== undefined) return c.redirect(elsewhere, 302);
  c.header('Referrer-Policy', FORM_REFERRER_POLICY);
  const isAgain = landing.canStart && c.req.query('again') !== undefined;
  if (landing.state === 'waiting' || isAgain) return c.html(landingPage(words, landing, clock.now()));
  return failedLanding(c, landing);
}

/**
 * The landing page under the host that the callback will have. The cookie that binds the browser belongs to one host,
 * so who opens `device.local` must be moved to the address that the provider, or a relay page, sends the browser back to.
 *
 * @returns undefined where the page is at its place
 */
export function hostOfCallback(c: WebContext, landing: Landing): string | undefined {
  const isHere = comesBackHere(landing);
  const address = (isHere ? landing.redirectUris.loopback : landing.redirectUris.lan) ?? landing.redirectUri;
  if (!URL.canParse(address)) return undefined;
  const callback = new URL(address);
  const isMoved = c.req.query('moved') !== undefined;
  const isLocal = !isHere && (isLoopback(callback.hostname) || callback.hostname === '0.0.0.0');
  if (isMoved || isLocal || callback.hostname === new URL(c.req.url).hostname) return undefined;
  // Marked, since a proxy in front of us may change the host on every round.
  return `${callback.origin}/s/${landing.linkCode}?moved`;
}

/** Starts the sign-in by the way that the button names. */
async function start(c: WebContext, deps: LinkDeps): Promise<Response> {
  const method = methodIn(await formOf(c));
  const started = await counted(c, deps, (code) =>
    deps.signIn.continue(code, markBrowser(c, deps.random), method, askerOf(c)),
  );
  const { attempt, authorizationUrl } = started;
  // A code is shown on the landing page itself.
  if (attempt.device !== undefined) return c.redirect(c.req.path.replace(/^\/S\//, '/s/'), 303);
  const url = new URL(authorizationUrl);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw new OAuthBrokerError('endpoint_invalid', { field: 'auth_endpoint' });
  }
  return c.html(leavingPage(c.var.words, url));
}

/** @throws OAuthBrokerError `invalid_request` for what is no method */
function methodIn(form: URLSearchParams): Method | undefined {
  const name = form.get('method');
  if (name === null) return undefined;
  const method = METHODS.find((one) => one === name);
  if (method === undefined) throw new OAuthBrokerError('invalid_request', { field: 'method' });
  return method;
}

function follow(c: WebContext, deps: LinkDeps, first: Landing, watcher: Watcher): Response {
  const response = streamSSE(c, async (stream) => {
    stream.onAbort(() => watcher.close());
    try {
      for (let landing = first; ; landing = await deps.signIn.landing(first.linkCode, askerOf(c))) {
        const status = statusFor(c.var.words, landing);
        await stream.writeSSE({ event: 'state', data: JSON.stringify(status) });
        if (status.state !== 'waiting' || !(await somethingNew(landing))) return;
      }
    } catch (error) {
      const status = failedStatus(c.var.words, asBrokerError(error));
      await stream.writeSSE({ event: 'state', data: JSON.stringify(status) });
    } finally {
      watcher.close();
    }

    /** Keeps the stream alive until the link may have changed; false when the stream is over. */
    async function somethingNew({ expiresAt, device }: Landing): Promise<boolean> {
      const end = Math.max(expiresAt, device?.expiresAt ?? 0) + AFTER_EXPIRY;
      for (;;) {
        const left = end - deps.clock.now();
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
  const view = viewOf(landing);
  if (landing.state === 'waiting') return { state: 'waiting', view, expires_at: landing.expiresAt };
  if (landing.state === 'connected') return { state: 'connected', view };
  return failedStatus(words, failureOf(landing), landing);
}

function failedStatus(words: Words, failure: OAuthBrokerError, landing?: Landing): LinkStatus {
  const context = landing && { app: nameOf(landing.app), provider: nameOfProvider(landing) };
  const view = landing === undefined ? `failed ${failure.code}` : viewOf(landing);
  return { state: 'failed', view, error_code: failure.code, ...explainOn(words, failure, context) };
}
