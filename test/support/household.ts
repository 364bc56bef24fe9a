import type { JsonObject } from '../../src/json.ts';
import {
  type AuthorizationServer,
  type AuthorizationServerOptions,
  startAuthorizationServer,
} from './authorization-server.ts';
import { startBroker } from './broker-process.ts';
import { type BrowserOptions, launchBrowser, type TestBrowser } from './browser.ts';
import { freePort } from './free-port.ts';
import { startMessageBus } from './messagebus.ts';
import { createDevice } from './oauth-device.ts';
import { type PythonClient, startPythonClient } from './python-client.ts';
import type { ServiceProcess } from './service-process.ts';
import { textOf } from './text-of.ts';

/** Where a phone finds the device. */
export const DEVICE = '127.0.0.2';
const PROVIDER = '127.0.0.3';

export const SKILL = 'skill-test';

/**
 * A device with its bus, its broker and a skill; a provider on the internet; and phones, to which 127.0.0.1 is
 * themselves: nothing answers there.
 */
export interface Household {
  readonly provider: AuthorizationServer;
  readonly broker: ServiceProcess;
  readonly skill: PythonClient;
  readonly busUrl: string;
  /** The environment of programs on the device. */
  readonly env: NodeJS.ProcessEnv;
  /** A phone with no memory. */
  phone(options?: BrowserOptions): Promise<TestBrowser>;
  /** A browser on the device itself. */
  deviceBrowser(options?: BrowserOptions): Promise<TestBrowser>;
  /** The redirect URI of an app at the device's address on the LAN, or at its loopback address. */
  callback(appId: string, host?: string): string;
  /** Makes a client at the provider and registers it as an app; `fields` of `oauth.register` count first. */
  registerApp(appId: string, fields?: JsonObject): Promise<void>;
  /** The data of the answer to a request that names an app. */
  ask(type: string, appId: string, fields?: JsonObject, replyType?: string): Promise<JsonObject>;
  /** A short link to the landing page, as in a QR code. */
  link(appId: string, method?: string): Promise<string>;
  /** An address that a browser on the device opens to sign in. */
  address(appId: string): Promise<string>;
  /** The access token that the skill is told of. */
  accessToken(appId: string): Promise<string>;
  close(): Promise<void>;
}

export async function startHousehold(options: AuthorizationServerOptions = {}): Promise<Household> {
  const bus = await startMessageBus({ nodelay: true });
  const device = await createDevice(bus, { settings: { lan_host: DEVICE } });
  const provider = await startAuthorizationServer({ host: PROVIDER, ...options });
  const broker = await startBroker(device);
  const skill = await startPythonClient({ env: device.home.env });
  const nothing = await freePort();
  const browsers: TestBrowser[] = [];

  const launch = async (args: readonly string[], options?: BrowserOptions): Promise<TestBrowser> => {
    const browser = await launchBrowser(args, options);
    browsers.push(browser);
    return browser;
  };
  const callback = (appId: string, host = DEVICE): string =>
    `http://${host}:${device.httpPort}/auth/callback/${encodeURIComponent(`${SKILL}_${appId}`)}`;
  const ask: Household['ask'] = async (type, appId, fields = {}, replyType = `${type}.response`) => {
    const data = { skill_id: SKILL, app_id: appId, ...fields };
    const answer = await skill.waitForResponse({ type, data }, { replyType, timeout: 10_000 });
    return answer?.data ?? {};
  };

  return {
    provider,
    broker,
    skill,
    busUrl: bus.url,
    env: device.home.env,
    phone: (options) => launch([`--host-resolver-rules=MAP 127.0.0.1 127.0.0.9:${nothing}`], options),
    deviceBrowser: (options) => launch([], options),
    callback,
    ask,
    async registerApp(appId, fields = {}) {
      const redirectUris = [callback(appId), callback(appId, '127.0.0.1')];
      await provider.addClient({ id: appId, redirectUris });
      const answer = await ask('oauth.register', appId, {
        client_id: appId,
        public: true,
        auth_endpoint: provider.authorizationEndpoint,
        token_endpoint: provider.tokenEndpoint,
        scope: 'openid offline_access read',
        ...fields,
      });
      if (answer['error'] !== undefined) throw new Error(JSON.stringify(answer));
    },
    async link(appId, method) {
      const fields = method === undefined ? {} : { method };
      const answer = await ask('oauth.generate.qr.request', appId, fields, 'oauth.generate.qr.response');
      return textOf(answer, 'url');
    },
    address: async (appId) => textOf(await ask('oauth.get', appId, {}, 'oauth.url'), 'url'),
    async accessToken(appId) {
      const { data } = await skill.waitFor(`oauth.token.response.${SKILL}_${appId}`);
      return textOf(data, 'access_token');
    },
    async close() {
      for (const browser of browsers) await browser.close();
      await skill.stop();
      await broker.stop();
      await provider.close();
      await bus.stop();
      await device.home.remove();
    },
  };
}
