import type { JsonObject } from '../json.ts';
import type { DpopKey } from '../oauth/dpop.ts';
import type { ClientAuthentication, TokenSet } from '../oauth/token-set.ts';
import type { ErrorCode } from '../errors.ts';

declare const brand: unique symbol;

/** `<skill_id>_<app_id>`: the key of an app in every file and message of OVOS. */
export type MungedId = string & { readonly [brand]: 'MungedId' };

/** A registered OAuth client of a skill. */
export interface App {
  readonly mungedId: MungedId;
  /** Absent for an app taken over from a file of the Python plugin: the munged id alone does not tell. */
  readonly skillId?: string;
  readonly appId?: string;
  readonly clientId: string | null;
  readonly clientSecret: string | null;
  /** Credentials that the user typed outlive a registration in which the skill sends none. */
  readonly credentialsFrom: 'skill' | 'user' | 'file' | 'registration' | 'none';
  /** A public client (RFC 6749 §2.1): PKCE takes the place of a secret. */
  readonly isPublic: boolean;
  readonly authorizationEndpoint: string;
  /** Where codes and, without a `refreshEndpoint`, refresh tokens are spent. */
  readonly tokenEndpoint: string;
  /** The token endpoint as it was registered, where a sign-in has taught that the user's account lives elsewhere. */
  readonly registeredTokenEndpoint?: string;
  readonly refreshEndpoint?: string;
  /** RFC 7009. */
  readonly revocationEndpoint?: string;
  /** RFC 8628. */
  readonly deviceAuthorizationEndpoint?: string;
  /** RFC 9126. */
  readonly pushedAuthorizationRequestEndpoint?: string;
  /** RFC 9126 §5. */
  readonly requirePushed?: boolean;
  readonly issuer?: string;
  /** RFC 9207: the server announced that it sends `iss`. */
  readonly issParameterSupported?: boolean;
  /** Until when what was discovered from the issuer need not be asked for again, milliseconds since the Unix epoch. */
  readonly discoveredUntil?: number;
  /** The provider's name in the catalogue, where the skill gave one. */
  readonly provider?: string;
  /** What the user gave for the provider's parameters, such as the address of their own server. */
  readonly providerParameters?: Readonly<Record<string, string>>;
  /** False: the provider rejects RFC 7636. */
  readonly pkce?: boolean;
  /** Further parameters of the authorization request. */
  readonly extraParams?: Readonly<Record<string, string>>;
  /** RFC 7591: where this program may register a client by itself. */
  readonly registrationEndpoint?: string;
  /** The redirect URIs of a client that this program registered. */
  readonly registeredRedirectUris?: readonly string[];
  /** The client id is this device's own address (IndieAuth §3.3), which this program fills in. */
  readonly usesOwnAddress?: boolean;
  /** RFC 8707. */
  readonly resource?: string;
  /** RFC 9449: the key that the tokens are bound to, where the skill asked for that. */
  readonly dpopKey?: DpopKey;
  readonly scope: string | null;
  /** Whether ovos-shell is asked to display the QR. */
  readonly shellIntegration: boolean;
  /** What worked last at the token endpoint, or what the provider announced. */
  readonly learnedAuthentication?: ClientAuthentication;
  /** Fields of the OVOS file that this program does not know, kept as they were. */
  readonly foreignFields?: JsonObject;
}

/** How the authorization response comes back to the device. */
export type Method = 'loopback' | 'lan' | 'shell' | 'relay' | 'paste' | 'device';

/** Who asked for a sign-in: the context of their message as JSON text, opaque to all but the bus. */
export type AskerContext = string;

export interface AttemptEnd {
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  readonly outcome: 'connected' | ErrorCode;
}

/** What a user types at the provider in a device flow (RFC 8628 §3.2). */
export interface DeviceCodes {
  /** A secret. */
  readonly deviceCode: string;
  readonly userCode: string;
  readonly verificationUri: string;
  readonly verificationUriComplete?: string;
  /** Seconds between two polls, at least. */
  readonly interval: number;
}

/** One sign-in under way: single use, expiring. */
export interface Attempt {
  /** RFC 6749 §4.1.1; also the attempt's key. */
  readonly state: string;
  readonly mungedId: MungedId;
  /** The device that was asked, where it is another one than that of this broker; told by the store. */
  readonly origin?: string;
  /** RFC 7636 §4.1. */
  readonly codeVerifier: string;
  readonly redirectUri: string;
  readonly method: Method;
  /** The issuer that was asked, for RFC 9207 and the mix-up defence. */
  readonly issuer?: string;
  /** Of the token endpoint as it was registered then: the code goes nowhere else. */
  readonly tokenOrigin?: string;
  /** Milliseconds since the Unix epoch. */
  readonly createdAt: number;
  /** Milliseconds since the Unix epoch. */
  readonly expiresAt: number;
  /** Code of the short link that the QR leads to. */
  readonly linkCode?: string;
  /** Digest of the cookie of the browser that started it from the landing page. */
  readonly browser?: string;
  readonly asker?: AskerContext;
  /** Only of the method `device`. */
  readonly device?: DeviceCodes;
  /** Set once and never unset, whatever the result. */
  readonly claimedAt?: number;
  readonly end?: AttemptEnd;
}

/** True while nobody has gone on with an attempt and it has not ended. */
export function isWaiting({ claimedAt, end }: Attempt): boolean {
  return claimedAt === undefined && end === undefined;
}

export type ConnectionState = 'connected' | 'needs_user' | 'needs_credentials' | 'disconnected';

/** What is remembered of an app's connection beside its token set. */
export interface Connection {
  readonly mungedId: MungedId;
  readonly state: ConnectionState;
  /** Why, where the state is not `connected`. */
  readonly reason?: ErrorCode;
  /** When it came into this state, milliseconds since the Unix epoch. */
  readonly since: number;
  /** When the user signed in, milliseconds since the Unix epoch; unknown for a token taken over. */
  readonly grantedAt?: number;
  /** The redirect URI of that sign-in: some providers want to see it again at every refresh. */
  readonly redirectUri?: string;
  /**
   * A refresh request whose outcome is not known: if the process dies now, the answer may have been lost. `spent` is a
   * digest of the refresh token that was sent.
   */
  readonly intent?: { readonly spent: string; readonly at: number };
  /** How often a quarantined token has been tried again, and when next, milliseconds since the Unix epoch. */
  readonly revival?: { readonly tries: number; readonly nextAt: number };
  /** A revocation that the provider has not confirmed: how often it was tried, and when next, milliseconds since the Unix epoch. */
  readonly revocation?: { readonly tries: number; readonly nextAt: number };
  /** When the user was last reminded of a coming end, milliseconds since the Unix epoch. */
  readonly remindedAt?: number;
}

/** A token set that the provider or a foreign writer has taken out of use, kept aside instead of deleted. */
export interface QuarantinedToken {
  readonly mungedId: MungedId;
  readonly tokenSet: TokenSet;
  readonly reason:
    | 'invalid_grant'
    | 'removed_by_owner'
    | 'replaced_file'
    | 'replaced_import'
    | 'revocation_pending'
    /** Another broker had brought a newer one when it came. */
    | 'superseded'
    /** To another device. */
    | 'moved';
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
}

/** Who sees a connection in a store that several devices share. */
export type Audience = 'all' | `group:${string}` | `device:${string}`;

export function isAudience(text: string): text is Audience {
  return /^(?:all|(?:group|device):[\w.@-]+)$/.test(text);
}

/** Somebody asked for a token. */
export interface Use {
  readonly mungedId: MungedId;
  readonly device: string;
  /** What the asker called itself; nobody has proved it. Empty where it gave no name. */
  readonly asker: string;
  readonly outcome: 'given' | 'refused';
  /** The minute, milliseconds since the Unix epoch. */
  readonly at: number;
  /** How often in that minute. */
  readonly count: number;
}
