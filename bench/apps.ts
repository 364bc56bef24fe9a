import type { JsonObject } from '../src/json.ts';
import type { Provider } from './provider.ts';

export interface AppRef {
  readonly [key: string]: string;
  readonly skill_id: string;
  readonly app_id: string;
}

const SKILL = 'skill-bench.openvoiceos';

export function appRef(app: string): AppRef {
  return { skill_id: SKILL, app_id: app };
}

export function mungedId(ref: AppRef): string {
  return `${ref.skill_id}_${ref.app_id}`;
}

/** What a skill sends in `oauth.register`. */
export function registration(
  ref: AppRef,
  provider: Provider,
  tokenEndpoint = provider.tokenEndpoint,
): JsonObject {
  return {
    ...ref,
    client_id: `client-of-${ref.app_id}`,
    client_secret: 'a-secret-of-usual-length-0123456789',
    auth_endpoint: provider.authorizationEndpoint,
    token_endpoint: tokenEndpoint,
    scope: 'read write playback',
    shell_integration: false,
  };
}

/** `count` apps as `ovos_oauth_apps.json` holds them. */
export function storedApps(count: number, provider: Provider): object {
  const apps: Record<string, object> = {};
  for (let index = 0; index < count; index += 1) {
    const ref = appRef(`stored-${index}`);
    const { skill_id: _skill, app_id: _app, ...fields } = registration(ref, provider);
    apps[mungedId(ref)] = {
      oauth_service: mungedId(ref),
      callback_endpoint: `http://0.0.0.0:36536/auth/callback/${mungedId(ref)}`,
      ...fields,
    };
  }
  return apps;
}
