import { OAuthBrokerError } from '../errors.ts';
import { isPrivateHost } from './private-host.ts';

const LONGEST_ENDPOINT = 2048;

const FORBIDDEN_CHARACTERS = /[\p{Cc}\s\\#]/u;

// A host and what may follow it: neither `javascript:alert(1)` nor a bare path fits.
const WITHOUT_SCHEME = /^(?:\[[0-9a-f:.]+\]|[^/?@:[\]]+)(?::\d{1,5})?(?:[/?]|$)/i;

/**
 * Checks and tidies an endpoint as a skill or a user wrote it: `homeassistant.local:8123//auth/authorize` becomes
 * `http://homeassistant.local:8123/auth/authorize`. A missing scheme means http on the home network, https elsewhere.
 *
 * @param field the name of the field it came in, for the error
 * @throws OAuthBrokerError `endpoint_invalid` where it is not a plain http(s) address: another scheme, user info, a
 *   fragment (RFC 6749 §3.1), control characters, more than 2048 characters; `endpoint_insecure` for http to a host that is
 *   not on this network (§3.1, §3.2)
 */
export function parseEndpoint(field: string, endpoint: string): string {
  const url = endpointUrl(endpoint.trim());
  if (url === undefined || url.username !== '' || url.password !== '') {
    throw new OAuthBrokerError('endpoint_invalid', { field });
  }
  if (url.protocol === 'http:' && !isPrivateHost(url.hostname)) {
    throw new OAuthBrokerError('endpoint_insecure', { field, host: url.host });
  }
  // What a trailing slash in a typed instance address leaves behind; further inside, a double slash may be meant.
  url.pathname = url.pathname.replace(/^\/{2,}/, '/');
  return url.href;
}

/** The host of an address, with its port; empty for what is none: apps in the files of other programs may lack endpoints. */
export function hostIn(address: string): string {
  return parseUrl(address)?.host ?? '';
}

function endpointUrl(endpoint: string): URL | undefined {
  if (endpoint.length > LONGEST_ENDPOINT || FORBIDDEN_CHARACTERS.test(endpoint)) return undefined;
  if (/^https?:\/\/[^/?]/i.test(endpoint)) return parseUrl(endpoint);
  if (!WITHOUT_SCHEME.test(endpoint)) return undefined;
  const url = parseUrl(`https://${endpoint}`);
  // Parsed anew, not switched over: the other scheme's default port must not be lost.
  return url !== undefined && isPrivateHost(url.hostname) ? parseUrl(`http://${endpoint}`) : url;
}

function parseUrl(url: string): URL | undefined {
  try {
    return new URL(url);
  } catch {
    return undefined;
  }
}
