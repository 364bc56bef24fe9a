import fc from 'fast-check';
import { expect, test } from 'vitest';
import { INCOMING, type IncomingTopic, readData } from '../../src/bus/api/incoming.ts';
import { FrameCipher } from '../../src/bus/encryption.ts';
import { readFrame, writeFrame } from '../../src/bus/frame.ts';
import { damaged, fuzz, FUZZ_TIME, refusalOf } from '../support/fuzz.ts';

const cipher = new FrameCipher('0123456789abcdef');
const TOPICS = Object.keys(INCOMING);

const data = JSON.stringify({
  skill_id: 'ovos-skill-music.openvoiceos',
  app_id: 'music',
  client_id: 'id',
  client_secret: null,
  auth_endpoint: 'https://accounts.music.example/authorize',
  token_endpoint: 'https://accounts.music.example/token',
  scope: ['one', 'two'],
  extra_params: { prompt: 'consent' },
  min_valid_seconds: 60,
  redirectURL: 'http://127.0.0.1:36536/auth/callback/a_b?code=c&state=s',
});
const context =
  '{"source": "a", "destination": ["b"], "n": 1.0, "big": 9223372036854775808, "session": {"lang": "de"}}';
const CORPUS = [
  ...TOPICS.map((type) => `{"type": "${type}", "data": ${data}, "context": ${context}}`),
  '{"type":"oauth.list","data":{},"context":{}}',
  '{"data":null,"\\u0074ype":"oauth.list"}',
  cipher.encrypt(`{"type": "oauth.list", "data": ${data}, "context": ${context}}`),
].map(String);

const readers = fc.constantFrom(
  { cipher: undefined, allowUnencrypted: true },
  { cipher, allowUnencrypted: true },
  { cipher, allowUnencrypted: false },
);

test(
  'a frame of any bytes is a message or a reason, and what is a message can be sent again',
  async () => {
    await fuzz(
      0.35,
      fc.asyncProperty(damaged(CORPUS), readers, async (bytes, reader) => {
        const frame = readFrame(bytes, { ...reader, wants: () => true });
        if (frame.status !== 'message') return;
        const again = readFrame(Buffer.from(writeFrame(frame.message, '{}')), {
          cipher: undefined,
          allowUnencrypted: true,
          wants: () => true,
        });
        expect(again).toMatchObject({ status: 'message', message: { type: frame.message.type } });
      }),
    );
  },
  FUZZ_TIME,
);

test(
  'the data of any request are taken, or refused by the name of a field',
  async () => {
    await fuzz(
      0.15,
      fc.asyncProperty(fc.constantFrom(...TOPICS), damaged(CORPUS), async (topic, bytes) => {
        const frame = readFrame(bytes, { cipher: undefined, allowUnencrypted: true, wants: () => true });
        if (frame.status !== 'message') return;
        const { data } = frame.message;
        const refusal = await refusalOf(() => readData(topic as IncomingTopic, data));
        expect(typeof (refusal?.details['field'] ?? '')).toBe('string');
        expect([undefined, 'invalid_request', 'endpoint_invalid']).toContain(refusal?.code);
      }),
    );
  },
  FUZZ_TIME,
);
