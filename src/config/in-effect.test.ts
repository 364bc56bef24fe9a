import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../json.ts';
import { settingsInEffect } from './in-effect.ts';
import { commandLineLayer, SECTION } from './settings.ts';

function layer(path: string, values: JsonObject) {
  return { kind: 'user' as const, path, values };
}

function shown(name: string, ...layers: Parameters<typeof settingsInEffect>[0]) {
  return settingsInEffect(layers).find((setting) => setting.name === name);
}

describe('settings in effect', () => {
  it('are the highest value and the file that sets it', () => {
    const port = shown(
      'websocket.port',
      layer('/low.conf', { websocket: { port: 1 } }),
      layer('/high.conf', { websocket: { port: 2 } }),
      layer('/other.conf', { lang: 'de-de' }),
    );
    expect(port).toEqual({
      name: 'websocket.port',
      kind: 'shown',
      value: 2,
      origin: { kind: 'user', path: '/high.conf' },
    });
  });

  it('name the command line where that sets one', () => {
    const level = shown(`PHAL.${SECTION}.log.level`, commandLineLayer({ log: { level: 'debug' } }));
    expect(level).toMatchObject({ value: 'debug', origin: { kind: 'command line' } });
  });

  it('are the default where nobody set one, and without a value where there is no default', () => {
    expect(shown('websocket.port')).toEqual({ name: 'websocket.port', kind: 'shown', value: 8181 });
    expect(shown(`PHAL.${SECTION}.lan_host`)).toEqual({ name: `PHAL.${SECTION}.lan_host`, kind: 'shown' });
  });

  it('tell of a secret only that it is set', () => {
    const all = settingsInEffect([layer('/a.conf', { websocket: { secret_key: 'hush-hush' } })]);
    expect(all.find(({ name }) => name === 'websocket.secret_key')).toMatchObject({ kind: 'hidden' });
    expect(JSON.stringify(all)).not.toContain('hush');
  });

  it('hide a password inside an address', () => {
    const own = { [SECTION]: { lan_host: 'postgres://broker:hu:sh@database.local/broker' } };
    const all = JSON.stringify(settingsInEffect([layer('/a.conf', { PHAL: own })]));
    expect(all).toContain('postgres://broker:***@database.local/broker');
    expect(all).not.toContain('sh@');
  });
});
