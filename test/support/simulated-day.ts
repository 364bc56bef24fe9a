/**
 * A program: the daemon, whole, on a real bus and its real files, through a day of simulated time with everything that
 * people and skills do. Prints, as JSON lines, how many objects are reachable after each hour.
 */
import { queryObjects } from 'node:v8';
import { BusClient, Message, MessageContext } from '../../src/bus/index.ts';
import type { Clock } from '../../src/clock.ts';
import { loadSettings } from '../../src/config/load.ts';
import { createDaemon } from '../../src/daemon.ts';
import type { JsonObject } from '../../src/json.ts';
import type { Log } from '../../src/log.ts';
import { SimulatedClock } from './simulated-clock.ts';

const MINUTE = 60_000;
const APPS = Array.from({ length: 12 }, (_, n) => `app-${n}`);
const silent: Log = { debug() {}, info() {}, warn() {}, error() {} };

/** Timers that have not gone off, by the clock that the daemon has. */
class CountedClock implements Clock {
  readonly #time = new SimulatedClock(Date.now());
  timers = 0;

  now = (): number => this.#time.now();
  monotonic = (): number => this.#time.monotonic();
  sinceBoot = (): number => this.#time.sinceBoot();

  after(delay: number, task: () => void): () => void {
    this.timers += 1;
    let isOver = false;
    const over = (): void => {
      if (!isOver) this.timers -= 1;
      isOver = true;
    };
    const cancel = this.#time.after(delay, () => {
      over();
      task();
    });
    return () => {
      over();
      cancel();
    };
  }

  advance(by: number): Promise<void> {
    return this.#time.advance(by);
  }
}

const clock = new CountedClock();
const provider = { issued: 0, isDown: false };
const { settings } = await loadSettings(process.env);
const daemon = createDaemon(settings, { log: silent, clock, fetch: answerAsProvider });
await daemon.start();
const client = new BusClient({ port: settings.bus.port });
client.start();
while ((await ask('oauth.status', APPS[0] ?? '', 'oauth.status.response', 500)) === undefined);
const origin = `http://127.0.0.1:${settings.http.port}`;

for (const appId of APPS) await register(appId);
let round = 0;
// In the first hour as much as in the ten that follow, so that what is bounded is full.
await hour(120);
await hour(12);
measure(2);
for (let n = 3; n <= 24; n += 1) await hour(12);
measure(24);
await client.stop();
await daemon.stop();

async function hour(rounds: number): Promise<void> {
  for (let n = 0; n < rounds; n += 1) {
    await use();
    await clock.advance((60 / rounds) * MINUTE);
  }
}

/** What happens in some minutes of a day. */
async function use(): Promise<void> {
  round += 1;
  const appId = APPS[round % APPS.length] ?? '';
  provider.isDown = round % 9 === 0;
  await signIn(
    appId,
    (url) => `${url.searchParams.get('redirect_uri')}?code=c&state=${url.searchParams.get('state')}`,
  );
  await signIn(
    appId,
    (url) =>
      `${url.searchParams.get('redirect_uri')}?error=access_denied&state=${url.searchParams.get('state')}`,
  );
  // Nobody comes back from this one.
  await ask('oauth.get', appId, 'oauth.url');
  await read(`${origin}/auth/callback/skill_${appId}?code=c&state=nobody-waits-for-this-${round}`);
  const { url: link } = (await ask('oauth.generate.qr.request', appId, 'oauth.generate.qr.response')) ?? {};
  if (typeof link === 'string') await watch(new URL(link).pathname);
  for (const topic of ['oauth.token.get', 'oauth.refresh', 'oauth.status', 'oauth.list']) {
    await ask(topic, appId, `${topic}.response`);
  }
  await ask('oauth.refresh', `nobody-${round}`, 'oauth.refresh.response');
  for (let n = 0; n < 20; n += 1) client.emit(new Message('oauth.status', { skill_id: n, app_id: [round] }));
  await register(appId);
  provider.isDown = false;
}

async function signIn(appId: string, callback: (authorization: URL) => string): Promise<void> {
  const { url } = (await ask('oauth.get', appId, 'oauth.url')) ?? {};
  if (typeof url !== 'string') return;
  await read(callback(new URL(url)));
}

/** Looks at the landing page, and hangs up in the middle of the stream that tells it of progress. */
async function watch(path: string): Promise<void> {
  await read(`${origin}${path}`);
  const leaving = new AbortController();
  try {
    const stream = await fetch(`${origin}${path}/events`, { signal: leaving.signal });
    await stream.body?.getReader().read();
  } catch {
    // It may have ended by itself.
  }
  leaving.abort();
}

async function read(url: string): Promise<void> {
  await (await fetch(url, { headers: { connection: 'close' } })).text();
}

async function register(appId: string): Promise<void> {
  await ask('oauth.register', appId, 'oauth.register.response', 5_000, {
    client_id: 'client',
    client_secret: 'secret',
    auth_endpoint: `https://${appId}.example/authorize`,
    token_endpoint: `https://${appId}.example/token`,
  });
}

async function ask(
  type: string,
  appId: string,
  replyType: string,
  patience = 5_000,
  fields: JsonObject = {},
): Promise<JsonObject | undefined> {
  const data = { skill_id: 'skill', app_id: appId, ...fields };
  const message = new Message(type, data, MessageContext.of({ round }));
  return (await client.waitForResponse(message, { replyType, timeout: patience }))?.data;
}

async function answerAsProvider(): Promise<Response> {
  if (provider.isDown) throw new TypeError('fetch failed');
  provider.issued += 1;
  return Response.json(
    {
      access_token: `access-${provider.issued}`,
      refresh_token: `refresh-${provider.issued}`,
      token_type: 'Bearer',
      expires_in: 3_600,
    },
    { headers: { date: new Date(clock.now()).toUTCString() } },
  );
}

function measure(hours: number): void {
  const count = (kind: Function): number => queryObjects(kind, { format: 'count' });
  const counts = {
    hours,
    rounds: round,
    tokensIssued: provider.issued,
    timers: clock.timers,
    objects: count(Object),
    maps: count(Map),
    sets: count(Set),
    promises: count(Promise),
    functions: count(Function),
    heapMiB: Math.round(process.memoryUsage().heapUsed / 104_857.6) / 10,
  };
  process.stdout.write(`${JSON.stringify(counts)}\n`);
}
