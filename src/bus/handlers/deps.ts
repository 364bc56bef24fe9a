import type { Apps } from '../../broker/apps.ts';
import type { Connections } from '../../broker/connections.ts';
import type { EventHub } from '../../broker/event-hub.ts';
import type { SignIn } from '../../broker/sign-in.ts';
import type { Tokens } from '../../broker/tokens.ts';
import type { Providers } from '../../providers/index.ts';
import type { Clock } from '../../clock.ts';
import type { Log } from '../../log.ts';
import type { AppOrder } from './app-order.ts';
import type { PingAgain } from './ping-again.ts';

/** Who draws QR codes; src/qr does. */
export interface QrSource {
  /**
   * @param url what the code says
   * @param linkCode by which it can be removed
   * @returns the path of a PNG
   * @throws OAuthBrokerError `qr_unavailable`
   */
  create(url: string, linkCode: string): Promise<string>;
  remove(linkCode: string): Promise<void>;
}

/** What the handlers are given from outside. */
export interface HandlerDeps {
  readonly broker: {
    readonly apps: Pick<Apps, 'register' | 'setCredentials' | 'find' | 'all'>;
    readonly signIn: Pick<SignIn, 'start' | 'invite' | 'complete' | 'cancel'>;
    readonly tokens: Pick<Tokens, 'refresh' | 'get' | 'revoke'>;
    readonly connections: Pick<Connections, 'view'>;
    readonly providers: Pick<Providers, 'all' | 'find'>;
  };
  readonly events: Pick<EventHub, 'subscribe'>;
  readonly qr: QrSource;
  /** Host under which a phone reaches this device at this moment, ready for a URL. */
  readonly lanHost: () => Promise<string>;
  /** Port of the callback. */
  readonly port: () => number;
  /** BCP 47 tag, for whoever names no language. */
  readonly lang: string;
  readonly log: Log;
  /** Default: the system's. */
  readonly clock?: Pick<Clock, 'after' | 'monotonic'>;
}

/** What one handler is given. */
export interface Tools extends HandlerDeps {
  readonly order: AppOrder;
  readonly pingAgain: PingAgain;
}
