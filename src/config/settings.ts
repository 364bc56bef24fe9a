import * as v from 'valibot';
import { OAuthBrokerError } from '../errors.ts';
import type { JsonObject } from '../json.ts';
import { fleetSchema, fleetSettingsOf } from './fleet-settings.ts';
import { type Layer, mergeLayers, originOf } from './merge.ts';
import type { Paths } from './paths.ts';
import { sealingSchema, sealingSettingsOf } from './sealing-settings.ts';

/** The section of this service in mycroft.conf; the Python plugin's, so that its settings go on counting. */
export const SECTION = 'ovos-PHAL-plugin-oauth';

const MEGABYTE = 1024 * 1024;
// The key lengths of AES-128, -192 and -256.
const KEY_LENGTHS: readonly number[] = [16, 24, 32];
const HOST_NAME = /^[\w.-]+$/;
const IP_V6 = /^[\da-f]*:[\da-f:.]+(?:%[\w.-]+)?$/i;

const host = v.pipe(
  v.string(),
  v.check((value) => HOST_NAME.test(value) || IP_V6.test(value)),
);

// ovos-bus-client puts the port into an address as it is, so text does as well as a number.
const port = v.pipe(
  v.union([v.number(), v.pipe(v.string(), v.regex(/^\d+$/), v.transform(Number))]),
  v.integer(),
  v.minValue(0),
  v.maxValue(65_535),
);

// A relay is a public page: without TLS anybody on the way could read the code.
const relayUrl = v.pipe(
  v.string(),
  v.check((value) => URL.canParse(value) && /^https:\/\/[^?#]+$/.test(value)),
);

// YAML reads a bare `on` or `off` as true or false.
const voice = v.pipe(
  v.union([v.picklist(['on', 'off']), v.boolean()]),
  v.transform((value) => value === 'on' || value === true),
);

/** A setting with a default for when it is missing or `null`, or anything false to Python: `config.get(key) or default`. */
function orElse<const T extends v.GenericSchema>(schema: T, fallback: string | number) {
  return v.nullish(
    v.pipe(
      v.unknown(),
      v.transform((value) => value || fallback),
      schema,
    ),
    fallback,
  );
}

/** What of mycroft.conf concerns this program, with every default. */
export const configSchema = v.object({
  lang: orElse(v.string(), 'en-us'),
  secondary_langs: v.nullish(v.array(v.string()), []),
  websocket: v.nullish(
    v.object({
      host: orElse(host, '127.0.0.1'),
      port: orElse(port, 8181),
      route: orElse(v.pipe(v.string(), v.startsWith('/')), '/core'),
      ssl: v.nullish(v.boolean(), false),
      secret_key: v.nullish(
        v.pipe(
          v.string(),
          v.check((key) => key === '' || KEY_LENGTHS.includes(Buffer.byteLength(key))),
        ),
      ),
      allow_unencrypted: v.nullish(v.boolean()),
      max_msg_size: orElse(v.pipe(v.number(), v.gtValue(0)), 25),
    }),
    {},
  ),
  PHAL: v.nullish(
    v.object({
      [SECTION]: v.nullish(
        v.object({
          host: v.nullish(host, '::'),
          port: v.nullish(port, 36_536),
          lan_host: v.nullish(host),
          redirect: v.nullish(
            v.object({
              loopback_host: v.nullish(v.picklist(['127.0.0.1', '0.0.0.0']), '127.0.0.1'),
              relay_url: v.nullish(relayUrl),
              relay_urls: v.nullish(v.record(v.string(), relayUrl), {}),
            }),
            {},
          ),
          shared_files: v.nullish(v.picklist(['full', 'access_only', 'off']), 'full'),
          sealing: v.nullish(sealingSchema, {}),
          store: v.nullish(fleetSchema, {}),
          voice: v.nullish(voice, 'on'),
          attempt_lifetime: v.nullish(v.pipe(v.number(), v.minValue(30), v.maxValue(86_400)), 600),
          log: v.nullish(
            v.object({
              level: v.nullish(v.picklist(['debug', 'info', 'warn', 'error']), 'info'),
              json: v.nullish(v.boolean(), false),
            }),
            {},
          ),
        }),
        {},
      ),
    }),
    {},
  ),
});

const settingsSchema = v.pipe(
  configSchema,
  v.transform(({ lang, secondary_langs: secondaryLangs, websocket, PHAL }) => {
    const own = PHAL[SECTION];
    const secretKey = websocket.secret_key || undefined;
    return {
      /** BCP 47 tag of the user's language. */
      lang,
      /** Further ones that the device listens to. */
      secondaryLangs,
      bus: {
        host: reachable(websocket.host),
        port: websocket.port,
        route: websocket.route,
        ssl: websocket.ssl,
        ...(secretKey === undefined ? {} : { secretKey }),
        allowUnencrypted: websocket.allow_unencrypted ?? secretKey === undefined,
        maxMessageBytes: Math.floor(websocket.max_msg_size * MEGABYTE),
      },
      http: {
        /** Address to bind: `::` is every interface. */
        host: own.host,
        port: own.port,
      },
      /** The address shown to phones, where the one found by itself is not right. */
      ...(own.lan_host ? { lanHost: own.lan_host } : {}),
      redirect: {
        loopbackHost: own.redirect.loopback_host,
        /** The relay page of every app, and those of single apps by their munged ids. */
        ...(own.redirect.relay_url ? { relayUrl: own.redirect.relay_url } : {}),
        relayUrls: own.redirect.relay_urls,
      },
      /** What Python programs see in the shared files. */
      sharedFiles: own.shared_files,
      ...sealingSettingsOf(own.sealing),
      ...fleetSettingsOf(own.store),
      /** How long a sign-in may take, in milliseconds. */
      attemptLifetime: own.attempt_lifetime * 1000,
      /** Whether this program speaks and can be spoken to. */
      voice: own.voice,
      log: own.log,
    };
  }),
);

export type Settings = v.InferOutput<typeof settingsSchema> & { readonly paths: Paths };
export type BusSettings = Settings['bus'];

/**
 * Judges the merged layers.
 * @param layers those that count, lowest first (`effectiveLayers`)
 * @throws OAuthBrokerError `config_invalid` with the field and the file that sets it; never the value, it may be a secret
 */
export function parseSettings(layers: readonly Layer[], paths: Paths): Settings {
  const parsed = v.safeParse(settingsSchema, mergeLayers(layers));
  if (parsed.success) return { ...parsed.output, paths };
  const keys = (parsed.issues[0].path ?? []).map((item) => String(item.key));
  throw new OAuthBrokerError('config_invalid', {
    field: keys.join('.'),
    path: originOf(layers, keys)?.path ?? '',
  });
}

/** A server that listens on every interface is reached on this one. */
function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  return host === '::' ? '::1' : host;
}

/** A layer from one field, such as `--port` on the command line. */
export function commandLineLayer(own: JsonObject): Layer {
  return { kind: 'command line', path: 'the command line', values: { PHAL: { [SECTION]: own } } };
}
