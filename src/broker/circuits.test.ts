import { expect, test } from 'vitest';
import { SimulatedClock } from '../../test/support/simulated-clock.ts';
import { Circuits } from './circuits.ts';

const HOST = 'provider.example';

function circuits(): { clock: SimulatedClock; circuits: Circuits } {
  const clock = new SimulatedClock();
  return { clock, circuits: new Circuits(clock, () => 1) };
}

test('two failures do not stop a provider from being asked', () => {
  const { circuits: c } = circuits();
  c.failed(HOST);
  c.failed(HOST);
  expect(c.wait(HOST)).toBe(0);
});

test('three failures in a row give it a rest that doubles with each further one', () => {
  const { circuits: c } = circuits();
  for (let failure = 0; failure < 3; failure += 1) c.failed(HOST);
  const first = c.wait(HOST);
  c.failed(HOST);
  expect(first).toBeGreaterThan(0);
  expect(c.wait(HOST)).toBe(first * 2);
});

test('a success closes the circuit and forgets the failures', () => {
  const { circuits: c } = circuits();
  for (let failure = 0; failure < 5; failure += 1) c.failed(HOST);
  c.succeeded(HOST);
  c.failed(HOST);
  expect(c.wait(HOST)).toBe(0);
});

test('Retry-After counts from the first failure', () => {
  const { circuits: c } = circuits();
  c.failed(HOST, 120);
  expect(c.wait(HOST)).toBe(120_000);
  expect(() => c.refuseWhileOpen(HOST)).toThrow(
    expect.objectContaining({ code: 'provider_unreachable', details: { provider: HOST, retry_after: 120 } }),
  );
});

test('the rest ends, and other providers never had one', async () => {
  const { clock, circuits: c } = circuits();
  c.failed(HOST, 120);
  expect(c.wait('other.example')).toBe(0);
  await clock.advance(120_000);
  expect(() => c.refuseWhileOpen(HOST)).not.toThrow();
});
