import { Hono } from 'hono';
import { routePath } from 'hono/route';
import type { Clock } from '../clock.ts';
import { asBrokerError, OAuthBrokerError } from '../errors.ts';
import { acceptedWords } from '../locale/index.ts';
import type { Log } from '../log.ts';
import type { RandomBytes } from '../random.ts';
import { isAtDevice } from './console/at-device.ts';
import type { WebApp, WebContext, WebEnv, WebMiddleware } from './env.ts';
import { CallbackMisses } from './guards/callback-misses.ts';
import { type HostNames, hostGuard } from './guards/host.ts';
import { LinkGuessing } from './guards/link-guessing.ts';
import { originGuard } from './guards/origin.ts';
import { requestRate } from './guards/request-rate.ts';
import { requestSize } from './guards/request-size.ts';
import { securityHeaders } from './guards/security-headers.ts';
import { consoleErrorPage } from './pages/console/console-error-page.ts';
import { indexPage } from './pages/index-page.ts';
import { explainOn, failedPage } from './pages/result-page.ts';
import type { Progress } from './progress.ts';
import { Results } from './results.ts';
import { assetRoutes } from './routes/assets.ts';
import { callbackRoutes } from './routes/callback.ts';
import { type ConsoleParts, consoleRoutes } from './routes/console/index.ts';
import { linkRoutes } from './routes/link.ts';
import { onlyMethods } from './routes/methods.ts';
import { type OperatorParts, operatorRoutes } from './routes/operator.ts';
import { relayRoutes } from './routes/relay.ts';
import type { WebSignIn } from './sign-in.ts';
import { httpStatusOf } from './http-status.ts';

export interface WebDeps {
  readonly signIn: WebSignIn;
  /** To be told of ended attempts, and closed before the server is stopped. */
  readonly progress: Progress;
  readonly hosts: HostNames;
  /** The device's language, for a browser that asks for none we have. */
  readonly lang: string;
  readonly log: Log;
  readonly clock: Clock;
  readonly random: RandomBytes;
  /** Absent: no console is served. */
  readonly console?: ConsoleParts;
  /** Absent: nothing is told to programs that watch. */
  readonly operator?: OperatorParts;
}

/** The web side in memory: a `Request` in, a `Response` out. What no route names is closed. */
export function createWebApp(deps: WebDeps): WebApp {
  const { signIn, progress, clock, random, log } = deps;
  // Routes see the path as it was sent: decoded, an id with a newline or `%2F` in it would be another path.
  const app: WebApp = new Hono<WebEnv>({ getPath: (request) => new URL(request.url).pathname });

  app.use(securityHeaders, chooseWords(deps.lang), logRequests(log, clock));
  app.use(catchAnything, requestSize, hostGuard(deps.hosts), requestRate(clock), originGuard);

  app.get('/', (c) => c.html(indexPage(c.var.words, deps.console !== undefined && isAtDevice(c))));
  onlyMethods(app, '/', 'GET, HEAD');
  assetRoutes(app);
  const responses = { signIn, results: new Results(clock, random), misses: new CallbackMisses(clock) };
  callbackRoutes(app, responses);
  relayRoutes(app, responses);
  const guessing = new LinkGuessing(clock);
  linkRoutes(app, { signIn, progress, clock, random, guessing });
  if (deps.operator !== undefined && deps.console !== undefined)
    operatorRoutes(app, { ...deps.operator, access: deps.console.access });
  if (deps.console !== undefined) consoleRoutes(app, { ...deps.console, guessing, progress, clock });

  app.notFound((c) => showError(c, new OAuthBrokerError('not_found')));
  app.onError((error, c) => {
    const brokerError = asBrokerError(error);
    if (brokerError.code === 'internal')
      log.error('A request failed', { code: 'internal', path: routeOf(c) });
    return showError(c, brokerError);
  });
  return app;
}

function chooseWords(lang: string): WebMiddleware {
  return async (c, next) => {
    c.set('words', await acceptedWords(c.req.header('accept-language'), lang));
    await next();
    c.res.headers.append('Vary', 'Accept-Language');
  };
}

// The query is left out: codes and states are in it. So are ids and link codes, hence the route instead of the path.
function logRequests(log: Log, clock: Clock): WebMiddleware {
  return async (c, next) => {
    const began = clock.monotonic();
    await next();
    const durationMs = Math.round(clock.monotonic() - began);
    log.debug('Answered', { method: c.req.method, path: routeOf(c), status: c.res.status, durationMs });
  };
}

/** Hono hands only an `Error` to its error handler; anything else thrown would reach the server. */
const catchAnything: WebMiddleware = async (_c, next) => {
  try {
    await next();
  } catch (thrown) {
    throw asBrokerError(thrown);
  }
};

function routeOf(c: WebContext): string {
  return routePath(c, -1);
}

/** As a page, or as JSON for who asks for that. */
function showError(c: WebContext, error: OAuthBrokerError): Response | Promise<Response> {
  const { words } = c.var;
  const { retryAfter } = error;
  if (retryAfter !== undefined) c.header('Retry-After', String(retryAfter));
  if (/^application\/json\b/.test(c.req.header('accept') ?? '')) {
    return c.json({ error_code: error.code, ...explainOn(words, error) }, httpStatusOf(error.code));
  }
  const { view } = c.var;
  const page = view === undefined ? failedPage(words, error) : consoleErrorPage(view, error);
  return c.html(page, httpStatusOf(error.code));
}
