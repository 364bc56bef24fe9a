import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { endpointWith, Providers } from './index.ts';

const providers = new Providers();

describe('the catalogue', () => {
  test('lists every file beside it; `npm run catalogue` brings it up to date', () => {
    const files = readdirSync(new URL('./catalogue/', import.meta.url)).filter((name) =>
      name.endsWith('.json'),
    );
    expect(providers.names.map((name) => `${name}.json`).sort()).toEqual(files.sort());
  });

  test('has at least sixty providers, and all of them load', async () => {
    const all = await providers.all();
    expect(all.length).toBeGreaterThanOrEqual(60);
  });

  test('finds a provider by its name and by its authorization endpoint', async () => {
    expect((await providers.find('spotify'))?.title).toBe('Spotify');
    expect((await providers.withEndpoint('https://accounts.spotify.com/authorize?x=1'))?.name).toBe(
      'spotify',
    );
  });

  test.each(['', 'nobody', '__proto__', 'constructor'])('does not find %j', async (name) => {
    expect(await providers.find(name)).toBeUndefined();
  });

  test("finds a provider that has a path for each tenant by any tenant's", async () => {
    const base = 'https://login.microsoftonline.com/contoso/oauth2';
    expect((await providers.withEndpoint(`${base}/v2.0/authorize`))?.name).toBe('microsoft');
    expect(await providers.withEndpoint(`${base}/authorize`)).toBeUndefined();
  });

  test('does not take another path of a known host for the provider', async () => {
    expect(await providers.withEndpoint('https://accounts.spotify.com/other')).toBeUndefined();
  });

  test("puts the address of the user's own server into an endpoint", () => {
    expect(endpointWith('{url}/token', { url: 'https://cloud.example/' })).toBe(
      'https://cloud.example/token',
    );
    expect(endpointWith('{url}/token', {})).toBe('{url}/token');
    expect(endpointWith('{issuer}', { issuer: 'https://id.example/' })).toBe('https://id.example/');
  });
});
