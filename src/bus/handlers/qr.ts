import type { Invitation } from '../../broker/types.ts';
import { defined } from '../../defined.ts';
import { forward, reply } from '../api/messages.ts';
import { givenIds, refOf } from './app-ref.ts';
import { askerOf } from './asker.ts';
import type { HandlerDeps, Tools } from './deps.ts';
import type { RequestHandler } from './requests.ts';
import { deviceFields, methodFields } from './sign-in-fields.ts';

export function generateQr(tools: Tools): RequestHandler<'oauth.generate.qr.request'> {
  const { broker, order } = tools;
  return {
    async answer({ message, data }) {
      const ref = refOf(data);
      const ids = { skill_id: data.skill_id, app_id: data.app_id };
      const invitation = await order.use(ref, () =>
        broker.signIn.invite(ref, { ...askerOf(message), ...defined({ method: data.method ?? undefined }) }),
      );
      const { app, expiresAt, device } = invitation;
      const codes = deviceFields(device);
      const { path, url } = await drawInvitation(tools, invitation);
      const answer = reply(message, 'oauth.generate.qr.response', {
        ...ids,
        qr: path,
        url,
        expires_at: expiresAt / 1_000,
        attempt_id: invitation.attemptId,
        ...methodFields(invitation),
        ...codes,
      });
      if (!app.shellIntegration) return [answer];
      const shown = { ...ids, qr: path, ...codes };
      return [answer, forward(message, 'ovos.shell.oauth.display.qr.code', shown)];
    },
    refuse: (message, failure) =>
      reply(message, 'oauth.generate.qr.response', { ...givenIds(message.data), ...failure }),
  };
}

/**
 * Draws the code that leads to a sign-in.
 *
 * @returns the path of a PNG and the address in it, as it is written
 * @throws OAuthBrokerError `qr_unavailable`
 */
export async function drawInvitation(
  { qr, lanHost, port }: Pick<HandlerDeps, 'qr' | 'lanHost' | 'port'>,
  { linkCode, device }: Pick<Invitation, 'linkCode' | 'device'>,
): Promise<{ readonly path: string; readonly url: string }> {
  const address = `${await lanHost()}:${port()}`;
  const complete = device?.verificationUriComplete;
  // Upper case throughout is the small form of a QR code (ISO/IEC 18004 §7.4.4); host and path take it either way.
  const said = complete ?? `HTTP://${address.toUpperCase()}/S/${linkCode}`;
  return { path: await qr.create(said, linkCode), url: complete ?? `http://${address}/s/${linkCode}` };
}
