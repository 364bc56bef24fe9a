import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { recordedLog } from '../../../test/support/recorded-log.ts';
import { SimulatedClock } from '../../../test/support/simulated-clock.ts';
import { SimulatedDisk } from '../../../test/support/simulated-disk.ts';
import { idOf, tokenOf } from '../../../test/support/store-samples.ts';
import { Sealer } from '../sealing.ts';
import { DeviceCopy, type Unsaved } from './device-copy.ts';

const FOLDER = '/state';
const OLD_KEY = randomBytes(32);
const NEW_KEY = randomBytes(32);

function opened(files: SimulatedDisk, sealer: Sealer): DeviceCopy {
  const copy = new DeviceCopy({
    folder: FOLDER,
    files,
    sealer,
    clock: new SimulatedClock(),
    log: recordedLog(),
    rows: () => [],
  });
  copy.open();
  return copy;
}

function unsavedOf(name: string): Unsaved {
  return {
    mungedId: idOf(name),
    changes: [{ op: 'put_token', mungedId: idOf(name), tokenSet: tokenOf(name) }],
  };
}

test('what was kept under a key that is missing now outlives whatever is kept meanwhile, and is there again with the key', async () => {
  const disk = new SimulatedDisk();
  disk.makeFolder(FOLDER);
  await opened(disk, new Sealer(OLD_KEY)).keep(unsavedOf('first'));

  const without = opened(disk, new Sealer(NEW_KEY));
  expect(without.unsaved).toEqual([]);
  await without.keep(unsavedOf('second'));

  const both = opened(disk, new Sealer(NEW_KEY, [OLD_KEY]));
  expect(both.unsaved.map(({ mungedId }) => mungedId).toSorted()).toEqual([idOf('first'), idOf('second')]);
});
