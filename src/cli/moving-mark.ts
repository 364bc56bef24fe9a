import { access, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Settings } from '../config/settings.ts';
import { OAuthBrokerError } from '../errors.ts';

// A file beside the store while `store migrate` is under way, also after its process was killed: some sign-ins may be in
// both stores then, and two brokers would spend the same refresh token.

function markOf({ paths }: Pick<Settings, 'paths'>): string {
  return join(paths.stateDir, 'moving');
}

export async function setMovingMark(settings: Settings): Promise<void> {
  await mkdir(settings.paths.stateDir, { recursive: true, mode: 0o700 });
  await writeFile(markOf(settings), '', { flush: true, mode: 0o600 });
}

export async function removeMovingMark(settings: Settings): Promise<void> {
  await rm(markOf(settings), { force: true });
}

/** @throws OAuthBrokerError `store_moving` */
export async function refuseWhileMoving(settings: Settings): Promise<void> {
  const path = markOf(settings);
  const isMoving = await access(path).then(
    () => true,
    () => false,
  );
  if (isMoving) throw new OAuthBrokerError('store_moving', { path });
}
