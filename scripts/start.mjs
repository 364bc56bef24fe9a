// `npm start`: installs, builds, and runs the broker: on the message bus of the configuration where one answers, else
// in a sandbox (`npm start -- --sandbox`: always there).
import { spawn } from 'node:child_process';
import { installPackages } from './setup/packages.mjs';
import { mustRun, progress, ROOT } from './setup/run.mjs';

await installPackages();
progress('Building');
await mustRun('node', ['scripts/build.mjs']);

const broker = spawn(process.execPath, ['dist/ovos-oauth-sandbox.mjs', ...process.argv.slice(2)], {
  cwd: ROOT,
  stdio: 'inherit',
});
// A terminal sends Ctrl-C to both; whatever comes from elsewhere is passed on. The broker ends in order.
process.on('SIGINT', () => {
  if (!process.stdin.isTTY) broker.kill('SIGINT');
});
process.on('SIGTERM', () => broker.kill('SIGTERM'));
broker.once('close', (code) => {
  process.exitCode = code ?? 1;
});
