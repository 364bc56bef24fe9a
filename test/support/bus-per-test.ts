import { afterEach, beforeEach, expect } from 'vitest';
import { BusClient, type BusClientDeps, type BusSettings, Message } from '../../src/bus/index.ts';
import { eventually } from './eventually.ts';
import { type MessageBus, type MessageBusOptions, startMessageBus } from './messagebus.ts';
import { openRawClient, type RawClient } from './raw-client.ts';

/** A bus of its own for every test of a file, and clients on it that are stopped afterwards. */
export interface BusPerTest {
  readonly bus: MessageBus;
  /** A client that is not started. */
  client(settings?: BusSettings, deps?: BusClientDeps): BusClient;
  rawClient(): Promise<RawClient>;
  /** Shows that a client is alive and reads: it answers a `test.ping`. */
  expectAnswer(from: BusClient): Promise<void>;
  /** Runs after the test, before the bus stops; the last one first. */
  after(cleanUp: () => Promise<unknown>): void;
}

export function busPerTest(options: MessageBusOptions = {}): BusPerTest {
  let bus: MessageBus | undefined;
  let cleanUps: (() => Promise<unknown>)[] = [];

  beforeEach(async () => {
    bus = await startMessageBus({ nodelay: true, ...options });
  });
  afterEach(async () => {
    for (const cleanUp of cleanUps.toReversed()) await cleanUp();
    cleanUps = [];
    await bus?.stop();
  });

  const room: BusPerTest = {
    get bus() {
      if (bus === undefined) throw new Error('the bus is there during a test only');
      return bus;
    },
    client(settings = {}, deps = {}) {
      const client = new BusClient({ port: room.bus.port, ...settings }, deps);
      cleanUps.push(() => client.stop());
      return client;
    },
    async rawClient() {
      const raw = await openRawClient(room.bus.url);
      cleanUps.push(() => raw.close());
      return raw;
    },
    async expectAnswer(client) {
      const end = client.on('test.ping', (message) => client.emit(message.response()));
      const asker = await opened(room.client());
      expect(await asker.waitForResponse(new Message('test.ping'), { timeout: 10_000 })).toBeDefined();
      end();
      await asker.stop();
    },
    after: (cleanUp) => cleanUps.push(cleanUp),
  };
  return room;
}

/** Starts a client and waits until it is connected. */
export async function opened(client: BusClient): Promise<BusClient> {
  client.start();
  await eventually('the client connects', () => client.isOpen);
  return client;
}

export function typesOf(frames: readonly string[]): string[] {
  return frames.map((frame) => String((JSON.parse(frame) as { type: unknown }).type));
}
