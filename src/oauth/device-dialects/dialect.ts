import type { JsonObject } from '../../json.ts';
import type { ClientAuthentication } from '../token-set.ts';

/** The parameters of a request, by their names on the wire. */
export type Parameters = Readonly<Record<string, string>>;

/** How a provider's device flow departs from RFC 8628. What is absent is as the RFC has it. */
export interface DeviceDialect {
  /** How a client that has a secret sends it; absent: found out by trying. */
  readonly authentication?: ClientAuthentication;
  /** Where the device code is exchanged, if not at the token endpoint. */
  readonly tokenEndpoint?: (deviceAuthorizationEndpoint: string) => string;
  readonly bodyType?: 'json';
  readonly authorizationParameters?: (standard: Parameters) => Parameters;
  /** `scope` is the one of the device authorization request; RFC 8628 §3.4 does not send it again. */
  readonly tokenParameters?: (standard: Parameters, scope: string | undefined) => Parameters;
  /** The device authorization response as §3.2 names its fields. */
  readonly authorizationReply?: (fields: JsonObject) => JsonObject;
  /** The token response with `error` as §3.5 has it; `fields` is empty where the body was not an object. */
  readonly tokenReply?: (status: number, fields: JsonObject) => JsonObject;
}

/** No secret where the provider asks for none. */
export function withoutSecret({ client_secret: _secret, ...others }: Parameters): Parameters {
  return others;
}

/** `verification_url`, the name in the drafts before RFC 8628, which some never changed. */
export function withVerificationUri(fields: JsonObject): JsonObject {
  return { verification_uri: fields['verification_url'], ...fields };
}

/** The fields with an `error` that has a standard name in `names` under that. */
export function withStandardError(fields: JsonObject, names: ReadonlyMap<string, string>): JsonObject {
  const { error } = fields;
  const standard = typeof error === 'string' ? names.get(error) : undefined;
  return standard === undefined ? fields : { ...fields, error: standard };
}
