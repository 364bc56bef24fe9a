import { VERSION } from '../../version.ts';
import type { Check } from '../check.ts';
import { type Finding, finding } from '../finding.ts';
import type { RunningBroker } from '../surroundings.ts';

export const broker: Check = {
  group: 'broker',
  look: async (surroundings) => [judgeBroker(surroundings.broker, VERSION)],
};

/** @param version of the program that asks */
export function judgeBroker(running: RunningBroker | undefined, version: string): Finding {
  if (running === undefined) return finding('broker_not_running');
  const { pid } = running;
  return running.version === version
    ? finding('broker_running', { version, pid })
    : finding('broker_outdated', { running: running.version, installed: version, pid });
}
