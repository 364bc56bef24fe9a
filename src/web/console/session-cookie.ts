import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import type { WebContext } from '../env.ts';
import { LONGEST_SESSION } from './sessions.ts';

const NAME = 'ovos_oauth_console';
const VALUE = /^[\w-]{43}$/;
/** Strict, since nobody has to come to the console from another site. Not Secure: the LAN speaks plain http. */
const ATTRIBUTES = { httpOnly: true, sameSite: 'Strict', path: '/console' } as const;

/** The secret that this browser presents, if it does. */
export function presentedSession(c: WebContext): string | undefined {
  const value = getCookie(c, NAME);
  return value !== undefined && VALUE.test(value) ? value : undefined;
}

export function giveSession(c: WebContext, secret: string): void {
  setCookie(c, NAME, secret, { ...ATTRIBUTES, maxAge: LONGEST_SESSION / 1_000 });
}

export function takeSession(c: WebContext): void {
  deleteCookie(c, NAME, ATTRIBUTES);
}
