import * as v from 'valibot';
import { ERROR_KINDS, type ErrorCode } from '../../errors.ts';
import type { DpopKey } from '../../oauth/dpop.ts';
import { isJsonObject, type JsonObject } from '../../json.ts';
import type { TokenSet } from '../../oauth/token-set.ts';
import { isTokenSet } from '../token-set-guard.ts';
import type { MungedId } from '../records.ts';
import type { StoredChange } from '../stored-change.ts';

// Loose objects throughout: a field that a newer version added outlives a start of this one.

const mungedId = v.custom<MungedId>((value) => typeof value === 'string');
const tokenSet = v.custom<TokenSet>(isTokenSet);
const jsonObject = v.custom<JsonObject>(isJsonObject);
const errorCode = v.custom<ErrorCode>(
  (value) => typeof value === 'string' && Object.hasOwn(ERROR_KINDS, value),
);
// A code of another version says no more than that something went wrong.
const reason = v.fallback(errorCode, 'internal');
const file = v.picklist(['tokens', 'apps']);

const app = v.looseObject({
  mungedId,
  skillId: v.exactOptional(v.string()),
  appId: v.exactOptional(v.string()),
  clientId: v.nullable(v.string()),
  clientSecret: v.nullable(v.string()),
  credentialsFrom: v.picklist(['skill', 'user', 'file', 'registration', 'none']),
  isPublic: v.boolean(),
  authorizationEndpoint: v.string(),
  tokenEndpoint: v.string(),
  registeredTokenEndpoint: v.exactOptional(v.string()),
  refreshEndpoint: v.exactOptional(v.string()),
  revocationEndpoint: v.exactOptional(v.string()),
  deviceAuthorizationEndpoint: v.exactOptional(v.string()),
  pushedAuthorizationRequestEndpoint: v.exactOptional(v.string()),
  requirePushed: v.exactOptional(v.boolean()),
  issuer: v.exactOptional(v.string()),
  issParameterSupported: v.exactOptional(v.boolean()),
  discoveredUntil: v.exactOptional(v.number()),
  provider: v.exactOptional(v.string()),
  providerParameters: v.exactOptional(v.record(v.string(), v.string())),
  pkce: v.exactOptional(v.boolean()),
  extraParams: v.exactOptional(v.record(v.string(), v.string())),
  registrationEndpoint: v.exactOptional(v.string()),
  registeredRedirectUris: v.exactOptional(v.array(v.string())),
  usesOwnAddress: v.exactOptional(v.boolean()),
  resource: v.exactOptional(v.string()),
  dpopKey: v.exactOptional(v.custom<DpopKey>(isJsonObject)),
  scope: v.nullable(v.string()),
  shellIntegration: v.boolean(),
  learnedAuthentication: v.exactOptional(v.picklist(['client_secret_basic', 'client_secret_post', 'none'])),
  foreignFields: v.exactOptional(jsonObject),
});

const attempt = v.looseObject({
  state: v.string(),
  mungedId,
  codeVerifier: v.string(),
  redirectUri: v.string(),
  method: v.picklist(['loopback', 'lan', 'shell', 'relay', 'paste', 'device']),
  issuer: v.exactOptional(v.string()),
  tokenOrigin: v.exactOptional(v.string()),
  createdAt: v.number(),
  expiresAt: v.number(),
  linkCode: v.exactOptional(v.string()),
  browser: v.exactOptional(v.string()),
  asker: v.exactOptional(v.string()),
  device: v.exactOptional(
    v.looseObject({
      deviceCode: v.string(),
      userCode: v.string(),
      verificationUri: v.string(),
      verificationUriComplete: v.exactOptional(v.string()),
      interval: v.number(),
    }),
  ),
  claimedAt: v.exactOptional(v.number()),
  end: v.exactOptional(v.looseObject({ at: v.number(), outcome: v.union([v.literal('connected'), reason]) })),
});

const connection = v.looseObject({
  mungedId,
  state: v.picklist(['connected', 'needs_user', 'needs_credentials', 'disconnected']),
  reason: v.exactOptional(reason),
  since: v.number(),
  grantedAt: v.exactOptional(v.number()),
  redirectUri: v.exactOptional(v.string()),
  intent: v.exactOptional(v.looseObject({ spent: v.string(), at: v.number() })),
  revival: v.exactOptional(v.looseObject({ tries: v.number(), nextAt: v.number() })),
  revocation: v.exactOptional(v.looseObject({ tries: v.number(), nextAt: v.number() })),
  remindedAt: v.exactOptional(v.number()),
});

const quarantined = v.looseObject({
  mungedId,
  tokenSet,
  reason: v.picklist([
    'invalid_grant',
    'removed_by_owner',
    'replaced_file',
    'replaced_import',
    'revocation_pending',
    'superseded',
    'moved',
  ]),
  at: v.number(),
});

const change = v.variant('op', [
  v.object({ op: v.literal('put_app'), app }),
  v.object({ op: v.literal('adopt_app'), app }),
  v.object({ op: v.literal('delete_app'), mungedId }),
  v.object({ op: v.literal('release_app'), mungedId }),
  v.object({ op: v.literal('put_token'), mungedId, tokenSet }),
  v.object({ op: v.literal('adopt_token'), mungedId, tokenSet }),
  v.object({ op: v.literal('delete_token'), mungedId }),
  v.object({ op: v.literal('release_token'), mungedId }),
  v.object({ op: v.literal('put_attempt'), attempt }),
  v.object({ op: v.literal('delete_attempt'), state: v.string() }),
  v.object({ op: v.literal('put_connection'), connection }),
  v.object({ op: v.literal('delete_connection'), mungedId }),
  v.object({ op: v.literal('quarantine_token'), token: quarantined }),
  v.object({ op: v.literal('delete_quarantined'), mungedId }),
  v.object({ op: v.literal('mirrored'), file, ids: v.array(mungedId) }),
  v.object({ op: v.literal('replaced'), file, mungedId, digests: v.array(v.string()) }),
]);

const commit = v.array(change);
const header = v.object({
  journal: v.number(),
  sealed: v.exactOptional(v.object({ key: v.string(), salt: v.exactOptional(v.string()) })),
});

/** The first line of a journal. */
export interface JournalHeader {
  /** Version of the format. */
  readonly journal: number;
  /** Present where every other line is sealed: the id of the key, and the salt of its passphrase if it has one. */
  readonly sealed?: { readonly key: string; readonly salt?: string };
}

/** @returns the changes of one commit, or undefined where `value` is none */
export function parseCommit(value: unknown): readonly StoredChange[] | undefined {
  const parsed = v.safeParse(commit, value);
  return parsed.success ? parsed.output : undefined;
}

/** @returns undefined where `value` is no header */
export function parseHeader(value: unknown): JournalHeader | undefined {
  const parsed = v.safeParse(header, value);
  return parsed.success ? parsed.output : undefined;
}
