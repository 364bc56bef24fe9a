import { spawn } from 'node:child_process';
import { endChild } from '../test/support/child.ts';

/** The token endpoint's process. */
export interface Provider {
  readonly authorizationEndpoint: string;
  /** Answers at once. */
  readonly tokenEndpoint: string;
  /** Answers as late as a provider on the internet. */
  readonly slowTokenEndpoint: string;
  /** Token requests so far. */
  requests(): Promise<number>;
  stop(): Promise<void>;
}

/** @param script the built `token-endpoint.ts` */
export async function startProvider(script: string): Promise<Provider> {
  const child = spawn(process.execPath, [script], { stdio: ['pipe', 'pipe', 'inherit'] });
  let port = '';
  for await (const chunk of child.stdout) {
    port += String(chunk);
    if (port.endsWith('\n')) break;
  }
  const base = `http://127.0.0.1:${port.trim()}`;
  return {
    authorizationEndpoint: `${base}/authorize`,
    tokenEndpoint: `${base}/token`,
    slowTokenEndpoint: `${base}/slow/token`,
    async requests() {
      const answer: unknown = await (await fetch(`${base}/requests`)).json();
      if (typeof answer !== 'object' || answer === null || !('requests' in answer))
        throw new Error('no count');
      return Number(answer.requests);
    },
    stop: () => endChild(child),
  };
}
