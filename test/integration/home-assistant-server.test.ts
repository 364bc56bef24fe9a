import { afterAll, beforeAll, expect, test } from 'vitest';
import { type HomeAssistantServer, startHomeAssistant } from '../support/home-assistant-server.ts';

// What a real Home Assistant demands, so that what passes at this one has passed something.

const CLIENT_ID = 'http://127.0.0.2:36536';
const REDIRECT_URI = `${CLIENT_ID}/auth/callback/skill_app`;

let homeAssistant: HomeAssistantServer;
let address: string;

beforeAll(async () => {
  homeAssistant = await startHomeAssistant();
  address = `http://127.0.0.1:${homeAssistant.port}`;
});

afterAll(async () => {
  await homeAssistant.stop();
});

interface FlowResult {
  readonly flow_id: string;
  readonly result?: string;
  readonly message?: string;
}

async function logIn(redirectUri: string): Promise<{ status: number; body: FlowResult }> {
  const post = (path: string, body: object): Promise<Response> =>
    fetch(`${address}/auth/login_flow${path}`, { method: 'POST', body: JSON.stringify(body) });
  const flow = await post('', { client_id: CLIENT_ID, redirect_uri: redirectUri });
  const { flow_id: id } = (await flow.json()) as FlowResult;
  const end = await post(`/${id}`, { client_id: CLIENT_ID, ...homeAssistant.user });
  return { status: end.status, body: (await end.json()) as FlowResult };
}

async function newCode(): Promise<string> {
  return (await logIn(REDIRECT_URI)).body.result ?? '';
}

async function exchange(init: RequestInit): Promise<{ status: number; error?: string }> {
  const response = await fetch(`${address}/auth/token`, { method: 'POST', ...init });
  const { error } = (await response.json()) as { error?: string };
  return { status: response.status, ...(error === undefined ? {} : { error }) };
}

test('a redirect URI of another host or port than the client id is refused with 403', async () => {
  for (const host of ['127.0.0.3:36536', '127.0.0.2:36537', '0.0.0.0:36536']) {
    const { status, body } = await logIn(`http://${host}/auth/callback/skill_app`);
    expect({ status, message: body.message }).toEqual({ status: 403, message: 'Invalid redirect URI' });
  }
});

test('a code is exchanged for the client id in the body, once', async () => {
  const form = { grant_type: 'authorization_code', code: await newCode(), client_id: CLIENT_ID };
  expect(await exchange({ body: new URLSearchParams(form) })).toEqual({ status: 200 });
  expect(await exchange({ body: new URLSearchParams(form) })).toEqual({
    status: 400,
    error: 'invalid_request',
  });
});

test('a client id with a slash added is another one', async () => {
  const form = { grant_type: 'authorization_code', code: await newCode(), client_id: `${CLIENT_ID}/` };
  expect(await exchange({ body: new URLSearchParams(form) })).toEqual({
    status: 400,
    error: 'invalid_request',
  });
});

test('a client id in HTTP Basic alone is not seen', async () => {
  const body = new URLSearchParams({ grant_type: 'authorization_code', code: await newCode() });
  const authorization = `Basic ${Buffer.from(`${encodeURIComponent(CLIENT_ID)}:`).toString('base64')}`;
  expect(await exchange({ body, headers: { authorization } })).toEqual({
    status: 400,
    error: 'invalid_request',
  });
});

test('a JSON body is not seen either', async () => {
  const form = { grant_type: 'authorization_code', code: await newCode(), client_id: CLIENT_ID };
  const headers = { 'content-type': 'application/json' };
  expect((await exchange({ body: JSON.stringify(form), headers })).status).toBe(400);
});

test('an address with two slashes leads nowhere', async () => {
  expect((await fetch(`${address}//auth/authorize`)).status).toBe(404);
});
