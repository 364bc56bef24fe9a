import { settingsInEffect } from '../config/in-effect.ts';
import { loadSettings } from '../config/load.ts';
import { EXIT, type ExitCode } from './exit-codes.ts';
import type { CommandProcess } from './process.ts';

/**
 * `ovos-oauth config`: prints every setting, its value and the file that sets it. Secrets are not shown.
 * @throws OAuthBrokerError `config_unreadable`, `config_invalid`
 */
export async function showConfig(process: CommandProcess): Promise<ExitCode> {
  const { settings, layers } = await loadSettings(process.env);
  for (const setting of settingsInEffect(layers)) {
    const shown = setting.kind === 'hidden' ? '(hidden)' : JSON.stringify(setting.value);
    const origin = setting.origin?.path || 'default';
    process.print(`${setting.name} = ${shown ?? '(not set)'}  [${origin}]`);
  }
  for (const [name, folder] of Object.entries(settings.paths)) process.print(`${name}: ${folder}`);
  return EXIT.ok;
}
