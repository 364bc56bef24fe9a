import type { Clock } from '../clock.ts';
import type { Environment } from '../config/locations.ts';
import { type Log, logFailure } from '../log.ts';
import { openNotify } from './notify.ts';

/** How the service stands, for whoever looks after it. */
export interface Health {
  /** Whether it does its work; where it does not, it shall be started anew. */
  readonly isAlive: boolean;
  /** A short sentence for `systemctl status`. */
  readonly summary: string;
}

/** The service, as seen by whoever looks after it. */
export interface Supervised {
  health(): Health;
  /** Calls `listener` whenever something of that may have changed. */
  onHealthChange(listener: () => void): void;
}

/** systemd, as seen by the service that it has started (`Type=notify`). */
export interface Supervision {
  /** The start is over. From now on, where the unit has a watchdog, it hears as long as the service is alive. */
  ready(service: Supervised): void;
  stopping(): void;
}

export interface SupervisionDeps {
  readonly clock: Pick<Clock, 'after'>;
  readonly log: Log;
}

/** Nobody looks after this process, or nobody who can be told. */
const UNSUPERVISED: Supervision = { ready() {}, stopping() {} };

/** Who started this process and wants to hear how it stands, by sd_notify(3) and sd_watchdog_enabled(3). */
export async function superviseBy(env: Environment, deps: SupervisionDeps): Promise<Supervision> {
  const { NOTIFY_SOCKET: socket } = env;
  if (!socket) return UNSUPERVISED;
  try {
    return supervision(await openNotify(socket), watchdogInterval(env), deps);
  } catch (error) {
    logFailure(deps.log, 'systemd cannot be told how this service stands', error);
    return UNSUPERVISED;
  }
}

/**
 * @param notify sends assignments of sd_notify(3)
 * @param interval milliseconds after which systemd wants a sign of life at the latest; undefined: none
 */
export function supervision(
  notify: (...assignments: readonly string[]) => unknown,
  interval: number | undefined,
  { clock, log }: SupervisionDeps,
): Supervision {
  let cancel = (): void => undefined;
  let told = '';
  let isOver = false;

  function tell(service: Supervised, ...signs: readonly string[]): void {
    const { summary } = service.health();
    const all = summary === told ? signs : [...signs, `STATUS=${summary}`];
    told = summary;
    if (all.length > 0) notify(...all);
  }

  /** Runs on a timer of the event loop: a loop that hangs gives no sign of life either. */
  function look(service: Supervised): void {
    const { isAlive } = service.health();
    if (!isAlive) log.error('Not alive: waiting for systemd to start this service anew');
    tell(service, ...(isAlive && interval !== undefined ? ['WATCHDOG=1'] : []));
    // Half the interval, as sd_watchdog_enabled(3) recommends.
    if (interval !== undefined) cancel = clock.after(interval / 2, () => look(service));
  }

  return {
    ready(service) {
      notify('READY=1');
      look(service);
      service.onHealthChange(() => {
        if (!isOver) tell(service);
      });
    },
    stopping() {
      isOver = true;
      cancel();
      notify('STOPPING=1', 'STATUS=Stopping');
    },
  };
}

/** `WATCHDOG_USEC` in milliseconds, where it is meant for this process. */
function watchdogInterval({
  WATCHDOG_USEC: microseconds,
  WATCHDOG_PID: pid,
}: Environment): number | undefined {
  if (microseconds === undefined || !/^[1-9]\d*$/.test(microseconds)) return undefined;
  return pid === undefined || pid === String(process.pid) ? Number(microseconds) / 1000 : undefined;
}
