import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { isRelayTarget } from './relay.ts';

describe('where a relay page goes', () => {
  test.each([
    '192.168.1.20',
    '10.0.0.2',
    '172.16.0.1',
    '172.31.255.1',
    '169.254.3.4',
    '127.0.0.2',
    '[fd00::2]',
    'mark2.local',
    'mark2.home.arpa',
    'localhost',
  ])('to %s', (host) => {
    expect(isRelayTarget(host)).toBe(true);
  });

  test.each([
    '8.8.8.8',
    '172.32.0.1',
    '100.64.0.1',
    '[2001:db8::1]',
    '[fe80::1]',
    'mark2',
    'mark2.lan',
    'example.com',
    '192.168.1.20.example.com',
    'xn--a.local',
  ])('not to %s', (host) => {
    expect(isRelayTarget(host)).toBe(false);
  });

  test('as docs/relay.md says', () => {
    const page = readFileSync(new URL('../../../docs/relay.md', import.meta.url), 'utf8');
    for (const name of ['169.254', '.local', '.home.arpa', '.internal']) expect(page).toContain(name);
  });
});
