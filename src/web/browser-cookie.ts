import { getCookie, setCookie } from 'hono/cookie';
import { type RandomBytes, randomToken } from '../random.ts';
import type { WebContext } from './env.ts';

const NAME = 'ovos_oauth_browser';
const VALUE = /^[\w-]{22}$/;

/** Seconds; longer than any sign-in takes, so that a reload at its very end still finds it. */
const LIFETIME = 3600;

/** The value that this browser was given, if it presents one. */
export function presentedBrowser(c: WebContext): string | undefined {
  const value = getCookie(c, NAME);
  return value !== undefined && VALUE.test(value) ? value : undefined;
}

/**
 * Marks this browser with 128 random bits, so that the sign-in it starts can end in no other. A browser keeps the value
 * it has: a second sign-in beside the first must not take the first one's away.
 */
export function markBrowser(c: WebContext, random: RandomBytes): string {
  const value = presentedBrowser(c) ?? randomToken(random);
  // Lax, since the callback is a navigation that another site starts. Not Secure: the LAN speaks plain http.
  setCookie(c, NAME, value, { httpOnly: true, sameSite: 'Lax', path: '/', maxAge: LIFETIME });
  return value;
}
