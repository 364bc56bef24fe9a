import type { Squares } from './png.ts';

/** Squares of white that a reader needs around a code (ISO/IEC 18004 §9.1). */
export const MARGIN = 4;

/** The QR code that says `text`, with as much error correction as costs no larger code. */
export async function qrCode(text: string): Promise<Squares> {
  // Loaded at the first QR code: many devices never show one.
  const {
    default: { create },
  } = await import('qrcode');
  const low = create(text, { errorCorrectionLevel: 'L' });
  const medium = create(text, { errorCorrectionLevel: 'M' });
  return (medium.version === low.version ? medium : low).modules;
}
