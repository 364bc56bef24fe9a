import { onTokenRequest, send } from './quirks/token-call.ts';

/** Adds what a provider wants besides to every token request (`tokenParameters` of the catalogue). */
export function withTokenParameters(
  inner: typeof globalThis.fetch,
  parameters: Readonly<Record<string, string>>,
): typeof globalThis.fetch {
  if (Object.keys(parameters).length === 0) return inner;
  return onTokenRequest(inner, (call) => {
    for (const [name, value] of Object.entries(parameters)) call.form.set(name, value);
    return send(inner, call);
  });
}
