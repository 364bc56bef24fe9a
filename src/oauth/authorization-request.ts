import type { AuthorizationServer, Client } from './types.ts';

export interface AuthorizationRequest {
  readonly redirectUri: string;
  /** Space-separated; absent or empty leaves the choice to the server (RFC 6749 §3.3). */
  readonly scope?: string;
  readonly state: string;
  /** S256 (RFC 7636 §4.3). */
  readonly codeChallenge: string;
  /** What a provider wants besides, such as `access_type`; never overrides the protocol's own parameters. */
  readonly extraParams?: Readonly<Record<string, string>>;
}

/**
 * Where the user's browser goes to authorize (RFC 6749 §4.1.1, RFC 7636 §4.3). Query parameters that the endpoint
 * already has stay (§3.1), unless the protocol sets the same one: none may appear twice.
 *
 * @throws TypeError if `server.authorizationEndpoint` is no URL; `parseEndpoint` made sure that it is one
 */
export function authorizationUrl(
  server: AuthorizationServer,
  client: Client,
  request: AuthorizationRequest,
): string {
  const url = new URL(server.authorizationEndpoint);
  // The Python plugin always sent this: it makes Spotify ask again, so that a user can change accounts; others ignore it.
  url.searchParams.set('show_dialog', 'True');
  for (const [name, value] of Object.entries(request.extraParams ?? {})) url.searchParams.set(name, value);
  url.searchParams.set('response_type', 'code');
  url.searchParams.set('client_id', client.clientId);
  url.searchParams.set('redirect_uri', request.redirectUri);
  if (request.scope !== undefined && request.scope !== '') url.searchParams.set('scope', request.scope);
  url.searchParams.set('state', request.state);
  url.searchParams.set('code_challenge', request.codeChallenge);
  url.searchParams.set('code_challenge_method', 'S256');
  return url.href;
}
