import { encodePng } from './png.ts';

/** Pixels that an image has at most along a side. */
const WIDTH = 400;
/** Squares of white that a reader needs around the code (ISO/IEC 18004 §9.1). */
const MARGIN = 4;

/** A PNG of the QR code that says `text`, with as much error correction as costs no larger code. */
export async function drawQr(text: string): Promise<Buffer> {
  // Loaded at the first QR code: many devices never show one.
  const { create } = await import('qrcode');
  const low = create(text, { errorCorrectionLevel: 'L' });
  const medium = create(text, { errorCorrectionLevel: 'M' });
  const { modules } = medium.version === low.version ? medium : low;
  return encodePng(modules, Math.floor(WIDTH / (modules.size + 2 * MARGIN)), MARGIN);
}
