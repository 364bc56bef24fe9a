import type { MungedId } from '../store/records.ts';
import type { AppRef } from './types.ts';

/** The key of an app: `<skill_id>_<app_id>`, as `ovos_PHAL_plugin_oauth` builds it. */
export function mungedIdOf({ skillId, appId }: AppRef): MungedId {
  return `${skillId}_${appId}` as MungedId;
}
