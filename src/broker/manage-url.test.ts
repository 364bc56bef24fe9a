import { describe, expect, it } from 'vitest';
import { Providers } from '../providers/index.ts';
import type { App } from '../store/records.ts';
import { manageUrlOf } from './manage-url.ts';

const APP = { mungedId: 'a_b' } as App;
const providers = new Providers();

describe('the page where a user takes a grant back', () => {
  it('is the one of the catalogue', async () => {
    expect(manageUrlOf(APP, await providers.find('spotify'))).toBe('https://www.spotify.com/account/apps/');
  });

  it('is on the server of the user where the provider has none of its own', async () => {
    const keycloak = await providers.find('keycloak');
    const app = { ...APP, providerParameters: { issuer: 'https://auth.example.com/realms/home' } };
    expect(manageUrlOf(app, keycloak)).toBe('https://auth.example.com/realms/home/account');
  });

  it.each([{}, { issuer: 'javascript:alert(1)//' }, { issuer: '' }])(
    'is none where %j makes no address of it',
    async (providerParameters) => {
      const keycloak = await providers.find('keycloak');
      expect(manageUrlOf({ ...APP, providerParameters }, keycloak)).toBeUndefined();
    },
  );

  it('is none for a provider that nobody knows', () => {
    expect(manageUrlOf(APP, undefined)).toBeUndefined();
  });
});
