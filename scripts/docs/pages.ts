import { type Unit, UNIT, unitText } from '../../src/service/unit.ts';
import { asyncApiDocument } from './asyncapi.ts';
import { busApiPage } from './bus-api.ts';
import { commandLinePage } from './command-line.ts';
import { doctorPage } from './doctor.ts';
import { errorsPage } from './errors.ts';
import { providersPage } from './providers.ts';

// As they are where Debian's npm has installed the package and OVOS runs as the user of its images.
const PROGRAM = {
  program: ['/usr/bin/node', '/usr/local/lib/node_modules/ovos-oauth/dist/ovos-oauth.mjs'],
  environment: {},
} as const;
const UNITS: readonly Unit[] = [
  { scope: 'user', ...PROGRAM },
  {
    scope: 'system',
    ...PROGRAM,
    user: 'ovos',
    group: 'ovos',
    home: '/home/ovos',
    folders: ['/home/ovos/.local/state/mycroft/ovos-oauth', '/home/ovos/.cache/mycroft/json_database'],
    tempDir: '/tmp',
  },
];

/** The files that are made from the code, by their paths from docs/. */
export async function generatedPages(): Promise<ReadonlyMap<string, string>> {
  return new Map([
    ['bus-api.md', busApiPage()],
    ['command-line.md', await commandLinePage()],
    ['doctor.md', doctorPage()],
    ['asyncapi.yaml', asyncApiDocument()],
    ['errors.md', errorsPage()],
    ['providers.md', await providersPage()],
    ...UNITS.map((unit) => [`../packaging/systemd/${unit.scope}/${UNIT}`, unitText(unit)] as const),
  ]);
}
