import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { OAuthBrokerError } from '../errors.ts';
import { MessageContext } from './context.ts';
import { Message } from './message.ts';

const routed = '{"source": "skill", "n": 1.0, "destination": ["shell", 2.50]}';

function message(context: string): Message {
  return new Message('oauth.get', {}, MessageContext.parse(context));
}

describe('MessageContext', () => {
  it('gives back the text it was made from', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue()), (object) => {
        const text = JSON.stringify(object);
        expect(MessageContext.parse(text).toJson()).toBe(text);
      }),
    );
  });

  it('still says the same after a member was added', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue()), (object) => {
        const text = JSON.stringify(object);
        const added = MessageContext.parse(text).withRaw('added', '1.0').toJson();
        expect(JSON.parse(added)).toEqual({ ...(JSON.parse(text) as object), added: 1 });
        expect(added.endsWith('"added": 1.0}')).toBe(true);
      }),
    );
  });

  it.each(['', '1', 'null', '[]', '"x"', '{', '{"a": }', '{} {}'])('is never made from %j', (text) => {
    expect(() => MessageContext.parse(text)).toThrow(
      expect.objectContaining({ code: 'invalid_request' }) as OAuthBrokerError,
    );
  });

  it('reads a member, own ones only', () => {
    const context = MessageContext.parse('{"a": [1.0], "__proto__": 3, "n": NaN}');
    expect(context.get('a')).toEqual([1]);
    expect(context.get('__proto__')).toBe(3);
    expect(context.get('n')).toBeNull();
    expect(context.get('toString')).toBeUndefined();
  });
});

describe('Message', () => {
  it('is forwarded with its context untouched', () => {
    expect(message(routed).forward('x', { a: 1 })).toEqual(
      new Message('x', { a: 1 }, message(routed).context),
    );
    expect(message(routed).forward('x').context.toJson()).toBe(routed);
  });

  it('swaps source and destination in a reply, as they were written', () => {
    expect(message(routed).reply('x').context.toJson()).toBe(
      '{"source": ["shell", 2.50], "n": 1.0, "destination": "skill"}',
    );
  });

  it.each(['{}', '{"source": 1.0}', '{"destination": 2.0}'])(
    'leaves the context of a reply alone where one of both is missing: %s',
    (context) => {
      expect(message(context).reply('x').context.toJson()).toBe(context);
    },
  );

  it('takes the destination of the data for the context', () => {
    expect(message('{"source": "a"}').reply('x', { destination: 'b' }).context.toJson()).toBe(
      '{"source": "b", "destination": "a"}',
    );
    expect(message('{}').reply('x', { destination: null }).context.toJson()).toBe('{"destination": null}');
  });

  it('merges the context it is given into that of a reply before it swaps', () => {
    const reply = message('{"source": "a", "k": 1.0}').reply('x', {}, { destination: 'b', k: 2 });
    expect(reply.context.toJson()).toBe('{"source": "b", "k": 2, "destination": "a"}');
  });

  it('names its response after itself', () => {
    const response = message(routed).response({ ok: true });
    expect([response.type, response.data]).toEqual(['oauth.get.response', { ok: true }]);
    expect(response.context.get('destination')).toBe('skill');
  });
});
