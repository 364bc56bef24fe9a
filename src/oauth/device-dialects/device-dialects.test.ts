import { afterEach, describe, expect, it } from 'vitest';
import {
  type DeviceProvider,
  type Situation,
  startDeviceProvider,
  type Vendor,
} from '../../../test/support/device-providers.ts';
import { systemClock } from '../../clock.ts';
import { createOutboundFetch } from '../../net/outbound.ts';
import { type DevicePoll, pollDeviceToken, requestDeviceAuthorization } from '../device-authorization.ts';

const context = { fetch: createOutboundFetch(), clock: systemClock };
const VENDORS: readonly Vendor[] = ['google', 'trakt', 'twitch', 'microsoft', 'github'];

let provider: DeviceProvider;

afterEach(() => provider.close());

async function poll(vendor: Vendor, situation: Situation): Promise<DevicePoll> {
  const { server, client, scope } = provider;
  const { deviceCode } = await requestDeviceAuthorization(context, server, client, {
    scope,
    dialect: vendor,
  });
  provider.now(situation);
  return pollDeviceToken(context, server, client, { deviceCode, scope, dialect: vendor });
}

describe.each(VENDORS)('%s, as its documentation has it', (vendor) => {
  it('gives a user code and the page to enter it at', async () => {
    provider = await startDeviceProvider(vendor);
    const { server, client, scope, userCode } = provider;
    const request = { scope, dialect: vendor };
    const authorization = await requestDeviceAuthorization(context, server, client, request);
    expect(authorization).toMatchObject({ userCode, deviceCode: 'the-device-code', interval: 5 });
    expect(authorization.verificationUri).toContain(new URL(server.tokenEndpoint).origin);
  });

  it.each([
    ['pending', 'pending'],
    ['too_fast', 'slow_down'],
    ['denied', 'denied'],
    ['expired', 'expired'],
    ['unknown_code', 'expired'],
  ] as const)('%s is found to be %s', async (situation, kind) => {
    provider = await startDeviceProvider(vendor);
    expect(await poll(vendor, situation)).toMatchObject({ kind });
  });

  it('approved gives the tokens', async () => {
    provider = await startDeviceProvider(vendor);
    expect(await poll(vendor, 'approved')).toMatchObject({
      kind: 'token',
      result: { tokenSet: { access_token: 'at' } },
    });
  });

  it('is asked once for each answer', async () => {
    provider = await startDeviceProvider(vendor);
    await poll(vendor, 'pending');
    expect(provider.requests).toHaveLength(2);
  });
});

it('trakt: the address in the QR code has the user code in its path', async () => {
  provider = await startDeviceProvider('trakt');
  const { server, client } = provider;
  const authorization = await requestDeviceAuthorization(context, server, client, { dialect: 'trakt' });
  expect(authorization.verificationUriComplete).toBe(`${authorization.verificationUri}/5055CC52`);
});

it('github: `slow_down` brings the new interval along', async () => {
  provider = await startDeviceProvider('github');
  expect(await poll('github', 'too_fast')).toMatchObject({ kind: 'slow_down', interval: 10 });
});

it('github: forms are read as well as JSON', async () => {
  provider = await startDeviceProvider('github');
  provider.insistOnForms();
  expect(await poll('github', 'too_fast')).toMatchObject({ kind: 'slow_down', interval: 10 });
  provider.now('approved');
  const { server, client } = provider;
  const grant = { deviceCode: 'the-device-code', dialect: 'github' } as const;
  expect(await pollDeviceToken(context, server, client, grant)).toMatchObject({
    kind: 'token',
    result: { tokenSet: { access_token: 'at', scope: 'repo,gist' } },
  });
});

it('twitch: scopes that come as an array are kept as one string', async () => {
  provider = await startDeviceProvider('twitch');
  expect(await poll('twitch', 'approved')).toMatchObject({ result: { tokenSet: { scope: 'read write' } } });
});

it('twitch: a message that nobody knows ends the polling', async () => {
  provider = await startDeviceProvider('twitch');
  const { server, client } = provider;
  const grant = { deviceCode: 'another', dialect: 'twitch' } as const;
  await expect(pollDeviceToken(context, server, client, grant)).rejects.toMatchObject({
    code: 'provider_rejected_request',
  });
});
