import { systemRandom } from '../../src/random.ts';
import { ConsoleAccess } from '../../src/web/console/access.ts';
import { PORT, ScriptedDevice } from './scripted-device.ts';
import { webAppForTest } from './web-app.ts';

/** A request of somebody at the device: from its loopback address, under its loopback name. */
export const LOCAL = '127.0.0.1';

/** The console on a real broker whose providers are functions of the test. */
export function consoleForTest() {
  const device = new ScriptedDevice();
  const { broker, clock } = device;
  const access = new ConsoleAccess({
    clock,
    random: systemRandom,
    lanHost: async () => device.lanHost,
    port: () => PORT,
  });
  const layers = [
    {
      kind: 'user' as const,
      path: '/home/user/mycroft.conf',
      values: { websocket: { secret_key: 'hush-hush' } },
    },
  ];
  const paths = { stateDir: '/s', cacheDir: '/c', runtimeDir: '/r', tempDir: '/t' };
  const web = webAppForTest({ clock, console: { broker, access, layers, paths } });

  const askHere = async (path: string, init: RequestInit = {}): Promise<Response> =>
    web.app.request(`http://127.0.0.1:${PORT}${path}`, init, { remoteAddress: LOCAL });

  /** The page at `path`, as somebody at the device sees it. */
  const see = async (path: string): Promise<string> => (await askHere(path)).text();

  /** Sends a form as the pages at the device do. */
  const send = (path: string, fields: Record<string, string> = {}): Promise<Response> =>
    askHere(path, {
      method: 'POST',
      body: new URLSearchParams({ form_token: access.formTokenFor({ kind: 'local' }), ...fields }),
    });

  return { ...web, device, access, see, send };
}
