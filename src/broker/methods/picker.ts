import { device } from './device.ts';
import { lan } from './lan.ts';
import { loopback } from './loopback.ts';
import type { MethodChoice, MethodRule, Situation } from './method.ts';
import { paste } from './paste.ts';
import { relay } from './relay.ts';
import { shell } from './shell.ts';

/** Best first. */
const RULES: readonly MethodRule[] = [loopback, shell, device, lan, relay, paste];

/**
 * The ways in which this sign-in can be done, best first, then those that can't work, each with its reason. A way that
 * the provider is known to refuse is never offered: the user would only learn it from the provider's error page.
 */
export function pickMethods(situation: Situation): readonly MethodChoice[] {
  const choices = RULES.map(({ method, judge }): MethodChoice => {
    const verdict = judge(situation);
    return typeof verdict === 'string'
      ? { method, offered: true, reason: verdict }
      : { method, offered: false, reason: verdict.refused };
  });
  return [...choices.filter(({ offered }) => offered), ...choices.filter(({ offered }) => !offered)];
}

export function ruleOf(method: MethodRule['method']): MethodRule {
  const rule = RULES.find((one) => one.method === method);
  if (rule === undefined) throw new TypeError(`no rule for ${method}`);
  return rule;
}
