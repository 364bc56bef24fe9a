// `npm run catalogue`: src/providers/catalogue/index.ts, by which one provider's data is loaded without the others'.
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from './setup/run.mjs';

const folder = join(ROOT, 'src/providers/catalogue');
const files = (await readdir(folder)).filter((name) => name.endsWith('.json')).sort();
const lines = [];
for (const file of files) {
  const { name, endpoints } = JSON.parse(await readFile(join(folder, file), 'utf8'));
  const hosts = Object.values(endpoints)
    .filter((address) => !address.includes('{'))
    .map((address) => new URL(address).host);
  const list = [...new Set(hosts)].map((host) => `'${host}'`).join(', ');
  lines.push(
    `  '${name}': { hosts: [${list}], load: () => import('./${file}', { with: { type: 'json' } }) },`,
  );
}
await writeFile(
  join(folder, 'index.ts'),
  `// Made by \`npm run catalogue\` from the files beside it.

export interface CatalogueEntry {
  /** Hosts of the provider's endpoints; none where each user has an own instance. */
  readonly hosts: readonly string[];
  /** Loads the provider's data, to be parsed by \`providerSchema\`. */
  readonly load: () => Promise<{ readonly default: unknown }>;
}

export const CATALOGUE: Readonly<Record<string, CatalogueEntry>> = {
${lines.join('\n')}
};
`,
);
