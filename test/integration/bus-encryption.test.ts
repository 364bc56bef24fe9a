import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { BusClient, Message, MessageContext, type BusSettings } from '../../src/bus/index.ts';
import { eventually } from '../support/eventually.ts';
import { type MessageBus, startMessageBus } from '../support/messagebus.ts';
import { type PythonClient, startPythonClient } from '../support/python-client.ts';
import { openRawClient, type RawClient } from '../support/raw-client.ts';

const KEYS = ['0123456789abcdef', '0123456789abcdef01234567', '0123456789abcdef0123456789abcdef'];
const [KEY = ''] = KEYS;
const REQUEST =
  '{"type": "test.ask", "data": {"text": "grüße"}, "context": {"n": 1.0, "session": {"lang": "en"}}}';

let bus: MessageBus;
let python: PythonClient;
let raw: RawClient;
let clients: BusClient[] = [];

beforeAll(async () => {
  bus = await startMessageBus({ nodelay: true, config: { websocket: { secret_key: KEY } } });
  python = await startPythonClient({ env: bus.env, connect: false });
});

afterEach(async () => {
  await Promise.all([...clients.map((client) => client.stop()), raw.close()]);
  clients = [];
});

afterAll(async () => {
  await python.stop();
  await bus.stop();
});

/** A client that answers `test.ask`, and a bare socket beside it. */
async function answering(settings: BusSettings): Promise<BusClient> {
  raw = await openRawClient(bus.url);
  const client = new BusClient({ port: bus.port, ...settings });
  clients.push(client);
  client.on('test.ask', (message) => client.emit(message.response({ heard: message.data['text'] ?? null })));
  const isOpen = new Promise<void>((resolve) => client.onOpen(resolve));
  client.start();
  await isOpen;
  return client;
}

function isSealed(frame: string): boolean {
  return frame.startsWith('{"ciphertext"');
}

/** Sends a request and gives the client's answer to it, as decrypted by Python. */
async function answerReadByPython(key: string, request: string): Promise<string> {
  raw.send(request);
  for (let index = 0; ; index += 1) {
    const frame = await eventually('another frame', () => raw.frames[index]);
    // The bus seals its own greeting with its own key.
    const text = isSealed(frame) ? await python.decrypt(key, frame).catch(() => '') : '';
    if (text.includes('test.ask.response')) return text;
  }
}

describe('An encrypted bus', () => {
  it.each(KEYS)('carries requests from Python and answers to Python: %s', async (key) => {
    await answering({ secretKey: key });
    const answer = await answerReadByPython(key, await python.encrypt(key, REQUEST));
    expect(JSON.parse(answer)).toEqual({
      type: 'test.ask.response',
      data: { heard: 'grüße' },
      context: { n: 1, session: { lang: 'en' } },
    });
    expect(answer).toContain('"n": 1.0');
  });

  it('carries frames with the tag at the end of the ciphertext', async () => {
    await answering({ secretKey: KEY });
    const sealed = JSON.parse(await python.encrypt(KEY, REQUEST)) as Record<string, string>;
    const tagless = JSON.stringify({
      ciphertext: `${sealed['ciphertext']}${sealed['tag']}`,
      nonce: sealed['nonce'],
    });
    // Python takes that form as well.
    expect(await python.decrypt(KEY, tagless)).toBe(REQUEST);
    expect(await answerReadByPython(KEY, tagless)).toContain('"heard":"grüße"');
  });

  it('shows nothing of a message, not even its type, to who has no key', async () => {
    const client = await answering({ secretKey: KEY });
    client.emit(new Message('test.private', { token: 't-1' }, MessageContext.of({ k: 1 })));
    const other = await openRawClient(bus.url);
    await raw.waitFor(isSealed);
    await other.close();
    for (const frame of raw.frames) expect(frame).not.toMatch(/test\.private|t-1|session/);
  });

  it('drops plain frames, and reads on', async () => {
    const client = await answering({ secretKey: KEY });
    raw.send(REQUEST);
    const answer = await answerReadByPython(KEY, await python.encrypt(KEY, REQUEST));
    expect(answer).toContain('test.ask.response');
    expect(client.stats.delivered).toBe(1);
    expect(client.stats.malformed.unencrypted).toBe(1);
  });

  it('takes plain frames where they are allowed', async () => {
    await answering({ secretKey: KEY, allowUnencrypted: true });
    expect(await answerReadByPython(KEY, REQUEST)).toContain('test.ask.response');
  });

  it('drops what another key has sealed, and reads on', async () => {
    const client = await answering({ secretKey: KEY });
    const seen = client.stats.malformed.undecryptable;
    raw.send(await python.encrypt('another key.....', REQUEST));
    await answerReadByPython(KEY, await python.encrypt(KEY, REQUEST));
    expect(client.stats.malformed.undecryptable).toBe(seen + 1);
    expect(client.stats.delivered).toBe(1);
  });

  it('hears what the real Python client sends with the key of its configuration', async () => {
    await answering({ secretKey: KEY });
    const skill = await startPythonClient({ env: bus.env });
    await skill.emit({ json: REQUEST });
    await expect.poll(() => clients[0]?.stats.delivered, { timeout: 10_000 }).toBe(1);
    await skill.stop();
  });
});

describe('A client without a key', () => {
  it('drops encrypted frames and says why', async () => {
    const client = await answering({});
    raw.send(await python.encrypt(KEY, REQUEST));
    raw.send(REQUEST);
    await raw.waitFor((frame) => frame.includes('test.ask.response'));
    expect(client.stats.malformed.no_key).toBeGreaterThan(0);
    expect(client.stats.delivered).toBe(1);
  });
});
