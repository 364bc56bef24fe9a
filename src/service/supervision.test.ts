import { describe, expect, it } from 'vitest';
import { recordedLog } from '../../test/support/recorded-log.ts';
import { SimulatedClock } from '../../test/support/simulated-clock.ts';
import { type Health, superviseBy, type Supervised, supervision } from './supervision.ts';

function supervised(interval: number | undefined) {
  const clock = new SimulatedClock();
  const log = recordedLog();
  const told: (readonly string[])[] = [];
  const by = supervision((...assignments) => told.push(assignments), interval, { clock, log });
  return { clock, log, by, told };
}

class Service implements Supervised {
  summary = 'Here';
  isAlive = true;
  changed = (): void => undefined;

  health(): Health {
    return { isAlive: this.isAlive, summary: this.summary };
  }

  onHealthChange(listener: () => void): void {
    this.changed = listener;
  }
}

describe('systemd is told', () => {
  it('that the service is ready, and a sign of life twice in each interval', async () => {
    const { clock, by, told } = supervised(10_000);
    by.ready(new Service());
    expect(told).toEqual([['READY=1'], ['WATCHDOG=1', 'STATUS=Here']]);
    told.length = 0;
    await clock.advance(10_000);
    expect(told).toEqual([['WATCHDOG=1'], ['WATCHDOG=1']]);
  });

  it.each([10_000, undefined])('at once what has changed, with a watchdog of %s ms', (interval) => {
    const { by, told } = supervised(interval);
    const service = new Service();
    by.ready(service);
    told.length = 0;
    service.summary = 'Waiting';
    service.changed();
    service.changed();
    expect(told).toEqual([['STATUS=Waiting']]);
  });

  it('nothing from a service that is not alive, so that it is started anew', async () => {
    const { clock, log, by, told } = supervised(10_000);
    const service = new Service();
    by.ready(service);
    told.length = 0;
    service.isAlive = false;
    await clock.advance(10_000);
    expect(told).toEqual([]);
    expect(log.lines.map(({ level }) => level)).toEqual(['error', 'error']);
  });

  it('no signs of life where the unit has no watchdog', async () => {
    const { clock, by, told } = supervised(undefined);
    by.ready(new Service());
    await clock.advance(3_600_000);
    expect(told).toEqual([['READY=1'], ['STATUS=Here']]);
  });

  it('that the service stops, and nothing after that', async () => {
    const { clock, by, told } = supervised(10_000);
    const service = new Service();
    by.ready(service);
    told.length = 0;
    by.stopping();
    service.summary = 'Waiting';
    service.changed();
    await clock.advance(60_000);
    expect(told).toEqual([['STOPPING=1', 'STATUS=Stopping']]);
  });

  it.each(['relative', '@', `/${'x'.repeat(107)}`])(
    'nothing at the address "%s", which is none; the service runs all the same',
    async (address) => {
      const log = recordedLog();
      const by = await superviseBy({ NOTIFY_SOCKET: address }, { clock: new SimulatedClock(), log });
      by.ready(new Service());
      by.stopping();
      expect(log.lines.filter(({ level }) => level === 'error')).toHaveLength(1);
    },
  );
});
