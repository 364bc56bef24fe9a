import { describe, expect, it } from 'vitest';
import type { MungedId } from '../store/records.ts';
import { EventLog, type LoggedEvent } from './event-log.ts';

const mungedId = 'music_spotify' as MungedId;

describe('The event log', () => {
  it('numbers what happened and stamps it with the time', () => {
    let now = 1_000;
    const log = new EventLog({ now: () => now });
    log.add({ kind: 'registered', mungedId });
    now = 2_000;
    log.add({ kind: 'renewal_failed', mungedId, code: 'provider_timeout' });
    expect(log.recent()).toEqual([
      { id: 1, at: 1_000, kind: 'registered', mungedId },
      { id: 2, at: 2_000, kind: 'renewal_failed', mungedId, code: 'provider_timeout' },
    ]);
  });

  it('keeps the newest 500 and gives as many of them as are asked for, oldest first', () => {
    const log = new EventLog({ now: () => 0 });
    for (let count = 0; count < 600; count += 1) log.add({ kind: 'renewed', mungedId });
    const ids = (events: readonly LoggedEvent[]) => events.map(({ id }) => id);
    expect(log.recent()).toHaveLength(500);
    expect(ids(log.recent(2))).toEqual([599, 600]);
    expect(ids(log.recent()).at(0)).toBe(101);
    expect(log.recent(0)).toEqual([]);
  });

  it('tells each subscriber until it unsubscribes', () => {
    const log = new EventLog({ now: () => 0 });
    const heard: number[] = [];
    const unsubscribe = log.subscribe(({ id }) => heard.push(id));
    log.add({ kind: 'renewed', mungedId });
    unsubscribe();
    log.add({ kind: 'renewed', mungedId });
    expect(heard).toEqual([1]);
  });
});
