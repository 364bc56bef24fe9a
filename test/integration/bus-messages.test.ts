import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BusClient, Message, MessageContext } from '../../src/bus/index.ts';
import { writeFrame } from '../../src/bus/frame.ts';
import type { JsonObject } from '../../src/json.ts';
import { type MessageBus, startMessageBus } from '../support/messagebus.ts';
import { type PythonClient, startPythonClient } from '../support/python-client.ts';

let bus: MessageBus;
let python: PythonClient;
let client: BusClient;

beforeAll(async () => {
  bus = await startMessageBus({ nodelay: true });
  python = await startPythonClient({ env: bus.env });
  client = new BusClient({ port: bus.port });
  const isOpen = new Promise<void>((resolve) => client.onOpen(resolve));
  client.start();
  await isOpen;
});

afterAll(async () => {
  await client.stop();
  await python.stop();
  await bus.stop();
});

/** JSON text of any value, with numbers as only Python writes them among it. */
const anyJson = fc.oneof(
  { weight: 3, arbitrary: fc.json({ maxDepth: 3 }) },
  fc.constantFrom(
    '1.0',
    '-0.0',
    '9223372036854775808',
    '123456789012345678901234567890',
    '1e400',
    'NaN',
    '[Infinity, -Infinity]',
    '"\\ud83d\\ude00 \\u0000 \\""',
    '{"session_id": "default", "expires": 1766500000.0}',
    'null',
  ),
);
const anyName = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom('source', 'destination', 'target', 'session') },
  fc.string({ unit: 'binary' }),
  fc.constantFrom('__proto__', 'constructor', '\u0000', '"'),
);
const anyContext = fc
  .array(fc.tuple(anyName, anyJson), { maxLength: 6 })
  .map((members) => `{${members.map(([name, json]) => `${JSON.stringify(name)}: ${json}`).join(', ')}}`);
const anyData = fc
  .tuple(
    fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 3 }),
    fc.option(fc.jsonValue({ maxDepth: 1 }), { nil: undefined }),
  )
  .map(([data, destination]) => JSON.stringify({ ...data, destination }));

describe('A message', () => {
  it.each(['forward', 'reply', 'response'] as const)(
    'makes the same %s as Python, to the digit',
    async (method) => {
      await fc.assert(
        fc.asyncProperty(anyContext, anyData, async (contextText, dataText) => {
          const data = JSON.parse(dataText) as JsonObject;
          const message = new Message('a.b', {}, MessageContext.parse(contextText));
          const ours = method === 'response' ? message.response(data) : message[method]('c.d', data);

          const theirs = await python.derive(
            method,
            `{"type": "a.b", "data": {}, "context": ${contextText}}`,
            dataText,
            'c.d',
          );
          const { type, context } = ours;
          const written = `{"type": "${type}", "data": ${dataText}, "context": ${context.toJson()}}`;
          expect(await python.normalise(written)).toBe(await python.normalise(theirs));
        }),
        { numRuns: 400 },
      );
    },
  );

  it('is read by Python as it is written here', async () => {
    await fc.assert(
      fc.asyncProperty(anyData, async (dataText) => {
        const data = JSON.parse(dataText) as JsonObject;
        const frame = writeFrame(new Message('a.b', data), '{"session_id": "default"}');
        const read = JSON.parse(await python.normalise(frame)) as unknown;
        const context = { session: { session_id: 'default' } };
        expect(read).toEqual({ type: 'a.b', data: JSON.parse(dataText) as unknown, context });
      }),
      { numRuns: 200 },
    );
  });
});

describe('A request from a Python program', () => {
  it('gets a reply that carries its context back as it was written', async () => {
    const end = client.on('test.ask', (message) => client.emit(message.response({ ok: true })));
    const context =
      '{"source": "skill", "destination": ["broker"], "one": 1.0, "big": 9223372036854775809, ' +
      '"__proto__": {"x": 1.50}, "session": {"session_id": "s-1", "lang": "en", "touched": 3.0}}';
    const answer = await python.waitForResponse({
      json: `{"type": "test.ask", "data": {"n": 1}, "context": ${context}}`,
    });
    end();
    expect(answer?.data).toEqual({ ok: true });
    const swapped = context
      .replace('"source": "skill"', '"source": ["broker"]')
      .replace('"destination": ["broker"]', '"destination": "skill"');
    expect(answer?.frame).toBe(
      await python.normalise(`{"type": "test.ask.response", "data": {"ok": true}, "context": ${swapped}}`),
    );
  });

  it('is read with numbers that are none, and gets them back', async () => {
    const end = client.on('test.nan', (message) => client.emit(message.response(message.data)));
    const answer = await python.waitForResponse({
      json: '{"type": "test.nan", "data": {"x": NaN}, "context": {"y": -Infinity, "session": {"lang": "en"}}}',
    });
    end();
    expect(answer?.frame).toContain('"y": -Infinity');
    expect(answer?.frame).toContain('"x": null');
  });

  it('is handled in the order in which it came', async () => {
    const heard: unknown[] = [];
    const end = client.on('test.count', ({ data }) => {
      heard.push(data['n']);
    });
    for (let n = 0; n < 200; n += 1) await python.emit({ type: 'test.count', data: { n } });
    await python.emit({ type: 'test.count', data: { n: 'last' } });
    await expect.poll(() => heard.at(-1), { timeout: 10_000 }).toBe('last');
    end();
    expect(heard).toEqual([...Array.from({ length: 200 }, (_, n) => n), 'last']);
  });
});

describe('A request to a Python program', () => {
  it('brings its answer', async () => {
    await python.answer('test.python', { from: 'python' });
    const context = MessageContext.of({ source: 'us', destination: 'them', id: 7 });
    const answer = await client.waitForResponse(new Message('test.python', { a: 1 }, context));
    expect(answer?.data).toEqual({ from: 'python' });
    expect(answer?.context.get('source')).toBe('them');
    expect(answer?.context.get('destination')).toBe('us');
    expect(answer?.context.get('id')).toBe(7);
  });

  it('brings an answer of another type', async () => {
    await python.answer('test.other', { ok: 1 }, 'test.elsewhere');
    const answer = await client.waitForResponse(new Message('test.other'), { replyType: 'test.elsewhere' });
    expect(answer?.type).toBe('test.elsewhere');
  });

  it('brings nothing when nobody answers', async () => {
    expect(await client.waitForResponse(new Message('test.nobody'), { timeout: 50 })).toBeUndefined();
  });
});

describe('The session', () => {
  it('is asked for on connecting, and goes into messages that have none', async () => {
    python.forget();
    const other = new BusClient({ port: bus.port, lang: 'de-de' });
    other.start();
    const sync = await python.waitFor('ovos.session.sync');
    expect(sync.context).toEqual({ session: { session_id: 'default', lang: 'de-DE' } });

    await python.emit({
      type: 'ovos.session.update_default',
      data: {
        session_data: { session_id: 'x', lang: 'pt-PT', active_skills: [['s', 1]], site_id: 'kitchen' },
      },
    });
    await expect.poll(() => other.stats.delivered).toBe(1);
    other.emit(new Message('test.session', {}, MessageContext.of({ k: 1 })));
    const session = { session_id: 'default', lang: 'pt-PT', site_id: 'kitchen' };
    expect((await python.waitFor('test.session')).context).toEqual({ k: 1, session });
    await other.stop();
  });
});
