import { type SettingInEffect, settingsInEffect } from '../../config/in-effect.ts';
import { loadSettings } from '../../config/load.ts';
import { type CommandFile, type JsonOption, withJson } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-codes.ts';
import { show } from '../output.ts';
import type { CommandProcess } from '../process.ts';

export const register: CommandFile['register'] = (program, runs) => {
  withJson(program.command('config').description('the settings, and which file each comes from')).action(
    runs(showConfig),
  );
};

/**
 * Every setting of this user, its value and the file that sets it. Secrets are not shown.
 * @throws OAuthBrokerError `config_unreadable`, `config_invalid`
 */
async function showConfig(process: CommandProcess, options: JsonOption): Promise<ExitCode> {
  const { settings, layers } = await loadSettings(process.env);
  const inEffect = settingsInEffect(layers);
  const result = { settings: inEffect.map(jsonOf), paths: settings.paths };
  show(process, options, result, () => [
    ...inEffect.map(lineOf),
    ...Object.entries(settings.paths).map(([name, folder]) => `${name}: ${folder}`),
  ]);
  return EXIT.ok;
}

function jsonOf(setting: SettingInEffect) {
  return {
    name: setting.name,
    ...(setting.kind === 'hidden'
      ? { hidden: true }
      : setting.value === undefined
        ? {}
        : { value: setting.value }),
    ...(setting.origin === undefined ? {} : { origin: setting.origin.path || setting.origin.kind }),
  };
}

function lineOf(setting: SettingInEffect): string {
  const shown = setting.kind === 'hidden' ? '(hidden)' : JSON.stringify(setting.value);
  return `${setting.name} = ${shown ?? '(not set)'}  [${setting.origin?.path || 'default'}]`;
}
