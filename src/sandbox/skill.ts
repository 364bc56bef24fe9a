import { BusClient } from '../bus/client.ts';
import { Message } from '../bus/message.ts';
import type { BusSettings } from '../config/settings.ts';
import type { JsonObject } from '../json.ts';
import { SCOPE, type SandboxProvider } from './provider.ts';

export const APP = { skill_id: 'ovos-oauth-sandbox', app_id: 'try-it' } as const;
export const MUNGED_ID = `${APP.skill_id}_${APP.app_id}`;
export const CLIENT_ID = 'sandbox-client';

/** A skill as any other: it speaks to the broker over the bus only. */
export class SandboxSkill {
  /** Resolves once a broker has said that it is there. */
  readonly brokerIsThere: Promise<void>;
  readonly #bus: BusClient;

  constructor(settings: BusSettings) {
    this.#bus = new BusClient(settings);
    this.brokerIsThere = new Promise((resolve) => {
      this.#bus.on('oauth.ping', () => resolve());
    });
  }

  start(): Promise<void> {
    return new Promise((resolve) => {
      const unsubscribe = this.#bus.onOpen(() => {
        unsubscribe();
        resolve();
      });
      this.#bus.start();
    });
  }

  stop(): Promise<void> {
    return this.#bus.stop();
  }

  onToken(listener: (tokenSet: JsonObject) => void): void {
    this.#bus.on(`oauth.token.response.${MUNGED_ID}`, ({ data }) => listener(data));
  }

  async register({ authorizationEndpoint, tokenEndpoint }: SandboxProvider): Promise<void> {
    await this.#ask('oauth.register', 'oauth.register.response', {
      client_id: CLIENT_ID,
      public: true,
      auth_endpoint: authorizationEndpoint,
      token_endpoint: tokenEndpoint,
      scope: SCOPE,
      shell_integration: false,
    });
  }

  /** The port that the broker listens on. */
  async httpPort(): Promise<number> {
    const { port } = await this.#ask('oauth.get.app.host.info', 'oauth.app.host.info.response', {});
    return Number(port);
  }

  /** The short link that a QR would lead to. */
  async signInLink(): Promise<string> {
    const { url } = await this.#ask('oauth.generate.qr.request', 'oauth.generate.qr.response', {});
    if (typeof url !== 'string') throw new Error('The broker gave no link.');
    return url;
  }

  async #ask(type: string, replyType: string, data: JsonObject): Promise<JsonObject> {
    const reply = await this.#bus.waitForResponse(new Message(type, { ...APP, ...data }), { replyType });
    if (reply === undefined) throw new Error(`The broker did not answer ${type}.`);
    const { error } = reply.data;
    if (error !== undefined) throw new Error(`The broker answered ${type} with: ${JSON.stringify(error)}`);
    return reply.data;
  }
}
