import type { MungedId } from '../store/records.ts';

/**
 * The callback of an app at this device. The id is one path segment whatever characters it holds, so a `/` or `..` in
 * it stays inside the segment.
 *
 * @param host a host name, an IPv4 address, or an IPv6 address in brackets
 */
export function callbackUri(host: string, port: number, mungedId: MungedId): string {
  return callbackUriAt(`http://${host}:${port}`, mungedId);
}

/** {@link callbackUri} at an origin. */
export function callbackUriAt(origin: string, mungedId: MungedId): string {
  return `${origin}/auth/callback/${encodeURIComponent(mungedId)}`;
}
