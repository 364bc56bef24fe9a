import { expect, test } from 'vitest';
import { LoopBus } from '../../../test/support/loop-bus.ts';
import { recordedLog } from '../../../test/support/recorded-log.ts';
import { answerTo } from './answering.ts';

test('who asks the same a thousand times at once is answered eight times', async () => {
  const bus = new LoopBus();
  const waiting: Array<() => void> = [];
  const question = (): Promise<void> =>
    new Promise((resolve) => {
      waiting.push(resolve);
    });
  answerTo('oauth:accounts', question, { bus, log: recordedLog(), lang: 'en' });
  for (let time = 0; time < 1_000; time += 1) bus.deliver('oauth:accounts', { utterance: 'what is there' });
  expect(waiting).toHaveLength(8);
  for (const answered of waiting.splice(0)) answered();
  await new Promise(setImmediate);
  bus.deliver('oauth:accounts', { utterance: 'what is there' });
  expect(waiting).toHaveLength(1);
});
