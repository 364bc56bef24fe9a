// `npm run sbom`: dist/ovos-oauth.cdx.json, the bill of materials of the release (CycloneDX 1.5): what is bundled, and
// what is installed beside it. Made by npm from package-lock.json, which has the digest of each package. With
// `--if-possible` an npm that can't make one is no failure.
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../setup/run.mjs';
import { bundledPackages } from './bundled-packages.mjs';

const DIST = join(ROOT, 'dist');

const metafile = JSON.parse(await readFile(join(DIST, 'ovos-oauth.meta.json'), 'utf8'));
const { dependencies } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
const released = new Set((await bundledPackages(metafile)).map(({ name, version }) => `${name}@${version}`));

const npm = (...args) => promisify(execFile)('npm', args, { cwd: ROOT, maxBuffer: 64 * 1024 * 1024 });
const [major, minor] = (await npm('--version')).stdout.split('.').map(Number);
if (process.argv.includes('--if-possible') && (major < 9 || (major === 9 && minor < 5))) {
  // Debian 13's. Whoever packs a checkout for themselves needs none; a release is not published without.
  process.stderr.write('npm before 9.5 makes no bill of materials: the package is packed without one.\n');
  process.exit(0);
}
const { stdout } = await npm('sbom', '--sbom-format', 'cyclonedx', '--package-lock-only');
const bill = JSON.parse(stdout);
const isReleased = (reference) =>
  released.has(reference) || Object.keys(dependencies).some((name) => reference.startsWith(`${name}@`));

// When and under which number it was made is left out: the same source gives the same file.
delete bill.serialNumber;
delete bill.metadata.timestamp;
bill.metadata.component.name = 'ovos-oauth';
bill.components = bill.components
  .filter((component) => isReleased(component['bom-ref']))
  // To npm what is bundled is a development dependency; to whoever runs the release it is a part.
  .map(({ properties: _properties, ...component }) => ({ ...component, scope: 'required' }));
bill.dependencies = bill.dependencies
  .filter(({ ref }) => isReleased(ref) || ref === bill.metadata.component['bom-ref'])
  .map(({ ref, dependsOn }) => ({ ref, dependsOn: dependsOn.filter(isReleased) }));
await writeFile(join(DIST, 'ovos-oauth.cdx.json'), `${JSON.stringify(bill, undefined, 2)}\n`);
