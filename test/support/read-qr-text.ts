import jsqr from 'jsqr';

/** Pixels along a side of a square. */
const SCALE = 4;
const UPPER = '▀█';
const LOWER = '▄█';
const ESCAPE = '\u001B';
const ESCAPES = new RegExp(String.raw`${ESCAPE}\[[\d;?]*[A-Za-z]`, 'g');
/** What a line of a QR code begins with where it says its colours: black on bright white. */
const BLACK_ON_WHITE = `${ESCAPE}[30;107m`;

/**
 * What a phone's camera reads from the QR code on a terminal, its half blocks drawn as pixels. Throws where there is none.
 *
 * @param screen what a program wrote; on a dark terminal, where it says no colours
 */
export function readQrText(screen: string): string {
  const lines = screen.split(/\r?\n/);
  const colored = lines.filter((line) => line.includes(BLACK_ON_WHITE));
  const code = (colored.length > 0 ? colored : lines.filter((line) => /^[▀▄█]{4}/.test(line))).map((line) =>
    line.replaceAll(ESCAPES, ''),
  );
  const width = Math.max(0, ...code.map((line) => line.length));
  const ink = colored.length > 0 ? 0 : 255;
  const data = new Uint8ClampedArray(width * SCALE * code.length * 2 * SCALE * 4).fill(255);
  for (let y = 0; y < code.length * 2 * SCALE; y += 1) {
    const row = Math.floor(y / SCALE);
    const drawn = row % 2 === 0 ? UPPER : LOWER;
    for (let x = 0; x < width * SCALE; x += 1) {
      const isDrawn = drawn.includes(code[row >> 1]?.[Math.floor(x / SCALE)] ?? ' ');
      data.fill(isDrawn ? ink : 255 - ink, (y * width * SCALE + x) * 4, (y * width * SCALE + x) * 4 + 3);
    }
  }
  const found = jsqr.default(data, width * SCALE, code.length * 2 * SCALE);
  if (found === null) throw new Error(`There is no QR code on this screen:\n${screen}`);
  return found.data;
}
