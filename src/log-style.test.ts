import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { styleFor } from './log-style.ts';

async function outputToFile(): Promise<{ fd: number; stream: string }> {
  const dir = await mkdtemp(join(tmpdir(), 'oo-'));
  const file = await open(join(dir, 'out'), 'w');
  onTestFinished(async () => {
    await file.close();
    await rm(dir, { recursive: true });
  });
  const { dev, ino } = await file.stat({ bigint: true });
  return { fd: file.fd, stream: `${dev}:${ino}` };
}

test('the stream that systemd names as the journal gets priorities, another output does not', async () => {
  const { fd, stream } = await outputToFile();
  const other = await outputToFile();
  expect(styleFor({ JOURNAL_STREAM: stream }, fd).priorities).toBe(true);
  expect(styleFor({ JOURNAL_STREAM: stream }, other.fd).priorities).toBe(false);
  expect(styleFor({}, fd).priorities).toBe(false);
});

test('what is not a terminal gets no colours', async () => {
  const { fd } = await outputToFile();
  expect(styleFor({ TERM: 'xterm' }, fd).colors).toBe(false);
});
