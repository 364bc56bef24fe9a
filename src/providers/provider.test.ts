import { readdirSync, readFileSync } from 'node:fs';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { endpointWith } from './index.ts';
import { type Provider, providerSchema } from './provider.ts';

const folder = new URL('./catalogue/', import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith('.json'));

function load(file: string): Provider {
  return v.parse(providerSchema, JSON.parse(readFileSync(new URL(file, folder), 'utf8')));
}

function addresses({ endpoints }: Provider): string[] {
  return Object.values(endpoints).filter((address) => address !== undefined);
}

describe.each(files)('%s', (file) => {
  test('keeps to the schema', () => {
    expect(
      v.safeParse(providerSchema, JSON.parse(readFileSync(new URL(file, folder), 'utf8'))).issues,
    ).toBeUndefined();
  });

  test('is named as its file', () => {
    expect(`${load(file).name}.json`).toBe(file);
  });

  test('has endpoints, or an issuer that tells them', () => {
    const { endpoints, device } = load(file);
    const discovers = endpoints.issuer !== undefined;
    const hasCodeFlow = endpoints.authorization !== undefined && endpoints.token !== undefined;
    const hasDeviceFlow = endpoints.deviceAuthorization !== undefined && endpoints.token !== undefined;
    expect(discovers || hasCodeFlow || hasDeviceFlow).toBe(true);
    expect(discovers || hasDeviceFlow || device === null).toBe(true);
  });

  test('uses only the parameters that it declares', () => {
    const provider = load(file);
    const used = addresses(provider).flatMap((address) =>
      [...address.matchAll(/\{(\w+)\}/g)].map(([, name]) => name),
    );
    expect(new Set(used)).toEqual(new Set(used.length === 0 ? [] : Object.keys(provider.parameters ?? {})));
  });

  test('sends secrets over https only, unless it is an instance of the user', () => {
    const provider = load(file);
    const { parameters } = provider;
    const plain = addresses(provider).filter((address) => !address.startsWith('https://'));
    expect(parameters === undefined ? plain : []).toEqual([]);
  });

  test('has addresses that are ones, also with its examples put in', () => {
    const provider = load(file);
    const examples = Object.fromEntries(
      Object.entries(provider.parameters ?? {}).map(([name, { example }]) => [name, example]),
    );
    const all = [...addresses(provider), ...(provider.manageUrl === undefined ? [] : [provider.manageUrl])];
    for (const address of all) {
      const url = new URL(endpointWith(address, examples));
      expect(url.href).not.toMatch(/[{}#@\s]|%7B|%7D/);
      expect(url.protocol).toMatch(/^https?:$/);
      expect(url.hostname).toMatch(/^[a-z0-9.-]+\.[a-z]{2,}$/);
    }
    const pages = [provider.setup.url, ...provider.sources.map(({ url }) => url)];
    for (const page of pages) expect(new URL(page).protocol).toMatch(/^https?:$/);
  });

  test('says when each fact was checked', () => {
    for (const { checked } of load(file).sources) expect(Date.parse(checked)).toBeLessThanOrEqual(Date.now());
  });
});
