import * as v from 'valibot';
import { METHODS } from '../../broker/methods/method.ts';
import { METHOD_REASONS } from '../../broker/methods/reasons.ts';
import { refOf } from '../../broker/munged-id.ts';
import { hostOf } from '../../broker/provider-access.ts';
import type { LoggedEvent } from '../../broker/event-log.ts';
import type { AppRef, Invitation, StartedSignIn } from '../../broker/types.ts';
import { defined } from '../../defined.ts';
import { asBrokerError, OAuthBrokerError } from '../../errors.ts';
import type { App, Method } from '../../store/records.ts';
import { connectionStatus, statusOf } from '../connection-status.ts';
import { appName, attemptId, field, mungedId, optional, seconds, time } from '../fields.ts';
import { findApp } from '../names.ts';
import { type AttemptId, type ControlDeps, stream } from '../operation.ts';
import { attemptIdOf } from '../../broker/attempt-id.ts';
import { deviceFields, deviceFieldsOf } from '../waiting.ts';

/** Milliseconds between two looks whether somebody has opened the link; only while a person waits. */
const LOOK = 1_000;

const started = v.strictObject({
  event: v.literal('started'),
  munged_id: mungedId,
  link: optional(v.string(), 'A short link that a phone opens.'),
  qr: optional(v.string(), 'What the QR code says: that link in its small form, or the page for the code.'),
  ...deviceFields,
  authorization_url: optional(
    v.string(),
    'The page of the provider, for a browser that comes back by `paste` or `loopback`.',
  ),
  paste_attempt_id: optional(attemptId, 'Where what the browser ended at can be brought.'),
  expires_at: field(time, 'When the sign-in ends by itself.'),
  methods: field(
    v.array(
      v.strictObject({
        method: v.picklist(METHODS),
        offered: v.boolean(),
        reason: v.picklist(METHOD_REASONS),
      }),
    ),
    'Every way to sign in, best first, then those that are not open: `{method, offered, reason}`.',
  ),
});

const opened = v.strictObject({ event: v.literal('opened') });

const connected = v.strictObject({
  event: v.literal('connected'),
  connection: field(connectionStatus, 'How the app stands now.'),
});

/** The attempts that belong to one `connect`. */
interface Mine {
  readonly app: App;
  readonly link?: Invitation;
  readonly direct?: StartedSignIn;
}

export const operation = stream({
  about: 'Starts a sign-in and follows it to its end. It is cancelled when whoever asked goes away.',
  request: v.strictObject({
    app: appName,
    method: optional(
      v.picklist(['loopback', 'lan', 'relay', 'paste', 'device']),
      'Default: the best there is.',
    ),
  }),
  event: v.variant('event', [started, opened, connected]),
  async *events({ app: name, method }, deps, signal) {
    const { broker } = deps;
    const found = await findApp(name, await broker.apps.all(), broker.providers);
    const news = new News(deps, found, signal);
    const mine = await start(found, method, deps);
    try {
      yield await startedEvent(mine, deps);
      let isOpened = false;
      for (;;) {
        const event = await news.next(LOOK);
        if (signal.aborted) return;
        if (event?.kind === 'connected') {
          const view = await broker.connections.view(await broker.apps.find(refOf(found)));
          yield { event: 'connected' as const, connection: await statusOf(view, broker.providers) };
          return;
        }
        if (event?.kind === 'sign_in_failed' && (await isOurs(event, mine, deps))) {
          throw new OAuthBrokerError(event.code ?? 'internal', {
            app: found.mungedId,
            provider: hostOf(found),
          });
        }
        if (!isOpened && (await isLinkOpened(mine, deps))) {
          isOpened = true;
          yield { event: 'opened' as const };
        }
      }
    } finally {
      news.close();
      await cancel(mine, deps);
    }
  },
});

async function start(found: App, method: Method | undefined, { broker }: ControlDeps): Promise<Mine> {
  const ref = refOf(found);
  if (method === 'loopback') {
    const direct = await broker.signIn.start(ref, { method, insist: true });
    return { app: direct.app, direct };
  }
  const link = await broker.signIn.invite(ref, defined({ method }));
  try {
    return { app: link.app, link, ...defined({ direct: await startPaste(ref, method, link, broker) }) };
  } catch (error) {
    await broker.signIn.cancel(ref, link.attemptId);
    throw error;
  }
}

/** Beside the link: the terminal takes what a browser on any machine ended at. */
async function startPaste(
  ref: AppRef,
  method: Method | undefined,
  { methods }: Invitation,
  { signIn }: ControlDeps['broker'],
): Promise<StartedSignIn | undefined> {
  const isOpen = methods.some((one) => one.method === 'paste' && one.offered);
  if (!isOpen || (method !== undefined && method !== 'paste')) return undefined;
  try {
    return await signIn.start(ref, { method: 'paste', through: 'terminal' });
  } catch (error) {
    // A provider that refuses this way leaves the others.
    if (method === 'paste' || asBrokerError(error).code === 'store_unavailable') throw error;
    return undefined;
  }
}

async function startedEvent({ app, link, direct }: Mine, { lanHost, port }: ControlDeps) {
  const address = `${await lanHost()}:${port()}`;
  const complete = link?.device?.verificationUriComplete;
  return {
    event: 'started' as const,
    munged_id: app.mungedId,
    expires_at: seconds(link?.expiresAt ?? direct?.attempt.expiresAt ?? 0),
    methods: (link ?? direct)?.methods.map((one) => ({ ...one })) ?? [],
    ...(link === undefined
      ? {}
      : {
          link: `http://${address}/s/${link.linkCode}`,
          // Upper case throughout is the small form of a QR code (ISO/IEC 18004 §7.4.4); host and path take it either way.
          qr: complete ?? `HTTP://${address.toUpperCase()}/S/${link.linkCode}`,
        }),
    ...deviceFieldsOf(link?.device),
    ...(direct === undefined ? {} : { authorization_url: direct.authorizationUrl }),
    ...(direct === undefined || direct.attempt.method !== 'paste'
      ? {}
      : { paste_attempt_id: attemptIdOf(direct.attempt.state) }),
  };
}

async function isOurs(
  { attempt }: LoggedEvent,
  { link, direct }: Mine,
  { broker }: ControlDeps,
): Promise<boolean> {
  if (attempt === undefined) return false;
  if (attempt === link?.attemptId) return true;
  if (direct !== undefined && attempt === attemptIdOf(direct.attempt.state)) return true;
  if (link === undefined) return false;
  // Of the attempts of a link, which its phones have started since, only the last to fail is its end.
  return (await broker.signIn.landing(link.linkCode)).state === 'failed';
}

async function isLinkOpened({ link }: Mine, { broker }: ControlDeps): Promise<boolean> {
  if (link === undefined) return false;
  const waiting = await broker.signIn.waiting();
  return waiting.some(({ linkCode, isOpened }) => linkCode === link.linkCode && isOpened);
}

/** What still waits of this sign-in is of no use any more. */
async function cancel({ app, link, direct }: Mine, { broker }: ControlDeps): Promise<void> {
  const ours: AttemptId[] = [];
  if (direct !== undefined) ours.push(attemptIdOf(direct.attempt.state));
  if (link !== undefined) {
    const waiting = await broker.signIn.waiting();
    ours.push(...waiting.filter(({ linkCode }) => linkCode === link.linkCode).map(({ attempt }) => attempt));
  }
  for (const attempt of ours) await broker.signIn.cancel(refOf(app), attempt);
}

/** The events of one app, as they come. */
class News {
  readonly #queue: LoggedEvent[] = [];
  readonly #clock: ControlDeps['clock'];
  readonly #unsubscribe: () => void;
  #wake = (): void => {};

  constructor({ broker, clock }: ControlDeps, { mungedId }: App, signal: AbortSignal) {
    this.#clock = clock;
    this.#unsubscribe = broker.eventLog.subscribe((event) => {
      if (event.mungedId !== mungedId) return;
      this.#queue.push(event);
      this.#wake();
    });
    signal.addEventListener('abort', () => this.#wake());
  }

  /** The next event; undefined after `patience` milliseconds without, or where the wait is broken off. */
  async next(patience: number): Promise<LoggedEvent | undefined> {
    if (this.#queue.length === 0) {
      await new Promise<void>((resolve) => {
        const cancel = this.#clock.after(patience, resolve);
        this.#wake = () => {
          cancel();
          resolve();
        };
      });
    }
    return this.#queue.shift();
  }

  close(): void {
    this.#unsubscribe();
  }
}
