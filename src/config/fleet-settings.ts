import { hostname } from 'node:os';
import * as v from 'valibot';

const absolutePath = v.pipe(v.string(), v.startsWith('/'));
const name = v.pipe(v.string(), v.regex(/^[\w.@-]+$/));

/** The common store of a fleet (docs/fleet.md); without `url` the store is this device's own. */
export const fleetSchema = v.pipe(
  v.object({
    // No password in it: the address is shown and logged.
    url: v.nullish(v.pipe(v.string(), v.regex(/^postgres(?:ql)?:\/\/[^:@/]+@[^@?#]+\/[^/?#]+$/))),
    tls: v.nullish(v.boolean()),
    tls_ca_file: v.nullish(absolutePath),
    password_file: v.nullish(absolutePath),
    password_env: v.nullish(name),
    password_credential: v.nullish(name),
    device: v.nullish(name),
    groups: v.nullish(v.array(name), []),
    visibility: v.nullish(
      v.union([v.picklist(['all', 'device']), v.pipe(v.string(), v.regex(/^group:[\w.@-]+$/))]),
      'all',
    ),
  }),
  // With two passwords nobody could say which one counts.
  v.check(
    ({ password_file: file, password_env: env, password_credential: credential }) =>
      [file, env, credential].filter(Boolean).length <= 1,
  ),
);

/** Where the password of the database is. */
export type PasswordSource =
  | { readonly from: 'nowhere' }
  | { readonly from: 'file'; readonly path: string }
  | { readonly from: 'environment'; readonly name: string }
  | { readonly from: 'credential'; readonly name: string };

export interface FleetSettings {
  readonly url: string;
  /** Undefined: wherever the database is not on this machine. */
  readonly tls?: boolean;
  readonly tlsCaFile?: string;
  readonly password: PasswordSource;
  /** This broker's name, unique in the fleet. */
  readonly device: string;
  readonly groups: readonly string[];
  /** Who sees what is connected here: everybody, this device alone, or a group. */
  readonly visibility: 'all' | 'device' | `group:${string}`;
}

export function fleetSettingsOf(own: v.InferOutput<typeof fleetSchema>): { readonly store?: FleetSettings } {
  if (!own.url) return {};
  return {
    store: {
      url: own.url,
      ...(own.tls === null || own.tls === undefined ? {} : { tls: own.tls }),
      ...(own.tls_ca_file ? { tlsCaFile: own.tls_ca_file } : {}),
      password: passwordSourceOf(own),
      device: own.device || hostname(),
      groups: own.groups,
      visibility: own.visibility as FleetSettings['visibility'],
    },
  };
}

function passwordSourceOf(own: v.InferOutput<typeof fleetSchema>): PasswordSource {
  if (own.password_file) return { from: 'file', path: own.password_file };
  if (own.password_env) return { from: 'environment', name: own.password_env };
  return own.password_credential
    ? { from: 'credential', name: own.password_credential }
    : { from: 'nowhere' };
}
