import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BUILT_IN } from '../../src/config/built-in.ts';
import { effectiveLayers } from '../../src/config/merge.ts';
import { parseSettings, SECTION } from '../../src/config/settings.ts';
import { createFleetStore } from '../../src/fleet-store.ts';
import type { JsonObject } from '../../src/json.ts';
import { silentLog } from '../../src/log.ts';
import { selfSignedCertificate } from '../support/certificate.ts';
import { freePort } from '../support/free-port.ts';
import { type PostgresServer, startPostgres } from '../support/postgres.ts';

// The way in, as the settings describe it: password, TLS, key.

const PASSWORD = 'a password with spaces';
let server: PostgresServer;
let folder: string;
let port: number;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ovos-oauth-access-'));
  port = await freePort();
  const tls = selfSignedCertificate('127.0.0.1');
  server = await startPostgres({ settings: { listen_addresses: '127.0.0.1', port: String(port) }, tls });
  server.create('ovos');
  server.sql(
    'ovos',
    `create role broker login password '${PASSWORD}'; grant create on database ovos to broker`,
  );
  await writeFile(join(folder, 'ca.pem'), tls.cert);
  await writeFile(join(folder, 'fleet.key'), randomBytes(32).toString('base64'), { mode: 0o600 });
  await writeFile(join(folder, 'password'), `${PASSWORD}\n`, { mode: 0o600 });
  await writeFile(join(folder, 'passphrase'), 'correct horse battery staple\n', { mode: 0o600 });
  await chmod(folder, 0o700);
});

afterAll(async () => {
  await server?.remove();
  await rm(folder, { recursive: true, force: true });
});

/** Opens the store that the settings describe and closes it again; says whether its connections were encrypted (`t`). */
async function enter(
  store: JsonObject,
  sealing: JsonObject = { key_file: join(folder, 'fleet.key') },
): Promise<string> {
  const own = {
    sealing,
    store: { url: `postgresql://broker@127.0.0.1:${port}/ovos`, device: 'kitchen', ...store },
  };
  const layers = effectiveLayers([
    { kind: 'defaults', path: '', values: BUILT_IN },
    { kind: 'user', path: '/mycroft.conf', values: { PHAL: { [SECTION]: own } } },
  ]);
  const at = (name: string): string => join(folder, 'home', name);
  const paths = {
    stateDir: at('state'),
    cacheDir: at('cache'),
    runtimeDir: at('run'),
    tempDir: folder,
    credentialsDir: folder,
  };
  const settings = parseSettings(layers, paths);
  if (settings.store === undefined) throw new Error('There is no common store.');
  const env = { DATABASE_PASSWORD: PASSWORD, WRONG: 'wrong' };
  const opened = await createFleetStore({ ...settings, store: settings.store }, { log: silentLog, env });
  try {
    await opened.open();
    return server.sql(
      'ovos',
      `select bool_and(ssl) from pg_stat_ssl join pg_stat_activity using (pid) where usename = 'broker'`,
    );
  } finally {
    await opened.close();
  }
}

describe('a password', () => {
  test.each([
    ['a file', { password_file: 'password' }],
    ['the environment', { password_env: 'DATABASE_PASSWORD' }],
    ['a systemd credential', { password_credential: 'password' }],
  ])('is taken from %s', async (_where, fields) => {
    const file = 'password_file' in fields ? { password_file: join(folder, fields.password_file) } : fields;
    await expect(enter({ ...file })).resolves.toBe('f');
  });

  test.each([
    ['that is wrong', { password_env: 'WRONG' }],
    ['that is missing', {}],
    ['whose file is missing', { password_file: '/nowhere/password' }],
  ])('%s is refused for good', async (_which, fields) => {
    await expect(enter(fields)).rejects.toMatchObject({ code: 'store_denied' });
  });
});

describe('TLS', () => {
  const entry = { password_env: 'DATABASE_PASSWORD', tls: true };

  test('is used where somebody vouches for the server', async () => {
    expect(await enter({ ...entry, tls_ca_file: join(folder, 'ca.pem') })).toBe('t');
  });

  test('is refused where nobody does, or under another name', async () => {
    await expect(enter(entry)).rejects.toMatchObject({ code: 'store_denied' });
    const url = `postgresql://broker@localhost:${port}/ovos`;
    await expect(enter({ ...entry, url, tls_ca_file: join(folder, 'ca.pem') })).rejects.toMatchObject({
      code: 'store_denied',
      details: { reason: 'ERR_TLS_CERT_ALTNAME_INVALID' },
    });
  });
});

describe('the key', () => {
  const entry = { password_env: 'DATABASE_PASSWORD' };

  test.each([
    ['is needed', {}],
    ['is no passphrase', { key_file: 'passphrase' }],
    ['is not typed', { ask_passphrase: true }],
  ])('%s', async (_rule, sealing) => {
    const named = 'key_file' in sealing ? { key_file: join(folder, sealing.key_file) } : sealing;
    await expect(enter(entry, named)).rejects.toMatchObject({
      code: 'config_invalid',
      details: { field: 'sealing' },
    });
  });

  test('may be a systemd credential', async () => {
    await expect(enter(entry, { credential: 'fleet.key' })).resolves.toBe('f');
  });
});
