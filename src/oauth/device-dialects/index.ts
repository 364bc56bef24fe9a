import type { DeviceDialect } from './dialect.ts';
import { github } from './github.ts';
import { google } from './google.ts';
import { microsoft } from './microsoft.ts';
import { trakt } from './trakt.ts';
import { twitch } from './twitch.ts';

export const DEVICE_DIALECTS = {
  rfc8628: {},
  google,
  trakt,
  twitch,
  microsoft,
  github,
} as const satisfies Record<string, DeviceDialect>;

export type DeviceDialectName = keyof typeof DEVICE_DIALECTS;
