// `npm run campaign:soak [-- --minutes 15 --seed 1]`: see docs/testing.md.
import { runCampaign } from './campaign.mjs';

await runCampaign('test/soak/', { minutes: { variable: 'OVOS_OAUTH_SOAK_MINUTES', default: '15' } });
