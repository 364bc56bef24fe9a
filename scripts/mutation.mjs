// `npm run mutation [-- --room broker | --files src/broker/circuits.ts,src/broker/expiry.ts] [--processes 2]`: changes
// the program in one small place at a time and sees whether a unit test notices. See docs/testing.md.
import { parseArgs } from 'node:util';
import { Stryker } from '@stryker-mutator/core';
import { installPackages } from './setup/packages.mjs';

const TESTS_AND_DATABASE = ['!src/**/*.test.ts', '!src/store/postgres/**'];

/** What decides about the life of tokens: where a wrong comparison costs a sign-in. In every room, so that it is run first. */
const CORE = [
  'src/broker/{attempts,circuits,endpoint-changes,expiry,grant-life,retry-delays}.ts',
  'src/broker/{refresh-due,refresh-schedule,refresher,scopes,token-keeper,tokens,trusted-clock}.ts',
  'src/oauth/{authorization-response,device-polling,private-host,refresh,response-normalisation}.ts',
  'src/oauth/{token-request,token-response,token-set}.ts',
  'src/store/{sealing,set-aside,state,stored-change,token-set-guard}.ts',
  'src/store/journal/*.ts',
  'src/store/ovos-files/{codec,merge,python-refresh,reconcile,replaced,sharing,token-entry}.ts',
];
const ROOMS = {
  core: CORE,
  broker: ['src/broker/**/*.ts'],
  oauth: ['src/oauth/**/*.ts'],
  store: ['src/store/**/*.ts'],
};

const { values } = parseArgs({
  options: {
    room: { type: 'string', default: 'core' },
    files: { type: 'string' },
    processes: { type: 'string', default: '2' },
  },
});
const chosen = values.files?.split(',') ?? ROOMS[values.room];
if (chosen === undefined) throw new Error(`--room is one of ${Object.keys(ROOMS).join(', ')}`);

await installPackages();
await new Stryker({
  mutate: [...chosen, ...TESTS_AND_DATABASE],
  plugins: ['@stryker-mutator/vitest-runner'],
  testRunner: 'vitest',
  vitest: { configFile: 'test/mutation/vitest.config.ts' },
  coverageAnalysis: 'perTest',
  concurrency: Number(values.processes),
  // Stryker reads it by an API that TypeScript 7 does not have.
  tsconfigFile: 'none',
  ignorePatterns: ['dist', 'coverage', '.cache', 'docs', 'bench', 'packaging', 'relay', 'examples'],
  tempDirName: '.cache/stryker',
  // Unchanged code under unchanged tests is not run again.
  incremental: true,
  incrementalFile: '.cache/mutation/incremental.json',
  reporters: ['clear-text', 'json', 'html', 'progress-append-only'],
  clearTextReporter: { reportTests: false, allowColor: false },
  jsonReporter: { fileName: '.cache/mutation/mutants.json' },
  htmlReporter: { fileName: '.cache/mutation/mutants.html' },
  timeoutMS: 30_000,
}).runMutationTest();
