import { describe, expect, it } from 'vitest';
import { OAuthBrokerError } from '../errors.ts';
import type { JsonObject } from '../json.ts';
import { BUILT_IN } from './built-in.ts';
import { effectiveLayers, type Layer } from './merge.ts';
import { commandLineLayer, parseSettings, SECTION } from './settings.ts';

const PATHS = { stateDir: '/s', cacheDir: '/c', runtimeDir: '/r', tempDir: '/t' };

function layer(kind: Layer['kind'], path: string, values: JsonObject): Layer {
  return { kind, path, values };
}

function parse(...layers: readonly Layer[]) {
  return parseSettings(effectiveLayers([layer('defaults', '', BUILT_IN), ...layers]), PATHS);
}

function user(values: JsonObject) {
  return parse(layer('user', '/home/mycroft.conf', values));
}

function failure(values: JsonObject): OAuthBrokerError {
  try {
    user(values);
  } catch (error) {
    if (error instanceof OAuthBrokerError) return error;
    throw error;
  }
  throw new Error('These settings are taken for good.');
}

describe('settings', () => {
  it('are complete without any file', () => {
    expect(parse()).toEqual({
      lang: 'en-us',
      secondaryLangs: [],
      bus: {
        host: '127.0.0.1',
        port: 8181,
        route: '/core',
        ssl: false,
        allowUnencrypted: true,
        maxMessageBytes: 25 * 1024 * 1024,
      },
      http: { host: '::', port: 36_536 },
      redirect: { loopbackHost: '127.0.0.1', relayUrls: {} },
      sharedFiles: 'full',
      attemptLifetime: 600_000,
      voice: true,
      log: { level: 'info', json: false },
      paths: PATHS,
    });
  });

  it.each([
    ['0.0.0.0', '127.0.0.1'],
    ['::', '::1'],
    ['10.1.2.3', '10.1.2.3'],
    ['bus.local', 'bus.local'],
    ['', '127.0.0.1'],
    [null, '127.0.0.1'],
  ])('reach a bus that is configured on %j at %s', (host, reached) => {
    expect(user({ websocket: { host } }).bus.host).toBe(reached);
  });

  it('take what is null or missing from the defaults, as Python does', () => {
    const settings = user({ lang: null, websocket: { port: 0, route: null, ssl: null }, PHAL: null });
    expect(settings).toEqual(parse());
  });

  it.each([
    ['on', true],
    ['off', false],
    [true, true],
    [false, false],
    [null, true],
  ])('take the voice %j, as JSON and YAML say it', (value, speaks) => {
    expect(user({ PHAL: { 'ovos-PHAL-plugin-oauth': { voice: value } } }).voice).toBe(speaks);
  });

  it('take a port as text too', () => {
    expect(user({ websocket: { port: '8182' } }).bus.port).toBe(8182);
  });

  it('refuse plain frames once there is a key, unless they are allowed', () => {
    const secret_key = 'k'.repeat(32);
    expect(user({ websocket: { secret_key } }).bus).toMatchObject({
      secretKey: secret_key,
      allowUnencrypted: false,
    });
    expect(user({ websocket: { secret_key, allow_unencrypted: true } }).bus.allowUnencrypted).toBe(true);
    expect(user({ websocket: { secret_key: '' } }).bus).not.toHaveProperty('secretKey');
  });

  it.each<[string, JsonObject]>([
    ['lang', { lang: 5 }],
    ['websocket', { websocket: 'ws://x' }],
    ['websocket.host', { websocket: { host: 'ws://bus' } }],
    ['websocket.port', { websocket: { port: 70_000 } }],
    ['websocket.route', { websocket: { route: 'core' } }],
    ['websocket.ssl', { websocket: { ssl: 'yes' } }],
    ['websocket.secret_key', { websocket: { secret_key: 'hush' } }],
    ['websocket.max_msg_size', { websocket: { max_msg_size: -1 } }],
    ['PHAL', { PHAL: 'oauth' }],
    [`PHAL.${SECTION}.port`, { PHAL: { [SECTION]: { port: 36_536.5 } } }],
    [`PHAL.${SECTION}.lan_host`, { PHAL: { [SECTION]: { lan_host: 'http://device/' } } }],
    [
      `PHAL.${SECTION}.redirect.loopback_host`,
      { PHAL: { [SECTION]: { redirect: { loopback_host: '10.0.0.1' } } } },
    ],
    [`PHAL.${SECTION}.attempt_lifetime`, { PHAL: { [SECTION]: { attempt_lifetime: 0 } } }],
    [`PHAL.${SECTION}.log.level`, { PHAL: { [SECTION]: { log: { level: 'loud' } } } }],
  ])(
    'name the setting %s and its file when its value is impossible, and never the value',
    (field, values) => {
      const error = failure(values);
      expect(error.code).toBe('config_invalid');
      expect(error.details).toEqual({ field, path: '/home/mycroft.conf' });
      expect(JSON.stringify([error.message, error.details, error.cause])).not.toContain('hush');
    },
  );

  it('name the highest file that sets an impossible value', () => {
    const good = { websocket: { port: 8181 } };
    const bad = { websocket: { port: 'x' } };
    const layers = [
      layer('system', '/etc/a', bad),
      layer('user', '/home/b', good),
      layer('user', '/xdg/c', bad),
    ];
    expect(() => parse(...layers)).toThrow(
      expect.objectContaining({ details: { field: 'websocket.port', path: '/xdg/c' } }),
    );
    expect(() => parse(...layers.slice(0, 2))).not.toThrow();
  });

  it('obey the command line above all, even where users have no say', () => {
    const system = layer('system', '/etc/a', { system: { disable_user_config: true } });
    const settings = parse(
      system,
      layer('user', '/home/b', { lang: 'de-de' }),
      commandLineLayer({ log: { level: 'debug' } }),
    );
    expect(settings).toMatchObject({ lang: 'en-us', log: { level: 'debug', json: false } });
  });

  it('report constraints that make no sense instead of dropping them', () => {
    const system = layer('system', '/etc/a', { system: { protected_keys: ['websocket'] } });
    expect(() => parse(system)).toThrow(
      expect.objectContaining({ code: 'config_invalid', details: { field: 'system', path: '/etc/a' } }),
    );
  });

  it('seal where a key is named, and not otherwise', () => {
    const sealed = (sealing: JsonObject) => user({ PHAL: { [SECTION]: { sealing } } }).sealing;
    expect(sealed({})).toBeUndefined();
    expect(sealed({ enabled: true })).toBeUndefined();
    expect(sealed({ key_file: '/media/key' })).toEqual({
      enabled: true,
      keyFile: '/media/key',
      ask: false,
      oldKeyFiles: [],
    });
    expect(sealed({ credential: 'ovos-oauth.key', enabled: false, old_key_files: ['/old'] })).toEqual({
      enabled: false,
      credential: 'ovos-oauth.key',
      ask: false,
      oldKeyFiles: ['/old'],
    });
    expect(sealed({ ask_passphrase: true })).toMatchObject({ ask: true });
  });

  it.each([
    ['two keys', { key_file: '/a', credential: 'b' }],
    ['a key and a passphrase', { key_file: '/a', ask_passphrase: true }],
    ['a path that depends on where the service was started', { key_file: 'key' }],
    ['a credential that is a path', { credential: '../key' }],
  ])('refuse to seal with %s', (_what, sealing) => {
    expect(failure({ PHAL: { [SECTION]: { sealing } } }).code).toBe('config_invalid');
  });

  it('keep a key __proto__ a mere key', () => {
    const values = JSON.parse(
      '{"__proto__": {"lang": "xx"}, "websocket": {"__proto__": {"port": 1}}}',
    ) as JsonObject;
    expect(user(values)).toEqual(parse());
    expect({}).not.toHaveProperty('lang');
  });
});
