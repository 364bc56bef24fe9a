import { expect, test } from 'vitest';
import { unitText } from './unit.ts';

test('a line end in the environment begins no other setting', () => {
  const text = unitText({
    scope: 'user',
    program: ['/usr/bin/node', '/opt/ovos-oauth.mjs'],
    environment: { TMPDIR: '/tmp\nExecStartPre=/bin/touch /tmp/ran\n' },
  });
  expect(text.split('\n').filter((line) => line.startsWith('Exec'))).toEqual([
    'ExecStart=/usr/bin/node /opt/ovos-oauth.mjs serve',
  ]);
  expect(text).toContain(String.raw`Environment="TMPDIR=/tmp\x0aExecStartPre=/bin/touch /tmp/ran\x0a"`);
});
