import * as v from 'valibot';
import type { JsonObject, JsonValue } from '../../json.ts';
import {
  attemptId,
  described,
  deviceCodes,
  failureFields,
  givenAppIds,
  methods,
  sentAppIds,
  signInFailureFields,
} from './fields.ts';
import { provider } from './provider.ts';

/**
 * How a message goes out: a `reply` has the context of the request with `source` and `destination` swapped
 * (`Message.reply`), a `forward` has it as it was (`Message.forward`), an `event` belongs to no request.
 */
export type Way = 'reply' | 'forward' | 'event';

const mungedId = described(v.string(), 'The key of the app everywhere in OVOS: `<skill_id>_<app_id>`.');
const url = described(v.string(), "Where the user's browser goes.");
const expiresAt = described(v.number(), 'When that stops working, in seconds since the Unix epoch.');
const qr = described(
  v.string(),
  'Path of a PNG that only the user of this service can read. It is removed when the sign-in ends.',
);
const clientId = v.nullable(v.string());

const tokenSet = v.objectWithRest(
  {
    access_token: described(v.string(), 'RFC 6749 §5.1.'),
    token_type: described(v.exactOptional(v.string()), 'RFC 6749 §7.1.'),
    refresh_token: described(v.exactOptional(v.string()), 'RFC 6749 §6.'),
    scope: described(v.exactOptional(v.string()), 'What was granted, if that is not what was asked for.'),
    expires_in: described(
      v.exactOptional(v.union([v.number(), v.string()])),
      'Seconds, counted from when the provider answered.',
    ),
    expires_at: described(
      v.exactOptional(v.number()),
      'The same in seconds since the Unix epoch; missing where the token does not expire.',
    ),
  },
  v.custom<JsonValue | undefined>(() => true),
);

/** How an app stands. */
const statusFields = {
  munged_id: mungedId,
  skill_id: described(v.exactOptional(v.string()), 'Missing for an app that has not registered here yet.'),
  app_id: described(v.exactOptional(v.string()), 'Likewise.'),
  state: described(
    v.picklist(['connected', 'needs_user', 'needs_credentials', 'disconnected']),
    'How it stands now: there are tokens; the user must sign in again; credentials are missing or were refused; nobody has signed in.',
  ),
  since: described(v.exactOptional(v.number()), 'Since when, in seconds since the Unix epoch.'),
  ends_at: described(
    v.exactOptional(v.number()),
    'When the user will have to sign in again, in seconds since the Unix epoch, where the provider is known to set an end.',
  ),
};

/** How an app stands, for those who ask. */
const status = v.object({
  ...statusFields,
  scope: described(v.exactOptional(v.string()), 'What was granted, as the provider names it.'),
  expires_at: described(
    v.exactOptional(v.number()),
    'When the access token expires, in seconds since the Unix epoch; missing where it does not, or there is none.',
  ),
  renews: described(v.boolean(), 'Whether the access token is renewed without the user.'),
  reason: described(
    v.exactOptional(failureFields.error_code),
    'Why it stands so, where it is not connected.',
  ),
});

/** Every message that the broker sends. */
export const OUTGOING = {
  'oauth.ping': {
    about:
      'Sent whenever the service has come onto the bus, and again after a registration for which the issuer could not be reached: skills register their apps again.',
    way: 'event',
    data: v.object({}),
  },

  'oauth.register.response': {
    about: 'Says that the app is registered, or why it is not.',
    way: 'reply',
    data: v.object({
      munged_id: mungedId,
      client_id: described(
        clientId,
        'The client id in use: that of the request, or one that the user typed.',
      ),
      needs_creds: described(
        v.boolean(),
        'Whether the user still has to supply a client id or a client secret.',
      ),
    }),
    failure: v.object({
      munged_id: described(v.exactOptional(v.string()), 'As above, if both ids were there.'),
      client_id: described(clientId, 'As in the request.'),
      ...failureFields,
    }),
  },

  'oauth.url': {
    about: 'The address of a sign-in.',
    way: 'reply',
    data: v.object({ url, expires_at: expiresAt, attempt_id: attemptId }),
    failure: v.object(failureFields),
  },

  'oauth.start.response': {
    about:
      'Says that ovos-shell was asked to show the sign-in. With the codes `needs_credentials`, `invalid_client` and `registration_refused` it was asked to show its form.',
    way: 'reply',
    data: v.object({
      ...sentAppIds,
      url,
      expires_at: expiresAt,
      attempt_id: attemptId,
      methods,
      ...deviceCodes,
    }),
    failure: v.object({ ...givenAppIds, ...signInFailureFields }),
  },

  'oauth.generate.qr.response': {
    about: 'The QR code.',
    way: 'reply',
    data: v.object({
      ...sentAppIds,
      qr,
      url: described(v.string(), 'What the QR code says, for whoever would rather type it.'),
      expires_at: expiresAt,
      attempt_id: attemptId,
      methods,
      ...deviceCodes,
    }),
    failure: v.object({ ...givenAppIds, ...signInFailureFields }),
  },

  'oauth.cancel.response': {
    about: 'Says how many sign-ins were ended.',
    way: 'reply',
    data: v.object({ ...sentAppIds, cancelled: described(v.number(), 'How many; 0 where none waited.') }),
    failure: v.object({ ...givenAppIds, ...failureFields }),
  },

  'oauth.providers.response': {
    about: 'The providers, sorted by name, or the one that was asked for.',
    way: 'reply',
    data: v.object({ providers: described(v.array(provider), 'One entry a provider.') }),
    failure: v.object(failureFields),
  },

  'oauth.refresh.response': {
    about: 'The new token set.',
    way: 'reply',
    data: v.object({
      result: described(v.literal('Ok'), 'It worked.'),
      client_id: described(clientId, 'The client id that was used.'),
      token: described(tokenSet, 'As in `oauth.token.response.<munged id>`.'),
    }),
    failure: v.object({ result: described(v.literal('Error'), 'It did not work.'), ...failureFields }),
  },

  'oauth.token.get.response': {
    about: 'A valid access token, or why there is none.',
    way: 'reply',
    data: v.object({
      status: described(v.literal('ok'), 'There is one.'),
      ...sentAppIds,
      access_token: described(v.string(), 'RFC 6749 §1.4.'),
      token_type: described(v.string(), 'RFC 6749 §7.1, mostly `Bearer`.'),
      expires_at: described(
        v.exactOptional(v.number()),
        'When it expires, in seconds since the Unix epoch; missing where it does not.',
      ),
      scope: described(v.exactOptional(v.string()), 'What was granted, as the provider names it.'),
    }),
    failure: v.object({
      status: described(v.literal('error'), 'There is none.'),
      ...givenAppIds,
      error: failureFields.error,
      error_code: described(
        v.picklist(['unknown_app', 'needs_credentials', 'needs_user', 'transient', 'invalid_request']),
        'What it takes: the skill must register; credentials; a sign-in by the user; patience; another request.',
      ),
      reason: described(
        failureFields.error_code,
        'The exact cause: one of the codes of [errors.md](errors.md).',
      ),
      hint: failureFields.hint,
      retry_after: failureFields.retry_after,
    }),
  },

  'oauth.status.response': {
    about: 'How an app stands.',
    way: 'reply',
    data: status,
    failure: v.object({ ...givenAppIds, ...failureFields }),
  },

  'oauth.list.response': {
    about: 'How every app stands.',
    way: 'reply',
    data: v.object({
      connections: described(v.array(status), 'One entry an app, as in `oauth.status.response`.'),
    }),
    failure: v.object(failureFields),
  },

  'oauth.revoke.response': {
    about:
      'Says what became of a connection that was to be ended. Here it has ended in any case but an error.',
    way: 'reply',
    data: v.object({
      ...sentAppIds,
      result: described(
        v.picklist(['revoked', 'pending', 'local_only']),
        'The provider has confirmed it; it has not yet and is asked again; it has no way that is known here.',
      ),
      manage_url: described(
        v.exactOptional(v.string()),
        "The provider's page where the user can take the grant back by hand, where it is known.",
      ),
    }),
    failure: v.object({
      ...givenAppIds,
      result: described(v.literal('error'), 'Nothing has changed.'),
      ...failureFields,
    }),
  },

  'oauth.app.host.info.response': {
    about: 'Where this device is reached in the home network.',
    way: 'reply',
    data: v.object({
      host: described(
        v.string(),
        'An IPv4 address, an IPv6 address in brackets, or the name set as `lan_host`; `127.0.0.1` without a network.',
      ),
      port: described(v.number(), 'The port of the callback.'),
    }),
    failure: v.object(failureFields),
  },

  'oauth.token.response.<munged id>': {
    about:
      'The tokens of a sign-in, as the provider sent them, once they are safe on the disk. There can be further fields.',
    way: 'reply',
    data: tokenSet,
  },

  'oauth.status.changed': {
    about:
      'An app has come into another state, or its end draws near, or a sign-in failed. Of a sign-in that failed, whoever asked for it is told as by a reply.',
    way: 'event',
    data: v.object({
      ...statusFields,
      reminder: described(v.exactOptional(v.literal(true)), 'Nothing has changed, but `ends_at` draws near.'),
      error: described(
        v.exactOptional(v.string()),
        'Why it stands so, or why the sign-in failed: a sentence.',
      ),
      error_code: described(v.exactOptional(failureFields.error_code), 'The same for programs.'),
      hint: failureFields.hint,
      attempt: described(
        v.exactOptional(v.literal('failed')),
        'A sign-in failed, and `error` says why. Whatever was connected before is as `state` says: often it still is.',
      ),
      attempt_id: v.exactOptional(attemptId),
    }),
  },

  'ovos.shell.oauth.start.authentication': {
    about: "Asks ovos-shell to show the provider's page, or its form for credentials.",
    way: 'forward',
    data: v.object({
      url: described(v.string(), 'The page to show; empty with the form.'),
      ...sentAppIds,
      needs_credentials: described(v.boolean(), 'Whether to show the form.'),
      expires_at: v.exactOptional(expiresAt),
      attempt_id: v.exactOptional(attemptId),
      methods: v.exactOptional(methods),
      ...deviceCodes,
    }),
  },

  'ovos.shell.oauth.display.qr.code': {
    about: 'Asks ovos-shell to show the QR code, unless the app was registered with `shell_integration` off.',
    way: 'forward',
    data: v.object({ ...sentAppIds, qr, ...deviceCodes }),
  },

  'ovos.shell.oauth.register.credentials.response': {
    about: 'Says that the credentials are kept and that the sign-in has started.',
    way: 'reply',
    data: v.object({
      ...sentAppIds,
      url,
      expires_at: expiresAt,
      attempt_id: attemptId,
      methods,
      ...deviceCodes,
    }),
    failure: v.object({ ...givenAppIds, ...failureFields }),
  },

  'ovos.shell.oauth.authentication.forward.response': {
    about: 'Says how the sign-in in ovos-shell ended.',
    way: 'reply',
    data: v.object({ result: described(v.literal('Ok'), 'There are tokens now.') }),
    failure: v.object({
      result: described(v.literal('Error'), 'There are none.'),
      ...failureFields,
      attempt_id: v.exactOptional(attemptId),
    }),
  },

  'mycroft.oauth.is_alive.response': {
    about: 'Whether the service runs.',
    way: 'reply',
    data: v.object({ status: described(v.boolean(), '`false` while it stops.') }),
  },

  'mycroft.oauth.is_ready.response': {
    about: 'Whether the service can be used.',
    way: 'reply',
    data: v.object({ status: described(v.boolean(), '`false` while it stops.') }),
  },
} as const satisfies Readonly<Record<string, OutgoingMessage>>;

interface OutgoingMessage {
  readonly about: string;
  readonly way: Way;
  readonly data: v.GenericSchema<unknown, JsonObject>;
  /** What it carries in place of `data` when what was asked could not be done. */
  readonly failure?: v.GenericSchema<unknown, JsonObject>;
}

export type OutgoingTopic = keyof typeof OUTGOING;

/** What each message carries. */
export type Outgoing = {
  readonly [T in OutgoingTopic]:
    | v.InferOutput<(typeof OUTGOING)[T]['data']>
    | ((typeof OUTGOING)[T] extends { readonly failure: infer F extends v.GenericSchema }
        ? v.InferOutput<F>
        : never);
};
