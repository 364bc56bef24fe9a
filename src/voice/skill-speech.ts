import type { BusClient } from '../bus/client.ts';
import type { Message } from '../bus/message.ts';
import type { Clock } from '../clock.ts';
import { isJsonObject } from '../json.ts';
import { SKILL_ID } from './skill-id.ts';

/** Skills that are remembered. */
const MOST_SKILLS = 64;

/** Which skills have spoken of late: a skill that tells its user what to do needs nobody to say it again. */
export class SkillSpeech {
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #spokeAt = new Map<string, number>();

  constructor(bus: Pick<BusClient, 'on'>, clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock;
    bus.on('speak', (message) => this.#heard(message));
  }

  /** @param within milliseconds */
  hasSpoken(skillId: string | undefined, within: number): boolean {
    const at = skillId === undefined ? undefined : this.#spokeAt.get(skillId);
    return at !== undefined && this.#clock.monotonic() - at <= within;
  }

  #heard({ data, context }: Message): void {
    const { meta } = data;
    const named = isJsonObject(meta) ? meta['skill'] : undefined;
    const skill = named ?? context.get('skill_id');
    if (typeof skill !== 'string' || skill === SKILL_ID) return;
    this.#spokeAt.delete(skill);
    this.#spokeAt.set(skill, this.#clock.monotonic());
    for (const oldest of this.#spokeAt.keys()) {
      if (this.#spokeAt.size <= MOST_SKILLS) break;
      this.#spokeAt.delete(oldest);
    }
  }
}
