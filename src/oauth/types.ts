import type { Clock } from '../clock.ts';
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
}

/** A registered client at an authorization server. */
export interface Client {
  readonly clientId: string;
  /** Absent for a public client. */
  readonly clientSecret?: string;
  /** What the provider announces or what worked last; absent: Basic first, then body on `invalid_client`. */
  readonly authentication?: ClientAuthentication;
}

/** What every exchange is given from outside. */
export interface OAuthContext {
  readonly fetch: typeof globalThis.fetch;
  readonly clock: Clock;
}
