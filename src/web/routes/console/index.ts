import type { WebApp } from '../../env.ts';
import { accountRoutes } from './accounts.ts';
import { activityRoutes } from './activity.ts';
import { browserRoutes } from './browsers.ts';
import { endpointChangeRoutes } from './endpoint-changes.ts';
import { clientRoutes } from './client.ts';
import type { ConsoleDeps } from './deps.ts';
import { entryRoutes } from './entry.ts';
import { consoleGate } from './gate.ts';
import { newsRoutes } from './news.ts';
import { serverRoutes } from './server.ts';
import { serviceRoutes } from './services.ts';
import { settingsRoutes } from './settings.ts';

/** The web console. What stands before the gate is open to everybody, all else to who may use it. */
export function consoleRoutes(app: WebApp, deps: ConsoleDeps): void {
  entryRoutes(app, deps);
  app.use('/console/*', consoleGate(deps));
  accountRoutes(app, deps);
  endpointChangeRoutes(app, deps);
  clientRoutes(app, deps);
  serviceRoutes(app, deps);
  serverRoutes(app, deps);
  activityRoutes(app, deps);
  settingsRoutes(app, deps);
  browserRoutes(app, deps);
  newsRoutes(app, deps);
}

export { type ConsoleParts } from './deps.ts';
