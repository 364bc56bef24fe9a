import type { OAuthDevice } from './oauth-device.ts';
import { supportScript, venvPython } from './python-venv.ts';
import { type ServiceProcess, startService } from './service-process.ts';

/** Starts the real `ovos-phal-plugin-oauth` on a device, in a process of its own as PHAL would. */
export function startPythonPlugin({ home, busUrl, httpPort }: OAuthDevice): Promise<ServiceProcess> {
  return startService({
    command: venvPython(),
    args: [supportScript('python/oauth_plugin.py')],
    env: home.env,
    cwd: home.dir,
    busUrl,
    httpPort,
  });
}
