import type { MungedId } from '../store/records.ts';

/**
 * The callback of an app at this device. The id is one path segment whatever characters it holds, so a `/` or `..` in
 * it stays inside the segment.
 *
 * @param host a host name, an IPv4 address, or an IPv6 address in brackets
 */
export function callbackUri(host: string, port: number, mungedId: MungedId): string {
  return `http://${host}:${port}/auth/callback/${encodeURIComponent(mungedId)}`;
}
