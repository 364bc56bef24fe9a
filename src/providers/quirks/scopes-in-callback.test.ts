import { expect, it } from 'vitest';
import { grantedScopeIn } from './index.ts';

it('takes the scopes that the user left ticked from the callback of Strava', () => {
  const callback = new URLSearchParams('state=s&code=c&scope=read,activity:read');
  expect(grantedScopeIn(callback, ['scopes_in_callback', 'comma_scopes'])).toBe('read activity:read');
});

it('says nothing where the callback says nothing', () => {
  expect(grantedScopeIn(new URLSearchParams('state=s&code=c'), ['scopes_in_callback'])).toBeUndefined();
});

it('does not believe the callbacks of other providers', () => {
  expect(grantedScopeIn(new URLSearchParams('code=c&scope=everything'), ['comma_scopes'])).toBeUndefined();
});
