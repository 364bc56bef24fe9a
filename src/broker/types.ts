import type { ErrorCode, OAuthBrokerError } from '../errors.ts';
import type { TokenSet } from '../oauth/token-set.ts';
import type { App, AskerContext, Attempt, ConnectionState, Method, MungedId } from '../store/records.ts';

/** The names by which the bus addresses an app. */
export interface AppRef {
  readonly skillId: string;
  readonly appId: string;
}

/** What `oauth.register` brings, checked for shape by the bus but not yet for sense. */
export interface Registration extends AppRef {
  readonly clientId: string | null;
  readonly clientSecret: string | null;
  readonly authorizationEndpoint: string | null;
  readonly tokenEndpoint: string | null;
  readonly refreshEndpoint: string | null;
  readonly revocationEndpoint: string | null;
  readonly scope: string | null;
  readonly shellIntegration: boolean;
  /** A public client: PKCE instead of a secret. */
  readonly isPublic: boolean;
}

export interface Registered {
  readonly app: App;
  /** True while somebody still has to supply a client id or secret. */
  readonly needsCredentials: boolean;
}

export interface Credentials {
  readonly clientId: string;
  readonly clientSecret: string | null;
}

/** A sign-in that waits for the authorization response. */
export interface StartedSignIn {
  readonly app: App;
  readonly attempt: Attempt;
  /** RFC 6749 §4.1.1 with RFC 7636's challenge: where the user's browser goes. */
  readonly authorizationUrl: string;
}

/** A short link for a phone: it opens the landing page, which starts the sign-in there. */
export interface Invitation {
  readonly app: App;
  readonly linkCode: string;
  /** Milliseconds since the Unix epoch. */
  readonly expiresAt: number;
}

/** What the landing page shows. */
export interface Landing {
  readonly app: App;
  readonly linkCode: string;
  readonly scopes: readonly string[];
  /** Host of the authorization endpoint, so that the user knows where the button leads. */
  readonly providerHost: string;
  readonly redirectUri: string;
  readonly expiresAt: number;
  readonly state: 'waiting' | 'connected' | 'failed';
  readonly failure?: OAuthBrokerError;
}

/** An authorization response as it arrived, by whichever way. */
export interface AuthorizationResponse {
  readonly params: URLSearchParams;
  /** The app named in the callback's path or in the shell's message; must be the attempt's. */
  readonly mungedId: MungedId | null;
  /** The cookie that the browser presented. */
  readonly browser?: string;
}

export interface SignedIn {
  readonly app: App;
  readonly tokenSet: TokenSet;
}

/** What an asker wants of an access token. */
export interface TokenWish {
  /** Seconds that it must at least stay valid. */
  readonly minValidSeconds?: number;
  /** Scopes, separated by spaces, that it must carry. */
  readonly scope?: string;
}

/** How an app stands, for those who look at it. */
export interface ConnectionView {
  readonly app: App;
  readonly state: ConnectionState;
  /** Why, where the state is not `connected`. */
  readonly reason?: ErrorCode;
  /** Milliseconds since the Unix epoch; absent where nothing ever happened. */
  readonly since?: number;
  /** Scopes that were granted, as the provider named them. */
  readonly scope?: string;
  /** When the access token expires, milliseconds since the Unix epoch; absent: never, or not connected. */
  readonly expiresAt?: number;
  /** Whether it is renewed without the user. */
  readonly renews: boolean;
  /** When the user will have to sign in again, milliseconds since the Unix epoch, where the provider sets an end. */
  readonly endsAt?: number;
}

/**
 * What the broker tells the edges, after it is durable. Implementations must not throw. The bus turns these into
 * messages, the web into server-sent events, the QR room into removed files.
 */
export interface BrokerEvents {
  /** A token set came out of a sign-in. */
  tokenReceived(event: {
    readonly app: App;
    readonly tokenSet: TokenSet;
    readonly asker?: AskerContext;
  }): void;
  /** A sign-in ended without a token. */
  signInFailed(event: {
    readonly app: App;
    readonly error: OAuthBrokerError;
    readonly asker?: AskerContext;
  }): void;
  /** An app's connection came into another state, or its end draws near (`reminder`). */
  statusChanged(event: { readonly connection: ConnectionView; readonly reminder: boolean }): void;
  /** An attempt or link is over (connected, failed or expired): whatever belongs to it can go. */
  attemptEnded(event: { readonly attempt: Attempt }): void;
}

export interface StartOptions {
  readonly method: Method;
  readonly asker?: AskerContext;
}
