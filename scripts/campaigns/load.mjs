// `npm run campaign:load [-- --seconds 60 --seed 1]`: see docs/testing.md.
import { runCampaign } from './campaign.mjs';

await runCampaign('test/load/', { seconds: { variable: 'OVOS_OAUTH_LOAD_SECONDS', default: '60' } });
