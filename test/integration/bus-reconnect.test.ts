import { describe, expect, it } from 'vitest';
import { Message } from '../../src/bus/index.ts';
import { busPerTest, opened, typesOf } from '../support/bus-per-test.ts';
import { eventually } from '../support/eventually.ts';
import { freePort } from '../support/free-port.ts';
import { recordedLog } from '../support/recorded-log.ts';
import { SimulatedClock } from '../support/simulated-clock.ts';

const MEBIBYTE = 1024 * 1024;
const on = busPerTest();

describe('A bus that goes away', () => {
  it('finds everything queued when it is back, in order, and listeners told', async () => {
    const clock = new SimulatedClock();
    const client = on.client({}, { clock });
    const told: string[] = [];
    client.onOpen(() => {
      told.push('open');
      client.emit(new Message('test.announce'));
    });
    client.onClose(() => {
      told.push('close');
    });
    await opened(client);

    await on.bus.kill();
    await eventually('the loss is noticed', () => !client.isOpen && told.includes('close'));
    for (let n = 0; n < 500; n += 1) client.emit(new Message(`test.${n}`));
    await clock.advance(60_000);
    expect(client.isOpen).toBe(false);
    await on.bus.start();
    const raw = await on.rawClient();
    await eventually('it is back', async () => (await clock.advance(30_000), client.isOpen));
    await raw.waitFor((frame) => frame.includes('"test.announce"'));

    const queued = Array.from({ length: 500 }, (_, n) => `test.${n}`);
    expect(typesOf(raw.frames)).toEqual(['connected', 'ovos.session.sync', ...queued, 'test.announce']);
    expect(told).toEqual(['open', 'close', 'open']);
    expect(client.stats.dropped).toBe(0);
    await on.expectAnswer(client);
  });

  it('is tried for ever by a client that is alive; one whose timer got lost is not', async () => {
    const clock = new SimulatedClock();
    const log = recordedLog();
    const client = on.client({}, { clock, log });
    expect(client.isAlive).toBe(false);
    await opened(client);
    await clock.advance(3_600_000);
    expect(client.isAlive).toBe(true);

    await on.bus.kill();
    await eventually('the loss is noticed', () => !client.isOpen);
    const failures = (): number => log.lines.filter(({ status }) => status === 1006).length;
    for (let tries = 1; tries < 20; tries += 1) {
      await eventually('the attempt has failed', () => failures() >= tries);
      expect(client.isAlive).toBe(true);
      await clock.advance(30_000);
    }
    clock.dropTimers();
    await clock.advance(120_001);
    expect(client.isAlive).toBe(false);
  });

  it('gets what was emitted before it was there', async () => {
    await on.bus.kill();
    const client = on.client();
    client.emit(new Message('test.early'));
    client.start();
    await on.bus.start();
    const raw = await on.rawClient();
    expect(await raw.waitFor((frame) => frame.includes('test.early'))).toContain('"session_id":"default"');
  });

  it('loses the oldest when too much is queued, counted and logged by type', async () => {
    const clock = new SimulatedClock();
    const log = recordedLog();
    const client = await opened(on.client({ queue: { messages: 3, bytes: 10_000 } }, { clock, log }));
    await on.bus.shutDown();
    await eventually('the loss is noticed', () => !client.isOpen);
    for (let n = 0; n < 5; n += 1) client.emit(new Message(`test.${n}`, { secret: 's-1' }));
    expect(client.stats.dropped).toBe(2);
    expect(log.lines.flatMap(({ topic }) => topic ?? [])).toEqual(['test.0', 'test.1']);
    expect(JSON.stringify(log.lines)).not.toContain('s-1');

    await on.bus.start();
    const raw = await on.rawClient();
    await eventually('it is back', async () => (await clock.advance(30_000), client.isOpen));
    await raw.waitFor((frame) => frame.includes('"test.4"'));
    expect(typesOf(raw.frames).slice(2)).toEqual(['test.2', 'test.3', 'test.4']);
  });

  it('is tried again for ever, and logged once', async () => {
    const clock = new SimulatedClock();
    const log = recordedLog();
    const port = await freePort();
    const client = on.client({ port }, { clock, log });
    client.start();
    const failures = () => log.lines.filter(({ delayMs }) => delayMs !== undefined);
    for (let round = 0; round < 50; round += 1) {
      const before = failures().length;
      await clock.advance(30_000);
      await eventually('another attempt fails', () => failures().length > before);
    }
    expect(failures().filter(({ level }) => level === 'warn')).toHaveLength(1);
    for (const { delayMs = 0 } of failures()) {
      expect(delayMs).toBeGreaterThanOrEqual(1000);
      expect(delayMs).toBeLessThanOrEqual(30_000);
    }
  });
});

describe('A bus that stops reading', () => {
  it('does not fill the memory: what it leaves waits in the bounded queue', async () => {
    const client = await opened(on.client({ queue: { messages: 5, bytes: 10 * MEBIBYTE } }));
    process.kill(on.bus.pid, 'SIGSTOP');
    const half = 'x'.repeat(MEBIBYTE / 2);
    for (let n = 0; n < 60; n += 1) client.emit(new Message(`test.${n}`, { half }));
    // More than the kernel's buffers and ours hold: the queue is full.
    expect(client.stats.dropped).toBeGreaterThan(0);
    expect(client.stats.sent + client.stats.dropped).toBe(1 + 60 - 5);
    const sent = client.stats.sent;
    process.kill(on.bus.pid, 'SIGCONT');
    await eventually('the rest is sent', () => client.stats.sent === sent + 5);
    await on.expectAnswer(client);
  });
});

describe('stop', () => {
  it('sends what was emitted, closes, and ends every wait', async () => {
    const client = await opened(on.client());
    const raw = await on.rawClient();
    const wait = client.waitForResponse(new Message('test.nobody'), { timeout: 60_000 });
    for (let n = 0; n < 100; n += 1) client.emit(new Message(`test.${n}`));
    await client.stop();
    expect(await wait).toBeUndefined();
    expect(client.isOpen).toBe(false);
    await raw.waitFor((frame) => frame.includes('"test.99"'));
    expect(typesOf(raw.frames).filter((type) => type.startsWith('test.'))).toHaveLength(101);
  });

  it('ends soon although the bus hangs', async () => {
    const client = await opened(on.client());
    process.kill(on.bus.pid, 'SIGSTOP');
    await client.stop();
    process.kill(on.bus.pid, 'SIGCONT');
    await on.rawClient();
    expect(client.isOpen).toBe(false);
  });

  it('ends attempts to connect, and what waited is counted as dropped', async () => {
    await on.bus.kill();
    const waiting = on.client();
    waiting.start();
    waiting.emit(new Message('test.late'));
    await waiting.stop();
    expect(waiting.stats.dropped).toBe(1);
    await Promise.all([waiting.stop(), waiting.stop()]);
  });

  it('can be followed by another start', async () => {
    const client = await opened(on.client());
    await client.stop();
    await on.expectAnswer(await opened(client));
    expect(client.stats.connections).toBe(2);
  });
});
