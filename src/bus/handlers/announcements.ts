import { hostOf } from '../../broker/provider-access.ts';
import type { BrokerEvents } from '../../broker/types.ts';
import { OAuthBrokerError } from '../../errors.ts';
import { loadErrorWords } from '../../locale/index.ts';
import { logFailure } from '../../log.ts';
import type { App } from '../../store/records.ts';
import { event, tokenResponse } from '../api/messages.ts';
import type { Message } from '../message.ts';
import { contextOf } from './asker.ts';
import type { HandlerDeps } from './deps.ts';
import { failureOf } from './failure.ts';
import { languageOf } from './language.ts';
import { statusOf } from './status.ts';

/** Tells the bus what the broker tells, and lets go of the QR codes of links that are over. */
export function announcements(
  bus: { emit(message: Message): void },
  { broker, qr, lang, log }: HandlerDeps,
): Partial<BrokerEvents> {
  const emit = (message: Message, app: App): void => {
    try {
      bus.emit(message);
    } catch (error) {
      logFailure(log, 'A message could not be sent.', error, { topic: message.type, mungedId: app.mungedId });
    }
  };
  return {
    tokenReceived({ app, tokenSet, asker }) {
      emit(tokenResponse(app.mungedId, tokenSet, contextOf(asker)), app);
    },

    signInFailed({ app, error, asker }) {
      const context = contextOf(asker);
      const language = languageOf(context, lang);
      Promise.all([broker.connections.view(app), loadErrorWords(language)])
        .then(([view]) => ({
          ...statusOf(view),
          ...failureOf(error, language, app.mungedId),
          attempt: 'failed' as const,
        }))
        .then((status) => emit(event('oauth.status.changed', status, context), app))
        .catch((cause: unknown) => logFailure(log, 'A failed sign-in could not be announced.', cause));
    },

    statusChanged({ connection, reminder }) {
      const { app, reason } = connection;
      const failure =
        reason === undefined
          ? {}
          : failureOf(new OAuthBrokerError(reason, { provider: hostOf(app) }), lang, app.mungedId);
      const status = { ...statusOf(connection), ...failure, ...(reminder ? { reminder } : {}) };
      emit(event('oauth.status.changed', status), app);
    },

    attemptEnded({ attempt: { linkCode } }) {
      if (linkCode !== undefined) void qr.remove(linkCode);
    },
  };
}
