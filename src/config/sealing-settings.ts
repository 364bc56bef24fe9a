import * as v from 'valibot';
import type { SealingSettings } from '../store/sealing-key.ts';

const absolutePath = v.pipe(v.string(), v.startsWith('/'));

/** The key that the store is sealed with (docs/store.md); without one it is not. */
export const sealingSchema = v.pipe(
  v.object({
    enabled: v.nullish(v.boolean(), true),
    key_file: v.nullish(absolutePath),
    credential: v.nullish(v.pipe(v.string(), v.regex(/^[\w.@-]+$/))),
    ask_passphrase: v.nullish(v.boolean(), false),
    old_key_files: v.nullish(v.array(absolutePath), []),
  }),
  // With two keys nobody could say which one counts.
  v.check(
    ({ key_file: file, credential, ask_passphrase: ask }) =>
      [file, credential, ask].filter(Boolean).length <= 1,
  ),
);

/** What the store is sealed with, where a key is named. */
export function sealingSettingsOf(own: v.InferOutput<typeof sealingSchema>): {
  readonly sealing?: SealingSettings;
} {
  const { enabled, key_file: keyFile, credential, ask_passphrase: ask, old_key_files: oldKeyFiles } = own;
  if (!keyFile && !credential && !ask) return {};
  return {
    sealing: {
      enabled,
      ...(keyFile ? { keyFile } : {}),
      ...(credential ? { credential } : {}),
      ask,
      oldKeyFiles,
    },
  };
}
