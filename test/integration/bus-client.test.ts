import { describe, expect, it } from 'vitest';
import { Message } from '../../src/bus/index.ts';
import { busPerTest, opened } from '../support/bus-per-test.ts';
import { eventually } from '../support/eventually.ts';
import { recordedLog } from '../support/recorded-log.ts';
import { SimulatedClock } from '../support/simulated-clock.ts';

const MEBIBYTE = 1024 * 1024;
const on = busPerTest({ config: { websocket: { max_msg_size: 64 } } });

describe('Bad frames', () => {
  it.each<[string, string | Buffer]>([
    ['invalid_json', 'hello'],
    ['invalid_json', ''],
    ['invalid_json', '{"type": "test.ping"'],
    ['not_an_object', '[]'],
    ['invalid_type', '{"data": {}}'],
    ['invalid_data', '{"type": "test.ping", "data": [1]}'],
    ['invalid_context', '{"type": "test.ping", "context": "x"}'],
    ['no_key', '{"ciphertext": "00", "tag": "00", "nonce": "00"}'],
    ['invalid_utf8', Buffer.from('{"data": {}, "type": "\xff"}', 'latin1')],
  ])('are counted as %s and do no harm: %s', async (reason, frame) => {
    const log = recordedLog();
    const client = await opened(on.client({}, { log }));
    client.on('test.ping', () => {});
    (await on.rawClient()).send(frame);
    await eventually('the frame is counted', () => Object.values(client.stats.malformed).includes(1));
    expect(client.stats.malformed).toMatchObject({ [reason]: 1 });
    await on.expectAnswer(client);
    expect(client.stats.connections).toBe(1);
    expect(log.lines.filter(({ level }) => level === 'warn')).toHaveLength(1);
  });

  it('with invalid UTF-8 cost other clients their connection, but not this one', async () => {
    const client = await opened(on.client());
    const validating = await on.rawClient();
    (await on.rawClient()).send(Buffer.from('{"data": {}, "type": "\xff"}', 'latin1'));
    await eventually('a client that validates is disconnected', () => validating.closeCode !== undefined);
    await on.expectAnswer(client);
    expect(client.stats.connections).toBe(1);
  });

  it('of 30 MB are read where they are allowed, and skipped where nobody wants them', async () => {
    const client = await opened(on.client({ maxMessageBytes: 64 * MEBIBYTE }));
    let heard = 0;
    client.on('test.big', ({ data }) => {
      heard = JSON.stringify(data['x']).length - 2;
    });
    const raw = await on.rawClient();
    raw.send(`{"type": "test.unwanted", "data": {"x": "${'x'.repeat(30 * MEBIBYTE)}"}}`);
    raw.send(`{"type": "test.big", "data": {"x": "${'x'.repeat(30 * MEBIBYTE)}"}}`);
    await eventually('the big frame is heard', () => heard === 30 * MEBIBYTE, 60_000);
    await on.expectAnswer(client);
    expect(client.stats.connections).toBe(1);
  });

  it('that are longer than allowed make it come back at once, once', async () => {
    const clock = new SimulatedClock();
    const client = await opened(on.client({ maxMessageBytes: MEBIBYTE }, { clock }));
    const raw = await on.rawClient();
    const long = `{"type": "test.ping", "data": {"x": "${'x'.repeat(2 * MEBIBYTE)}"}}`;
    const lost = () => eventually('the connection is lost', () => !client.isOpen);

    raw.send(long);
    await lost();
    await eventually('it is back without a wait', async () => (await clock.advance(0), client.isOpen));
    expect(client.stats.connections).toBe(2);

    raw.send(long);
    await lost();
    await clock.advance(900);
    expect(client.isOpen).toBe(false);
    await eventually('it is back after a wait', async () => (await clock.advance(100), client.isOpen));
    await on.expectAnswer(client);
  });

  it('are never sent: a message that is too long is dropped, counted and logged by its type', async () => {
    const log = recordedLog();
    const client = await opened(on.client({ maxMessageBytes: 1000 }, { log }));
    client.emit(new Message('test.long', { secret: 'é'.repeat(600) }));
    await on.expectAnswer(client);
    expect(client.stats.dropped).toBe(1);
    expect(log.lines.filter(({ topic }) => topic === 'test.long')).toHaveLength(1);
    expect(JSON.stringify(log.lines)).not.toContain('é');
  });
});

describe('A handler that fails', () => {
  it('hurts no other, and leaves its topic and a code in the log, no more', async () => {
    const log = recordedLog();
    const client = await opened(on.client({}, { log }));
    const heard: string[] = [];
    client.on('test.fail', () => {
      throw new Error('secret-1');
    });
    client.on('test.fail', () => Promise.reject(new Error('secret-2')));
    client.on('test.fail', () => {
      heard.push('third');
    });
    client.emit(new Message('test.fail'));
    await eventually('both failures are counted', () => client.stats.failed === 2);
    expect(heard).toEqual(['third']);
    const failed = { level: 'error', message: 'A handler failed.', topic: 'test.fail', code: 'internal' };
    expect(log.lines.filter(({ level }) => level === 'error')).toEqual([failed, failed]);
    await on.expectAnswer(client);
  });

  it('can unsubscribe itself and others while they are called', async () => {
    const client = await opened(on.client());
    const heard: string[] = [];
    const ends = ['a', 'b', 'c'].map((name) =>
      client.on('test.once', () => {
        heard.push(name);
        for (const end of ends) end();
      }),
    );
    client.emit(new Message('test.once'));
    client.emit(new Message('test.once'));
    await on.expectAnswer(client);
    expect(heard).toEqual(['a', 'b', 'c']);
  });
});
