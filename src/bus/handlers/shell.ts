import { mungedIdOf } from '../../broker/munged-id.ts';
import { asBrokerError, OAuthBrokerError } from '../../errors.ts';
import { forward, reply } from '../api/messages.ts';
import type { Message } from '../message.ts';
import { givenIds, refOf } from './app-ref.ts';
import { askerOf } from './asker.ts';
import type { Tools } from './deps.ts';
import type { Request, RequestHandler } from './requests.ts';

type Showing = 'oauth.start' | 'ovos.shell.oauth.register.credentials';

export function start({ broker, order }: Tools): RequestHandler<'oauth.start'> {
  return {
    answer: (request) =>
      order.use(refOf(request.data), () => showSignIn(broker.signIn, request, 'oauth.start.response')),
    refuse: (message, failure) =>
      reply(message, 'oauth.start.response', { ...givenIds(message.data), ...failure }),
  };
}

export function registerCredentials({
  broker,
  order,
}: Tools): RequestHandler<'ovos.shell.oauth.register.credentials'> {
  const topic = 'ovos.shell.oauth.register.credentials.response';
  return {
    async answer(request) {
      const { data } = request;
      const credentials = { clientId: data.client_id, clientSecret: data.client_secret };
      await order.change(refOf(data), () => broker.apps.setCredentials(refOf(data), credentials));
      return showSignIn(broker.signIn, request, topic);
    },
    refuse: (message, failure) => reply(message, topic, { ...givenIds(message.data), ...failure }),
  };
}

/** The address at which the shell's web view met the authorization response. */
export function completeSignIn({
  broker,
  order,
}: Tools): RequestHandler<'ovos.shell.oauth.authentication.forward'> {
  const topic = 'ovos.shell.oauth.authentication.forward.response';
  return {
    async answer({ message, data }) {
      const ref = refOf(data);
      const params = paramsOf(data.redirectURL);
      await order.use(ref, () => broker.signIn.complete({ params, mungedId: mungedIdOf(ref) }));
      return [reply(message, topic, { result: 'Ok' })];
    },
    refuse: (message, failure) => reply(message, topic, { result: 'Error', ...failure }),
  };
}

/** Asks the shell to show the provider's page or, while credentials are missing, its form for them. */
async function showSignIn(
  signIn: Tools['broker']['signIn'],
  { message, data, explain }: Request<Showing>,
  topic: `${Showing}.response`,
): Promise<readonly Message[]> {
  const ids = { skill_id: data.skill_id, app_id: data.app_id };
  const show = (url: string, needsCredentials: boolean): Message =>
    forward(message, 'ovos.shell.oauth.start.authentication', {
      url,
      ...ids,
      needs_credentials: needsCredentials,
    });
  try {
    const { authorizationUrl: url, attempt } = await signIn.start(refOf(data), {
      method: 'shell',
      ...askerOf(message),
    });
    return [reply(message, topic, { ...ids, url, expires_at: attempt.expiresAt / 1_000 }), show(url, false)];
  } catch (thrown) {
    const error = asBrokerError(thrown);
    if (error.code !== 'needs_credentials') throw error;
    return [reply(message, topic, { ...ids, ...explain(error) }), show('', true)];
  }
}

/** @throws OAuthBrokerError `invalid_request` where it is no address; the parser's own error would quote it */
function paramsOf(redirectUrl: string): URLSearchParams {
  if (!URL.canParse(redirectUrl)) throw new OAuthBrokerError('invalid_request', { field: 'redirectURL' });
  return new URL(redirectUrl).searchParams;
}
