import { systemClock } from '../../clock.ts';
import { event, reply } from '../api/messages.ts';
import type { BusClient } from '../client.ts';
import { announcements } from './announcements.ts';
import { AppOrder } from './app-order.ts';
import { cancel } from './cancel.ts';
import type { HandlerDeps } from './deps.ts';
import { get } from './get.ts';
import { hostInfo } from './host-info.ts';
import { PingAgain } from './ping-again.ts';
import { providers } from './providers.ts';
import { generateQr } from './qr.ts';
import { refresh } from './refresh.ts';
import { register } from './register.ts';
import { Requests } from './requests.ts';
import { revoke } from './revoke.ts';
import { completeSignIn, registerCredentials, start } from './shell.ts';
import { list, status } from './status.ts';
import { getToken } from './token-get.ts';

export interface Handlers {
  /**
   * Answers what is pending, for a second with what it brings and then with `shutting_down`, which every later request
   * gets too. What the broker still brings to an end is announced for as long as the bus is open.
   */
  stop(): Promise<void>;
}

/** Puts the broker onto the bus: answers its requests and passes on its events. To be called before the bus starts. */
export function attachHandlers(bus: Pick<BusClient, 'on' | 'emit' | 'onOpen'>, deps: HandlerDeps): Handlers {
  const { clock = systemClock, log, lang } = deps;
  const requests = new Requests({ bus, clock, log, lang });
  const ping = (): void => bus.emit(event('oauth.ping', {}));
  const pingAgain = new PingAgain(clock, ping);
  const tools = { ...deps, order: new AppOrder(), pingAgain };
  requests.serve('oauth.register', register(tools));
  requests.serve('oauth.get', get(tools));
  requests.serve('oauth.start', start(tools));
  requests.serve('oauth.generate.qr.request', generateQr(tools));
  requests.serve('oauth.cancel', cancel(tools));
  requests.serve('oauth.providers', providers(tools));
  requests.serve('oauth.refresh', refresh(tools));
  requests.serve('oauth.token.get', getToken(tools));
  requests.serve('oauth.status', status(tools));
  requests.serve('oauth.list', list(tools));
  requests.serve('oauth.revoke', revoke(tools));
  requests.serve('oauth.get.app.host.info', hostInfo(tools));
  requests.serve('ovos.shell.oauth.register.credentials', registerCredentials(tools));
  requests.serve('ovos.shell.oauth.authentication.forward', completeSignIn(tools));

  // As ovos_utils.process_utils.ProcessStatus answers: a service that stops is neither.
  for (const topic of ['mycroft.oauth.is_alive', 'mycroft.oauth.is_ready'] as const) {
    bus.on(topic, (message) =>
      bus.emit(reply(message, `${topic}.response`, { status: !requests.isStopping })),
    );
  }

  deps.events.subscribe(announcements(bus, deps));
  // A skill that was refused until the user agreed registers again when it hears this.
  deps.events.subscribe({ endpointsChanged: ping });
  bus.onOpen(ping);
  return {
    stop() {
      pingAgain.stop();
      return requests.stop();
    },
  };
}

export type { HandlerDeps, QrSource } from './deps.ts';
