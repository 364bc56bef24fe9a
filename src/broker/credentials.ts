import type { App } from '../store/records.ts';
import type { Registration } from './types.ts';

type Held = Pick<App, 'clientId' | 'clientSecret' | 'credentialsFrom' | 'isPublic'>;

/** An IndieAuth client id is the client's own address; such clients have no secret (IndieAuth §3.3). */
export function isUrlClientId(clientId: string | null): boolean {
  return clientId !== null && /^https?:\/\//i.test(clientId);
}

type Lacking = Pick<App, 'clientId' | 'clientSecret' | 'isPublic'>;

/** True while somebody still has to supply a client id or a secret. */
export function needsCredentials(
  app: Lacking & Partial<Pick<App, 'registrationEndpoint' | 'usesOwnAddress'>>,
): boolean {
  return lacksCredentials(app) && !getsClientByItself(app);
}

/** True where the first sign-in brings the client id: it is registered (RFC 7591), or it is the device's own address. */
export function getsClientByItself(
  app: Pick<App, 'clientId'> & Partial<Pick<App, 'registrationEndpoint' | 'usesOwnAddress'>>,
): boolean {
  return app.clientId === null && (app.registrationEndpoint !== undefined || app.usesOwnAddress === true);
}

function lacksCredentials(app: Lacking): boolean {
  return app.clientId === null || (app.clientSecret === null && !app.isPublic);
}

/**
 * Whose credentials count when a skill registers, be it for the first time or again.
 *
 * A skill that sends everything it needs is believed. One that sends less must not wipe out what the user typed (or
 * what was found in the Python plugin's file, where nobody knows who put it).
 */
export function settleCredentials(registration: Registration, before: Held | undefined): Held {
  const isPublic = registration.isPublic || isUrlClientId(registration.clientId);
  const sent: Held = {
    clientId: registration.clientId,
    clientSecret: registration.clientSecret,
    credentialsFrom: registration.clientId === null && registration.clientSecret === null ? 'none' : 'skill',
    isPublic,
  };
  if (!lacksCredentials(sent) || before === undefined) return sent;
  if (before.credentialsFrom === 'user' || before.credentialsFrom === 'registration')
    return { ...before, isPublic: before.isPublic || isPublic };
  if (before.credentialsFrom === 'file' && sent.credentialsFrom === 'none') return { ...before };
  return sent;
}

/** Whether an app still has the client with which a request was made; the user may have put it right meanwhile. */
export function hasClientOf(
  asked: Pick<App, 'clientId' | 'clientSecret'>,
  current: Pick<App, 'clientId' | 'clientSecret'> | undefined,
): boolean {
  return current?.clientId === asked.clientId && current.clientSecret === asked.clientSecret;
}
