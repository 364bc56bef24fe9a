import { OAuthBrokerError } from '../errors.ts';
import type { AuthorizationServer, Client } from '../oauth/types.ts';
import type { App } from '../store/records.ts';

/** What the protocol needs to know of the server behind an app. */
export function serverOf(app: App): AuthorizationServer {
  return {
    authorizationEndpoint: app.authorizationEndpoint,
    tokenEndpoint: app.tokenEndpoint,
    ...(app.refreshEndpoint === undefined ? {} : { refreshEndpoint: app.refreshEndpoint }),
    ...(app.issuer === undefined ? {} : { issuer: app.issuer }),
  };
}

/** @throws OAuthBrokerError `needs_credentials` while there is no client id */
export function clientOf(app: App): Client {
  if (app.clientId === null) throw new OAuthBrokerError('needs_credentials', { app: app.mungedId });
  return {
    clientId: app.clientId,
    ...(app.clientSecret === null ? {} : { clientSecret: app.clientSecret }),
    ...(app.learnedAuthentication === undefined ? {} : { authentication: app.learnedAuthentication }),
  };
}

/** The host whose time, health and limits count for an app: where its refresh tokens are spent. */
export function hostOf(app: App): string {
  return new URL(app.refreshEndpoint ?? app.tokenEndpoint).host;
}
