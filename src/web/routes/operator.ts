import { OAuthBrokerError } from '../../errors.ts';
import type { ConsoleAccess } from '../console/access.ts';
import { isAtDevice } from '../console/at-device.ts';
import type { WebApp } from '../env.ts';
import { visitorOf } from './console/gate.ts';
import { onlyMethods } from './methods.ts';

/** What programs that watch the service are told. */
export interface OperatorParts {
  /** What is missing for it to do its work; undefined: nothing. */
  readonly missing: () => 'bus' | 'store' | undefined;
  /** In Prometheus's text format. */
  readonly metrics: () => Promise<{ readonly text: string; readonly contentType: string }>;
}

/**
 * `/healthz` for programs on this device, `/metrics` for them and for whoever has the console open. Nobody else learns
 * that there is such a thing.
 */
export function operatorRoutes(
  app: WebApp,
  { missing, metrics, access }: OperatorParts & { readonly access: ConsoleAccess },
): void {
  app.get('/healthz', (c) => {
    if (!isAtDevice(c)) throw new OAuthBrokerError('not_found');
    const reason = missing();
    return reason === undefined ? c.json({ status: 'ok' }) : c.json({ status: 'unavailable', reason }, 503);
  });
  onlyMethods(app, '/healthz', 'GET, HEAD');

  app.get('/metrics', async (c) => {
    if (visitorOf(c, access) === undefined) throw new OAuthBrokerError('not_found');
    const { text, contentType } = await metrics();
    return c.body(text, 200, { 'Content-Type': contentType });
  });
  onlyMethods(app, '/metrics', 'GET, HEAD');
}
