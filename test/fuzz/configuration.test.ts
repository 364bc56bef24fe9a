import fc from 'fast-check';
import { parse } from 'yaml';
import { expect, test } from 'vitest';
import { parseCommentedJson } from '../../src/config/commented-json.ts';
import { effectiveLayers, type Layer } from '../../src/config/merge.ts';
import { parseSettings } from '../../src/config/settings.ts';
import { isJsonObject } from '../../src/json.ts';
import { damaged, fuzz, FUZZ_TIME, refusalOf } from '../support/fuzz.ts';

const SECRET = 'planted-secret-16';
const CORPUS = [
  `{"lang": "de-de", "websocket": {"host": "127.0.0.1", "port": 8181, "route": "/core", "ssl": false, "secret_key": "${SECRET}"}}`,
  '// a comment\n{"PHAL": {"ovos-PHAL-plugin-oauth": {"port": 36536, "shared_files": "full", "redirect": {"relay_url": "https://r.example/", "loopback_host": "0.0.0.0"}, "log": {"level": "debug"}, "attempt_lifetime": 600}}}\n# end',
  '{"disable_user_config": true, "system": {"protected_keys": {"user": ["websocket", "PHAL"]}}}',
  'lang: nl\nwebsocket:\n  port: "8181"\n  allow_unencrypted: no\nPHAL:\n  ovos-PHAL-plugin-oauth:\n    host: 127.0.0.1\n',
];
const paths = { stateDir: '/s', cacheDir: '/c', runtimeDir: '/r', tempDir: '/t' };
const kind = fc.constantFrom<Layer['kind']>('defaults', 'remote', 'distribution', 'system', 'user');

/** As a file is read; undefined where it is refused as a whole. */
function valuesOf(bytes: Buffer): Layer['values'] | undefined {
  for (const read of [
    parseCommentedJson,
    (text: string): unknown => parse(text, { version: '1.1', uniqueKeys: false, logLevel: 'silent' }),
  ]) {
    try {
      const value: unknown = read(bytes.toString());
      if (isJsonObject(value)) return value;
    } catch {
      // Not of this kind; `config_unreadable` where it is of neither.
    }
  }
  return undefined;
}

test(
  'settings of any files are taken, or refused by field and file and without the value',
  async () => {
    await fuzz(
      0.08,
      fc.asyncProperty(fc.array(fc.tuple(kind, damaged(CORPUS)), { maxLength: 4 }), async (files) => {
        const layers = files.flatMap(([kind, bytes], index) => {
          const values = valuesOf(bytes);
          return values === undefined ? [] : [{ kind, path: `file ${index}`, values }];
        });
        const refusal = await refusalOf(() => parseSettings(effectiveLayers(layers), paths));
        expect([undefined, 'config_invalid']).toContain(refusal?.code);
        expect(typeof (refusal?.details['field'] ?? '')).toBe('string');
        expect(String(refusal?.message)).not.toContain(SECRET);
      }),
    );
  },
  FUZZ_TIME,
);
