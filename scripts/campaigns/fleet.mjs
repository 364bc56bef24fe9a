// `npm run campaign:fleet [-- --brokers 5 --connections 1000 --minutes 15 --seed 1]`: see docs/fleet.md.
import { ensurePostgres } from '../setup/postgres.mjs';
import { runCampaign } from './campaign.mjs';

process.env.OVOS_OAUTH_POSTGRES = await ensurePostgres();
await runCampaign('test/faults/fleet-campaign.test.ts', {
  brokers: { variable: 'OVOS_OAUTH_FLEET_BROKERS', default: '5' },
  connections: { variable: 'OVOS_OAUTH_FLEET_CONNECTIONS', default: '1000' },
  minutes: { variable: 'OVOS_OAUTH_FLEET_MINUTES', default: '15' },
});
