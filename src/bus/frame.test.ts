import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MessageContext } from './context.ts';
import { FrameCipher } from './encryption.ts';
import { type Frame, type FrameReaderOptions, readFrame, writeFrame } from './frame.ts';
import { Message } from './message.ts';

const cipher = new FrameCipher('0123456789abcdef');

function read(frame: string | Buffer, options: Partial<FrameReaderOptions> = {}): Frame {
  return readFrame(Buffer.from(frame), {
    cipher: undefined,
    allowUnencrypted: false,
    wants: (type) => type === 'a',
    ...options,
  });
}

function reasonOf(frame: Frame): string {
  return frame.status === 'malformed' ? frame.reason : frame.status;
}

function messageOf(frame: Frame): Message {
  if (frame.status !== 'message') throw new Error(reasonOf(frame));
  return frame.message;
}

describe('readFrame', () => {
  it('reads what writeFrame wrote', () => {
    const object = fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue());
    fc.assert(
      fc.property(fc.string({ minLength: 1, unit: 'binary' }), object, object, (type, data, context) => {
        const written = writeFrame(
          new Message(type, data, MessageContext.of(context)),
          '{"session_id": "s"}',
        );
        const message = messageOf(read(written, { wants: () => true }));
        const sent = JSON.parse(JSON.stringify({ type, data, context })) as Record<string, object>;
        expect(message.type).toBe(sent['type']);
        expect(message.data).toEqual(sent['data']);
        expect(JSON.parse(message.context.toJson())).toEqual({
          session: { session_id: 's' },
          ...sent['context'],
        });
      }),
    );
  });

  it.each(['{}', 'null', '[]', '""', '0', '-0.0', 'false'])(
    'takes %s for an empty object, as Python does',
    (empty) => {
      const message = messageOf(read(`{"type": "a", "data": ${empty}, "context": ${empty}}`));
      expect(message.data).toEqual({});
      expect(message.context.toJson()).toBe('{}');
    },
  );

  it('takes missing data and context for empty ones', () => {
    expect(messageOf(read('{"type":"a"}'))).toEqual(new Message('a'));
  });

  it.each<[string, string | Buffer]>([
    ['invalid_json', ''],
    ['invalid_json', 'hello'],
    ['invalid_json', '{"type": "a"'],
    ['invalid_json', '{"type": "a", "data": {"x": -NaN}}'],
    ['not_an_object', '["type", "a"]'],
    ['not_an_object', 'null'],
    ['not_an_object', '"a"'],
    ['invalid_type', '{}'],
    ['invalid_type', '{"type": null}'],
    ['invalid_type', '{"type": ["a"]}'],
    ['invalid_type', '{"__proto__": {"type": "a"}}'],
    ['invalid_data', '{"type": "a", "data": 1}'],
    ['invalid_data', '{"type": "a", "data": [1]}'],
    ['invalid_data', '{"type": "a", "data": "x"}'],
    ['invalid_context', '{"type": "a", "context": true}'],
    ['invalid_context', '{"type": "a", "context": [{}]}'],
    ['invalid_utf8', Buffer.from([...Buffer.from('{"type": "a", "data": {"x": "'), 0xff, 0x22, 0x7d, 0x7d])],
    ['no_key', cipher.encrypt('{"type": "a"}')],
  ])('counts as %s: %s', (reason, frame) => {
    expect(reasonOf(read(frame))).toBe(reason);
  });

  it('reads a frame with numbers that are none, and passes its context on as it was written', () => {
    const message = messageOf(read('{"type": "a", "data": {"x": NaN}, "context": {"y": [Infinity, 1.0]}}'));
    expect(message.data).toEqual({ x: null });
    expect(message.reply('b').context.toJson()).toBe('{"y": [Infinity, 1.0]}');
  });

  it('keeps __proto__ from being anything but a name', () => {
    const text = '{"type": "a", "data": {"__proto__": {"x": 1}}, "context": {"__proto__": {"x": 1}}}';
    const message = messageOf(read(text));
    expect(Object.getPrototypeOf(message.data)).toBe(Object.prototype);
    expect(message.data['x']).toBeUndefined();
    expect(message.context.toJson()).toBe('{"__proto__": {"x": 1}}');
  });

  it('does not look into a message whose type nobody wants', () => {
    for (const start of ['{"type": "b"', '{"type":"b"', '{"type": "é"']) {
      expect(read(`${start}, this is not even JSON`)).toEqual({ status: 'unwanted' });
    }
  });

  it.each([
    '{"type": "b", "type": "a"}',
    '{"type": "b", "data": {}, "\\u0074ype": "a"}',
    '{"type": "b", "t\\u0079pe": "a"}',
    '{"type": "\\u0061"}',
    ' {"type": "a"}',
    '{"data": {"type": "b"}, "type": "a"}',
    '{"type" : "a"}',
  ])('goes by the type that Python goes by: %s', (frame) => {
    expect(messageOf(read(frame)).type).toBe('a');
  });

  it('always decides as a reader that parses everything', () => {
    const member = fc.tuple(
      fc.constantFrom('"type"', '"data"', '"context"', '"\\u0074ype"', '"typ\\u0065"'),
      fc.constantFrom('"a"', '"b"', '"\\u0061"', '{"type": "a"}', '{}', 'null', '"\\"type\\":\\"a\\""'),
    );
    const frame = fc
      .tuple(fc.array(member, { maxLength: 5 }), fc.constantFrom(': ', ':'))
      .map(([members, colon]) => `{${members.map(([name, value]) => name + colon + value).join(', ')}}`);
    fc.assert(
      fc.property(frame, (text) => {
        const { type } = JSON.parse(text) as { type?: unknown };
        const wanted = typeof type === 'string' ? [type === 'a' ? 'wanted' : 'unwanted'] : ['malformed'];
        const { status } = read(text);
        // A message that is wanted can still turn out to be malformed in its data or context.
        expect(status === 'unwanted' ? ['unwanted'] : ['malformed', 'wanted']).toEqual(
          expect.arrayContaining(wanted),
        );
      }),
      { numRuns: 5000 },
    );
  });

  it('survives any bytes', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 64 }),
      fc.string({ unit: 'binary' }).map((text) => Buffer.from(`{"type": "a", ${text}`)),
      fc.string({ unit: 'binary' }).map((text) => Buffer.from(`{"type":"${text}`)),
      fc.json().map((json) => Buffer.from(`{"ciphertext": ${json}, "nonce": "00"}`)),
    );
    fc.assert(
      fc.property(bytes, fc.boolean(), (frame, isKeyed) => {
        const { status } = read(Buffer.from(frame), isKeyed ? { cipher, allowUnencrypted: true } : {});
        expect(['message', 'malformed', 'unwanted']).toContain(status);
      }),
      { numRuns: 5000 },
    );
  });

  it('reads encrypted frames, and plain ones only if they are allowed', () => {
    const plain = '{"type": "a"}';
    expect(reasonOf(read(cipher.encrypt(plain), { cipher }))).toBe('message');
    expect(reasonOf(read(plain, { cipher }))).toBe('unencrypted');
    expect(reasonOf(read('{"type": "a", "data": {"ciphertext": "00"}}', { cipher }))).toBe('unencrypted');
    expect(reasonOf(read(plain, { cipher, allowUnencrypted: true }))).toBe('message');
    expect(reasonOf(read(cipher.encrypt('{"type": "b"}'), { cipher }))).toBe('unwanted');
    expect(reasonOf(read(cipher.encrypt('[]'), { cipher }))).toBe('not_an_object');
    expect(reasonOf(read(new FrameCipher('x'.repeat(16)).encrypt(plain), { cipher }))).toBe('undecryptable');
    expect(reasonOf(read('{"ciphertext": 1', { cipher }))).toBe('invalid_json');
  });
});

describe('writeFrame', () => {
  it('adds the session to a context that has none, and only then', () => {
    const session = '{"session_id": "default"}';
    const of = (context: string): unknown =>
      JSON.parse(writeFrame(new Message('a', {}, MessageContext.parse(context)), session));
    expect(of('{"k": 1}')).toEqual({
      type: 'a',
      data: {},
      context: { k: 1, session: { session_id: 'default' } },
    });
    expect(of('{"session": null}')).toEqual({ type: 'a', data: {}, context: { session: null } });
  });
});
