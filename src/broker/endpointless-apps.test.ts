import { beforeEach, describe, expect, test } from 'vitest';
import { MUNGED_ID, REF, ScriptedDevice, TOKENS } from '../../test/support/scripted-device.ts';
import { loadOAuth } from '../oauth/oauth4webapi.ts';
import { adoptApp } from '../store/ovos-files/app-entry.ts';
import type { MungedId } from '../store/records.ts';

const OTHER = { skillId: 'their', appId: 'app' };

describe.each([null, '', 'nonsense', 'https://'])(
  'an app of a shared file whose endpoints are %j',
  (address) => {
    let device: ScriptedDevice;

    beforeEach(async () => {
      await loadOAuth();
      device = new ScriptedDevice();
      await device.broker.open();
      device.serve('provider.example', TOKENS);
      await device.register();
      await device.complete(await device.broker.signIn.start(REF, { method: 'loopback' }));
      const mungedId = 'their_app' as MungedId;
      const entry = {
        client_id: 'client',
        client_secret: 'secret',
        auth_endpoint: address,
        token_endpoint: address,
      };
      const tokenSet = {
        access_token: 'theirs',
        token_type: 'Bearer',
        refresh_token: 'refreshes',
        expires_at: device.clock.now() / 1_000 + 5,
      };
      await device.store.commit(
        [
          { op: 'put_app', app: adoptApp(mungedId, entry, undefined) },
          { op: 'put_token', mungedId, tokenSet },
        ],
        'synced',
      );
      await device.restart();
    });

    test('keeps no other from being renewed', async () => {
      const before = device.asked.length;
      await device.clock.advance(2 * 3_600_000);
      expect(device.asked.length).toBeGreaterThan(before);
      expect(await device.broker.connections.view(await device.broker.apps.find(REF))).toMatchObject({
        app: { mungedId: MUNGED_ID },
        state: 'connected',
      });
    });

    test('is listed with the others', async () => {
      const { apps, connections, signIn, providers } = device.broker;
      for (const app of await apps.all()) {
        expect(await connections.view(app)).toMatchObject({ state: 'connected' });
        expect(await signIn.prospect(app, 'phone')).toMatchObject({ app: { mungedId: app.mungedId } });
        expect(await providers.withEndpoint(app.authorizationEndpoint)).toBeUndefined();
      }
    });

    test('is neither signed in nor renewed, and says why', async () => {
      const { signIn, tokens } = device.broker;
      await expect(signIn.start(OTHER, { method: 'loopback' })).rejects.toMatchObject({
        code: 'endpoint_invalid',
      });
      await expect(signIn.invite(OTHER, {})).rejects.toMatchObject({ code: 'endpoint_invalid' });
      await expect(tokens.refresh(OTHER)).rejects.toMatchObject({ code: 'endpoint_invalid' });
    });

    test('is disconnected like any other', async () => {
      expect(await device.broker.tokens.revoke(OTHER)).toMatchObject({ outcome: 'local_only' });
    });
  },
);
