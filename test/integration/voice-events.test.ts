import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Household, SKILL, startHousehold } from '../support/household.ts';
import { textOf } from '../support/text-of.ts';
import { userAgent } from '../support/user-agent.ts';

// What the released program says on the real bus, as ovos-audio would hear it: each thing once, to whoever waits for it,
// in their language. When it is silent is in src/voice/voice.test.ts.

const LANGUAGES = {
  en: {
    type: /^To connect (.+), scan the code on the screen and type: (.+)\.$/,
    connected: /^.+ is connected\.$/,
  },
  de: {
    type: /^Um (.+) zu verbinden, scanne den Code auf dem Bildschirm und gib ein: (.+)\.$/,
    scan: /^Scanne den Code, um .+ zu verbinden\.$/,
    connected: /^.+ ist verbunden\.$/,
    declined: /^Die Anmeldung bei .+ wurde abgelehnt\.$/,
  },
} as const;

let home: Household;

beforeAll(async () => {
  home = await startHousehold({ deviceFlow: true, revocation: true });
});

afterAll(() => home?.close());

beforeEach(() => home.skill.forget());

async function deviceFlowApp(appId: string): Promise<void> {
  await home.registerApp(appId, { device_authorization_endpoint: `${home.provider.issuer}/device/auth` });
}

/** A skill that serves a satellite asks for a code, as `Message.forward` of the utterance's message would. */
async function askForCode(appId: string, lang: string) {
  const context = {
    skill_id: SKILL,
    source: 'skills',
    destination: 'satellite',
    session: { session_id: `satellite ${appId}`, lang },
  };
  const message = { type: 'oauth.generate.qr.request', data: { skill_id: SKILL, app_id: appId }, context };
  const answer = await home.skill.waitForResponse(message, { replyType: 'oauth.generate.qr.response' });
  return answer?.data ?? {};
}

/** The next sentence that is like this; it reaches the satellite that waits. */
async function says(appId: string, like: RegExp): Promise<RegExpExecArray> {
  const { data, context } = await home.skill.waitFor('speak', {
    matches: (message) => like.test(textOf(message.data, 'utterance')),
  });
  expect(data).toMatchObject({ expect_response: false, meta: { skill: 'ovos-oauth' } });
  expect(context).toMatchObject({
    skill_id: 'ovos-oauth',
    destination: 'satellite',
    session: { session_id: `satellite ${appId}` },
  });
  const match = like.exec(textOf(data, 'utterance'));
  if (match === null) throw new Error('it was another sentence');
  return match;
}

function spoken(): readonly unknown[] {
  return home.skill.seen.filter(({ type }) => type === 'speak').map(({ data }) => data['utterance']);
}

test.each([
  ['en', 'en-GB'],
  ['de', 'de-CH'],
] as const)('a code is spelled, and the connection told, once each in %s', async (language, lang) => {
  const appId = `code ${language}`;
  await deviceFlowApp(appId);
  const asked = await askForCode(appId, lang);
  const code = textOf(asked, 'user_code');
  const [, , letters = ''] = await says(appId, LANGUAGES[language].type);
  expect(letters.replaceAll(/[^\p{L}\p{N}]/gu, '')).toBe(code.replaceAll(/[^\p{L}\p{N}]/gu, ''));
  await userAgent.enterUserCode(textOf(asked, 'verification_uri'), code);
  await says(appId, LANGUAGES[language].connected);
  await sleep(500);
  expect(spoken()).toHaveLength(2);
});

test('a refusal at the provider is told once', async () => {
  await deviceFlowApp('refused');
  const asked = await askForCode('refused', 'de');
  await says('refused', LANGUAGES.de.type);
  await userAgent.enterUserCode(textOf(asked, 'verification_uri'), textOf(asked, 'user_code'), 'deny');
  await says('refused', LANGUAGES.de.declined);
  await sleep(500);
  expect(spoken()).toHaveLength(2);
});

test('a code to scan is spoken of once', async () => {
  await home.registerApp('scan');
  await askForCode('scan', 'de-DE');
  await says('scan', LANGUAGES.de.scan);
  await sleep(500);
  expect(spoken()).toHaveLength(1);
});

test('a sign-in that the provider has ended is told once, after somebody has spoken with the device', async () => {
  await deviceFlowApp('ended');
  const asked = await askForCode('ended', 'en-US');
  await says('ended', LANGUAGES.en.type);
  await userAgent.enterUserCode(textOf(asked, 'verification_uri'), textOf(asked, 'user_code'));
  const { data } = await home.skill.waitFor(`oauth.token.response.${SKILL}_ended`);
  await says('ended', LANGUAGES.en.connected);
  home.skill.forget();
  await endGrant('ended', textOf(data, 'refresh_token'));
  expect(await home.ask('oauth.refresh', 'ended')).toMatchObject({ error_code: 'invalid_grant' });
  await sleep(500);
  expect(spoken()).toEqual([]);
  const utterance = { type: 'ovos.utterance.handled', context: { session: { session_id: 'default' } } };
  await home.skill.emit(utterance);
  const told = await home.skill.waitFor('speak');
  expect(told.data['utterance']).toMatch(/^.+ needs you to sign in again\. To do that, say: connect .+\.$/);
  expect(told.context).toMatchObject({ session: { session_id: 'default' } });
  await home.skill.emit(utterance);
  await sleep(3_000);
  expect(spoken()).toHaveLength(1);
});

/** The user does so in their settings at the provider. */
async function endGrant(clientId: string, token: string): Promise<void> {
  const body = new URLSearchParams({ client_id: clientId, token });
  const answer = await fetch(`${home.provider.issuer}/token/revocation`, { method: 'POST', body });
  expect(answer.status).toBe(200);
}
