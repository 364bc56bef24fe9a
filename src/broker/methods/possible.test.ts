import { describe, expect, test } from 'vitest';
import { type Provider, Providers } from '../../providers/index.ts';
import type { Method } from '../../store/records.ts';
import { catalogueFacts } from './facts.ts';
import { type Asker, METHODS } from './method.ts';
import { pickMethods } from './picker.ts';
import { possibleMethods } from './possible.ts';

const all = await new Providers().all();
const ASKERS: readonly Asker[] = ['phone', 'browser', 'shell', 'terminal'];

/** What the redirect rules of a provider say of each method. */
function rulesOf({ redirect, device }: Provider): Readonly<Record<Method, boolean>> {
  return {
    lan: redirect.privateHttp,
    relay: redirect.https,
    device: device !== null,
    loopback: redirect.loopback,
    shell: redirect.loopback,
    paste: redirect.loopback,
  };
}

describe.each(all)('$name', (provider) => {
  test.each(ASKERS)('is offered to a %s only in ways that its rules allow, and in each of them', (asker) => {
    const choices = pickMethods({
      provider: catalogueFacts(provider),
      app: { relayUrl: 'https://relay.example/' },
      network: { hasLanAddress: true, isRelayTarget: true },
      asker,
    });
    const allows = rulesOf(provider);
    const wrong = choices.filter(({ offered, method }) => offered && !allows[method]);
    expect(wrong).toEqual([]);
    const elsewhere = new Set(['other_machine', 'no_shell']);
    const missing = choices.filter(
      ({ offered, method, reason }) => !offered && allows[method] && !elsewhere.has(reason),
    );
    expect(missing).toEqual([]);
  });

  test('can be signed in to', () => {
    expect(possibleMethods(provider)).not.toEqual([]);
  });
});

test('every method can work somewhere', () => {
  expect(new Set(all.flatMap(possibleMethods))).toEqual(new Set(METHODS));
});
