// `npm run campaign:races [-- --rounds 500 --seed 1]`: see docs/reliability.md.
import { runCampaign } from './campaign.mjs';

await runCampaign('test/faults/race-python.test.ts', {
  rounds: { variable: 'OVOS_OAUTH_RACES', default: '500' },
});
