import type { App, MungedId } from '../store/records.ts';
import type { AppRef } from './types.ts';

/** The key of an app: `<skill_id>_<app_id>`, as `ovos_PHAL_plugin_oauth` builds it. */
export function mungedIdOf({ skillId, appId }: AppRef): MungedId {
  return `${skillId}_${appId}` as MungedId;
}

/** The names of an app; those of one from a file of the Python plugin are guessed, which the id they form does not mind. */
export function refOf({ mungedId, skillId, appId }: App): AppRef {
  const [guessed = ''] = mungedId.split('_', 1);
  return { skillId: skillId ?? guessed, appId: appId ?? mungedId.slice(guessed.length + 1) };
}
