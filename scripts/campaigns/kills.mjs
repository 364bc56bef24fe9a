// `npm run campaign:kills [-- --kills 2000 --seed 1]`: see docs/reliability.md.
import { runCampaign } from './campaign.mjs';

await runCampaign('test/faults/kill-steps.test.ts', {
  kills: { variable: 'OVOS_OAUTH_KILLS', default: '2000' },
});
