// Loaded into a program with `node --import`: writes how late its event loop was, once a second, to OVOS_OAUTH_LOOP_DELAY.
import { appendFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';

const file = process.env['OVOS_OAUTH_LOOP_DELAY'];
const delay = monitorEventLoopDelay({ resolution: 10 });
delay.enable();
setInterval(() => {
  const ms = (nanoseconds) => Math.round(nanoseconds / 1e5) / 10;
  if (file !== undefined) {
    appendFileSync(file, `${ms(delay.percentile(50))} ${ms(delay.percentile(99))} ${ms(delay.max)}\n`);
  }
  delay.reset();
}, 1_000).unref();
