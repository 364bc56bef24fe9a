// `npm run bench:growth`: what 10 to 10,000 connections cost; writes docs/growth.svg and the table of
// docs/reliability.md. Ten minutes on an idle machine; `-- --sizes 10,100` for fewer.
import { runBenchmark } from './setup/bench-run.mjs';

await runBenchmark(['growth', 'echo', 'token-endpoint']);
