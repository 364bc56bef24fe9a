import type { JsonObject } from '../../src/json.ts';
import type { AuthorizationServer, ServerClient } from './authorization-server.ts';
import type { PythonClient } from './python-client.ts';
import { textOf } from './text-of.ts';
import { userAgent } from './user-agent.ts';

// A music skill's app, from its registration to its first token, as a skill in Python sees it on the bus.

export const MUSIC_APP = { skill_id: 'skill-music.example', app_id: 'library' };
export const MUSIC_ID = 'skill-music.example_library';

/** The app as the provider knows it, for devices whose callbacks are at these ports. */
export function musicClient(...httpPorts: readonly number[]): ServerClient {
  return {
    id: 'music',
    secret: 'music secret',
    redirectUris: httpPorts.map((port) => `http://127.0.0.1:${port}/auth/callback/${MUSIC_ID}`),
  };
}

/** The data of the reply to a request about the app. */
export async function askForMusic(
  skill: PythonClient,
  type: string,
  data: object = MUSIC_APP,
  replyType = `${type}.response`,
): Promise<JsonObject> {
  const reply = await skill.waitForResponse({ type, data }, { replyType, timeout: 20_000 });
  if (reply === undefined) throw new Error(`no ${replyType}`);
  return reply.data;
}

/** Registers the app and signs a user in; resolves when the skill has heard of the token. */
export async function signInToMusic(skill: PythonClient, provider: AuthorizationServer): Promise<void> {
  await askForMusic(skill, 'oauth.register', {
    ...MUSIC_APP,
    auth_endpoint: provider.authorizationEndpoint,
    token_endpoint: provider.tokenEndpoint,
    client_id: 'music',
    client_secret: 'music secret',
    scope: 'read',
  });
  const { url } = await askForMusic(skill, 'oauth.get', MUSIC_APP, 'oauth.url');
  await (await fetch(await userAgent.approve(textOf({ url }, 'url')))).text();
  await skill.waitFor(`oauth.token.response.${MUSIC_ID}`);
}
