import { expect, test } from 'vitest';
import { AppOrder } from './app-order.ts';

const app = { skillId: 'skill', appId: 'app' };

/** Work whose end the test decides, and a list of what began and ended. */
function recorded() {
  const steps: string[] = [];
  const ends = new Map<string, () => void>();
  const work = (name: string) => async (): Promise<void> => {
    steps.push(`${name} begins`);
    await new Promise<void>((resolve) => ends.set(name, resolve));
    steps.push(`${name} ends`);
  };
  const end = async (name: string): Promise<void> => {
    ends.get(name)?.();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { steps, work, end };
}

test('what uses an app waits for the changes asked for before, one after the other', async () => {
  const { steps, work, end } = recorded();
  const order = new AppOrder();
  void order.change(app, work('register'));
  void order.change(app, work('credentials'));
  void order.use(app, work('get'));
  await end('register');
  await end('credentials');
  await end('get');
  expect(steps).toEqual([
    'register begins',
    'register ends',
    'credentials begins',
    'credentials ends',
    'get begins',
    'get ends',
  ]);
});

test('what only uses an app waits for no other use, and no change waits for it', () => {
  const { steps, work } = recorded();
  const order = new AppOrder();
  void order.use(app, work('refresh'));
  void order.use(app, work('get'));
  void order.change(app, work('register'));
  expect(steps).toEqual(['refresh begins', 'get begins', 'register begins']);
});

test('no app waits for another', () => {
  const { steps, work } = recorded();
  const order = new AppOrder();
  void order.change(app, work('one'));
  void order.change({ ...app, appId: 'other' }, work('other'));
  expect(steps).toEqual(['one begins', 'other begins']);
});

test('a change that fails stops nothing behind it', async () => {
  const order = new AppOrder();
  const failed = order.change(app, () => Promise.reject(new Error('disk full')));
  const used = order.use(app, async () => 'used');
  await expect(failed).rejects.toThrow('disk full');
  expect(await used).toBe('used');
  expect(await order.use(app, async () => 'used again')).toBe('used again');
});
