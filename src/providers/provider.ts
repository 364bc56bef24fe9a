import * as v from 'valibot';
import { QUIRKS } from './quirks/names.ts';

/** `{name}` in an address stands for a parameter that the user gives, such as the host of their own server. */
const address = v.pipe(v.string(), v.regex(/^(https?:\/\/|\{)[^\s]+$/, 'not an http address'));
const text = v.pipe(v.string(), v.nonEmpty());
const day = v.pipe(v.string(), v.regex(/^\d{4}-\d{2}-\d{2}$/, 'not a date'));

/** Where a fact was read, and when. */
const source = v.strictObject({
  fact: text,
  url: v.pipe(v.string(), v.url()),
  checked: day,
});

const redirect = v.strictObject({
  /** http://127.0.0.1:<port>/… is accepted (RFC 8252 §7.3), or the name below in its place. */
  loopback: v.boolean(),
  /** Set where http is taken for the name `localhost` but not, or not for sure, for 127.0.0.1. */
  loopbackHost: v.optional(v.literal('localhost')),
  /** http://192.168.x.y:<port>/… or a `.local` name is accepted. */
  privateHttp: v.boolean(),
  /** https://… is accepted; that is what a relay needs. */
  https: v.boolean(),
  /** What the provider says, in a sentence for the user. */
  note: v.optional(text),
});

const device = v.strictObject({
  /** How far the device flow keeps to RFC 8628. */
  dialect: v.picklist(['rfc8628', 'google', 'trakt', 'twitch', 'microsoft', 'github']),
  /** The only scopes that the device flow grants; absent: all. */
  scopes: v.optional(v.array(text)),
  note: v.optional(text),
});

const refresh = v.strictObject({
  /** False: there are no refresh tokens; either access tokens do not expire, or the user signs in again. */
  supported: v.boolean(),
  /** Every refresh brings a new refresh token and ends the old one. */
  rotates: v.optional(v.boolean()),
  /** Seconds that an access token lives; absent: unknown; null: for ever. */
  accessTokenSeconds: v.optional(v.nullable(v.number())),
  /** Days after which the user must sign in again, whatever is done. */
  grantDays: v.optional(v.number()),
  /** Days without a refresh after which the grant ends. */
  idleDays: v.optional(v.number()),
  note: v.optional(text),
});

export const providerSchema = v.strictObject({
  /** What `oauth.register` names it by. */
  name: v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9-]*$/)),
  title: text,
  category: v.picklist([
    'music',
    'video',
    'smart-home',
    'productivity',
    'health',
    'developer',
    'social',
    'storage',
    'commerce',
    'identity',
    'other',
  ]),
  /**
   * `checked`: what `sources` names was read there; `unchecked`: most of it is taken over from another catalogue. What no
   * source names, such as `manageUrl` and the wording of the steps, was not looked up.
   */
  status: v.picklist(['checked', 'unchecked']),
  /** Per-instance providers: what the user must give, by the name used in the addresses. */
  parameters: v.optional(v.record(v.string(), v.strictObject({ title: text, example: text }))),
  endpoints: v.strictObject({
    authorization: v.optional(address),
    token: v.optional(address),
    refresh: v.optional(address),
    revocation: v.optional(address),
    deviceAuthorization: v.optional(address),
    /** Discovery (RFC 8414, OpenID Connect) gives the others. */
    issuer: v.optional(address),
  }),
  /** The first segment of the endpoints' paths names a tenant: with any other it is still this provider. */
  anyTenant: v.optional(v.boolean(), false),
  /** `none`: the provider rejects or ignores RFC 7636. */
  pkce: v.picklist(['S256', 'required', 'none']),
  /** Best first. */
  clientAuthentication: v.pipe(
    v.array(v.picklist(['client_secret_basic', 'client_secret_post', 'none'])),
    v.nonEmpty(),
  ),
  scopes: v.strictObject({
    separator: v.optional(v.picklist([' ', ',', '+']), ' '),
    /** Asked for where the skill names none. */
    default: v.array(text),
    /** Scope → what it allows, in plain words. */
    known: v.optional(v.record(v.string(), text), {}),
  }),
  authorizationParameters: v.optional(v.record(v.string(), v.string()), {}),
  tokenParameters: v.optional(v.record(v.string(), v.string()), {}),
  redirect,
  /** The client id is the device's own address (IndieAuth §3.3): there is nothing to register. */
  ownAddressIsClientId: v.optional(v.boolean(), false),
  /** Null: there is no device flow. */
  device: v.nullable(device),
  refresh,
  /** How a user gets a client of their own. */
  setup: v.strictObject({ url: v.pipe(v.string(), v.url()), steps: v.pipe(v.array(text), v.nonEmpty()) }),
  /** Where a user takes a grant back by hand. */
  manageUrl: v.optional(address),
  quirks: v.optional(v.array(v.picklist(QUIRKS)), []),
  sources: v.pipe(v.array(source), v.nonEmpty()),
});

/** What is known of a provider: data, checked by a schema, each fact with its source. */
export type Provider = v.InferOutput<typeof providerSchema>;
