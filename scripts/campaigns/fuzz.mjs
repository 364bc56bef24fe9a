// `npm run campaign:fuzz [-- --cases 1000000 --seed 1]`: see docs/security.md.
import { runCampaign } from './campaign.mjs';

await runCampaign(
  'test/fuzz/',
  { cases: { variable: 'OVOS_OAUTH_FUZZ_CASES', default: '1000000' } },
  { project: 'unit' },
);
