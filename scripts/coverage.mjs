// `npm run coverage`: which lines of the program the unit tests reach. See docs/testing.md.
import { installPackages } from './setup/packages.mjs';
import { run } from './setup/run.mjs';

await installPackages();
process.exitCode = await run('node', [
  'node_modules/vitest/vitest.mjs',
  'run',
  '--project',
  'unit',
  '--coverage.enabled',
  '--coverage.provider=v8',
  '--coverage.include=src/**/*.ts',
  '--coverage.exclude=src/**/*.test.ts',
  // Figures are worth having also where a test was too slow on a busy machine.
  '--coverage.reportOnFailure',
  '--coverage.reporter=text-summary',
  '--coverage.reporter=html',
  '--coverage.reporter=json-summary',
]);
