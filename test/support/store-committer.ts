import { writeSync } from 'node:fs';
import { systemClock } from '../../src/clock.ts';
import { asBrokerError } from '../../src/errors.ts';
import { FileStore } from '../../src/store/file-store.ts';
import { appOf, idOf, tokenOf } from './store-samples.ts';
import { recordedLog } from './recorded-log.ts';

// `node store-committer.mjs <state folder> <cache folder> <temp folder> <first version>`: opens a store, says `open`,
// then commits version after version, several at once, and says `<app> <version>` for each that was acknowledged. Says
// the error's code and ends where the store can't be opened.

const [stateDir = '', cacheDir = '', tempDir = '', first = '1'] = process.argv.slice(2);
const APPS = 4;

function say(line: string): void {
  writeSync(1, `${line}\n`);
}

const store = new FileStore({ stateDir, cacheDir, tempDir, clock: systemClock, log: recordedLog() });
try {
  await store.open();
  say('open');
  let version = Number(first);
  const commitOn = async (name: string): Promise<void> => {
    for (;;) {
      version += 1;
      const mine = version;
      const app = { ...appOf(name), scope: String(mine) };
      const tokenSet = tokenOf(String(mine));
      await store.commit(
        [
          { op: 'put_app', app },
          { op: 'put_token', mungedId: idOf(name), tokenSet },
        ],
        'synced',
      );
      say(`${name} ${mine}`);
    }
  };
  await Promise.all(Array.from({ length: APPS }, (_, index) => commitOn(`number${index}`)));
} catch (error) {
  say(asBrokerError(error).code);
}
