import { execFile } from 'node:child_process';
import { chown, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { BusClient, Message, MessageContext } from '../../src/bus/index.ts';
import { loadSettings } from '../../src/config/load.ts';
import { createDaemon, type Daemon } from '../../src/daemon.ts';
import { isJsonObject, type JsonObject } from '../../src/json.ts';
import type { Files } from '../../src/store/files.ts';
import {
  type AuthorizationServerProcess,
  startAuthorizationServerProcess,
} from './authorization-server-process.ts';
import { eventually } from './eventually.ts';
import { type Seen, TokenWitness } from './killable-witness.ts';
import { type MessageBus, startMessageBus } from './messagebus.ts';
import { createDevice, type OAuthDevice } from './oauth-device.ts';
import { recordedLog } from './recorded-log.ts';
import { type ServiceProcess, startService } from './service-process.ts';
import { userAgent } from './user-agent.ts';

const PROGRAM = fileURLToPath(new URL('../../dist/ovos-oauth.mjs', import.meta.url));
/** Nobody's; only root can take it. */
const OTHER_USER = 65_534;
const IS_ROOT = process.getuid?.() === 0;
const SKILL = 'skill';
/** Milliseconds. */
const PATIENCE = 10_000;

/** The released daemon on a real bus, with apps of a real provider that rotates refresh tokens and counts reuse. */
export interface KillableDaemon {
  readonly bus: MessageBus;
  readonly device: OAuthDevice;
  readonly service: ServiceProcess;
  readonly client: BusClient;
  /** What came of each request at the token endpoint. */
  readonly seen: readonly Seen[];
  /** The refresh token that the provider issued last for an app. */
  newestRefreshToken(appId: string): string | undefined;
  /** Kills the daemon and waits until the provider has dealt with what it had sent. */
  kill(): Promise<void>;
  ask(
    type: string,
    data: JsonObject,
    options?: { replyType?: string; timeout?: number },
  ): Promise<JsonObject>;
  register(appId: string): Promise<JsonObject>;
  /** Signs an app in through its callback, as a browser on the device would. */
  signIn(appId: string): Promise<void>;
  /** `oauth.refresh` and `oauth.token.get`. */
  refresh(appId: string): Promise<JsonObject>;
  token(appId: string): Promise<JsonObject>;
  stop(): Promise<void>;
}

export async function startKillableDaemon(options: {
  readonly apps: readonly string[];
  /** Milliseconds that a request to the token endpoint, and its answer, take. Default 0. */
  readonly latency?: () => number;
  /** Default: the released program, as a process of its own. */
  readonly start?: (device: OAuthDevice) => Promise<ServiceProcess>;
}): Promise<KillableDaemon> {
  const bus = await startMessageBus({ nodelay: true });
  const device = await createDevice(bus);
  const server = await startAuthorizationServerProcess();
  const seen: Seen[] = [];
  const witness = new TokenWitness({
    tokenEndpoint: server.tokenEndpoint,
    hasGrace: () => false,
    ...(options.latency === undefined ? {} : { latency: options.latency }),
    onSeen: (one) => seen.push(one),
  });
  const tokenEndpoint = await witness.start();
  const service = await (options.start ?? startAsUser)(device);
  const client = new BusClient({ port: bus.port });
  client.start();

  let cuts = 0;
  client.onClose(() => (cuts += 1));
  const cutsOfBoth = (): number => cuts + service.output().split('No connection to the message bus').length;

  let asked = 0;
  const ask: KillableDaemon['ask'] = async (type, data, { replyType = `${type}.response` } = {}) => {
    for (;;) {
      asked += 1;
      const before = cutsOfBoth();
      const reply = await answerTo(client, type, data, { name: `request ${asked}`, replyType });
      if (reply !== undefined) return reply;
      // ovos-messagebus cuts off who sends while another client's connection breaks; what was sent is lost.
      if (cutsOfBoth() === before) throw new Error(`no answer to ${type}:\n${service.output()}`);
    }
  };
  const daemon: KillableDaemon = {
    bus,
    device,
    service,
    client,
    seen,
    newestRefreshToken: (appId) => witness.newest(appId),
    async kill() {
      await service.kill();
      await witness.idle();
    },
    ask,
    register: (appId) => ask('oauth.register', registrationOf(appId, server, tokenEndpoint)),
    async signIn(appId) {
      const { url } = await ask('oauth.get', refOf(appId), { replyType: 'oauth.url' });
      if (typeof url !== 'string') throw new Error(`no address to sign in at:\n${service.output()}`);
      const response = await fetch(await userAgent.approve(url));
      if (!response.ok) throw new Error(`the sign-in ended with ${response.status}:\n${service.output()}`);
      await response.body?.cancel();
    },
    refresh: (appId) => ask('oauth.refresh', refOf(appId)),
    token: (appId) => ask('oauth.token.get', refOf(appId)),
    async stop() {
      await service.stop();
      await client.stop();
      await witness.close();
      await server.close();
      await bus.stop();
      await device.home.remove();
    },
  };
  for (const appId of options.apps) {
    const callback = `http://127.0.0.1:${device.httpPort}/auth/callback/${SKILL}_${appId}`;
    await server.addClient({ id: appId, secret: 'secret', redirectUris: [callback] });
    await daemon.register(appId);
    await daemon.signIn(appId);
  }
  return daemon;
}

/** The daemon in this process, on a file layer of the test's own; `kill` can only stop it. */
export async function startInProcess(device: OAuthDevice, files: Files): Promise<ServiceProcess> {
  const log = recordedLog();
  const { settings } = await loadSettings(device.home.env);
  const launch = async (): Promise<Daemon> => {
    const started = createDaemon(settings, { log, files });
    const before = log.lines.length;
    await started.start();
    await eventually('the daemon is on the bus', () =>
      log.lines.slice(before).some(({ message }) => message.startsWith('Connected to the message bus')),
    );
    return started;
  };
  let daemon = await launch();
  const stop = async (): Promise<number> => {
    await daemon.stop();
    return 0;
  };
  return {
    httpPort: device.httpPort,
    pid: process.pid,
    output: () => log.lines.map(({ level, message, reason }) => `${level} ${message} ${reason}`).join('\n'),
    stop,
    kill: async () => void (await stop()),
    async start() {
      daemon = await launch();
    },
  };
}

/**
 * The data of the reply to one request. Every client hears every reply; the context, which comes back, tells this one
 * from the others'.
 *
 * @returns undefined where none came
 */
export async function answerTo(
  client: BusClient,
  type: string,
  data: JsonObject,
  { name, replyType }: { readonly name: string; readonly replyType: string },
): Promise<JsonObject | undefined> {
  let end = (): void => {};
  const answer = new Promise<JsonObject>((resolve) => {
    end = client.on(replyType, (reply) => {
      if (reply.context.get('asked_by') === name) resolve(reply.data);
    });
  });
  client.emit(new Message(type, data, MessageContext.of({ asked_by: name })));
  const first = await Promise.race([answer, sleep(PATIENCE, undefined, { ref: false })]);
  end();
  return first;
}

export function refOf(appId: string): { readonly skill_id: string; readonly app_id: string } {
  return { skill_id: SKILL, app_id: appId };
}

/** The access token in a reply of `oauth.refresh` or `oauth.token.get`. */
export function accessTokenIn(reply: JsonObject): string {
  const token = isJsonObject(reply['token']) ? reply['token']['access_token'] : reply['access_token'];
  if (typeof token !== 'string') throw new Error(`no token in ${JSON.stringify(reply)}`);
  return token;
}

/** Sets a soft limit of a running process, as `ulimit` would; `unlimited` lifts it again. */
export async function limitProcess(
  pid: number,
  resource: 'fsize' | 'nofile',
  limit: number | 'unlimited',
): Promise<void> {
  // Without the hard limit, which could not be raised again.
  const soft = limit === 'unlimited' && resource === 'nofile' ? 1_024 : limit;
  const [command, args] = asOtherUser('prlimit', [`--pid=${pid}`, `--${resource}=${soft}:`]);
  await promisify(execFile)(command, args);
}

/** Root may write everywhere: then the daemon runs as somebody else. */
function asOtherUser(command: string, args: readonly string[]): [command: string, args: readonly string[]] {
  if (!IS_ROOT) return [command, args];
  const drop = [`--reuid=${OTHER_USER}`, `--regid=${OTHER_USER}`, '--clear-groups'];
  return ['setpriv', [...drop, command, ...args]];
}

async function startAsUser({ home, busUrl, httpPort }: OAuthDevice): Promise<ServiceProcess> {
  if (IS_ROOT) await giveTo(OTHER_USER, home.dir);
  const [command, args] = asOtherUser(process.execPath, [PROGRAM, 'serve']);
  return startService({ command, args, env: home.env, cwd: home.dir, busUrl, httpPort });
}

async function giveTo(user: number, path: string): Promise<void> {
  await chown(path, user, user);
  for (const entry of await readdir(path, { withFileTypes: true })) {
    const inside = join(path, entry.name);
    if (entry.isDirectory()) await giveTo(user, inside);
    else await chown(inside, user, user);
  }
}

function registrationOf(
  appId: string,
  { authorizationEndpoint }: AuthorizationServerProcess,
  tokenEndpoint: string,
): JsonObject {
  return {
    ...refOf(appId),
    client_id: appId,
    client_secret: 'secret',
    auth_endpoint: authorizationEndpoint,
    token_endpoint: tokenEndpoint,
    scope: 'offline_access read',
  };
}
