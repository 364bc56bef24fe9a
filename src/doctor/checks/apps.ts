import type { AppReport, Checkup } from '../../control/operations/checkup.ts';
import type { Check } from '../check.ts';
import { type Finding, finding } from '../finding.ts';

export const apps: Check = {
  group: 'apps',
  look: async ({ checkup }) => judgeApps(checkup),
};

/** @param checkup undefined where the apps are not known */
export function judgeApps(checkup: Pick<Checkup, 'apps'> | undefined): readonly Finding[] {
  if (checkup === undefined) return [finding('apps_unknown')];
  if (checkup.apps.length === 0) return [finding('apps_none')];
  return checkup.apps.map(judgeApp);
}

function judgeApp(app: AppReport): Finding {
  const place = { app: app.status.munged_id, provider: app.status.provider_title ?? app.provider_host };
  const { loopback } = app.redirect_uris;
  if (app.needs_credentials) return finding('app_needs_credentials', place);
  const best = app.ways.find(({ offered }) => offered);
  if (best === undefined) {
    const reason = app.ways[0]?.reason ?? '';
    return finding('app_redirect_refused', { ...place, uri: loopback ?? '', reason });
  }
  // RFC 8252 §8.3: 0.0.0.0 is no address that anything can be sent to, and hardly a provider takes it.
  if (loopback?.startsWith('http://0.0.0.0') === true && app.takes_loopback !== undefined) {
    return finding('app_loopback_host', { ...place, uri: loopback });
  }
  const uri = app.redirect_uris[best.method];
  if (uri !== undefined && app.registered_redirect_uris?.includes(uri) === false) {
    return finding('app_redirect_changed', { ...place, uri });
  }
  return finding('app_ok', { ...place, method: best.method });
}
