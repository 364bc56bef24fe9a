import { readFile } from 'node:fs/promises';
import jsqr from 'jsqr';
import { PNG } from 'pngjs';

/** What a phone's camera reads from a PNG. Throws where it holds no QR code. */
export function decodeQr(png: Buffer): string {
  const { data, width, height } = PNG.sync.read(png);
  const code = jsqr.default(new Uint8ClampedArray(data), width, height);
  if (code === null) throw new Error('There is no QR code in this image.');
  return code.data;
}

/** @see decodeQr */
export async function readQr(path: string): Promise<string> {
  return decodeQr(await readFile(path));
}
