import { fileURLToPath } from 'node:url';
import type { OAuthDevice } from './oauth-device.ts';
import { type ServiceProcess, startService } from './service-process.ts';

const PROGRAM = fileURLToPath(new URL('../../dist/ovos-oauth.mjs', import.meta.url));

/** Starts `ovos-oauth serve` on a device: the released bundle, as systemd would. */
export function startBroker({ home, busUrl, httpPort }: OAuthDevice): Promise<ServiceProcess> {
  return startService({
    command: process.execPath,
    args: [PROGRAM, 'serve'],
    env: home.env,
    cwd: home.dir,
    busUrl,
    httpPort,
  });
}
