import type { JsonObject, JsonValue } from '../../json.ts';
import type { App, MungedId } from '../records.ts';
import { digestOf } from './digest.ts';

/** Gives the `callback_endpoint` of an app. */
export type CallbackEndpoint = (mungedId: MungedId) => string;

type Settings = Pick<
  App,
  'clientId' | 'clientSecret' | 'authorizationEndpoint' | 'tokenEndpoint' | 'scope' | 'shellIntegration'
>;

/** A field of `ovos_utils.oauth.OAuthApplicationDatabase.add_application`. */
interface Field {
  readonly name: string;
  readonly read: (value: JsonValue | undefined) => Partial<Settings>;
  readonly write: (app: App) => JsonValue;
}

const FIELDS: readonly Field[] = [
  {
    name: 'client_id',
    read: (value) => ({ clientId: textOf(value) }),
    write: (app) => app.clientId,
  },
  {
    name: 'client_secret',
    read: (value) => ({ clientSecret: textOf(value) }),
    write: (app) => app.clientSecret,
  },
  {
    name: 'auth_endpoint',
    read: (value) => ({ authorizationEndpoint: textOf(value) ?? '' }),
    write: (app) => app.authorizationEndpoint,
  },
  {
    name: 'token_endpoint',
    read: (value) => ({ tokenEndpoint: textOf(value) ?? '' }),
    write: (app) => app.tokenEndpoint,
  },
  {
    name: 'scope',
    // oauthlib takes a list as well.
    read: (value) => ({ scope: Array.isArray(value) ? value.map(String).join(' ') : textOf(value) }),
    write: (app) => app.scope,
  },
  {
    name: 'shell_integration',
    // The Python plugin: `data.get("shell_integration", True)`.
    read: (value) => ({ shellIntegration: value === undefined || Boolean(value) }),
    write: (app) => app.shellIntegration,
  },
];

const OWNER = 'oauth_service';
const CALLBACK = 'callback_endpoint';

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
  const foreign = app.foreignFields ?? {};
  const callback = app.skillId === undefined ? foreign[CALLBACK] : undefined;
  const [id, secret, authorization, token, ...others] = FIELDS.map(
    (field) => [field.name, write(field, app)] as const,
  );
  const known = [OWNER, CALLBACK, ...FIELDS.map(({ name }) => name)];
  const rest = Object.entries(foreign).filter(([name]) => !known.includes(name));
  return Object.fromEntries([
    [OWNER, foreign[OWNER] === undefined ? app.mungedId : foreign[OWNER]],
    ...[id, secret, authorization, token].filter((field) => field !== undefined),
    [CALLBACK, callback === undefined ? callbackEndpoint(app.mungedId) : callback],
    ...others,
    ...rest,
  ]);
}

/** A value that this program reads differently than it was written is written back as it was. */
function write(field: Field, app: App): JsonValue {
  const foreign = app.foreignFields?.[field.name];
  if (foreign === undefined) return field.write(app);
  const unchanged = field.write({ ...app, ...field.read(foreign) }) === field.write(app);
  return unchanged ? foreign : field.write(app);
}

/** The app in an entry that another program wrote, over what is known of it already. */
export function adoptApp(mungedId: MungedId, entry: JsonObject, ours: App | undefined): App {
  const settings = FIELDS.reduce<Settings>(
    (settings, { name, read }) => ({ ...settings, ...read(entry[name]) }),
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
    const field = FIELDS.find((known) => known.name === name);
    return field === undefined || field.write(read) !== value;
  });
  return foreign.length === 0 ? undefined : Object.fromEntries(foreign);
}

/** Recognises an app's entry, whatever the order of its fields; the callback is ours to say and tells nothing. */
export function appDigest(app: App): string {
  const { [CALLBACK]: _callback, ...entry } = appEntry(app, () => '');
  return digestOf(canonical(entry));
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
