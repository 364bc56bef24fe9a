import { describe, expect, it } from 'vitest';
import { recordedLog } from '../../test/support/recorded-log.ts';
import { SimulatedClock } from '../../test/support/simulated-clock.ts';
import { type Health, superviseBy, supervision } from './supervision.ts';

function supervised(interval: number | undefined) {
  const clock = new SimulatedClock();
  const log = recordedLog();
  const told: (readonly string[])[] = [];
  const by = supervision((...assignments) => told.push(assignments), interval, { clock, log });
  return { clock, log, by, told };
}

const health = (summary: string, isAlive = true): Health => ({ isAlive, summary });

describe('systemd is told', () => {
  it('that the service is ready, a sign of life twice in each interval, and what has changed', async () => {
    const { clock, by, told } = supervised(10_000);
    let summary = 'Waiting';
    by.ready(() => health(summary));
    expect(told).toEqual([['READY=1'], ['WATCHDOG=1', 'STATUS=Waiting']]);
    told.length = 0;
    await clock.advance(5_000);
    summary = 'Connected';
    await clock.advance(10_000);
    expect(told).toEqual([['WATCHDOG=1'], ['WATCHDOG=1', 'STATUS=Connected'], ['WATCHDOG=1']]);
  });

  it('nothing from a service that is not alive, so that it is started anew', async () => {
    const { clock, log, by, told } = supervised(10_000);
    let isAlive = true;
    by.ready(() => health('Here', isAlive));
    told.length = 0;
    isAlive = false;
    await clock.advance(10_000);
    expect(told).toEqual([]);
    expect(log.lines.map(({ level }) => level)).toEqual(['error', 'error']);
  });

  it('no signs of life where the unit has no watchdog, but still what has changed', async () => {
    const { clock, by, told } = supervised(undefined);
    let summary = 'Waiting';
    by.ready(() => health(summary));
    summary = 'Connected';
    await clock.advance(60_000);
    expect(told).toEqual([['READY=1'], ['STATUS=Waiting'], ['STATUS=Connected']]);
  });

  it('that the service stops, and nothing after that', async () => {
    const { clock, by, told } = supervised(10_000);
    by.ready(() => health('Here'));
    told.length = 0;
    by.stopping();
    await clock.advance(60_000);
    expect(told).toEqual([['STOPPING=1', 'STATUS=Stopping']]);
  });

  it.each(['relative', '@', `/${'x'.repeat(107)}`])(
    'nothing at the address "%s", which is none; the service runs all the same',
    async (address) => {
      const log = recordedLog();
      const by = await superviseBy({ NOTIFY_SOCKET: address }, { clock: new SimulatedClock(), log });
      by.ready(() => health('Here'));
      by.stopping();
      expect(log.lines.filter(({ level }) => level === 'error')).toHaveLength(1);
    },
  );
});
