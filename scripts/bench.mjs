// `npm run bench [-- options]`: this broker and the Python plugin side by side on the same bus; `-- --help` names the
// options. Needs Node, npm and Python 3; installs and builds what it measures.
import { runBenchmark } from './setup/bench-run.mjs';

await runBenchmark(['main', 'echo', 'token-endpoint', 'probe']);
