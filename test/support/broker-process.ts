import { fileURLToPath } from 'node:url';
import type { OAuthDevice } from './oauth-device.ts';
import { type ServiceProcess, startService } from './service-process.ts';

const PROGRAM = fileURLToPath(new URL('../../dist/ovos-oauth.mjs', import.meta.url));

/**
 * Starts `ovos-oauth serve` on a device, as systemd would.
 *
 * @param program default: the released bundle as it is built
 */
export function startBroker(
  { home, busUrl, httpPort }: OAuthDevice,
  program = PROGRAM,
): Promise<ServiceProcess> {
  return startService({
    command: process.execPath,
    args: [program, 'serve'],
    env: home.env,
    cwd: home.dir,
    busUrl,
    httpPort,
  });
}
