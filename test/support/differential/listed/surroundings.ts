import { any } from '../compare.ts';
import type { ListedDifference } from '../differences.ts';

const QR_REPLY = 'messages oauth.generate.qr.response 0';
const QR_ON_SHELL = 'messages ovos.shell.oauth.display.qr.code 0';
const SHOWN_BY_ITSELF = 'a QR is asked for by an app that shows it itself';
const PUBLIC_REFRESH = 'the token of a public client is refreshed';
const REGISTERED_ANEW = 'an app registers with a refresh endpoint';
const REGISTER_REPLY = 'messages oauth.register.response 0 data';

export const SURROUNDINGS: readonly ListedDifference[] = [
  {
    area: 'QR codes',
    title: 'The QR code leads to a page on this device',
    python:
      'Holds the provider’s address, not encoded, without `response_type`, `scope` and `state`: most providers refuse it.',
    broker:
      'Holds a short link to this device, where the user sees who asks for what and presses one button. The reply also has it as `url`, with `expires_at`.',
    reason: 'A short link is easy to scan, and the sign-in belongs to the phone that opened it.',
    places: [
      ...[QR_REPLY, QR_ON_SHELL].flatMap((message) => [
        { step: '*', at: `${message} image url address`, broker: /^HTTP:\/\/[\d.]+:<port>\/s\/<random>$/ },
        { step: '*', at: `${message} image url query *` },
        { step: '*', at: `${message} image url isEncoded`, broker: true },
      ]),
      ...['a QR is asked for', SHOWN_BY_ITSELF].flatMap((step) => [
        {
          step,
          at: `${QR_REPLY} data url`,
          broker: { address: /^http:\/\/[\d.]+:<port>\/s\/<random>$/ },
        },
        { step, at: `${QR_REPLY} data expires_at`, broker: /^<10 min after / },
      ]),
    ],
  },
  {
    area: 'QR codes',
    title: 'The image is private and goes away',
    python:
      'Readable by everybody, in the temporary folder, under a name that can be guessed; images pile up.',
    broker:
      'Readable by the user alone, in the runtime folder, under a random name; removed when the sign-in ends or the service stops.',
    reason: 'Whoever can read it can open its link before the user does.',
    places: [
      ...[QR_REPLY, QR_ON_SHELL].flatMap((message) => [
        { step: '*', at: `${message} data qr`, broker: '<home>/run/ovos-oauth/qr/<random>.png' },
        { step: '*', at: `${message} image mode`, broker: '0o600' },
      ]),
      { step: 'the service has stopped', at: 'images *' },
    ],
  },
  {
    area: 'QR codes',
    title: 'The shell is asked with the context of the request',
    python: '`ovos.shell.oauth.display.qr.code` has no context but a session.',
    broker: 'It is forwarded, as `ovos.shell.oauth.start.authentication` is.',
    reason: 'With several screens, the one in front of the user can be told from the others.',
    places: ['source', 'destination', 'ident', 'nested'].map((member) => ({
      step: 'a QR is asked for',
      at: `${QR_ON_SHELL} context ${member}`,
      broker: any,
    })),
  },
  {
    area: 'Refreshing',
    title: 'A client without a secret can refresh',
    python: 'Authenticates as `client_id:None`; the provider refuses.',
    broker: 'Sends its `client_id` in the body and gets a new token.',
    reason: 'RFC 6749 §6 with §3.2.1.',
    places: [
      { step: PUBLIC_REFRESH, at: 'messages oauth.refresh.response 0 data result', broker: 'Ok' },
      { step: PUBLIC_REFRESH, at: 'messages oauth.refresh.response 0 data client_id', broker: 'radio' },
      {
        step: PUBLIC_REFRESH,
        at: 'messages oauth.refresh.response 0 data token',
        broker: { access_token: `<from "${PUBLIC_REFRESH}">`, expires_at: any },
      },
      {
        step: PUBLIC_REFRESH,
        at: 'files ovos_oauth.json skill-music.example_radio',
        broker: { access_token: `<from "${PUBLIC_REFRESH}">`, expires_at: any },
      },
    ],
  },
  {
    area: 'Refreshing',
    title: 'An app that is signed in goes to no other server until the user agrees',
    python: 'Ignores `refresh_endpoint`, and sends tokens and secrets wherever the latest registration says.',
    broker:
      'Uses `refresh_endpoint`. A registration that brings in another server for an app that holds a token is answered with `change_unconfirmed`, and the app stays as it was until the user allows it.',
    reason: 'Any program on the bus can register in the name of any skill.',
    places: [
      ...['error', 'hint'].map((field) => ({
        step: REGISTERED_ANEW,
        at: `${REGISTER_REPLY} ${field}`,
        broker: any,
      })),
      { step: REGISTERED_ANEW, at: `${REGISTER_REPLY} error_code`, broker: 'change_unconfirmed' },
      { step: REGISTERED_ANEW, at: `${REGISTER_REPLY} needs_creds` },
    ],
  },
  {
    area: 'Files',
    title: 'The two OVOS files are the user’s alone',
    python: 'Mode 0644.',
    broker: 'Mode 0600.',
    reason: 'They hold tokens and client secrets.',
    places: ['ovos_oauth.json', 'ovos_oauth_apps.json'].map((file) => ({
      step: '*',
      at: `files modes ${file}`,
      broker: '0o600',
    })),
  },
  {
    area: 'Pages',
    title: 'The callback shows a page for people',
    python: 'Shows the query as JSON, the authorization code included; HTTP 500 after a denial or a mistake.',
    broker:
      'Moves on to a page that says what happened, at an address without the code; 403 after a denial, 400 for what it does not know.',
    reason:
      'The user reads it; the code must stay neither on the screen nor in the history (RFC 9700 §4.2.4).',
    places: [
      ...['the user signs in', 'the user signs in at a public client'].flatMap((step) => [
        { step, at: 'http type', broker: 'text/html' },
        { step, at: 'http shows_code', broker: false },
      ]),
      { step: 'the user denies', at: 'http status', broker: 403 },
      { step: 'a callback comes without anything', at: 'http status', broker: 400 },
      ...[
        'a callback comes with a code that nobody asked for',
        'a callback comes for an unknown app',
      ].flatMap((step) => [
        { step, at: 'http status', broker: 400 },
        { step, at: 'http shows_code', broker: false },
      ]),
    ],
  },
  {
    area: 'Pages',
    title: 'There is a front page',
    python: 'Not found.',
    broker: 'Says what runs here.',
    reason: 'Somebody who finds the port open should learn what it is.',
    places: [{ step: 'the front page is visited', at: 'http status', broker: 200 }],
  },
  {
    area: 'The service itself',
    title: 'Its own session holds only what it knows',
    python: 'Messages that nobody asked for carry a whole session, made from the plugin’s own configuration.',
    broker: 'They carry `session_id` and `lang`, and what `ovos.session.update_default` brought.',
    reason: 'The rest is ovos-core’s to say; receivers take what is missing from their own configuration.',
    places: ['oauth.ping', 'ovos.session.sync'].map((message) => ({
      step: 'the service starts',
      at: `messages ${message} 0 context session *`,
    })),
  },
];
