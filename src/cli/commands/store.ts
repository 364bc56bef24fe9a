import { join } from 'node:path';
import { Option } from 'commander';
import { moveBetween, wouldMove } from '../../archive/between-stores.ts';
import { systemClock } from '../../clock.ts';
import { loadSettings } from '../../config/load.ts';
import type { Settings } from '../../config/settings.ts';
import { OAuthBrokerError } from '../../errors.ts';
import { createLog } from '../../log.ts';
import type { Store } from '../../store/port.ts';
import { type CommandFile, type JsonOption, withJson } from '../command.ts';
import { counted } from '../counted.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { removeMovingMark, setMovingMark } from '../moving-mark.ts';
import { show } from '../output.ts';
import type { CommandProcess } from '../process.ts';

export interface MigrateOptions extends JsonOption {
  readonly to: 'postgres' | 'files';
  readonly dryRun?: boolean;
}

export const register: CommandFile['register'] = (program, runs) => {
  const store = program.command('store').description('the store of this device and that of the fleet');
  withJson(
    store
      .command('migrate')
      .description(
        'move everything to the common store, or from there to this device; run it again after an end in the middle',
      ),
  )
    .addOption(new Option('--to <store>', 'where to').choices(['postgres', 'files']).makeOptionMandatory())
    .option('--dry-run', 'only say what would be moved')
    .action(runs(migrate));
};

/**
 * `ovos-oauth store migrate`: needs the setting `store.url` in both directions.
 * @throws OAuthBrokerError `no_common_store`, `store_locked` while the broker of this device runs, `store_unavailable`
 */
async function migrate(process: CommandProcess, options: MigrateOptions): Promise<ExitCode> {
  const { to, dryRun = false } = options;
  const { settings } = await loadSettings(process.env);
  if (settings.store === undefined) throw new OAuthBrokerError('no_common_store');
  const { own, common } = await openBoth(settings, process);
  try {
    const [source, target] = to === 'postgres' ? [own, common] : [common, own];
    if (!dryRun) await setMovingMark(settings);
    const moved = await (dryRun ? wouldMove : moveBetween)(source, target, systemClock);
    if (!dryRun) await removeMovingMark(settings);
    const result = { to, dry_run: dryRun, apps: moved.apps, sign_ins: moved.signIns, kept: [...moved.kept] };
    show(process, options, result, () => [
      `${dryRun ? 'Would move' : 'Moved'} ${counted(moved.apps, 'app')} and ${counted(moved.signIns, 'sign-in')} to ${to}`,
      ...(moved.kept.length > 0 ? [`Kept what is there and as new: ${moved.kept.join(', ')}`] : []),
    ]);
    return EXIT.ok;
  } finally {
    await common.close();
    await own.close();
  }
}

/** The lock of the device's own store keeps its broker off both. */
async function openBoth(
  settings: Settings,
  process: CommandProcess,
): Promise<{ readonly own: Store; readonly common: Store }> {
  const sink = { write: (line: string) => process.printError(line.trimEnd()) };
  const log = createLog({ level: 'warn', json: false }, sink);
  const { store: _common, ...alone } = settings;
  const own = (await process.createStore(alone, log)).store;
  await own.open();
  try {
    const stateDir = join(settings.paths.stateDir, 'migration');
    const elsewhere = { ...settings, sharedFiles: 'off' as const, paths: { ...settings.paths, stateDir } };
    const common = (await process.createStore(elsewhere, log)).store;
    await common.open();
    return { own, common };
  } catch (error) {
    await own.close();
    throw error;
  }
}
