import { expect, test } from 'vitest';
import { Providers } from '../providers/index.ts';
import { adoptApp } from '../store/ovos-files/app-entry.ts';
import type { MungedId } from '../store/records.ts';
import { AccountNames } from './account-names.ts';

test.each([
  ['skill_home-assistant', 'home assistant'],
  ['skill', 'skill'],
])('an app of a file that leads nowhere is called by what it has: %s', async (mungedId, name) => {
  const app = adoptApp(mungedId as MungedId, { auth_endpoint: null }, undefined);
  expect(await new AccountNames(new Providers()).of(app)).toBe(name);
});
