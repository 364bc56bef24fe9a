import { isDeepStrictEqual } from 'node:util';
import type { JsonObject, JsonValue } from '../../json.ts';
import type { App, MungedId } from '../records.ts';
import { digestOfValue } from './value-digest.ts';

/** Gives the `callback_endpoint` of an app. */
export type CallbackEndpoint = (mungedId: MungedId) => string;

type Settings = Pick<
  App,
  'clientId' | 'clientSecret' | 'authorizationEndpoint' | 'tokenEndpoint' | 'scope' | 'shellIntegration'
>;

/** A field of `ovos_utils.oauth.OAuthApplicationDatabase.add_application`. */
interface Field {
  readonly read: (value: JsonValue | undefined) => Partial<Settings>;
  readonly write: (app: App) => JsonValue;
}

const FIELDS: ReadonlyMap<string, Field> = new Map<string, Field>([
  ['client_id', { read: (value) => ({ clientId: textOf(value) }), write: (app) => app.clientId }],
  ['client_secret', { read: (value) => ({ clientSecret: textOf(value) }), write: (app) => app.clientSecret }],
  [
    'auth_endpoint',
    {
      read: (value) => ({ authorizationEndpoint: textOf(value) ?? '' }),
      write: (app) => app.authorizationEndpoint,
    },
  ],
  [
    'token_endpoint',
    { read: (value) => ({ tokenEndpoint: textOf(value) ?? '' }), write: (app) => app.tokenEndpoint },
  ],
  [
    'scope',
    {
      // oauthlib takes a list as well.
      read: (value) => ({ scope: Array.isArray(value) ? value.map(String).join(' ') : textOf(value) }),
      write: (app) => app.scope,
    },
  ],
  [
    'shell_integration',
    {
      // The Python plugin: `data.get("shell_integration", True)`.
      read: (value) => ({ shellIntegration: value === undefined || Boolean(value) }),
      write: (app) => app.shellIntegration,
    },
  ],
]);

const OWNER = 'oauth_service';
const CALLBACK = 'callback_endpoint';
const SECRET = 'client_secret';

const UNKNOWN: Settings = {
  clientId: null,
  clientSecret: null,
  authorizationEndpoint: '',
  tokenEndpoint: '',
  scope: null,
  shellIntegration: true,
};

/**
 * An app as Python programs see it, in the order in which Python writes the fields. What they have no field for stays in
 * the journal.
 */
export function appEntry(app: App, callbackEndpoint: CallbackEndpoint): JsonObject {
  const entry = {
    [OWNER]: app.mungedId,
    client_id: app.clientId,
    client_secret: app.clientSecret,
    auth_endpoint: app.authorizationEndpoint,
    token_endpoint: app.tokenEndpoint,
    [CALLBACK]: callbackEndpoint(app.mungedId),
    scope: app.scope,
    shell_integration: app.shellIntegration,
  };
  return app.foreignFields === undefined ? entry : { ...entry, ...foreignFieldsFor(app, app.foreignFields) };
}

/** An entry for programs that need not refresh. */
export function withoutSecret(entry: JsonObject): JsonObject {
  return { ...entry, [SECRET]: null };
}

/**
 * An entry of a file that shows no client secrets, with the secret that it stands for: that of our app, as long as the
 * client is the same.
 */
export function withSecretOf(entry: JsonObject, ours: App | undefined): JsonObject {
  const hidden = entry[SECRET] === null || entry[SECRET] === undefined;
  if (!hidden || ours === undefined || textOf(entry['client_id']) !== ours.clientId) return entry;
  return { ...entry, [SECRET]: appEntry(ours, () => '')[SECRET] };
}

/** Fields of another program that go over ours, or beside them. */
function foreignFieldsFor(app: App, foreign: JsonObject): JsonObject {
  const fields = Object.entries(foreign).flatMap(([name, value]): Array<[string, JsonObject[string]]> => {
    // The callback of an app that was registered here is ours to say.
    if (name === CALLBACK) return app.skillId === undefined ? [[name, value]] : [];
    const field = FIELDS.get(name);
    return [[name, field === undefined ? value : write(field, value, app)]];
  });
  return Object.fromEntries(fields);
}

/** A value that this program reads differently than it was written is written back as it was. */
function write(field: Field, foreign: JsonValue | undefined, app: App): JsonValue | undefined {
  const unchanged = field.write({ ...app, ...field.read(foreign) }) === field.write(app);
  return unchanged ? foreign : field.write(app);
}

/** Whether an entry says what our app says; the callback is ours to say and tells nothing. */
export function isSameApp(entry: JsonObject, app: App): boolean {
  const { [CALLBACK]: _ours, ...expected } = appEntry(app, () => '');
  const { [CALLBACK]: _found, ...found } = entry;
  return isDeepStrictEqual(found, expected);
}

/** The app in an entry that another program wrote, over what is known of it already. */
export function adoptApp(mungedId: MungedId, entry: JsonObject, ours: App | undefined): App {
  const settings = [...FIELDS].reduce<Settings>(
    (read, [name, field]) => ({ ...read, ...field.read(entry[name]) }),
    UNKNOWN,
  );
  const { foreignFields: _replaced, ...before } = ours ?? { credentialsFrom: 'none', isPublic: false };
  const sameCredentials = ours?.clientId === settings.clientId && ours.clientSecret === settings.clientSecret;
  const foreignFields = foreignFieldsOf(mungedId, entry, settings);
  return {
    ...before,
    mungedId,
    ...settings,
    credentialsFrom: sameCredentials ? ours.credentialsFrom : settings.clientId === null ? 'none' : 'file',
    ...(foreignFields === undefined ? {} : { foreignFields }),
  };
}

function foreignFieldsOf(mungedId: MungedId, entry: JsonObject, settings: Settings): JsonObject | undefined {
  const read: App = { mungedId, credentialsFrom: 'none', isPublic: false, ...settings };
  const foreign = Object.entries(entry).filter(([name, value]) => {
    if (name === OWNER) return value !== mungedId;
    const field = FIELDS.get(name);
    return field === undefined || field.write(read) !== value;
  });
  return foreign.length === 0 ? undefined : Object.fromEntries(foreign);
}

/** Recognises an app's entry, whatever the order of its fields; the callback is ours to say and tells nothing. */
export function appDigest(app: App): string {
  return entryDigest(appEntry(app, () => ''));
}

/** Recognise an app's entry with its secret and without: which one a file shows is a setting. */
export function appDigests(app: App): string[] {
  const entry = appEntry(app, () => '');
  return [...new Set([entryDigest(entry), entryDigest(withoutSecret(entry))])];
}

function entryDigest({ [CALLBACK]: _callback, ...entry }: JsonObject): string {
  return digestOfValue(canonical(entry));
}

function canonical(value: JsonValue | undefined): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const members = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`).join()}}`;
}

function textOf(value: JsonValue | undefined): string | null {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' ? value : null;
}
