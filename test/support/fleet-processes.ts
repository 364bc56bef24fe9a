import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { dueAt } from '../../src/broker/refresh-due.ts';
import { systemClock } from '../../src/clock.ts';
import type { TokenSet } from '../../src/oauth/token-set.ts';
import type { TurnTimes } from '../../src/store/postgres/row-turns.ts';
import type { Store } from '../../src/store/port.ts';
import type { App, MungedId } from '../../src/store/records.ts';
import { endChild, tailOf } from './child.ts';
import { eventually } from './eventually.ts';
import {
  FLEET_SKILL,
  type FleetBrokerJob,
  type FleetEvent,
  type FleetReply,
  type FleetRequest,
} from './fleet-lines.ts';
import type { PostgresFleet } from './postgres-fleet.ts';
import { SimulatedProvider } from './simulated-provider.ts';

/** Short, so that a test need not wait; the order among them is that of the real ones. */
export const SHORT_TIMES: TurnTimes = { patience: 4_000, frozen: 1_500, comeback: 1_500 };

/** A broker of a fleet as a process of its own. */
export class FleetProcess {
  readonly events: FleetEvent[] = [];
  readonly #child: ChildProcess;
  readonly #tail: () => string;
  readonly #waiting = new Map<number, (reply: FleetReply) => void>();
  #id = 0;

  constructor(script: string, job: FleetBrokerJob) {
    const child = spawn(process.execPath, [script, JSON.stringify(job)], { stdio: ['pipe', 'pipe', 'pipe'] });
    this.#child = child;
    this.#tail = tailOf(child, ['stderr']);
    if (child.stdout === null) throw new Error('The broker has no output.');
    createInterface({ input: child.stdout }).on('line', (line) => {
      const said = JSON.parse(line) as FleetReply | FleetEvent;
      if ('event' in said) this.events.push(said);
      else this.#waiting.get(said.id)?.(said);
    });
  }

  /** Starts the broker of a device of `fleet`; by default with short times, and renewing only when it is asked. */
  static of(
    script: string,
    fleet: PostgresFleet,
    device: string,
    { times = SHORT_TIMES, schedule = false }: Partial<Pick<FleetBrokerJob, 'times' | 'schedule'>> = {},
  ): FleetProcess {
    const key = Buffer.from(fleet.key).toString('hex');
    return new FleetProcess(script, {
      url: fleet.url,
      key,
      device,
      stateDir: fleet.stateDir(device),
      times,
      schedule,
    });
  }

  async opened(): Promise<this> {
    await eventually(
      'the broker opens',
      () => {
        if (this.#child.exitCode !== null) throw new Error(`The broker ended: ${this.#tail()}`);
        return this.events.some(({ event }) => event === 'open');
      },
      30_000,
    );
    return this;
  }

  ask(what: FleetRequest['what'], appId: string, callback?: string): Promise<FleetReply> {
    const id = (this.#id += 1);
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      const request: FleetRequest = { id, what, appId, ...(callback === undefined ? {} : { callback }) };
      this.#child.stdin?.write(`${JSON.stringify(request)}\n`);
    });
  }

  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.#child.kill(signal);
  }

  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    this.#child.kill('SIGCONT');
    await endChild(this.#child, signal);
  }

  kill(): Promise<void> {
    return endChild(this.#child, 'SIGKILL');
  }
}

/** A token endpoint that rotates, ends a grant whose refresh token is spent twice, and counts. */
export interface CountingProvider {
  readonly provider: SimulatedProvider;
  readonly url: string;
  /** Requests that have arrived and wait for their answer. */
  readonly open: number;
  close(): Promise<void>;
}

export async function startCountingProvider(accessTokenSeconds = 3_600): Promise<CountingProvider> {
  const provider = new SimulatedProvider({
    clock: systemClock,
    timers: systemClock,
    accessTokenSeconds,
    rotates: true,
  });
  let open = 0;
  const server = createServer((incoming, outgoing) => {
    let body = '';
    incoming.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    incoming.on('end', () => void answer());
    async function answer(): Promise<void> {
      open += 1;
      const isCode = new URLSearchParams(body).get('grant_type') === 'authorization_code';
      const response = isCode
        ? Response.json(provider.grant())
        : await provider.fetch('', { method: 'POST', body });
      open -= 1;
      outgoing.writeHead(response.status, { 'content-type': 'application/json' }).end(await response.text());
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    provider,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get open() {
      return open;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Puts apps with a grant of the provider each into the store, as sign-ins do. */
export async function connect(
  fleet: PostgresFleet,
  { provider, url }: CountingProvider,
  ...appIds: readonly string[]
): Promise<void> {
  const store: Store = fleet.store('installer', { dueAt: (...parts) => dueAt(...parts, Date.now()) });
  await store.open();
  for (const appId of appIds) {
    const mungedId = `${FLEET_SKILL}_${appId}` as MungedId;
    const app: App = {
      mungedId,
      skillId: FLEET_SKILL,
      appId,
      clientId: appId,
      clientSecret: 'secret',
      credentialsFrom: 'skill',
      isPublic: false,
      authorizationEndpoint: `${url}/authorize`,
      tokenEndpoint: `${url}/token`,
      scope: null,
      shellIntegration: false,
      learnedAuthentication: 'client_secret_post',
    };
    const granted = provider.grant();
    const lifetime = Number(granted['expires_in']);
    const tokenSet: TokenSet = {
      ...granted,
      access_token: String(granted['access_token']),
      expires_in: lifetime,
      expires_at: Date.now() / 1_000 + lifetime,
    };
    await store.commit(
      [
        { op: 'put_app', app },
        { op: 'put_token', mungedId, tokenSet },
        { op: 'put_connection', connection: { mungedId, state: 'connected', since: Date.now() } },
      ],
      'synced',
    );
  }
  await store.close();
}
