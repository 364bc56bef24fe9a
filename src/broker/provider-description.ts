import { defined } from '../defined.ts';
import type { Provider } from '../providers/index.ts';
import { possibleMethods } from './methods/possible.ts';

/** A provider of the catalogue in a few words, so that all of them fit into one message. */
export function summaryOf(provider: Provider) {
  const { name, title, category, status, parameters, setup } = provider;
  return {
    name,
    title,
    category,
    status,
    ...(parameters === undefined
      ? {}
      : { parameters: Object.entries(parameters).map(([key, about]) => ({ name: key, ...about })) }),
    methods: [...possibleMethods(provider)],
    setup_url: setup.url,
  };
}

/** Everything about a provider that helps somebody who wants to sign in there. */
export function detailsOf(provider: Provider) {
  const { setup, redirect, scopes, device, pkce, refresh, manageUrl, sources } = provider;
  return {
    ...summaryOf(provider),
    setup_steps: setup.steps,
    default_scopes: scopes.default,
    scopes: Object.entries(scopes.known).map(([scope, allows]) => ({ scope, allows })),
    pkce: pkce !== 'none',
    refreshes: refresh.supported,
    sources,
    ...defined({
      redirect_note: redirect.note,
      device_scopes: device?.scopes,
      grant_days: refresh.grantDays,
      manage_url: manageUrl,
    }),
  };
}

export type ProviderSummary = ReturnType<typeof summaryOf>;
export type ProviderDetails = ReturnType<typeof detailsOf>;
