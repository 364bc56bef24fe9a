import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../support/free-port.ts';
import { createOvosHome } from '../support/ovos-home.ts';
import { globalProgram, installGlobally, npm, packTarball, type Tarball } from '../support/tarball.ts';

// The package as a user gets it: packed, then installed from the tarball into folders of its own.

const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));
const run = promisify(execFile);

let folder: string;
let tarball: Tarball;
let prefix: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'oo-tarball-'));
  tarball = await packTarball(folder);
  prefix = join(folder, 'global');
  await mkdir(prefix);
  await installGlobally(tarball, prefix);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the tarball', () => {
  it('holds the program, the libraries with their types, the documents and the units, and nothing else', () => {
    const expected = [
      /^(?:README|CHANGELOG|SECURITY)\.md$|^LICENSE$|^package\.json$/,
      /^dist\/(?:ovos-oauth|bus|skill)\.mjs(?:\.map)?$/,
      /^dist\/parts\/[\w.-]+\.mjs(?:\.map)?$/,
      /^dist\/types\/[\w/-]+\.d\.ts$/,
      /^dist\/[\w.-]+\.(?:txt|json)$/,
      /^docs\/[\w-]+\.(?:md|yaml)$/,
      /^packaging\//,
      /^relay\/index\.html$/,
    ];
    expect(tarball.files.filter((path) => !expected.some((pattern) => pattern.test(path)))).toEqual([]);
    for (const pattern of expected) expect(tarball.files.some((path) => pattern.test(path))).toBe(true);
    expect(tarball.files).not.toContain('dist/ovos-oauth.meta.json');
  });
});

describe('npm install --global, without install scripts and without a compiler on the PATH', () => {
  it('gives the command ovos-oauth', async () => {
    const { version } = JSON.parse(await readFile(join(REPOSITORY, 'package.json'), 'utf8')) as {
      version: string;
    };
    const { stdout } = await run(join(prefix, 'bin/ovos-oauth'), ['--version']);
    expect(stdout).toBe(`${version}\n`);
  });

  it('brings one other package, koffi, with the library for this machine alone', async () => {
    const modules = join(prefix, 'lib/node_modules/ovos-oauth/node_modules');
    const packages = (await readdir(modules)).filter((name) => !name.startsWith('.'));
    expect(packages.toSorted()).toEqual(['@koromix', 'koffi']);
    expect(await readdir(join(modules, '@koromix'))).toEqual([`koffi-linux-${process.arch}`]);
  });

  it('says so where the library of koffi is missing, and ends with code 6', async () => {
    const home = await createOvosHome({
      config: { PHAL: { 'ovos-PHAL-plugin-oauth': { port: await freePort() } } },
    });
    const broken = join(folder, 'broken');
    await mkdir(broken);
    await installGlobally(tarball, broken);
    const modules = join(broken, 'lib/node_modules/ovos-oauth/node_modules');
    await rm(join(modules, '@koromix'), { recursive: true });
    const failure = await run(process.execPath, [globalProgram(broken), 'serve'], { env: home.env }).catch(
      (error: unknown) => error,
    );
    expect(failure).toMatchObject({
      code: 6,
      stderr: expect.stringContaining(
        `ovos-oauth: The token files cannot be locked: koffi did not load on this machine (linux ${process.arch}).`,
      ) as string,
    });
    await home.remove();
  });
});

describe('a TypeScript project that depends on it', () => {
  let project: string;

  beforeAll(async () => {
    project = join(folder, 'project');
    await mkdir(project);
    await writeFile(join(project, 'package.json'), '{ "type": "module" }');
    await writeFile(
      join(project, 'main.ts'),
      `import { BusClient, Message, MessageContext } from 'ovos-oauth/bus';
import { type AccessToken, AccessTokenError, getAccessToken } from 'ovos-oauth/skill';

const bus: BusClient = new BusClient({ port: 1 });
const message: Message = new Message('a', { b: 1 }, MessageContext.of({ source: 'here' }));
export const token: Promise<AccessToken> = getAccessToken(bus, { skillId: 's', appId: 'a', timeout: 1 });
token.catch((error) => console.log(error instanceof AccessTokenError, error.code, message.type));
await bus.stop();
`,
    );
    await npm(['install', '--ignore-scripts', tarball.path], project);
  });

  it('passes the strict compiler, declarations of the package included', async () => {
    const options = ['--strict', '--noEmit', '--module', 'nodenext', '--target', 'es2023'];
    const types = ['--types', 'node', '--typeRoots', join(REPOSITORY, 'node_modules/@types')];
    const tsc = join(REPOSITORY, 'node_modules/typescript/bin/tsc');
    const { stdout } = await run(process.execPath, [tsc, ...options, ...types, 'main.ts'], { cwd: project });
    expect(stdout).toBe('');
  });

  it('runs, and one copy of the bus client serves both entries', async () => {
    const { transform } = await import('esbuild');
    const source = await readFile(join(project, 'main.ts'), 'utf8');
    await writeFile(join(project, 'main.mjs'), (await transform(source, { loader: 'ts' })).code);
    const { stdout } = await run(process.execPath, ['main.mjs'], { cwd: project });
    expect(stdout).toBe('true transient a\n');
    const installed = join(project, 'node_modules/ovos-oauth/dist');
    expect((await stat(join(installed, 'skill.mjs'))).size).toBeLessThan(20_000);
  });
});
