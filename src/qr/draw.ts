import { MARGIN, qrCode } from './code.ts';
import { encodePng } from './png.ts';

/** Pixels that an image has at most along a side. */
const WIDTH = 400;

/** A PNG of the QR code that says `text`. */
export async function drawQr(text: string): Promise<Buffer> {
  const squares = await qrCode(text);
  return encodePng(squares, Math.floor(WIDTH / (squares.size + 2 * MARGIN)), MARGIN);
}
