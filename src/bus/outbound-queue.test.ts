import { describe, expect, it } from 'vitest';
import { OutboundQueue } from './outbound-queue.ts';

const frame = (topic: string, text = topic) => ({ topic, text });

function drained(queue: OutboundQueue, most = Number.POSITIVE_INFINITY): string[] {
  const taken: string[] = [];
  queue.drain(({ topic }) => taken.length < most && taken.push(topic) > 0);
  return taken;
}

function topics(frames: readonly { topic: string }[]): string[] {
  return frames.map(({ topic }) => topic);
}

describe('OutboundQueue', () => {
  it('gives back in order, as far as it is taken', () => {
    const queue = new OutboundQueue({ messages: 10, bytes: 100 });
    for (const topic of ['a', 'b', 'c']) expect(queue.push(frame(topic))).toEqual([]);
    expect(drained(queue, 2)).toEqual(['a', 'b']);
    queue.push(frame('d'));
    expect(drained(queue)).toEqual(['c', 'd']);
    expect(queue.length).toBe(0);
  });

  it('drops the oldest when there are too many messages', () => {
    const queue = new OutboundQueue({ messages: 2, bytes: 100 });
    queue.push(frame('a'));
    queue.push(frame('b'));
    expect(topics(queue.push(frame('c')))).toEqual(['a']);
    expect(drained(queue)).toEqual(['b', 'c']);
  });

  it('drops as many of the oldest as the bytes of the newest take', () => {
    const queue = new OutboundQueue({ messages: 10, bytes: 8 });
    queue.push(frame('a', '123'));
    queue.push(frame('b', '123'));
    queue.push(frame('c', '1'));
    expect(topics(queue.push(frame('d', 'éé')))).toEqual(['a']);
    expect(topics(queue.push(frame('e', '123456')))).toEqual(['b', 'c', 'd']);
    expect(drained(queue)).toEqual(['e']);
  });

  it('drops a message that is bigger than all of it', () => {
    const queue = new OutboundQueue({ messages: 10, bytes: 4 });
    expect(topics(queue.push(frame('a', '12345')))).toEqual(['a']);
    expect(queue.push(frame('b'))).toEqual([]);
    expect(drained(queue)).toEqual(['b']);
  });

  it('has room again after it was drained or cleared', () => {
    const queue = new OutboundQueue({ messages: 2, bytes: 2 });
    for (let round = 0; round < 3; round += 1) {
      expect(queue.push(frame('a'))).toEqual([]);
      expect(queue.push(frame('b'))).toEqual([]);
      expect(round === 1 ? topics(queue.clear()) : drained(queue)).toEqual(['a', 'b']);
    }
  });
});
