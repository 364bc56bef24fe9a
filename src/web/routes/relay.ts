import type { WebApp } from '../env.ts';
import { type ResponseDeps, takeResponse } from './callback.ts';
import { onlyMethods } from './methods.ts';

/** Same for every app, since one relay page serves them all: the state alone says whose answer it is. */
const RELAY = '/auth/relay';

/** Where the relay page (`relay/index.html`) sends the browser, with the query as the provider made it. */
export function relayRoutes(app: WebApp, deps: ResponseDeps): void {
  app.get(RELAY, (c) => takeResponse(c, null, deps));
  onlyMethods(app, RELAY, 'GET, HEAD');
}
