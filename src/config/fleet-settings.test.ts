import { hostname } from 'node:os';
import { describe, expect, test } from 'vitest';
import { asBrokerError } from '../errors.ts';
import type { JsonObject } from '../json.ts';
import { BUILT_IN } from './built-in.ts';
import { effectiveLayers } from './merge.ts';
import { parseSettings, SECTION } from './settings.ts';
import type { FleetSettings } from './fleet-settings.ts';

const PATHS = { stateDir: '/s', cacheDir: '/c', runtimeDir: '/r', tempDir: '/t' };
const URL_OF_DATABASE = 'postgresql://broker@db.example:5433/ovos';

function storeOf(store: JsonObject | null): FleetSettings | undefined {
  const values = { PHAL: { [SECTION]: { store } } };
  const layers = effectiveLayers([
    { kind: 'defaults', path: '', values: BUILT_IN },
    { kind: 'user', path: '/home/mycroft.conf', values },
  ]);
  return parseSettings(layers, PATHS).store;
}

function refusal(store: JsonObject): unknown {
  try {
    return storeOf(store);
  } catch (thrown) {
    return asBrokerError(thrown);
  }
}

describe('the setting `store`', () => {
  test.each([null, {}, { url: null }, { device: 'kitchen' }])(
    'as %j leaves the store on the device',
    (store) => {
      expect(storeOf(store)).toBeUndefined();
    },
  );

  test('needs no more than an address', () => {
    expect(storeOf({ url: URL_OF_DATABASE })).toEqual({
      url: URL_OF_DATABASE,
      password: { from: 'nowhere' },
      device: hostname(),
      groups: [],
      visibility: 'all',
    });
  });

  test.each([
    [{ password_file: '/etc/password' }, { from: 'file', path: '/etc/password' }],
    [{ password_env: 'DATABASE_PASSWORD' }, { from: 'environment', name: 'DATABASE_PASSWORD' }],
    [{ password_credential: 'database' }, { from: 'credential', name: 'database' }],
  ])('takes the password from where %j says', (fields, password) => {
    expect(storeOf({ url: URL_OF_DATABASE, ...fields })).toMatchObject({ password });
  });

  test.each([
    [{ url: 'postgresql://broker:secret@db.example/ovos' }, 'store.url'],
    [{ url: 'postgresql://broker@db.example/ovos?password=secret' }, 'store.url'],
    [{ url: 'mysql://broker@db.example/ovos' }, 'store.url'],
    [{ url: 'postgresql://db.example/ovos' }, 'store.url'],
    [{ url: URL_OF_DATABASE, visibility: 'everybody' }, 'store.visibility'],
    [{ url: URL_OF_DATABASE, device: 'my kitchen' }, 'store.device'],
    [{ url: URL_OF_DATABASE, password_file: 'relative' }, 'store.password_file'],
    [{ url: URL_OF_DATABASE, password_file: '/one', password_env: 'OTHER' }, 'store'],
  ])('is refused as %j, without quoting it', (store, field) => {
    expect(refusal(store)).toMatchObject({
      code: 'config_invalid',
      details: { field: `PHAL.${SECTION}.${field}`, path: '/home/mycroft.conf' },
    });
  });
});
