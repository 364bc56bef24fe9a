import type { CommandFile } from '../command.ts';

/**
 * Every command by name, in the order of the help. To add one: a file that exports `register`, and a line here. Only the
 * command that runs is loaded: the service shall not carry the others' weight.
 */
export const COMMANDS: Readonly<Record<string, () => Promise<CommandFile>>> = {
  serve: () => import('./serve.ts'),
  connect: () => import('./connect.ts'),
  status: () => import('./status.ts'),
  list: () => import('./list.ts'),
  token: () => import('./token.ts'),
  refresh: () => import('./refresh.ts'),
  revoke: () => import('./revoke.ts'),
  share: () => import('./share.ts'),
  audit: () => import('./audit.ts'),
  providers: () => import('./providers.ts'),
  credentials: () => import('./credentials.ts'),
  apps: () => import('./apps.ts'),
  open: () => import('./open.ts'),
  logs: () => import('./logs.ts'),
  doctor: () => import('./doctor.ts'),
  config: () => import('./show-config.ts'),
  service: () => import('./service.ts'),
  store: () => import('./store.ts'),
  export: () => import('./export.ts'),
  import: () => import('./import.ts'),
  completion: () => import('./completion.ts'),
};
