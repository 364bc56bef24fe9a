// `npm run bench:fleet`: what 10 to 100,000 connections in a common store cost; writes docs/fleet-growth.svg and a table
// of docs/fleet.md. `-- --sizes 10,100` for fewer.
import { runBenchmark } from './setup/bench-run.mjs';
import { ensurePostgres } from './setup/postgres.mjs';

process.env.OVOS_OAUTH_POSTGRES = await ensurePostgres();
await runBenchmark(['fleet']);
