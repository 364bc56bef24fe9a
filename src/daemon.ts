import { hostname } from 'node:os';
import { Broker } from './broker/index.ts';
import { EventHub } from './broker/event-hub.ts';
import { logEvents } from './broker/event-lines.ts';
import { BusClient } from './bus/client.ts';
import { attachHandlers } from './bus/handlers/index.ts';
import { type Clock, systemClock } from './clock.ts';
import type { Layer } from './config/merge.ts';
import type { Settings } from './config/settings.ts';
import { ControlServer } from './control/server.ts';
import { createDeviceStore } from './device-store.ts';
import { loadErrorWords } from './locale/index.ts';
import { type Log, logFailure } from './log.ts';
import type { Health, Supervised } from './service/supervision.ts';
import type { Metrics } from './metrics/exposition.ts';
import { Tally } from './metrics/tally.ts';
import { interfaceAddresses, lanAddress, lanAddressFinder } from './net/lan-address.ts';
import { createOutboundFetch } from './net/outbound.ts';
import { QrImages } from './qr/qr-images.ts';
import { type RandomBytes, systemRandom } from './random.ts';
import { RELEASED_AT } from './release.ts';
import type { Files } from './store/files.ts';
import type { Store } from './store/port.ts';
import { ConsoleAccess } from './web/console/access.ts';
import { Progress } from './web/progress.ts';
import { WebServer } from './web/server.ts';
import type { WebApp } from './web/env.ts';

export interface DaemonOptions {
  readonly log: Log;
  readonly clock?: Clock;
  readonly random?: RandomBytes;
  readonly fetch?: typeof globalThis.fetch;
  /** Default: the device's own file system. */
  readonly files?: Files;
  /** Default: this device's own, on its disk. */
  readonly store?: Store;
  /** Asks for the passphrase of that store, where the settings say so. */
  readonly askPassphrase?: () => Promise<string>;
  /** Where the settings come from, lowest first, for those who ask; default: nowhere. */
  readonly layers?: readonly Layer[];
}

export interface Daemon extends Supervised {
  /** Throws OAuthBrokerError `store_locked`, `store_unwritable`, `port_in_use`; then nothing is left running. */
  start(): Promise<void>;
  /** Finishes what is being written, answers what is pending, closes everything. Safe to call more than once. */
  stop(): Promise<void>;
}

/** Builds the parts and knows in which order they start and stop. */
export function createDaemon(settings: Settings, options: DaemonOptions): Daemon {
  const { log, clock = systemClock, random = systemRandom, fetch = createOutboundFetch() } = options;
  const { loopbackHost } = settings.redirect;
  const store: Store =
    options.store ??
    createDeviceStore(settings, {
      clock,
      log,
      port: () => web.port,
      askPassphrase: options.askPassphrase,
      ...(options.files === undefined ? {} : { files: options.files }),
    });
  const events = new EventHub();
  const tally = new Tally(clock);
  const lanHost = lanAddressFinder(clock, () => lanAddress(settings.lanHost));
  const broker = new Broker({
    store,
    fetch: tally.timed(fetch),
    clock,
    random,
    events,
    log,
    builtAt: RELEASED_AT,
    attemptLifetime: settings.attemptLifetime,
    port: () => web.port,
    loopbackHost,
    lanHost,
    isLanHostSet: settings.lanHost !== undefined,
    relayUrl: (mungedId) => settings.redirect.relayUrls[mungedId] ?? settings.redirect.relayUrl,
  });
  const progress = new Progress(clock);
  const consoleAccess = new ConsoleAccess({ clock, random, lanHost, port: () => web.port });
  let metrics: Metrics | undefined;
  const loadMetrics = async (): Promise<Metrics> => {
    const [{ Metrics: Written }, { statesOf }] = await Promise.all([
      import('./metrics/exposition.ts'),
      import('./metrics/states.ts'),
    ]);
    const { common } = store;
    return new Written({
      tally,
      clock,
      isOnBus: () => bus.isOpen,
      states: () => common?.states() ?? statesOf(broker),
      ...(common === undefined ? {} : { common }),
    });
  };
  const loadWebApp = async (): Promise<WebApp> => {
    const { createWebApp } = await import('./web/app.ts');
    return createWebApp({
      signIn: broker.signIn,
      progress,
      hosts: {
        hostname: hostname(),
        addresses: interfaceAddresses,
        ...(settings.lanHost === undefined ? {} : { lanHost: settings.lanHost }),
      },
      lang: settings.lang,
      log,
      clock,
      random,
      operator: {
        missing: () => (store.common?.isUp === false ? 'store' : bus.isOpen ? undefined : 'bus'),
        metrics: async () => {
          metrics ??= await loadMetrics();
          return { text: await metrics.text(), contentType: metrics.contentType };
        },
      },
      console: { broker, access: consoleAccess, layers: options.layers ?? [], paths: settings.paths },
    });
  };
  const web = new WebServer(loadWebApp, { ...settings.http, log, clock, progress });
  const qr = new QrImages({ paths: settings.paths, random });
  const bus = new BusClient({ ...settings.bus, lang: settings.lang }, { clock, log });
  const control = new ControlServer({
    runtimeDir: settings.paths.runtimeDir,
    log,
    clock,
    deps: {
      broker,
      common: store.common,
      events,
      consoleKeys: consoleAccess,
      settings,
      clock,
      port: () => web.port,
      lanHost,
      bus,
      startedAt: clock.now(),
    },
  });
  events.subscribe({ attemptEnded: ({ attempt }) => progress.changed(attempt.linkCode) });
  const stops: Array<() => Promise<void> | void> = [];

  /** Runs one step and remembers how to undo it. */
  async function step(start: () => unknown, stop: () => Promise<void> | void): Promise<void> {
    await start();
    stops.push(stop);
  }

  /** A part that can't be stopped keeps no other from it: the store, which is closed last, least of all. */
  async function stop(): Promise<void> {
    for (let undo = stops.pop(); undo !== undefined; undo = stops.pop()) {
      try {
        await undo();
      } catch (error) {
        logFailure(log, 'A part of this program could not be stopped properly.', error);
      }
    }
  }

  async function start(): Promise<void> {
    try {
      await step(
        () => store.open(),
        () => store.close(),
      );
      await step(
        () => qr.open(),
        () => qr.removeAll(),
      );
      // Stopped after the broker, so that what it still brings to an end is announced and logged.
      stops.push(() => bus.stop());
      stops.push(logEvents(broker.eventLog, log), tally.follow(broker.eventLog), () => metrics?.close());
      await step(
        () => broker.open(),
        () => broker.close(),
      );
      await step(
        () => web.start(),
        () => web.stop(),
      );
      log.info('Pages and callbacks are served.', { host: settings.http.host, port: web.port });
      const handlers = attachHandlers(bus, {
        broker,
        events,
        lanHost,
        port: () => web.port,
        qr,
        lang: settings.lang,
        log,
      });
      stops.push(() => handlers.stop());
      await loadErrorWords(settings.lang);
      if (settings.voice) {
        const { attachVoice } = await import('./voice/index.ts');
        const voice = attachVoice({
          bus,
          broker,
          events,
          qr,
          lanHost,
          port: () => web.port,
          clock,
          log,
          languages: [settings.lang, ...settings.secondaryLangs],
        });
        stops.push(() => voice.stop());
      }
      await step(
        () => control.start(),
        () => control.stop(),
      );
      bus.start();
    } catch (error) {
      await stop();
      throw error;
    }
  }

  function health(): Health {
    const { host, port } = settings.bus;
    const where = bus.isOpen ? 'Connected to' : 'Waiting for';
    return { isAlive: bus.isAlive, summary: `${where} the message bus at ${host}:${port}` };
  }

  function onHealthChange(listener: () => void): void {
    bus.onOpen(listener);
    bus.onClose(listener);
  }

  return { start, stop, health, onHealthChange };
}
