import { describe, expect, test } from 'vitest';
import { isLocalHost, readDatabaseUrl } from './database-url.ts';

describe('the address of a database', () => {
  test.each([
    [
      'postgresql://broker@db.example:5433/ovos',
      { host: 'db.example', port: 5433, user: 'broker', database: 'ovos' },
    ],
    [
      'postgres://broker@db.example/ovos',
      { host: 'db.example', port: 5432, user: 'broker', database: 'ovos' },
    ],
    ['postgresql://broker@[::1]/ovos', { host: '::1', port: 5432, user: 'broker', database: 'ovos' }],
    [
      'postgresql://broker@%2Frun%2Fpostgresql/ovos',
      { host: '/run/postgresql', port: 5432, user: 'broker', database: 'ovos' },
    ],
    ['postgresql://a%40b@db/o%2Fv', { host: 'db', port: 5432, user: 'a@b', database: 'o/v' }],
  ])('%s is read', (url, address) => {
    expect(readDatabaseUrl(url)).toEqual(address);
  });

  test.each([
    'postgresql://broker:secret@db.example/ovos',
    'postgresql://broker@db.example/ovos?sslmode=disable',
    'postgresql://db.example/ovos',
    'postgresql://broker@db.example',
    'postgresql:///ovos',
    'https://broker@db.example/ovos',
    'db.example',
  ])('%s is refused', (url) => {
    expect(() => readDatabaseUrl(url)).toThrowError(expect.objectContaining({ code: 'config_invalid' }));
  });

  test.each([
    ['/run/postgresql', true],
    ['127.0.0.1', true],
    ['localhost', true],
    ['::1', true],
    ['db.example', false],
    ['192.168.1.2', false],
    ['127.evil.example', false],
  ])('%s is this machine: %s', (host, isLocal) => {
    expect(isLocalHost(host)).toBe(isLocal);
  });
});
