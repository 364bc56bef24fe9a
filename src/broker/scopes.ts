import type { Provider } from '../providers/index.ts';
import type { App } from '../store/records.ts';

/** The scopes that an app asks for, one by one: its own, else the usual ones of the provider that it named. */
export function scopesOf(app: App, provider: Provider | undefined): readonly string[] {
  if (app.scope === null) return app.provider === undefined ? [] : (provider?.scopes.default ?? []);
  return app.scope.split(/[\s,]+/).filter((scope) => scope !== '');
}

/**
 * The scope parameter of an app's requests; undefined leaves the choice to the provider. What a skill wrote goes out as
 * it is, but for white space where the provider wants something else between two scopes.
 */
export function scopeOf(app: App, provider: Provider | undefined): string | undefined {
  const separator = provider?.scopes.separator ?? ' ';
  if (app.scope !== null)
    return separator === ' ' ? app.scope : app.scope.trim().replaceAll(/\s+/g, separator);
  const scopes = scopesOf(app, provider);
  return scopes.length === 0 ? undefined : scopes.join(separator);
}
