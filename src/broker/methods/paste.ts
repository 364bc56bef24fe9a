import { asBrokerError, OAuthBrokerError } from '../../errors.ts';
import { loopbackUri } from './loopback.ts';
import type { Attempt } from '../../store/records.ts';
import type { MethodRule } from './method.ts';

/**
 * The phone is sent to the device's loopback address, finds nothing there, and the user copies that address out of its
 * address bar.
 */
export const paste: MethodRule = {
  method: 'paste',
  judge({ app, provider, asker }) {
    // On the LAN that very address answers by itself.
    if (app.clientIdBindsTo === 'lan') return { refused: 'client_id_binds_redirect' };
    if (app.clientIdBindsTo === undefined && provider.takesLoopback === false)
      return { refused: 'provider_refuses_loopback' };
    return asker === 'phone' || asker === 'terminal' ? 'paste_always_works' : 'paste_last_resort';
  },
  redirectUri: loopbackUri,
};

const LONGEST_PASTE = 16_384;

/**
 * Reads what was pasted as the answer to one of a browser's attempts: the newest by this method, or another way that the
 * user tried before and that led nowhere.
 *
 * @param attempts oldest first, one at least
 * @throws OAuthBrokerError as {@link readPaste}
 */
export function readPasteFor(pasted: string, attempts: readonly Attempt[]): URLSearchParams {
  const rank = ({ method }: Attempt): number => (method === 'paste' ? 0 : 1);
  const likeliest = attempts.toReversed().sort((one, other) => rank(one) - rank(other));
  let failure: unknown;
  for (const attempt of likeliest) {
    try {
      return readPaste(pasted, attempt);
    } catch (thrown) {
      failure ??= thrown;
      if (asBrokerError(thrown).code !== 'paste_other_site') break;
    }
  }
  throw failure;
}

/**
 * What a user pasted: the whole address, only its query, or just the code (then state and issuer are the attempt's).
 *
 * @param attempt that the user is in; the address must lead to its redirect URI
 * @throws OAuthBrokerError `paste_empty`, `paste_other_site` for the address of something else, `paste_no_code`
 */
export function readPaste(
  pasted: string,
  { state, redirectUri, issuer }: Pick<Attempt, 'state' | 'redirectUri' | 'issuer'>,
): URLSearchParams {
  const text = pasted.trim();
  if (text === '' || text.length > LONGEST_PASTE) throw new OAuthBrokerError('paste_empty');
  const params = paramsOf(text, redirectUri);
  if (params === undefined) {
    if (!/^[\w\-.~+/=%]+$/.test(text)) throw new OAuthBrokerError('paste_no_code');
    return new URLSearchParams({
      code: decoded(text),
      state,
      ...(issuer === undefined ? {} : { iss: issuer }),
    });
  }
  if (!params.has('code') && !params.has('error')) throw new OAuthBrokerError('paste_no_code');
  return params;
}

function paramsOf(text: string, redirectUri: string): URLSearchParams | undefined {
  if (/^[\w+.-]+:\/\//.test(text) || /^(127\.0\.0\.1|localhost)[:/]/.test(text)) {
    const address = parse(text);
    const expected = new URL(redirectUri);
    // A phone's browser shows the address without its scheme now and then.
    if (
      address === undefined ||
      address.origin !== expected.origin ||
      address.pathname !== expected.pathname
    ) {
      throw new OAuthBrokerError('paste_other_site', { host: expected.host });
    }
    return address.searchParams;
  }
  return /(^|[?&])(code|error|state)=/.test(text)
    ? new URLSearchParams(text.replace(/^[^?]*\?/, ''))
    : undefined;
}

/** Copied out of an address, a code is still percent-encoded. */
function decoded(code: string): string {
  try {
    return decodeURIComponent(code);
  } catch {
    return code;
  }
}

function parse(text: string): URL | undefined {
  const address = /^[\w+.-]+:\/\//.test(text) ? text : `http://${text}`;
  return URL.canParse(address) ? new URL(address) : undefined;
}
