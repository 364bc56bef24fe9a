import { describe, expect, it } from 'vitest';
import { OAuthBrokerError } from './errors.ts';
import { createLog, type LogFields, type LogLevel, logFailure, type LogStyle } from './log.ts';

function collect(settings: { level?: LogLevel; json?: boolean } = {}, style?: LogStyle) {
  const lines: string[] = [];
  const sink = { write: (line: string) => lines.push(line) };
  const log = createLog({ level: 'debug', json: false, ...settings }, sink, style);
  return { lines, log };
}

describe('log', () => {
  it('writes one readable line with the level, the message and the fields', () => {
    const { lines, log } = collect();
    log.warn('The bus is away', { host: '127.0.0.1', delayMs: 1000 });
    log.info('Ready');
    expect(lines).toEqual(['warn   The bus is away  host=127.0.0.1 delayMs=1000\n', 'info   Ready\n']);
  });

  it('writes JSON lines with a time where that is asked for', () => {
    const { lines, log } = collect({ json: true });
    log.error('No', { code: 'internal' });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^\{"level":"error","time":\d+,"code":"internal","msg":"No"\}\n$/);
  });

  it.each([false, true])('gives journald the priority of each line (JSON: %s)', (json) => {
    const { lines, log } = collect({ json }, { colors: false, priorities: true });
    log.debug('a');
    log.info('b');
    log.warn('c');
    log.error('d');
    expect(lines.map((line) => line.slice(0, 3))).toEqual(['<7>', '<6>', '<4>', '<3>']);
    expect(lines.at(-1)).toMatch(json ? /^<3>\{"level":"error",.*\}\n$/ : /^<3>error  d\n$/);
  });

  it('colours nothing but the level, and only where that is asked for', () => {
    const { lines, log } = collect({}, { colors: true, priorities: false });
    log.warn('The bus is away', { host: '127.0.0.1' });
    expect(lines).toEqual(['\u001B[33mwarn \u001B[0m  The bus is away  host=127.0.0.1\n']);
  });

  it('leaves out what is below its level', () => {
    const { lines, log } = collect({ level: 'warn' });
    log.debug('a');
    log.info('b');
    log.warn('c');
    expect(lines).toEqual(['warn   c\n']);
  });

  it.each([true, false])('drops every field that is not on its list (JSON: %s)', (json) => {
    const { lines, log } = collect({ json });
    const fields = { mungedId: 'a_b', access_token: 'hush', err: new Error('hush'), port: 'hush' };
    log.info('Signed in', fields as unknown as LogFields);
    expect(lines.join('')).toContain('a_b');
    expect(lines.join('')).not.toContain('hush');
  });

  it.each([true, false])('keeps hostile ids on one line and short (JSON: %s)', (json) => {
    const { lines, log } = collect({ json });
    log.info('Registered', { mungedId: `a\nerror  b\u001B[2J\u2028\u202E${'x'.repeat(5000)}` });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^[^\n]+\n$/);
    for (const control of ['\u001B', '\u2028', '\u202E']) expect(lines[0]).not.toContain(control);
    expect(lines[0]?.length).toBeLessThan(400);
  });
});

describe('logFailure', () => {
  it('names the code and the safe details of an expected error, as a warning', () => {
    const { lines, log } = collect();
    const error = new OAuthBrokerError('port_in_use', { port: 36536 }, { cause: new Error('hush') });
    logFailure(log, 'Cannot listen', error, { host: '::' });
    expect(lines).toEqual(['warn   Cannot listen  code=port_in_use host=:: port=36536\n']);
  });

  it('never writes the message of an unexpected error, only where it was thrown', () => {
    const { lines, log } = collect();
    logFailure(log, 'Failed', new TypeError('Invalid URL: https://a.example/?code=hush'));
    expect(lines[0]).toBe('error  Failed  code=internal\n');
    expect(lines.length).toBeGreaterThan(1);
    expect(lines.join('')).toContain('log.test.ts');
    expect(lines.join('')).not.toContain('hush');
  });
});
