import { crc32, deflateSync } from 'node:zlib';

/** Squares of one colour, row by row; 1 is black. */
export interface Squares {
  /** Squares in a row, and rows. */
  readonly size: number;
  readonly data: ArrayLike<number>;
}

const SIGNATURE = Buffer.from('\x89PNG\r\n\x1A\n', 'latin1');
/** One bit a pixel, grey, and the defaults of all else. */
const ONE_BIT_GREY = [1, 0, 0, 0, 0];

/**
 * A black and white PNG (W3C PNG, third edition) with one bit a pixel. The encoder that comes with `qrcode` makes four
 * bytes of each pixel and takes twenty times as long.
 *
 * @param scale pixels along a side of a square
 * @param margin white around them, in squares
 */
export function encodePng(squares: Squares, scale: number, margin: number): Buffer {
  const width = (squares.size + 2 * margin) * scale;
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', Buffer.from([...bytesOf(width), ...bytesOf(width), ...ONE_BIT_GREY])),
    chunk('IDAT', deflateSync(pixels(squares, width, scale, margin))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** Every line of pixels behind the zero that says it is not filtered. */
function pixels({ size, data }: Squares, width: number, scale: number, margin: number): Buffer {
  const white = Buffer.alloc(1 + Math.ceil(width / 8), 0xff);
  white.writeUInt8(0);
  const edge = Array<Buffer>(margin * scale).fill(white);
  const lines = Array.from({ length: size }, (_, y) => {
    const line = Buffer.from(white);
    for (let x = 0; x < size; x += 1) {
      if (data[y * size + x] !== 0) blacken(line, (margin + x) * scale, scale);
    }
    return Array<Buffer>(scale).fill(line);
  });
  return Buffer.concat([...edge, ...lines.flat(), ...edge]);
}

function blacken(line: Buffer, from: number, count: number): void {
  for (let x = from; x < from + count; x += 1) {
    const at = 1 + (x >> 3);
    line.writeUInt8(line.readUInt8(at) & ~(0x80 >> (x & 7)), at);
  }
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  return Buffer.concat([bytesOf(data.length), body, bytesOf(crc32(body))]);
}

/** Big endian. */
function bytesOf(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
