import { mungedIdOf } from '../../broker/munged-id.ts';
import { hostOf } from '../../broker/provider-access.ts';
import type { AppRef, StartedSignIn } from '../../broker/types.ts';
import { asBrokerError, type ErrorCode, OAuthBrokerError } from '../../errors.ts';
import { forward, reply } from '../api/messages.ts';
import type { Outgoing } from '../api/outgoing.ts';
import type { Message } from '../message.ts';
import { givenIds, refOf } from './app-ref.ts';
import { askerOf } from './asker.ts';
import type { Tools } from './deps.ts';
import type { Request, RequestHandler } from './requests.ts';
import { attemptFields, deviceFields, methodFields } from './sign-in-fields.ts';

const SHOW = 'ovos.shell.oauth.start.authentication';

type Showing = 'oauth.start' | 'ovos.shell.oauth.register.credentials';

export function start({ broker, order }: Tools): RequestHandler<'oauth.start'> {
  return {
    answer: (request) =>
      order.use(refOf(request.data), async () => {
        const { method } = request.data;
        return showSignIn(request, 'oauth.start.response', async () => {
          if (method === null) await refuseRefusedCredentials(broker, refOf(request.data));
          return broker.signIn.start(refOf(request.data), {
            ...(method === null ? { method: 'shell' } : { method, insist: true }),
            ...askerOf(request.message),
          });
        });
      }),
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
      return showSignIn(request, topic, () =>
        broker.signIn.start(refOf(data), { method: 'shell', ...askerOf(request.message) }),
      );
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

/** The codes with which the user can help by typing credentials. */
const FORM_CODES: ReadonlySet<ErrorCode> = new Set([
  'needs_credentials',
  'invalid_client',
  'registration_refused',
]);

/** @throws OAuthBrokerError `invalid_client` where the provider has refused what is stored */
async function refuseRefusedCredentials({ apps, connections }: Tools['broker'], ref: AppRef): Promise<void> {
  const app = await apps.find(ref);
  // A client that this program has registered, it registers again by itself.
  if (app.clientId === null || app.credentialsFrom === 'registration') return;
  const { state, reason } = await connections.view(app);
  if (state === 'needs_credentials' && reason === 'invalid_client') {
    throw new OAuthBrokerError('invalid_client', { provider: hostOf(app), app: app.mungedId });
  }
}

/** Asks the shell to show the provider's page or, while credentials are missing or refused, its form for them. */
async function showSignIn(
  { message, data, explain }: Request<Showing>,
  topic: `${Showing}.response`,
  startSignIn: () => Promise<StartedSignIn>,
): Promise<readonly Message[]> {
  const ids = { skill_id: data.skill_id, app_id: data.app_id };
  const show = (fields: Omit<Outgoing[typeof SHOW], 'skill_id' | 'app_id'>): Message =>
    forward(message, SHOW, { ...ids, ...fields });
  try {
    const started = await startSignIn();
    const fields = {
      url: started.authorizationUrl,
      ...attemptFields(started.attempt),
      ...methodFields(started),
      ...deviceFields(started.attempt.device),
    };
    return [reply(message, topic, { ...ids, ...fields }), show({ ...fields, needs_credentials: false })];
  } catch (thrown) {
    const error = asBrokerError(thrown);
    if (!FORM_CODES.has(error.code)) throw error;
    return [reply(message, topic, { ...ids, ...explain(error) }), show({ url: '', needs_credentials: true })];
  }
}

/** @throws OAuthBrokerError `invalid_request` where it is no address; the parser's own error would quote it */
function paramsOf(redirectUrl: string): URLSearchParams {
  if (!URL.canParse(redirectUrl)) throw new OAuthBrokerError('invalid_request', { field: 'redirectURL' });
  return new URL(redirectUrl).searchParams;
}
