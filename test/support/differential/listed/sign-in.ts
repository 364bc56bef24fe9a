import { any, type Place } from '../compare.ts';
import type { ListedDifference } from '../differences.ts';

const URL_QUERIES = [
  'messages oauth.url 0 data url query',
  'messages ovos.shell.oauth.start.authentication 0 data url query',
];
const TOKENS = ['skill-music.example_library', 'skill-music.example_radio'].map(
  (id) => `messages oauth.token.response.${id} 0`,
);
const WITHOUT_CREDENTIALS = 'the URL of an app without credentials is asked for';
const BARE_QR = 'a QR is asked for by an app without credentials';
const AGAIN = 'an app registers again without the credentials that the user typed';
const SHELL = 'messages ovos.shell.oauth.start.authentication 0 data';

const inEveryUrl = (parameter: string, broker: string | RegExp): Place[] =>
  URL_QUERIES.map((query) => ({ step: '*', at: `${query} ${parameter}`, broker }));

export const SIGN_IN: readonly ListedDifference[] = [
  {
    area: 'Signing in',
    title: 'The state is random, and there is PKCE',
    python: 'The state is the munged id and is never checked; there is no PKCE.',
    broker: 'Each address has 128 random bits that work once, and an S256 challenge.',
    reason: 'Any web page could make the device redeem an attacker’s code (RFC 9700 §4.5, §4.7).',
    places: [
      ...inEveryUrl('state', '<random>'),
      ...inEveryUrl('code_challenge', '<random>'),
      ...inEveryUrl('code_challenge_method', 'S256'),
    ],
  },
  {
    area: 'Signing in',
    title: 'The redirect URI is the loopback address',
    python: '`http://0.0.0.0:<port>/auth/callback/<munged id>`',
    broker: '`http://127.0.0.1:<port>/auth/callback/<munged id>`',
    reason:
      'Providers and browsers refuse 0.0.0.0 and take 127.0.0.1 (RFC 8252 §7.3). The setting `redirect.loopback_host` brings 0.0.0.0 back for those who registered it.',
    places: [
      ...inEveryUrl('redirect_uri', /^http:\/\/127\.0\.0\.1:<port>\/auth\/callback\/[\w.-]+$/),
      {
        step: '*',
        at: 'files ovos_oauth_apps.json * callback_endpoint',
        broker: /^http:\/\/127\.0\.0\.1:<port>\/auth\/callback\/[\w.-]+$/,
      },
    ],
  },
  {
    area: 'Signing in',
    title: 'An address says until when it works',
    python: 'Addresses work for ever.',
    broker: '`oauth.url` has `expires_at`, ten minutes ahead.',
    reason: 'A sign-in that nobody finishes must not stay open.',
    places: [{ step: '*', at: 'messages oauth.url 0 data expires_at', broker: /^<10 min after / }],
  },
  {
    area: 'Signing in',
    title: 'A sign-in has a name',
    python: 'Has none.',
    broker:
      '`oauth.url`, `ovos.shell.oauth.start.authentication` and the reply to a QR request have `attempt_id`, such as `K7Q2-M9XD`.',
    reason: 'The page that says what went wrong shows it, and the log can be searched for it.',
    places: ['messages oauth.url 0 data', SHELL, 'messages oauth.generate.qr.response 0 data'].map(
      (message) => ({
        step: '*',
        at: `${message} attempt_id`,
        broker: /^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/,
      }),
    ),
  },
  {
    area: 'Signing in',
    title: 'The ways to sign in are listed',
    python: 'There is one way.',
    broker:
      '`ovos.shell.oauth.start.authentication` and the reply to a QR request have `methods`, the first also `expires_at`; by a device code also `user_code` and `verification_uri`.',
    reason:
      'A shell can show a code to type, or say why a way is not open. Who does not know the fields ignores them.',
    places: [
      { step: '*', at: `${SHELL} methods`, broker: any },
      { step: '*', at: `${SHELL} expires_at`, broker: /^<10 min after / },
      { step: '*', at: 'messages oauth.generate.qr.response 0 data methods', broker: any },
    ],
  },
  {
    area: 'Signing in',
    title: 'Without credentials there is no address',
    python: 'Gives out an address with `client_id=None`, and a QR code of an address without any.',
    broker:
      '`oauth.url` and `oauth.generate.qr.response` have an `error` with `error_code` `needs_credentials`; the shell gets an empty `url` with `needs_credentials`.',
    reason:
      'Such an address ends on an error page of the provider. The shell shows its form and ignores the address.',
    places: [
      { step: WITHOUT_CREDENTIALS, at: 'messages oauth.url 0 data url' },
      { step: WITHOUT_CREDENTIALS, at: 'messages oauth.url 0 data error', broker: any },
      { step: WITHOUT_CREDENTIALS, at: 'messages oauth.url 0 data hint', broker: any },
      { step: WITHOUT_CREDENTIALS, at: 'messages oauth.url 0 data error_code', broker: 'needs_credentials' },
      { step: 'the sign-in of an app starts', at: `${SHELL} url address`, broker: '' },
      { step: 'the sign-in of an app starts', at: `${SHELL} url query *` },
      { step: BARE_QR, at: 'messages oauth.generate.qr.response 0 data qr' },
      { step: BARE_QR, at: 'messages oauth.generate.qr.response 0 image' },
      { step: BARE_QR, at: 'messages oauth.generate.qr.response 0 data error', broker: any },
      { step: BARE_QR, at: 'messages oauth.generate.qr.response 0 data hint', broker: any },
      {
        step: BARE_QR,
        at: 'messages oauth.generate.qr.response 0 data error_code',
        broker: 'needs_credentials',
      },
      { step: BARE_QR, at: 'messages ovos.shell.oauth.display.qr.code' },
    ],
  },
  {
    area: 'Signing in',
    title: '`needs_credentials` is said of the app, and as it is now',
    python:
      'Says it of the skill’s last registration: it stays true after the user typed the credentials, and for a skill’s other apps.',
    broker: 'Is true while this app lacks credentials.',
    reason: 'The shell showed its form again and again and never came to the provider’s page.',
    places: [
      'the sign-in of an app whose skill has another without credentials starts',
      'the user types credentials',
      'the sign-in starts after the user typed credentials',
      'the sign-in in the shell starts',
    ].map((step) => ({ step, at: `${SHELL} needs_credentials`, broker: false })),
  },
  {
    area: 'Signing in',
    title: 'Credentials that the user typed stay',
    python: 'A registration without credentials wipes them out; skills register at every start.',
    broker: 'Keeps them, and says so: `client_id` and `needs_creds` of `oauth.register.response`.',
    reason: 'The user would have to type them after every start.',
    places: [
      { step: AGAIN, at: 'messages oauth.register.response 0 data client_id', broker: 'music' },
      { step: AGAIN, at: 'messages oauth.register.response 0 data needs_creds', broker: false },
      { step: AGAIN, at: 'files ovos_oauth_apps.json skill-notes.example_notes' },
    ],
  },
  {
    area: 'Signing in',
    title: 'A public client needs no secret',
    python: '`needs_creds` is true for every app without a secret.',
    broker:
      'It is false for an app that registers with `public: true`, and for one whose client id is its own address.',
    reason:
      'PKCE takes the place of the secret (RFC 8252 §8.4); clients by IndieAuth, such as Home Assistant’s, have none.',
    places: ['a public client registers', 'an app registers whose client id is its own address'].map(
      (step) => ({ step, at: 'messages oauth.register.response 0 data needs_creds', broker: false }),
    ),
  },
  {
    area: 'Signing in',
    title: 'The shell’s sign-in comes to its end',
    python: 'Nobody hears `ovos.shell.oauth.authentication.forward`.',
    broker: 'Completes the sign-in with the address in it and answers with `….forward.response`.',
    reason: 'The shell keeps the provider’s redirect to itself, so nothing else can complete it.',
    places: [
      {
        step: 'the shell forwards the redirect',
        at: 'messages ovos.shell.oauth.authentication.forward.response',
        broker: [{ data: { result: 'Ok' } }],
      },
      {
        step: 'the shell forwards the redirect',
        at: 'messages oauth.token.response.skill-music.example_library',
        broker: [{ data: { access_token: '<from "the shell forwards the redirect">' } }],
      },
      {
        step: 'the shell forwards the redirect',
        at: 'files ovos_oauth.json skill-music.example_library',
        broker: { access_token: '<from "the shell forwards the redirect">' },
      },
      {
        step: 'the shell forwards a redirect that nobody asked for',
        at: 'messages ovos.shell.oauth.authentication.forward.response',
        broker: [{ data: { result: 'Error', error_code: 'attempt_unknown' } }],
      },
    ],
  },
  {
    area: 'Signing in',
    title: 'The token is sent to who asked for the sign-in',
    python: '`oauth.token.response.<munged id>` has no context but a session.',
    broker: 'Has the context of the message that started the sign-in, as a reply has.',
    reason: 'It is the late answer to that message; the session in it leads to the user who asked.',
    places: TOKENS.flatMap((message) =>
      ['source', 'destination', 'ident', 'nested'].map((member) => ({
        step: '*',
        at: `${message} context ${member}`,
        broker: any,
      })),
    ),
  },
  {
    area: 'Signing in',
    title: 'The bus hears how a sign-in ended',
    python: 'Says nothing but the token.',
    broker:
      'Also sends `oauth.status.changed` when an app is connected, and with `error_code` when a sign-in failed.',
    reason: 'A skill that waits for a token must hear that the user declined.',
    places: [
      ...['the user signs in', 'the user signs in at a public client', 'the shell forwards the redirect'].map(
        (step) => ({ step, at: 'messages oauth.status.changed', broker: [{ data: { state: 'connected' } }] }),
      ),
      {
        step: 'the user denies',
        at: 'messages oauth.status.changed',
        broker: [{ data: { error_code: 'access_denied' } }],
      },
    ],
  },
];
