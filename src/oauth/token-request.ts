import type { ClientAuth, TokenEndpointRequestOptions } from 'oauth4webapi';
import type * as OAuth4WebApi from 'oauth4webapi';
import { asBrokerError, OAuthBrokerError } from '../errors.ts';
import { clientAuth, withEachAuthentication } from './client-authentication.ts';
import { dpopHandle, isDpopNonceError } from './dpop.ts';
import { clientMetadata, loadOAuth, serverMetadata } from './oauth4webapi.ts';
import { readTokenResponse, transportError } from './token-response.ts';
import type { ClientAuthentication, TokenSet } from './token-set.ts';
import type { AuthorizationServer, Client, OAuthContext } from './types.ts';

export interface TokenResult {
  readonly tokenSet: TokenSet;
  /** What worked, worth remembering. */
  readonly authentication: ClientAuthentication;
}

/** Sends one kind of token request by oauth4webapi. */
export type SendGrant = (
  oauth: typeof OAuth4WebApi,
  server: OAuth4WebApi.AuthorizationServer,
  client: OAuth4WebApi.Client,
  authentication: ClientAuth,
  options: TokenEndpointRequestOptions,
) => Promise<Response>;

/**
 * Spends a grant at `server.tokenEndpoint`, with each way of client authentication that may work until one does.
 *
 * @throws OAuthBrokerError as {@link readTokenResponse} and {@link transportError} say; `details.provider` is the
 *   endpoint's host. Neither the error nor its cause holds anything of the request or of the answer's body.
 */
export async function requestToken(
  context: OAuthContext,
  server: AuthorizationServer,
  client: Client,
  send: SendGrant,
): Promise<TokenResult> {
  return withEachAuthentication(client, async (authentication) => {
    const once = (): Promise<TokenSet> => requestOnce(context, server, client, authentication, send);
    const tokenSet = await once().catch((thrown: unknown) => {
      // RFC 9449 §8: the refusal brought the nonce that was missing; nothing was spent yet.
      if (client.dpop !== undefined && isDpopNonceError(thrown)) return once();
      throw thrown;
    });
    return { tokenSet, authentication };
  });
}

async function requestOnce(
  context: OAuthContext,
  server: AuthorizationServer,
  client: Client,
  authentication: ClientAuthentication,
  send: SendGrant,
): Promise<TokenSet> {
  const oauth = await loadOAuth();
  const provider = new URL(server.tokenEndpoint).host;
  let outcome: TokenSet | OAuthBrokerError | undefined;
  const fetchNormalised: NonNullable<TokenEndpointRequestOptions[typeof OAuth4WebApi.customFetch]> = async (
    url,
    init,
  ) => {
    const askedAt = context.clock.sinceBoot();
    const response = await context.fetch(url, init).catch((thrown: unknown) => {
      throw transportError(provider, thrown);
    });
    outcome = await readTokenResponse(provider, response, context.clock, askedAt).catch(asBrokerError);
    // A refusal is not thrown here, or oauth4webapi would not see the nonce that comes with it.
    const nonce = response.headers.get('dpop-nonce');
    return Response.json(outcome instanceof OAuthBrokerError ? {} : judgedFields(outcome), {
      headers: nonce === null ? {} : { 'dpop-nonce': nonce },
    });
  };
  const metadata = serverMetadata(server);
  const response = await send(oauth, metadata, clientMetadata(client), clientAuth(client, authentication), {
    [oauth.customFetch]: fetchNormalised,
    // Which plain http addresses are allowed is decided where requests leave the program.
    [oauth.allowInsecureRequests]: true,
    ...(client.dpop === undefined ? {} : { DPoP: await dpopHandle(client.dpop, context.clock) }),
  });
  if (outcome instanceof OAuthBrokerError) throw outcome;
  try {
    await oauth.processGenericTokenEndpointResponse(metadata, clientMetadata(client), response);
  } catch {
    // The cause that oauth4webapi gives holds the whole body, tokens and all.
    throw new OAuthBrokerError('provider_bad_response', { provider });
  }
  if (outcome === undefined) throw new OAuthBrokerError('internal');
  return outcome;
}

/**
 * What oauth4webapi is to judge. Not the ID token: nobody here relies on it, its issuer is often unknown, and on a device
 * whose clock is wrong a good one fails. Not the token type either: some send none, Slack sends `bot`.
 */
function judgedFields({ access_token, refresh_token, scope, expires_in }: TokenSet): TokenSet {
  return {
    access_token,
    token_type: 'bearer',
    ...(refresh_token === undefined ? {} : { refresh_token }),
    ...(scope === undefined ? {} : { scope }),
    ...(expires_in === undefined ? {} : { expires_in }),
  };
}
