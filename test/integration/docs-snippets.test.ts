import { execFile } from 'node:child_process';
import { chmod, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Command } from 'commander';
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createProgram } from '../../src/cli/program.ts';
import { configSchema } from '../../src/config/settings.ts';
import { isJsonObject } from '../../src/json.ts';
import { startBroker } from '../support/broker-process.ts';
import { type MessageBus, startMessageBus } from '../support/messagebus.ts';
import { createDevice, type OAuthDevice } from '../support/oauth-device.ts';
import type { ServiceProcess } from '../support/service-process.ts';

// What a reader copies from the pages works: settings are valid, commands and their options exist, and what is marked
// with <!-- run --> is run. The code in Python and TypeScript is run by skill-helpers.test.ts and bus-example.test.ts.

const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));
const PROGRAM = join(REPOSITORY, 'dist/ovos-oauth.mjs');
const run = promisify(execFile);

interface Snippet {
  readonly path: string;
  readonly language: string;
  readonly code: string;
  readonly isToBeRun: boolean;
}

const pages: string[] = [];
const snippets: Snippet[] = [];
for (const folder of ['', 'docs', 'packaging/container']) {
  for (const name of (await readdir(join(REPOSITORY, folder))).filter((entry) => entry.endsWith('.md'))) {
    const path = join(folder, name);
    pages.push(path);
    const page = await readFile(join(REPOSITORY, path), 'utf8');
    for (const [, mark, indent = '', language = '', code = ''] of page.matchAll(
      /(<!-- run -->\n)?^( *)```(\w*)\n(.*?)^ *```$/gms,
    )) {
      snippets.push({
        path,
        language,
        code: code.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
        isToBeRun: mark !== undefined,
      });
    }
  }
}
const inLanguage = (language: string): Snippet[] =>
  snippets.filter((snippet) => snippet.language === language);

/** Each call of a program in a snippet, as its words. */
function callsOf(program: string, { code }: Snippet): string[][] {
  const lines = code.replaceAll('\\\n', ' ').split('\n');
  return lines
    .map((line) =>
      line
        .replace(/ #.*$/, '')
        .split(/ +/)
        .filter((word) => word !== '' && word !== 'sudo'),
    )
    .filter(([first]) => first === program)
    .map(([, ...words]) => words);
}

function allText(): Promise<string[]> {
  return Promise.all(pages.map((path) => readFile(join(REPOSITORY, path), 'utf8')));
}

/** The commands that are named in running text, in backquotes, as well as those in snippets. */
async function namedCommands(): Promise<string[][]> {
  const inText = (await allText()).flatMap((text) => [...text.matchAll(/`ovos-oauth ([^`]+)`/g)]);
  return [
    ...inText.map(([, words = '']) => words.split(/\s+/)),
    ...inLanguage('sh').flatMap((snippet) => callsOf('ovos-oauth', snippet)),
  ];
}

describe('the snippets of the pages', () => {
  it('are in languages that somebody looks after', () => {
    const languages = new Set(snippets.map(({ language }) => language));
    expect([...languages].toSorted()).toEqual(['', 'json', 'nginx', 'python', 'sh', 'sql', 'text', 'ts']);
    expect(new Set(inLanguage('ts').map(({ path }) => path))).toEqual(
      new Set(['docs/bus-client.md', 'docs/skills.md']),
    );
  });

  it.each(inLanguage('json'))('are settings that the broker takes: $path $code', ({ code }) => {
    // Some pages show members of our own section alone.
    const isSection = code.startsWith('"');
    const parsed: unknown = JSON.parse(isSection ? `{"PHAL": {"ovos-PHAL-plugin-oauth": {${code}}}}` : code);
    if (!isJsonObject(parsed) || !('PHAL' in parsed || 'websocket' in parsed)) return;
    expect(v.safeParse(configSchema, parsed).issues).toBeUndefined();
  });

  it('in Python are those of docs/skills.md', () => {
    const known = inLanguage('python').filter(({ path }) => path === 'docs/skills.md');
    const others = inLanguage('python').filter(({ path }) => path !== 'docs/skills.md');
    for (const { code } of others) expect(known.some((snippet) => snippet.code.includes(code))).toBe(true);
  });

  it.each(inLanguage('sh'))('are right to the shell: $path', async ({ code }) => {
    await expect(run('sh', ['-n', '-c', code])).resolves.toMatchObject({ stderr: '' });
  });

  it('name scripts of package.json that exist', async () => {
    const { scripts } = JSON.parse(await readFile(join(REPOSITORY, 'package.json'), 'utf8')) as {
      scripts: Record<string, string>;
    };
    const wanted = (await allText()).flatMap((text) =>
      [...text.matchAll(/\bnpm (?:run (?:--silent )?([\w:-]+)|(start|test)\b)/g)].map(
        ([, script, verb]) => script ?? verb ?? '',
      ),
    );
    expect(wanted.length).toBeGreaterThan(5);
    expect(wanted.filter((name) => !(name in scripts))).toEqual([]);
  });

  it('name commands and options of ovos-oauth that exist', async () => {
    const screen = { isTerminal: false, columns: 100 };
    const program = await createProgram(
      { print() {}, printError() {}, screen },
      () => () => Promise.resolve(),
    );
    const seen = new Set<string>();
    for (const words of await namedCommands()) {
      const command = words.reduce<Command>(
        (found, word) => found.commands.find((one) => one.name() === word) ?? found,
        program,
      );
      seen.add(command.name());
      const options = words.filter((word) => word.startsWith('--')).map((word) => word.replace(/=.*/, ''));
      const known = [...command.options.map(({ long }) => long), '--help'];
      expect({ words, isCommand: command !== program || words[0]?.startsWith('-') === true }).toEqual({
        words,
        isCommand: true,
      });
      expect(options.filter((option) => !known.includes(option))).toEqual([]);
    }
    expect(seen.size).toBeGreaterThan(10);
  });
});

describe('what is marked to be run', () => {
  let bus: MessageBus;
  let device: OAuthDevice;
  let broker: ServiceProcess;

  beforeAll(async () => {
    bus = await startMessageBus();
    device = await createDevice(bus);
    broker = await startBroker(device);
    const programs = join(device.home.dir, 'bin');
    await mkdir(programs);
    await writeFile(
      join(programs, 'ovos-oauth'),
      `#!/bin/sh\nexec "${process.execPath}" "${PROGRAM}" "$@"\n`,
    );
    await chmod(join(programs, 'ovos-oauth'), 0o755);
  });
  afterAll(async () => {
    await broker?.stop();
    await bus?.stop();
    await device?.home.remove();
  });

  const toBeRun = snippets.filter(({ isToBeRun }) => isToBeRun);

  it('is something', () => expect(toBeRun).not.toEqual([]));

  it.each(toBeRun)('runs on a device with a running broker: $path', async ({ code }) => {
    const env = { ...device.home.env, PATH: `${device.home.dir}/bin:${device.home.env['PATH']}` };
    await expect(run('sh', ['-e', '-c', code], { env, cwd: device.home.dir })).resolves.toMatchObject({
      stderr: '',
    });
  });
});
