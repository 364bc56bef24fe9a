import { OAuthBrokerError } from '../../errors.ts';
import type { WebApp } from '../env.ts';

/** Answers 405 with `Allow` (RFC 9110 §15.5.6) for what no route before has taken. */
export function onlyMethods(app: WebApp, path: string, allow: string): void {
  app.all(path, (c) => {
    c.header('Allow', allow);
    throw new OAuthBrokerError('method_not_allowed');
  });
}
