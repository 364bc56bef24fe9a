import { execFile } from 'node:child_process';
import { copyFile, cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import * as v from 'valibot';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const run = promisify(execFile);
const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url));

const metafileSchema = v.object({
  inputs: v.record(v.string(), v.unknown()),
  outputs: v.record(
    v.string(),
    v.object({
      imports: v.array(v.object({ path: v.string(), kind: v.string(), external: v.optional(v.boolean()) })),
    }),
  ),
});

async function metafile() {
  const text = await readFile(join(REPOSITORY, 'dist/ovos-oauth.meta.json'), 'utf8');
  return v.parse(metafileSchema, JSON.parse(text));
}

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'oo-bundle-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('the released program', () => {
  it('has nothing of the sandbox, the tests or the development tools in it', async () => {
    const inputs = Object.keys((await metafile()).inputs);
    expect(inputs).toContain('src/daemon.ts');
    const foreign =
      /^(?:src\/sandbox|test|bench|scripts|examples)\/|node_modules\/(?:oidc-provider|koa|playwright)/;
    expect(inputs.filter((input) => foreign.test(input))).toEqual([]);
  });

  it('needs nothing beside itself but koffi', async () => {
    const { outputs } = await metafile();
    const imports = Object.values(outputs).flatMap((output) => output.imports);
    const others = imports.filter(({ path, external }) => external === true && !isBuiltin(path));
    expect(new Set(others.map(({ path }) => path))).toEqual(new Set(['koffi']));
  });

  it('runs from a folder of its own and knows its version', async () => {
    await copyFile(join(REPOSITORY, 'dist/ovos-oauth.mjs'), join(folder, 'ovos-oauth.mjs'));
    await cp(join(REPOSITORY, 'dist/parts'), join(folder, 'parts'), { recursive: true });
    const { stdout } = await run(process.execPath, [join(folder, 'ovos-oauth.mjs'), '--version'], {
      cwd: folder,
    });
    const manifest = await readFile(join(REPOSITORY, 'package.json'), 'utf8');
    const { version } = v.parse(v.object({ version: v.string() }), JSON.parse(manifest));
    expect(stdout).toBe(`${version}\n`);
  });
});

describe('ovos-oauth/bus and ovos-oauth/skill', () => {
  it('can be used by a TypeScript program that has them as a package', async () => {
    await mkdir(join(folder, 'node_modules'));
    await symlink(REPOSITORY, join(folder, 'node_modules/ovos-oauth'));
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
    await writeFile(
      join(folder, 'consumer.ts'),
      `import { BusClient, Message } from 'ovos-oauth/bus';
       import { AccessTokenError, getAccessToken } from 'ovos-oauth/skill';
       const client = new BusClient({ host: '127.0.0.1' });
       const token: Promise<string> = getAccessToken(client, { skillId: 'a', appId: 'b' }).then((t) => t.accessToken);
       token.catch((error: unknown) => error instanceof AccessTokenError && error.code === 'needs_user');
       // @ts-expect-error there is no such code
       new AccessTokenError('needs_luck', '');
       client.emit(new Message('a.b', { count: client.stats.received }));
       // @ts-expect-error the type of a message is text
       new Message(5);`,
    );
    // Its own types must do, those of Node apart; skipLibCheck stays off to check them too.
    const options = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2022', '--types', 'node'];
    const roots = ['--typeRoots', join(REPOSITORY, 'node_modules/@types')];
    const compiler = join(REPOSITORY, 'node_modules/typescript/bin/tsc');
    await run(process.execPath, [compiler, ...options, ...roots, 'consumer.ts'], { cwd: folder });

    await writeFile(
      join(folder, 'consumer.mjs'),
      `import { Message } from 'ovos-oauth/bus'; console.log(new Message('a').response().type);`,
    );
    const { stdout } = await run(process.execPath, ['consumer.mjs'], { cwd: folder });
    expect(stdout).toBe('a.response\n');
  });
});
