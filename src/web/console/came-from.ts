import { getCookie, setCookie } from 'hono/cookie';
import type { WebContext } from '../env.ts';

const NAME = 'ovos_oauth_from_console';
/** Seconds; as long as a sign-in takes. */
const LIFETIME = 900;

/** Remembers that this browser began a sign-in in the console, so that its last page can lead back. Opens nothing. */
export function markFromConsole(c: WebContext): void {
  setCookie(c, NAME, '1', { httpOnly: true, sameSite: 'Lax', path: '/', maxAge: LIFETIME });
}

export function cameFromConsole(c: WebContext): boolean {
  return getCookie(c, NAME) === '1';
}
