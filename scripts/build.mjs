// `npm run build`: everything in dist/.
//   ovos-oauth.mjs, parts/  the released program; nothing beside it but koffi, whose native library can't be bundled
//   skill.mjs               for skills: `import { getAccessToken } from 'ovos-oauth/skill'`; uses bus.mjs
//   bus.mjs, types/         the bus client as a library: `import … from 'ovos-oauth/bus'`
//   ovos-oauth-sandbox.mjs  what `npm start` runs; not released
import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { oneCore } from './build/one-core.mjs';
import { ROOT } from './setup/run.mjs';
import { bundledPackages } from './supply-chain/bundled-packages.mjs';

const DIST = join(ROOT, 'dist');
const PARTS = 'parts';
/** Milliseconds for which the parts of an earlier build stay: a program that runs may yet load one. A release has none. */
const PARTS_KEPT = process.argv.includes('--release') ? 0 : 3_600_000;
const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));

/** @type {import('esbuild').BuildOptions} */
const COMMON = {
  absWorkingDir: ROOT,
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20.19',
  minify: true,
  sourcemap: 'linked',
  legalComments: 'none',
  metafile: true,
  write: false,
  external: ['koffi'],
  alias: { 'pg-native': join(ROOT, 'src/store/postgres/no-native-driver.cjs') },
  define: {
    'process.env.OVOS_OAUTH_VERSION': JSON.stringify(version),
    // ws looks for these add-ons in the file system at every start otherwise.
    'process.env.WS_NO_BUFFER_UTIL': '"1"',
    'process.env.WS_NO_UTF_8_VALIDATE': '"1"',
  },
  // CommonJS packages inside an ES module ask for Node's own modules by `require`.
  banner: {
    js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
  },
  logLevel: 'warning',
};

await mkdir(DIST, { recursive: true });
const [program] = await Promise.all([
  bundleProgram(),
  bundle('src/bus/index.ts', 'bus.mjs'),
  bundle('src/skill/index.ts', 'skill.mjs', { plugins: [beside('bus')] }),
  bundle('src/sandbox/main.ts', 'ovos-oauth-sandbox.mjs', { external: ['koffi', 'oidc-provider'] }),
  declareTypes(),
]);
await replaceFile('ovos-oauth.meta.json', JSON.stringify(program));
await replaceFile('THIRD-PARTY-LICENSES.txt', await licensesOf(program));

/**
 * The program, with what is loaded late in files of its own: V8 keeps the text of a whole file, read or not. In one file
 * it takes 4 MiB more when idle, and a third longer to start.
 */
async function bundleProgram() {
  const { metafile, outputFiles } = await build({
    ...COMMON,
    entryPoints: [{ in: 'src/main.ts', out: 'ovos-oauth' }],
    outdir: DIST,
    outExtension: { '.js': '.mjs' },
    splitting: true,
    chunkNames: `${PARTS}/[name]-[hash]`,
    plugins: [oneCore(ROOT, ['src/cli/commands/serve.ts', 'src/daemon.ts', 'src/store/node-files.ts'])],
  });
  const parts = outputFiles.filter(({ path }) => dirname(path) !== DIST);
  const entry = outputFiles.filter((file) => !parts.includes(file));
  for (const { path, contents } of [...parts, ...entry]) await replaceFile(path, contents);
  await removeOldParts(new Set(parts.map(({ path }) => basename(path))));
  return metafile;
}

async function removeOldParts(current) {
  for (const name of await readdir(join(DIST, PARTS))) {
    const path = join(DIST, PARTS, name);
    if (current.has(name)) continue;
    const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Number.NaN }));
    if (Date.now() - mtimeMs > PARTS_KEPT) await rm(path, { force: true });
  }
}

/** Bundles one entry into dist/ and returns what went into it (esbuild's metafile). */
async function bundle(entry, file, options = {}) {
  const result = await build({ ...COMMON, ...options, entryPoints: [entry], outfile: join(DIST, file) });
  for (const output of result.outputFiles) await replaceFile(output.path, output.contents);
  return result.metafile;
}

/** Takes a room of src/ from the library of its own that stands beside: its classes must not be there twice. */
function beside(room) {
  return {
    name: `beside-${room}`,
    setup({ onResolve }) {
      onResolve({ filter: new RegExp(`/${room}/index\\.ts$`) }, ({ kind }) =>
        kind === 'entry-point' ? undefined : { path: `./${room}.mjs`, external: true },
      );
    },
  };
}

/** Replaces a file of dist/ in one step, so that a program that starts during a build finds the old one or the new. */
async function replaceFile(name, contents) {
  const path = name.startsWith(DIST) ? name : join(DIST, name);
  const temporary = `${path}.${process.pid}.tmp`;
  await mkdir(dirname(path), { recursive: true });
  await writeFile(temporary, contents);
  await rename(temporary, path);
}

async function declareTypes() {
  try {
    await promisify(execFile)(
      process.execPath,
      ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.types.json'],
      {
        cwd: ROOT,
      },
    );
  } catch (error) {
    throw new Error(`The declarations could not be made:\n${error.stdout}`, { cause: error });
  }
}

/** The licences that the bundled packages ask us to pass on. */
async function licensesOf(metafile) {
  const texts = [];
  for (const { folder, name, version, license } of await bundledPackages(metafile)) {
    const file = (await readdir(join(ROOT, folder))).find((entry) => /^licen[cs]e/i.test(entry));
    const text = file === undefined ? '' : await readFile(join(ROOT, folder, file), 'utf8');
    texts.push(`${name} ${version} (${license})\n\n${text.trim()}\n`);
  }
  return texts.join(`\n${'-'.repeat(80)}\n\n`);
}
