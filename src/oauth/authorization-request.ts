import { dpopThumbprint } from './dpop.ts';
import { resourceParameter } from './resource-indicator.ts';
import type { AuthorizationServer, Client } from './types.ts';

export interface AuthorizationRequest {
  readonly redirectUri: string;
  /** Space-separated; absent or empty leaves the choice to the server (RFC 6749 §3.3). */
  readonly scope?: string;
  readonly state: string;
  /** S256 (RFC 7636 §4.3); absent for a server that rejects RFC 7636. */
  readonly codeChallenge?: string;
  /** What a provider wants besides, such as `access_type`; never overrides the protocol's own parameters. */
  readonly extraParams?: Readonly<Record<string, string>>;
}

/**
 * The parameters of an authorization request (RFC 6749 §4.1.1, RFC 7636 §4.3), each name once. What `extraParams` has
 * gives way to the protocol's own.
 */
export function authorizationParameters(
  client: Client,
  request: AuthorizationRequest,
): Record<string, string> {
  return {
    // The Python plugin always sent this: it makes Spotify ask again, so that a user can change accounts; others ignore it.
    show_dialog: 'True',
    ...request.extraParams,
    response_type: 'code',
    client_id: client.clientId,
    redirect_uri: request.redirectUri,
    ...(request.scope === undefined || request.scope === '' ? {} : { scope: request.scope }),
    ...resourceParameter(client),
    ...(client.dpop === undefined ? {} : { dpop_jkt: dpopThumbprint(client.dpop) }), // RFC 9449 §10
    state: request.state,
    ...(request.codeChallenge === undefined
      ? {}
      : { code_challenge: request.codeChallenge, code_challenge_method: 'S256' }),
  };
}

/**
 * Where the user's browser goes to authorize (RFC 6749 §4.1.1). Query parameters that the endpoint already has stay
 * (§3.1), unless the protocol sets the same one: none may appear twice.
 *
 * @throws TypeError if `server.authorizationEndpoint` is no URL; `parseEndpoint` made sure that it is one
 */
export function authorizationUrl(
  server: AuthorizationServer,
  client: Client,
  request: AuthorizationRequest,
): string {
  const url = new URL(server.authorizationEndpoint);
  const parameters = authorizationParameters(client, request);
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url.href;
}
