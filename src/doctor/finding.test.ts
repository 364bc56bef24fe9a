import { describe, expect, test } from 'vitest';
import { COMMANDS } from '../cli/commands/index.ts';
import { doctor as enDoctor } from '../locale/en/doctor.ts';
import { type FindingCode, finding, FINDINGS, type Level } from './finding.ts';

const kinds: ReadonlyArray<readonly [string, { readonly level: Level; readonly fix?: string }]> =
  Object.entries(FINDINGS);

test.each(kinds)('%s comes with what to do about it, where something is wrong', (_code, { level, fix }) => {
  expect(level === 'ok' || (fix !== undefined && fix !== '')).toBe(true);
});

test('the commands of this program that are named exist, and lines for mycroft.conf are JSON', () => {
  const fixes = kinds.flatMap(([, { fix }]) => fix ?? []);
  const named = fixes.flatMap((fix) => /^ovos-oauth (\w+)/.exec(fix)?.[1] ?? []);
  expect(named.length).toBeGreaterThan(5);
  expect(named.filter((name) => !Object.hasOwn(COMMANDS, name))).toEqual([]);
  const lines = fixes.flatMap((fix) => /^mycroft\.conf: (\{.*\})/.exec(fix)?.[1] ?? []);
  expect(lines.length).toBeGreaterThan(5);
  for (const line of lines) expect(JSON.parse(line)).toBeTypeOf('object');
});

test('there is a sentence for every finding and for no other', () => {
  expect(Object.keys(enDoctor.findings).sort()).toEqual(Object.keys(FINDINGS).sort());
});

describe('the command that mends it', () => {
  const fixOf = (code: FindingCode, details: Record<string, string>): string | undefined =>
    finding(code, details).fix;

  test('names what it is about', () => {
    expect(fixOf('store_open_to_others', { path: '/a b/c', mode: '600' })).toBe("chmod 600 '/a b/c'");
  });

  const commands = kinds.filter(([, { fix }]) => fix?.startsWith('mycroft.conf') === false);
  test.each(commands)('holds no quoted text in quotes: %s', (code) => {
    const details = new Proxy<Record<string, string>>({}, { get: () => 'a b' });
    expect(fixOf(code as FindingCode, details) ?? '').not.toMatch(/["']'a b'["']/);
  });

  test('is one command whatever an app calls itself', () => {
    expect(fixOf('app_needs_credentials', { app: "a; rm -rf ~ $(id) 'b'" })).toBe(
      String.raw`ovos-oauth credentials set 'a; rm -rf ~ $(id) '\''b'\'''`,
    );
  });
});
