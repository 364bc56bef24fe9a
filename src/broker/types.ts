import type { ErrorCode, OAuthBrokerError } from '../errors.ts';
import type { TokenSet } from '../oauth/token-set.ts';
import type { Provider } from '../providers/index.ts';
import type {
  App,
  AskerContext,
  Attempt,
  ConnectionState,
  DeviceCodes,
  Method,
  MungedId,
} from '../store/records.ts';
import type { AttemptId } from './attempt-id.ts';
import type { Asker, MethodChoice } from './methods/method.ts';

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
  readonly deviceAuthorizationEndpoint: string | null;
  /** A name of the catalogue in place of endpoints. */
  readonly provider: string | null;
  readonly providerParameters: Readonly<Record<string, string>>;
  /** An issuer whose metadata tell the endpoints (RFC 8414, OpenID Connect Discovery). */
  readonly issuer: string | null;
  /** Null: as the catalogue says, else S256. */
  readonly pkce: boolean | null;
  readonly extraParams: Readonly<Record<string, string>>;
  /** RFC 8707. */
  readonly resource: string | null;
  /** RFC 9449. */
  readonly dpop: boolean;
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
  /** Whether the client is a public one, which has no secret; absent: as it was registered. */
  readonly isPublic?: boolean;
}

/** A sign-in that waits for the user. */
export interface StartedSignIn {
  readonly app: App;
  readonly attempt: Attempt;
  /**
   * Where the user's browser goes: RFC 6749 §4.1.1 with RFC 7636's challenge or, in a device flow, the page for the
   * code (`attempt.device`).
   */
  readonly authorizationUrl: string;
  /** Every way in which this sign-in can or can't be done, the best first. */
  readonly methods: readonly MethodChoice[];
}

/** A short link for a phone: it opens the landing page, which starts the sign-in there. */
export interface Invitation {
  readonly app: App;
  readonly linkCode: string;
  /** Milliseconds since the Unix epoch. */
  readonly expiresAt: number;
  /** Every way in which a phone can or can't sign in, the best first. */
  readonly methods: readonly MethodChoice[];
  /** Of the attempt that the link was made with. */
  readonly attemptId: AttemptId;
  /** What the user types at the provider, where that is the way. */
  readonly device?: Omit<DeviceCodes, 'deviceCode' | 'interval'>;
}

/** What a sign-in of an app would be like. */
export interface SignInProspect {
  readonly app: App;
  readonly scopes: readonly string[];
  /** Host of the authorization endpoint, so that the user knows where the button leads. */
  readonly providerHost: string;
  /** What the catalogue knows of the provider, if it does. */
  readonly provider?: Provider;
  /** Every way in which it can or can't be done, the best first. */
  readonly methods: readonly MethodChoice[];
  /** The redirect URI of each way that has one, exactly as it must be registered at the provider. */
  readonly redirectUris: Readonly<Partial<Record<Method, string>>>;
}

/** What the landing page shows. */
export interface Landing extends SignInProspect {
  readonly linkCode: string;
  /** The codes of a device flow that was started from this link and waits, and their end. */
  readonly device?: Omit<DeviceCodes, 'deviceCode' | 'interval'> & Pick<Attempt, 'expiresAt'>;
  /** Why the last device flow of this link has ended, while none waits. */
  readonly deviceFailure?: OAuthBrokerError;
  readonly redirectUri: string;
  readonly expiresAt: number;
  /** Whether a sign-in can still be started from this link, be it once more. */
  readonly canStart: boolean;
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
  /** How whoever asks calls itself; default: not at all. */
  readonly asker?: string;
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
  /** When a token was last handed out, milliseconds since the Unix epoch; absent: not since this program started. */
  readonly lastUsedAt?: number;
  /** When it is renewed next, milliseconds since the Unix epoch; absent: never, or not connected. */
  readonly nextRefreshAt?: number;
}

/** A sign-in that somebody has started and nobody has gone through yet. */
export interface WaitingSignIn {
  readonly app: App;
  readonly attempt: AttemptId;
  readonly method: Method;
  /** Milliseconds since the Unix epoch. */
  readonly startedAt: number;
  /** Milliseconds since the Unix epoch. */
  readonly expiresAt: number;
  /** Of the short link that it belongs to. */
  readonly linkCode?: string;
  /** Whether a browser has gone on with it from its landing page. */
  readonly isOpened: boolean;
  /** What the user types at the provider, where that is the way. */
  readonly device?: Omit<DeviceCodes, 'deviceCode' | 'interval'>;
}

/**
 * What the broker tells the edges, after it is durable. Implementations must not throw. The bus turns these into
 * messages, the web into server-sent events, the QR room into removed files.
 */
export interface BrokerEvents {
  /** Somebody has asked for a sign-in (`attempt.asker`); a code or a link, if that is the way, waits to be used. */
  signInStarted(event: { readonly app: App; readonly attempt: Attempt }): void;
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
  /** The user has let an app use other endpoints: its skill can register now. */
  endpointsChanged(event: { readonly app: App }): void;
  /** An attempt or link is over (connected, failed or expired): whatever belongs to it can go. */
  attemptEnded(event: { readonly attempt: Attempt }): void;
}

export interface StartOptions {
  readonly method: Method;
  /** Whether the asker has chosen the method, which is then refused where it is not possible. */
  readonly insist?: boolean;
  /** Who will go through it; decides what is recommended. */
  readonly through?: Asker;
  readonly asker?: AskerContext;
}
