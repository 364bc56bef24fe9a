import type * as oauth from 'oauth4webapi';
import type { AuthorizationServer, Client } from './types.ts';

/** oauth4webapi, loaded when first needed: it costs 2 MiB and brings in Node's web API, and most days nobody signs in. */
export function loadOAuth(): Promise<typeof oauth> {
  return import('oauth4webapi');
}

// oauth4webapi wants an issuer of every server; for one whose issuer nobody told us, this one takes part in no check.
const UNKNOWN_ISSUER = 'urn:ovos-oauth:unknown-issuer';

/** Our server in oauth4webapi's (RFC 8414's) terms. */
export function serverMetadata(server: AuthorizationServer): oauth.AuthorizationServer {
  return {
    issuer: server.issuer ?? UNKNOWN_ISSUER,
    token_endpoint: server.tokenEndpoint,
    authorization_response_iss_parameter_supported: server.issParameterSupported ?? false,
  };
}

/** Our client in oauth4webapi's (RFC 7591's) terms. */
export function clientMetadata(client: Client): oauth.Client {
  return { client_id: client.clientId };
}
