import { forward, reply } from '../api/messages.ts';
import { givenIds, refOf } from './app-ref.ts';
import { askerOf } from './asker.ts';
import type { Tools } from './deps.ts';
import type { RequestHandler } from './requests.ts';

export function generateQr({
  broker,
  order,
  qr,
  lanHost,
  port,
}: Tools): RequestHandler<'oauth.generate.qr.request'> {
  return {
    async answer({ message, data }) {
      const ref = refOf(data);
      const ids = { skill_id: data.skill_id, app_id: data.app_id };
      const { app, linkCode, expiresAt } = await order.use(ref, () =>
        broker.signIn.invite(ref, askerOf(message)),
      );
      const address = `${await lanHost()}:${port()}`;
      // Upper case throughout is the small form of a QR code (ISO/IEC 18004 §7.4.4); host and path take it either way.
      const path = await qr.create(`HTTP://${address.toUpperCase()}/S/${linkCode}`, linkCode);
      const answer = reply(message, 'oauth.generate.qr.response', {
        ...ids,
        qr: path,
        url: `http://${address}/s/${linkCode}`,
        expires_at: expiresAt / 1_000,
      });
      if (!app.shellIntegration) return [answer];
      return [answer, forward(message, 'ovos.shell.oauth.display.qr.code', { ...ids, qr: path })];
    },
    refuse: (message, failure) =>
      reply(message, 'oauth.generate.qr.response', { ...givenIds(message.data), ...failure }),
  };
}
