import { EventHub } from '../broker/event-hub.ts';
import { Broker } from '../broker/index.ts';
import { systemClock } from '../clock.ts';
import type { Environment } from '../config/locations.ts';
import { type Layer, mergeLayers } from '../config/merge.ts';
import type { Settings } from '../config/settings.ts';
import { ControlClient } from '../control/client.ts';
import { type Checkup, checkUp } from '../control/operations/checkup.ts';
import { createDeviceStore } from '../device-store.ts';
import { asBrokerError, OAuthBrokerError } from '../errors.ts';
import { silentLog } from '../log.ts';
import { lanAddress } from '../net/lan-address.ts';
import { createOutboundFetch } from '../net/outbound.ts';
import { systemRandom } from '../random.ts';
import { RELEASED_AT } from '../release.ts';
import { programRunner } from './run-program.ts';
import type { RunningBroker, StoreProblem, Surroundings } from './surroundings.ts';

/** Milliseconds for the running broker to answer. */
const PATIENCE = 5_000;

/**
 * Gathers what the checks are given: from the running broker or, where none runs, from its store, which is only read.
 *
 * @param clock default: the system's
 */
export async function gatherSurroundings(
  env: Environment,
  { settings, layers }: { readonly settings: Settings; readonly layers: readonly Layer[] },
  clock: Surroundings['clock'] = systemClock,
): Promise<Surroundings> {
  const running = await askBroker(env);
  const common = {
    settings,
    clock,
    config: mergeLayers(layers),
    fetch: createOutboundFetch(),
    run: programRunner(env),
  };
  if (running !== undefined) return { ...common, ...running };
  // What a fleet has in common is opened by brokers alone.
  const read = settings.store === undefined ? await readStore(settings) : { checkup: undefined };
  return { ...common, broker: undefined, ...read };
}

/** @returns undefined where none runs */
async function askBroker(
  env: Environment,
): Promise<{ readonly broker: RunningBroker; readonly checkup: Checkup | undefined } | undefined> {
  const client = new ControlClient(env);
  try {
    const { version, pid, http } = await within(client.call('health', {}));
    const broker = { version, pid, port: http.port, lanHost: http.lan_host };
    // One of another version may lack this.
    const checkup = await within(client.call('checkup', {})).catch(() => undefined);
    return { broker, checkup };
  } catch {
    return undefined;
  }
}

async function within<T>(answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new OAuthBrokerError('daemon_not_running')), PATIENCE);
  });
  try {
    return await Promise.race([answer, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}

async function readStore(
  settings: Settings,
): Promise<{ readonly checkup: Checkup | undefined; readonly storeProblem?: StoreProblem }> {
  const port = (): number => settings.http.port;
  const { relayUrl, relayUrls, loopbackHost } = settings.redirect;
  const store = createDeviceStore(settings, { clock: systemClock, log: silentLog, port });
  try {
    const { damaged } = await store.peek();
    const broker = new Broker({
      store,
      port,
      loopbackHost,
      fetch: createOutboundFetch(),
      clock: systemClock,
      random: systemRandom,
      events: new EventHub(),
      builtAt: RELEASED_AT,
      attemptLifetime: settings.attemptLifetime,
      lanHost: () => lanAddress(settings.lanHost),
      isLanHostSet: settings.lanHost !== undefined,
      relayUrl: (mungedId) => relayUrls[mungedId] ?? relayUrl,
    });
    const checkup = await checkUp(broker);
    return damaged > 0 ? { checkup, storeProblem: { code: 'store_damaged', count: damaged } } : { checkup };
  } catch (thrown) {
    return { checkup: undefined, storeProblem: { code: problemOf(asBrokerError(thrown)) } };
  }
}

function problemOf({ code }: OAuthBrokerError): StoreProblem['code'] {
  if (code === 'store_newer') return code;
  return code.startsWith('store_key_') ? 'store_sealed' : 'store_unreadable';
}
