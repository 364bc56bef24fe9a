import type { TokenSet } from '../../src/oauth/token-set.ts';
import type { App, Attempt, Connection, MungedId } from '../../src/store/records.ts';

// Records for tests of stores.

export function idOf(name: string): MungedId {
  return name as MungedId;
}

export function appOf(name: string): App {
  return {
    mungedId: idOf(`skill-${name}.example_app`),
    skillId: `skill-${name}.example`,
    appId: 'app',
    clientId: `client ${name}`,
    clientSecret: `secret ${name}`,
    credentialsFrom: 'skill',
    isPublic: false,
    authorizationEndpoint: 'https://provider.example/authorize',
    tokenEndpoint: 'https://provider.example/token',
    scope: 'read write',
    shellIntegration: true,
  };
}

export function tokenOf(name: string): TokenSet & { readonly refresh_token: string } {
  return { access_token: `access ${name}`, token_type: 'Bearer', refresh_token: `refresh ${name}` };
}

export function attemptOf(state: string, fields: Partial<Attempt> = {}): Attempt {
  return {
    state,
    mungedId: idOf('skill-one.example_app'),
    codeVerifier: 'verifier',
    redirectUri: 'http://127.0.0.1:36536/auth/callback/one',
    method: 'loopback',
    createdAt: Date.UTC(2026, 0, 1),
    expiresAt: Date.UTC(2026, 0, 1) + 600_000,
    ...fields,
  };
}

export function connectionOf(name: string): Connection {
  return { mungedId: appOf(name).mungedId, state: 'connected', since: 1 };
}
