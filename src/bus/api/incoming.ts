import * as v from 'valibot';
import { OAuthBrokerError } from '../../errors.ts';
import type { JsonObject } from '../../json.ts';
import {
  appIds,
  LONGEST_ADDRESS,
  LONGEST_CREDENTIAL,
  LONGEST_ENDPOINT,
  LONGEST_ID,
  offUnlessTrue,
  onUnlessFalse,
  optionalScope,
  optional,
  optionalMethod,
  optionalOfUser,
  optionalSeconds,
  optionalTexts,
  maybe,
  required,
  requiredOfUser,
} from './fields.ts';
import type { OutgoingTopic } from './outgoing.ts';

/** Every message that the broker answers: what it may carry, and what is sent back. */
export const INCOMING = {
  'oauth.register': request(
    'Registers an app, or registers it again with what has changed. Skills send it when they load and whenever they hear `oauth.ping`. The app is on the disk before the answer is sent. An app that holds a token, or a secret that the user typed, goes to no other origin than before until the user has allowed it: the answer is then `change_unconfirmed`, the app stays as it was, and `oauth.ping` follows once the user has agreed.',
    ['oauth.register.response'],
    {
      ...appIds,
      auth_endpoint: optional(
        LONGEST_ENDPOINT,
        'The authorization endpoint (RFC 6749 §3.1), http or https; needed unless there is a `provider` or an `issuer`. Without a scheme it is https, or http in the home network.',
      ),
      token_endpoint: optional(
        LONGEST_ENDPOINT,
        'The token endpoint (RFC 6749 §3.2), http or https; needed unless there is a `provider` or an `issuer`. Without a scheme it is https, or http in the home network.',
      ),
      refresh_endpoint: optional(LONGEST_ENDPOINT, 'Where tokens are refreshed, if not at `token_endpoint`.'),
      revocation_endpoint: optional(
        LONGEST_ENDPOINT,
        'Where tokens are revoked (RFC 7009), for `oauth.revoke`.',
      ),
      device_authorization_endpoint: optional(LONGEST_ENDPOINT, 'Where a device flow starts (RFC 8628).'),
      provider: optional(
        LONGEST_ID,
        'A name of the catalogue (`oauth.providers`), such as `spotify`: endpoints and all else that is known of the provider come from there. What the request itself carries counts first.',
      ),
      provider_parameters: optionalTexts(
        'What a provider of the catalogue needs to know of the user, such as the address of their own server.',
      ),
      issuer: optional(
        LONGEST_ENDPOINT,
        'An issuer whose metadata tell the endpoints (OpenID Connect Discovery, RFC 8414).',
      ),
      pkce: maybe('Whether to use PKCE (RFC 7636): `false` only for a provider that rejects it.'),
      extra_params: optionalTexts('Further parameters of the authorization request.'),
      resource: optional(LONGEST_ENDPOINT, 'The API that the tokens are for (RFC 8707).'),
      dpop: offUnlessTrue('Binds the tokens to a key of this device (RFC 9449).'),
      scope: optionalScope('The scopes, separated by spaces as the provider wants them, or a list of them.'),
      client_id: optional(
        LONGEST_CREDENTIAL,
        'The client id; without it the user has to supply one. An id that the user typed stays when the skill sends none.',
      ),
      client_secret: optional(
        LONGEST_CREDENTIAL,
        'The client secret; without it the user has to supply one, unless the client is public.',
      ),
      public: offUnlessTrue(
        'A public client (RFC 6749 §2.1), which has no secret. A `client_id` that is an http(s) address says so by itself.',
      ),
      shell_integration: onUnlessFalse(
        'Whether ovos-shell shows the QR code; switch it off when the skill shows it itself.',
      ),
    },
  ),

  'oauth.get': request(
    "Starts a sign-in in a browser on the device and asks for its address. Each address works once, for as long as `attempt_lifetime` says. The browser comes back to the device's own loopback address.",
    ['oauth.url', 'oauth.token.response.<munged id>'],
    appIds,
  ),

  'oauth.start': request(
    'Starts a sign-in in ovos-shell, which shows the page of the provider or, where credentials are missing or were refused, a form for them.',
    ['oauth.start.response', 'ovos.shell.oauth.start.authentication', 'oauth.token.response.<munged id>'],
    {
      ...appIds,
      method: optionalMethod(
        'The [way to sign in](#ways-to-sign-in); `shell` if missing. One that is not open is refused with `method_not_possible`.',
      ),
    },
  ),

  'oauth.generate.qr.request': request(
    'Asks for a QR code that leads a phone to the sign-in, by a short link to a page on this device. The link works for as long as `attempt_lifetime` says. Where a code is the best way and the provider has an address with the code in it, the QR code leads there at once.',
    ['oauth.generate.qr.response', 'ovos.shell.oauth.display.qr.code', 'oauth.token.response.<munged id>'],
    {
      ...appIds,
      method: optionalMethod(
        'The [way to sign in](#ways-to-sign-in) that the link begins with; the best one if missing. One that is not open is refused with `method_not_possible`.',
      ),
    },
  ),

  'oauth.cancel': request(
    'Ends every sign-in of an app that waits for the user, links and device codes included. Whoever asked for one is told by `oauth.status.changed`.',
    ['oauth.cancel.response'],
    appIds,
  ),

  'oauth.providers': request(
    'Asks which providers are known, or for all that is known of one.',
    ['oauth.providers.response'],
    { name: optional(LONGEST_ID, 'Only this provider, in detail; a name as `oauth.register` takes it.') },
  ),

  'oauth.refresh': request(
    'Gets a new access token from the provider by the refresh token, whether or not the old one still works.',
    ['oauth.refresh.response'],
    appIds,
  ),

  'oauth.token.get': request(
    'Asks for a valid access token: at once from memory, or refreshed first when it has too little time left. Never a refresh token.',
    ['oauth.token.get.response'],
    {
      ...appIds,
      min_valid_seconds: optionalSeconds('Seconds for which the token must at least stay valid; default 30.'),
      scope: optionalScope('Scopes that the token must carry.'),
    },
  ),

  'oauth.status': request('Asks how an app stands.', ['oauth.status.response'], appIds),

  'oauth.list': request('Asks how every app stands, or those of one skill.', ['oauth.list.response'], {
    skill_id: optional(LONGEST_ID, 'Only the apps of this skill.'),
  }),

  'oauth.revoke': request(
    'Ends a connection: its tokens are removed from every file at once, and revoked at the provider as soon as it can be reached.',
    ['oauth.revoke.response'],
    appIds,
  ),

  'oauth.get.app.host.info': request(
    'Asks where this device takes the answers of providers. Clients by IndieAuth make their client id of it.',
    ['oauth.app.host.info.response'],
    {},
  ),

  'ovos.shell.oauth.register.credentials': request(
    'ovos-shell sends what the user typed into its form. The sign-in starts at once.',
    [
      'ovos.shell.oauth.register.credentials.response',
      'ovos.shell.oauth.start.authentication',
      'oauth.token.response.<munged id>',
    ],
    {
      ...appIds,
      client_id: requiredOfUser(LONGEST_CREDENTIAL, 'The client id; white space around it is dropped.'),
      client_secret: optionalOfUser(
        LONGEST_CREDENTIAL,
        'The client secret; white space around it is dropped. A public client has none.',
      ),
    },
  ),

  'ovos.shell.oauth.authentication.forward': request(
    'ovos-shell sends the address at which its web view met `code` and `state`. This completes the sign-in.',
    ['ovos.shell.oauth.authentication.forward.response', 'oauth.token.response.<munged id>'],
    {
      ...appIds,
      redirectURL: required(LONGEST_ADDRESS, 'The whole address. It is used and forgotten, never logged.'),
    },
  ),

  'mycroft.oauth.is_alive': request(
    'Asks whether the service runs (`ovos_utils.process_utils.ProcessStatus`).',
    ['mycroft.oauth.is_alive.response'],
    {},
  ),

  'mycroft.oauth.is_ready': request(
    'Asks whether the service can be used.',
    ['mycroft.oauth.is_ready.response'],
    {},
  ),
} as const;

export type IncomingTopic = keyof typeof INCOMING;
type Schema<T extends IncomingTopic> = (typeof INCOMING)[T]['data'];
/** What {@link readData} makes of a message's data: text that is missing is `null`, every switch is set. */
export type Incoming<T extends IncomingTopic> = v.InferOutput<Schema<T>>;

function request<
  const Replies extends readonly [OutgoingTopic, ...OutgoingTopic[]],
  const Entries extends v.ObjectEntries,
>(about: string, replies: Replies, entries: Entries) {
  return { about, replies, data: v.object(entries) };
}

/**
 * Reads the data of a message; unknown fields are passed over.
 *
 * @throws OAuthBrokerError `invalid_request` with the field that is missing or not valid; never its value
 */
export function readData<T extends IncomingTopic>(topic: T, data: JsonObject): Incoming<T> {
  const schema: Schema<T> = INCOMING[topic].data;
  const parsed = v.safeParse(schema, data, { abortEarly: true });
  if (parsed.success) return parsed.output;
  throw new OAuthBrokerError('invalid_request', { field: v.getDotPath(parsed.issues[0]) ?? 'data' });
}
