import { any, type Expected, type Place } from '../compare.ts';
import type { ListedDifference } from '../differences.ts';

/** A message that the Python plugin answers as if nothing were wrong, and this broker with an error. */
function failure(step: string, message: string, code: string, options: { hint?: boolean } = {}): Place[] {
  const place = (field: string, broker: Expected): Place => ({
    step,
    at: `messages ${message} 0 data ${field}`,
    broker,
  });
  const hint = options.hint ? [place('hint', any)] : [];
  return [place('error', any), ...hint, place('error_code', code)];
}

/** A message that the Python plugin never answers. */
function answered(step: string, message: string, data: { readonly [field: string]: string }): Place {
  return { step, at: `messages ${message}`, broker: [{ data }] };
}

function refused(step: string, code: string, mungedId: string): Place[] {
  return [
    ...failure(step, 'oauth.register.response', code),
    { step, at: 'messages oauth.register.response 0 data needs_creds' },
    { step, at: `files ovos_oauth_apps.json ${mungedId}` },
  ];
}

const WRONG_TYPE = 'an app registers with fields of the wrong type';
const WITHOUT_IDS = 'an app registers without ids';
const BARE_QR = 'a QR is asked for by an app without endpoints';
const TYPED = 'an app registers with an address without a scheme';

export const REQUESTS: readonly ListedDifference[] = [
  {
    area: 'Requests',
    title: 'A request for an unknown app is answered',
    python: 'Raises a KeyError in a thread; the caller waits until its time is up.',
    broker: 'Sends the usual reply with `error`, `error_code` `unknown_app` and a `hint`.',
    reason: 'A caller must be able to tell a mistake from a service that is not there.',
    places: [
      answered('the URL of an unknown app is asked for', 'oauth.url', { error_code: 'unknown_app' }),
      answered('the sign-in of an unknown app starts', 'oauth.start.response', { error_code: 'unknown_app' }),
      answered(
        'the user types credentials for an unknown app',
        'ovos.shell.oauth.register.credentials.response',
        { error_code: 'unknown_app' },
      ),
      answered('a QR is asked for by an unknown app', 'oauth.generate.qr.response', {
        error_code: 'unknown_app',
      }),
    ],
  },
  {
    area: 'Requests',
    title: 'A request without ids is refused',
    python: 'Registers and serves an app called `None_None`, or does not answer.',
    broker: 'Answers with `error` and `error_code` `invalid_request`; nothing is kept.',
    reason: 'Two skills with the same mistake would share an app, and its tokens.',
    places: [
      ...refused(WITHOUT_IDS, 'invalid_request', 'None_None'),
      { step: WITHOUT_IDS, at: 'messages oauth.register.response 0 data munged_id' },
      ...failure('the URL is asked for without ids', 'oauth.url', 'invalid_request'),
      { step: 'the URL is asked for without ids', at: 'messages oauth.url 0 data url' },
      answered('a token is refreshed without ids', 'oauth.refresh.response', {
        result: 'Error',
        error_code: 'invalid_request',
      }),
    ],
  },
  {
    area: 'Requests',
    title: 'A registration that makes no sense is refused',
    python: 'Keeps whatever it is sent: no endpoints, `javascript:` endpoints, a list for an id.',
    broker:
      'Answers with `error` and `error_code` `invalid_request` or `endpoint_invalid`, without `needs_creds`; nothing is kept.',
    reason:
      'It fails where the skill’s author sees it, not later in the user’s hands; and no script gets into a browser.',
    places: [
      ...refused(WRONG_TYPE, 'invalid_request', "7_['x']"),
      { step: WRONG_TYPE, at: 'messages oauth.register.response 0 data munged_id' },
      ...refused('an app registers without endpoints', 'invalid_request', 'skill-bare.example_bare'),
      ...refused(
        'an app registers with an endpoint that is a script',
        'endpoint_invalid',
        'skill-bad.example_bad',
      ),
    ],
  },
  {
    area: 'Requests',
    title: 'An address that a user typed is tidied',
    python: 'Keeps `192.168.1.5:8123//auth/authorize` as it is; the sign-in fails.',
    broker: 'Keeps `http://192.168.1.5:8123/auth/authorize`.',
    reason:
      'The Home Assistant plugin makes endpoints of what the user typed, with or without scheme and last slash.',
    places: ['auth', 'token'].map((endpoint) => ({
      step: TYPED,
      at: `files ovos_oauth_apps.json skill-typed.example_typed ${endpoint}_endpoint`,
      broker: new RegExp(`^http://127\\.0\\.0\\.1:9/auth/(authorize|token)$`),
    })),
  },
  {
    area: 'Requests',
    title: 'An error says what it is',
    python: '`oauth.refresh.response` has only `result`; the QR’s `error` is a sentence in English.',
    broker:
      'Adds `error` (a sentence in the language of the request’s session), `error_code` and, where one helps, `hint`.',
    reason: 'Programs compare codes, users read sentences.',
    places: [
      ...failure('a token is refreshed that is not there', 'oauth.refresh.response', 'not_connected', {
        hint: true,
      }),
      ...failure('a token of an unknown app is refreshed', 'oauth.refresh.response', 'unknown_app', {
        hint: true,
      }),
      ...failure(BARE_QR, 'oauth.generate.qr.response', 'unknown_app', { hint: true }),
    ],
  },
  {
    area: 'Requests',
    title: '`oauth.start` and `ovos.shell.oauth.register.credentials` are answered',
    python: 'Only asks the shell to show something.',
    broker: 'Asks the shell as well, and answers with `oauth.start.response` or `….credentials.response`.',
    reason:
      'Every request gets one reply: who starts a sign-in learns its address and its end, or why there is none.',
    places: [
      answered('the sign-in of an app starts', 'oauth.start.response', { error_code: 'needs_credentials' }),
      ...[
        'the sign-in of an app whose skill has another without credentials starts',
        'the sign-in starts after the user typed credentials',
        'the sign-in in the shell starts',
      ].map((step) => ({
        step,
        at: 'messages oauth.start.response',
        broker: [{ data: { url: any, expires_at: any } }],
      })),
      {
        step: 'the user types credentials',
        at: 'messages ovos.shell.oauth.register.credentials.response',
        broker: [{ data: { url: any, expires_at: any } }],
      },
    ],
  },
  {
    area: 'Requests',
    title: '`mycroft.oauth.is_alive` and `is_ready` are answered',
    python: 'Knows neither.',
    broker: 'Answers with `.response {"status": true}`.',
    reason: 'It is how OVOS asks a service of its own (`ovos_utils.process_utils.ProcessStatus`).',
    places: ['alive', 'ready'].map((state) => ({
      step: `whether it is ${state} is asked for`,
      at: `messages mycroft.oauth.is_${state}.response`,
      broker: [{ data: { status: true } }],
    })),
  },
];
