import { mungedIdOf } from '../../broker/munged-id.ts';
import type { AppRef } from '../../broker/types.ts';
import type { JsonObject } from '../../json.ts';
import type { MungedId } from '../../store/records.ts';
import { isWellFormed, LONGEST_ID } from '../api/fields.ts';

export function refOf(data: { readonly skill_id: string; readonly app_id: string }): AppRef {
  return { skillId: data.skill_id, appId: data.app_id };
}

/** The ids of a request, to be sent back, as far as they were there and are not endless. */
export function givenIds(data: JsonObject): { skill_id?: string; app_id?: string } {
  const skill = givenText(data['skill_id'], LONGEST_ID);
  const app = givenText(data['app_id'], LONGEST_ID);
  return {
    ...(skill === undefined ? {} : { skill_id: skill }),
    ...(app === undefined ? {} : { app_id: app }),
  };
}

/** The munged id of the app that a request names, where it names one. */
export function givenMungedId(data: JsonObject): MungedId | undefined {
  const { skill_id: skillId, app_id: appId } = givenIds(data);
  return skillId && appId ? mungedIdOf({ skillId, appId }) : undefined;
}

/** A value of a request that could not be served, fit to be sent back: text of up to `longest` characters. */
export function givenText(value: unknown, longest: number): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value.length <= longest && isWellFormed(value) ? value : undefined;
}
