import { qrLines } from './qr-lines.ts';
import type { CommandProcess } from './process.ts';
import { styleOf } from './style.ts';

/** Prints a QR code, with an empty line around it. */
export async function printQr(text: string, process: CommandProcess): Promise<void> {
  const { qrCode } = await import('../qr/code.ts');
  const lines = qrLines(await qrCode(text), styleOf(process).hasColors);
  for (const line of ['', ...lines, '']) process.print(line);
}
