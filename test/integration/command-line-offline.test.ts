import { execFile, spawnSync } from 'node:child_process';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import * as v from 'valibot';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { JSON_SHAPES } from '../../src/cli/json-shapes.ts';
import { errorWords as german } from '../../src/locale/de/errors.ts';
import { runCommandLine } from '../support/command.ts';
import { createOvosHome, type OvosHome } from '../support/ovos-home.ts';

const run = promisify(execFile);
const PROGRAM = fileURLToPath(new URL('../../dist/ovos-oauth.mjs', import.meta.url));

let home: OvosHome;

beforeEach(async () => {
  home = await createOvosHome();
});

afterEach(() => home.remove());

const command = (...args: readonly string[]) => runCommandLine(home.env, args);

describe('where no broker runs', () => {
  test.each([
    ['connect', 'app'],
    ['status'],
    ['status', 'app'],
    ['list'],
    ['token', 'app'],
    ['refresh', 'app'],
    ['revoke', 'app', '--yes'],
    ['credentials', 'set', 'app', '--client-id', 'id'],
    ['open'],
    ['open', '--sessions'],
    ['apps', 'changes'],
    ['apps', 'confirm', 'app', '--yes'],
    ['logs'],
    ['logs', '--follow'],
  ])('%s says so, how to start it, and ends with 8', async (...args) => {
    const told = await command(...args);
    expect(told).toMatchObject({ exit: 8, stdout: '' });
    expect(told.stderr).toBe(
      'ovos-oauth: No ovos-oauth is running here for this user. Start it by `systemctl --user start ovos-oauth`, or by `ovos-oauth serve`.\n',
    );
    const machine = await command(...args, '--json');
    expect(machine).toMatchObject({ exit: 8, stderr: '' });
    expect(v.parse(JSON_SHAPES.failure, JSON.parse(machine.stdout))).toMatchObject({
      error_code: 'daemon_not_running',
    });
  });

  test('it is said in the language of the terminal', async () => {
    const { stderr } = await runCommandLine({ ...home.env, LANG: 'de_AT.UTF-8' }, ['list']);
    expect(stderr).toContain(german.errors.daemon_not_running);
  });

  test('the catalogue and the settings can be read all the same', async () => {
    await home.writeConfig({ websocket: { port: 8182, secret_key: 'hush-hush-hush-!' } });
    const providers = await command('providers', '--json');
    v.parse(JSON_SHAPES.providers, JSON.parse(providers.stdout));
    const { names } = { names: (await command('providers', '--names')).stdout.trim().split('\n') };
    for (const name of [names[0] ?? '', names.at(-1) ?? '', 'google', 'home-assistant']) {
      v.parse(JSON_SHAPES.provider, JSON.parse((await command('providers', name, '--json')).stdout));
    }
    const config = await command('config', '--json');
    const { settings } = v.parse(JSON_SHAPES.config, JSON.parse(config.stdout));
    expect(settings).toEqual(
      expect.arrayContaining([
        { name: 'websocket.port', value: 8182, origin: home.configFile },
        { name: 'websocket.secret_key', hidden: true, origin: home.configFile },
        { name: 'websocket.host', value: '127.0.0.1' },
      ]),
    );
    expect(config.stdout).not.toContain('hush');
  });

  test('an archive is written and read', async () => {
    const archive = join(home.dir, 'archive');
    const phrase = 'correct horse battery staple\n';
    const exported = await runCommandLine(home.env, ['export', archive, '--json'], phrase);
    expect(v.parse(JSON_SHAPES.export, JSON.parse(exported.stdout))).toEqual({
      path: archive,
      kind: 'move',
      apps: 0,
      sign_ins: 0,
    });
    const imported = await runCommandLine(home.env, ['import', archive, '--json'], phrase);
    expect(v.parse(JSON_SHAPES.import, JSON.parse(imported.stdout))).toMatchObject({ apps: 0, sign_ins: [] });
  });
});

test.each([
  [[]],
  [['sevre']],
  [['token']],
  [['token', 'a', 'b', 'c']],
  [['credentials']],
  [['completion', 'tcsh']],
])('the wrong use %j ends with 2 and some help', async (args) => {
  const told = await command(...args);
  expect(told).toMatchObject({ exit: 2, stdout: '' });
  expect(told.stderr).not.toBe('');
});

describe('completion', () => {
  beforeEach(async () => {
    await mkdir(join(home.dir, 'bin'));
    const script = `#!/bin/sh\nexec '${process.execPath}' '${PROGRAM}' "$@"\n`;
    await writeFile(join(home.dir, 'bin/ovos-oauth'), script, { mode: 0o755 });
  });

  const env = (): NodeJS.ProcessEnv => ({
    ...home.env,
    PATH: `${join(home.dir, 'bin')}:${home.env['PATH'] ?? ''}`,
  });

  /** What bash offers for a line, of which the last word is being typed. */
  async function bash(...words: readonly string[]): Promise<readonly string[]> {
    const script = `eval "$(ovos-oauth completion bash)"
COMP_WORDS=(${['ovos-oauth', ...words].map((word) => `'${word}'`).join(' ')})
COMP_CWORD=${words.length}
_ovos_oauth
printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { stdout, stderr } = await run('bash', ['--norc', '-c', script], { env: env(), cwd: home.dir });
    expect(stderr).toBe('');
    return stdout.split('\n').filter((line) => line !== '');
  }

  test.each<[readonly string[], readonly string[]]>([
    [['se'], ['serve', 'service']],
    [['credentials', ''], ['set']],
    [['service', 'i'], ['install']],
    [['serve', '--log-level', 'd'], ['debug']],
    [['connect', 'x', '--method', 'p'], ['paste']],
    [['connect', '--no'], ['--no-qr']],
    [['connect', 'spotif'], ['spotify']],
    [['providers', '--json', 'google-h'], []],
    [
      ['completion', ''],
      ['bash', 'zsh', 'fish'],
    ],
    [['credentials', 'set', '--client-id', 'x', 'home-as'], ['home-assistant']],
    [['import', '.conf'], ['.config']],
    [['token', '--min-valid', ''], []],
  ])('of bash, of %j, is %j', async (words, offered) => {
    expect(await bash(...words)).toEqual(offered);
  });

  describe('of names that anybody on the bus has chosen', () => {
    const names = ['mine_$(touch ran)', 'mine_`touch ran`', 'mine_${x:=$(touch ran)}', 'mine_a b;touch ran'];

    beforeEach(async () => {
      const real = `exec '${process.execPath}' '${PROGRAM}' "$@"`;
      const listed = names.map((name) => `'${name}'`).join(' ');
      const script = `#!/bin/sh\nif [ "$1" = list ]; then printf '%s\\n' ${listed}; else ${real}; fi\n`;
      await writeFile(join(home.dir, 'bin/ovos-oauth'), script, { mode: 0o755 });
    });

    test('of bash runs nothing that is in them, and offers them quoted', async () => {
      const offered = await bash('token', 'mi');
      const quoted = await run('bash', ['--norc', '-c', `printf '%s\n' ${offered.join(' ')}`], {
        cwd: home.dir,
      });
      expect(quoted.stdout.trim().split('\n')).toEqual(names);
      expect(await readdir(home.dir)).not.toContain('ran');
      // Bash puts in as far as the names are the same, and asks again with that.
      expect(await bash('token', 'mine_a\\')).toEqual([String.raw`mine_a\ b\;touch\ ran`]);
    });

    test('of fish runs nothing that is in them', async () => {
      const script = `ovos-oauth completion fish | source; complete -C 'ovos-oauth token mi'`;
      const { stdout } = await run('fish', ['--no-config', '-c', script], { env: env(), cwd: home.dir });
      expect(stdout.trim().split('\n').toSorted()).toEqual(names.toSorted());
      expect(await readdir(home.dir)).not.toContain('ran');
    });
  });

  test('of bash knows every command and its options', async () => {
    const help = (await command('--help')).stdout;
    const commands = [...help.matchAll(/^ {2}([a-z]+) /gm)].map(([, name = '']) => name);
    expect(await bash('')).toEqual(commands);
    for (const name of commands.filter((one) => !['credentials', 'service', 'apps'].includes(one))) {
      const options = (await command(name, '--help')).stdout.matchAll(/^ {2}(?:-\w, )?(--[a-z-]+)/gm);
      const offered = await bash(name, '-');
      for (const [, option] of options) expect(offered).toContain(option);
    }
  });

  test.each(['zsh', 'fish'])('of %s is taken by that shell', async (shell) => {
    const { exit, stdout } = await command('completion', shell);
    expect(exit).toBe(0);
    const file = join(home.dir, 'completion');
    await writeFile(file, stdout);
    expect(spawnSync(shell, ['-n', file], { encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
  });

  test('of fish offers what is in the same table', async () => {
    const script = `ovos-oauth completion fish | source; complete -C 'ovos-oauth credentials '; complete -C 'ovos-oauth serve --log-level '; complete -C 'ovos-oauth connect spotif'`;
    const { stdout } = await run('fish', ['--no-config', '-c', script], { env: env(), cwd: home.dir });
    const words = stdout
      .trim()
      .split('\n')
      .map((line) => line.split('\t')[0]);
    expect(words).toEqual(['set', 'debug', 'error', 'info', 'warn', 'spotify']);
  });

  test('of zsh offers what is in the same table', async () => {
    // zsh completes only in a terminal of its own: what would be offered is caught where it is handed over.
    const script = `autoload -Uz compinit && compinit -D -u
eval "$(ovos-oauth completion zsh)"
_describe() { print -l -- \${(P)2} }
_arguments() { state=command }
_ovos_oauth
print -- $_comps[ovos-oauth]`;
    const { stdout } = await run('zsh', ['-f', '-c', script], { env: env(), cwd: home.dir });
    expect(stdout).toContain('connect:sign in');
    expect(stdout).toContain('completion:print a script');
    expect(stdout.trim().split('\n').at(-1)).toBe('_ovos_oauth');
  });
});
