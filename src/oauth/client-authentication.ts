import type { ClientAuth } from 'oauth4webapi';
import { OAuthBrokerError } from '../errors.ts';
import type { ClientAuthentication } from './token-set.ts';
import type { Client } from './types.ts';

/**
 * The methods to try at the token endpoint, best first (RFC 6749 §2.3). Without a secret there is only `none`. A method
 * that was announced or has worked is the only one tried; else Basic, which every server must support, then the body.
 */
export function authenticationsToTry(client: Client): readonly ClientAuthentication[] {
  if (client.clientSecret === undefined) return ['none'];
  // `none` was learned before there was a secret.
  if (client.authentication === undefined || client.authentication === 'none') {
    return ['client_secret_basic', 'client_secret_post'];
  }
  return [client.authentication];
}

/**
 * Makes an attempt with each way of client authentication that may work, until one does.
 *
 * @throws OAuthBrokerError what the attempts threw; where the first one got past authentication, that
 */
export async function withEachAuthentication<T>(
  client: Client,
  attempt: (authentication: ClientAuthentication) => Promise<T>,
): Promise<T> {
  let firstError: OAuthBrokerError | undefined;
  for (const authentication of authenticationsToTry(client)) {
    try {
      return await attempt(authentication);
    } catch (thrown) {
      if (!(thrown instanceof OAuthBrokerError)) throw thrown;
      // Where the first try got past authentication, a refused second one would only hide what is really wrong.
      const error = thrown.code === 'invalid_client' ? (firstError ?? thrown) : thrown;
      if (!isAboutAuthentication(thrown)) throw error;
      firstError = error;
    }
  }
  throw firstError ?? new OAuthBrokerError('internal');
}

/** Servers that overlook Basic miss the credentials in the body and call that `invalid_request`, as Home Assistant does. */
function isAboutAuthentication(error: OAuthBrokerError): boolean {
  return error.code === 'invalid_client' || error.details['error'] === 'invalid_request';
}

/**
 * Puts the client's credentials into a token request.
 *
 * The client id is in the body whatever the method (RFC 6749 §3.2.1 allows it beside Basic): Home Assistant and Fitbit
 * demand it, and the Python plugin sent it as well.
 */
export function clientAuth(client: Client, authentication: ClientAuthentication): ClientAuth {
  return (_server, _client, body, headers) => {
    body.set('client_id', client.clientId);
    const secret = client.clientSecret ?? '';
    if (authentication === 'client_secret_post') body.set('client_secret', secret);
    if (authentication === 'client_secret_basic')
      headers.set('authorization', basic(client.clientId, secret));
  };
}

/**
 * RFC 6749 §2.3.1: form-encoded, then Base64. oauth4webapi's own also encodes `-`, `_` and `.`, which is as valid but
 * defeats the many servers that forget to decode: an id such as a UUID must come out as it went in.
 */
function basic(clientId: string, secret: string): string {
  return `Basic ${Buffer.from(`${formEncode(clientId)}:${formEncode(secret)}`, 'ascii').toString('base64')}`;
}

function formEncode(text: string): string {
  return encodeURIComponent(text)
    .replaceAll(/[!'()~]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%20', '+');
}
