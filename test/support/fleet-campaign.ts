import { randomBytes } from 'node:crypto';
import { chmod, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dueAt } from '../../src/broker/refresh-due.ts';
import { BusClient } from '../../src/bus/index.ts';
import { systemClock } from '../../src/clock.ts';
import type { JsonObject } from '../../src/json.ts';
import { silentLog } from '../../src/log.ts';
import type { Change } from '../../src/store/port.ts';
import { readDatabaseUrl } from '../../src/store/postgres/database-url.ts';
import { PostgresStore } from '../../src/store/postgres/postgres-store.ts';
import type { App, MungedId } from '../../src/store/records.ts';
import { Sealer } from '../../src/store/sealing.ts';
import {
  type AuthorizationServerProcess,
  startAuthorizationServerProcess,
} from './authorization-server-process.ts';
import { startBroker } from './broker-process.ts';
import { FleetWitness } from './fleet-witness.ts';
import { answerTo } from './killable-daemon.ts';
import { type MessageBus, startMessageBus } from './messagebus.ts';
import { createDevice, type OAuthDevice } from './oauth-device.ts';
import { type PostgresServer, startPostgres } from './postgres.ts';
import type { ServiceProcess } from './service-process.ts';

const SKILL = 'skill-fleet.example';
const DATABASE = 'fleet';
const SCOPE = 'openid offline_access';

/** A released broker with a bus of its own. */
export interface CampaignDevice {
  readonly name: string;
  readonly broker: ServiceProcess;
  /** False while it is dead or frozen. */
  isUp: boolean;
  ask(type: string, appId: string): Promise<JsonObject | undefined>;
}

export interface CampaignOptions {
  readonly brokers: number;
  readonly connections: number;
  /** Seconds that an access token lives; it is renewed after half of that. */
  readonly lifetime: number;
}

/** Brokers on one PostgreSQL, and a provider that rotates refresh tokens, ends a grant at a reuse, and is watched. */
export interface Campaign {
  readonly server: PostgresServer;
  readonly provider: AuthorizationServerProcess;
  readonly witness: FleetWitness;
  readonly devices: readonly CampaignDevice[];
  readonly appIds: readonly string[];
  sql(text: string): string;
  stop(): Promise<void>;
}

export async function startCampaign(options: CampaignOptions): Promise<Campaign> {
  const key = randomBytes(32);
  const [server, provider] = await Promise.all([
    startPostgres(),
    startAuthorizationServerProcess({ accessTokenLifetime: options.lifetime }),
  ]);
  server.create(DATABASE);
  const sql = (text: string): string => server.sql(DATABASE, text);
  const witness = new FleetWitness(provider.tokenEndpoint, sql);
  const tokenEndpoint = await witness.start();
  const appIds = Array.from({ length: options.connections }, (_, index) => `app-${index}`);
  const store = new PostgresStore({
    address: readDatabaseUrl(server.url(DATABASE)),
    sealer: new Sealer(key),
    place: { device: 'installer', groups: [], home: 'all' },
    stateDir: join(tmpdir(), `ovos-oauth-installer-${process.pid}`),
    clock: systemClock,
    log: silentLog,
    dueAt: (...parts) => dueAt(...parts, Date.now()),
  });
  await store.open();
  witness.install();
  for (const [index, appId] of appIds.entries()) {
    await provider.addClient({ id: appId, secret: 'secret', redirectUris: ['http://127.0.0.1/'] });
    const refreshToken = await provider.grant(appId, SCOPE);
    witness.adopt(appId, refreshToken);
    // So that they are due one after the other.
    const lifetime = options.lifetime * (0.5 + (0.5 * index) / options.connections);
    const grant = { appId, refreshToken, lifetime };
    await store.commit(changesOf(grant, provider.authorizationEndpoint, tokenEndpoint));
  }
  await store.close();

  const devices = await Promise.all(
    Array.from({ length: options.brokers }, (_, index) =>
      startDevice(`device-${index + 1}`, server.url(DATABASE), key),
    ),
  );
  return {
    server,
    provider,
    witness,
    devices,
    appIds,
    sql,
    async stop() {
      await Promise.all(devices.map((device) => device.stop()));
      await witness.close();
      await provider.close();
      await server.remove();
    },
  };
}

interface SeedGrant {
  readonly appId: string;
  readonly refreshToken: string;
  /** Seconds. */
  readonly lifetime: number;
}

/** What a sign-in leaves in the store. */
function changesOf(
  { appId, refreshToken, lifetime }: SeedGrant,
  authorizationEndpoint: string,
  tokenEndpoint: string,
): readonly Change[] {
  const mungedId = `${SKILL}_${appId}` as MungedId;
  const app: App = {
    mungedId,
    skillId: SKILL,
    appId,
    clientId: appId,
    clientSecret: 'secret',
    credentialsFrom: 'skill',
    isPublic: false,
    authorizationEndpoint,
    tokenEndpoint,
    scope: SCOPE,
    shellIntegration: false,
    learnedAuthentication: 'client_secret_basic',
  };
  const tokenSet = {
    access_token: `first of ${appId}`,
    refresh_token: refreshToken,
    token_type: 'Bearer',
    expires_in: lifetime,
    expires_at: Date.now() / 1_000 + lifetime,
  };
  return [
    { op: 'put_app', app },
    { op: 'put_token', mungedId, tokenSet },
    { op: 'put_connection', connection: { mungedId, state: 'connected', since: Date.now() } },
  ];
}

async function startDevice(
  name: string,
  url: string,
  key: Uint8Array,
): Promise<CampaignDevice & { stop(): Promise<void> }> {
  const bus: MessageBus = await startMessageBus({ nodelay: true });
  const device: OAuthDevice = await createDevice(bus);
  const keyFile = join(device.home.dir, 'fleet.key');
  await writeFile(keyFile, Buffer.from(key).toString('hex'));
  await chmod(keyFile, 0o600);
  const settings = {
    port: device.httpPort,
    voice: 'off',
    sealing: { key_file: keyFile },
    store: { url, device: name },
  };
  await device.home.writeConfig({ ...bus.config, PHAL: { 'ovos-PHAL-plugin-oauth': settings } });
  const broker = await startBroker(device);
  const client = new BusClient({ port: bus.port });
  client.start();
  let asked = 0;
  return {
    name,
    broker,
    isUp: true,
    ask(type, appId) {
      asked += 1;
      const request = { name: `${name} ${asked}`, replyType: `${type}.response` };
      return answerTo(client, type, { skill_id: SKILL, app_id: appId }, request);
    },
    async stop() {
      await broker.stop();
      await client.stop();
      await bus.stop();
      await device.home.remove();
    },
  };
}
