import type { Clock } from '../clock.ts';
import type { DpopKey } from './dpop.ts';
import type { ClientAuthentication } from './token-set.ts';

/** What this program knows of an authorization server (RFC 8414's vocabulary). */
export interface AuthorizationServer {
  readonly authorizationEndpoint: string;
  readonly tokenEndpoint: string;
  /** Where refresh tokens are spent, if not at `tokenEndpoint` (OVOS's `refresh_endpoint`). */
  readonly refreshEndpoint?: string;
  readonly issuer?: string;
  /** RFC 9207: the server announced that it sends `iss`; then an answer without it is refused. */
  readonly issParameterSupported?: boolean;
  /** RFC 8628. */
  readonly deviceAuthorizationEndpoint?: string;
  /** RFC 9126. */
  readonly pushedAuthorizationRequestEndpoint?: string;
  /** RFC 9126 §5: the server takes no other requests. */
  readonly requirePushed?: boolean;
  /** RFC 7009. */
  readonly revocationEndpoint?: string;
  /** RFC 7591. */
  readonly registrationEndpoint?: string;
}

/** A registered client at an authorization server. */
export interface Client {
  readonly clientId: string;
  /** Absent for a public client. */
  readonly clientSecret?: string;
  /** What the provider announces or what worked last; absent: Basic first, then body on `invalid_client`. */
  readonly authentication?: ClientAuthentication;
  /** RFC 8707: the API that the tokens are for, as `parseResource` accepts it. Goes with every request. */
  readonly resource?: string;
  /** RFC 9449: binds the tokens to this key. */
  readonly dpop?: DpopKey;
}

/** What every exchange is given from outside. */
export interface OAuthContext {
  readonly fetch: typeof globalThis.fetch;
  readonly clock: Clock;
}
