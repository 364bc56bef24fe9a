import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readQrText } from '../../test/support/read-qr-text.ts';
import { qrCode } from '../qr/code.ts';
import { qrLines } from './qr-lines.ts';

describe('a QR code in a terminal', () => {
  test.each([true, false])('is read back whatever it says (colours: %s)', async (hasColors) => {
    await fc.assert(
      fc.asyncProperty(fc.webUrl({ withQueryParameters: true, size: 'small' }), async (url) => {
        const lines = qrLines(await qrCode(url), hasColors);
        expect(readQrText(`before\n${lines.join('\n')}\nafter`)).toBe(url);
      }),
      { numRuns: 20 },
    );
  });

  test('of a link fits a terminal of 24 lines and 80 characters', async () => {
    const lines = qrLines(await qrCode('HTTP://192.168.178.123:36536/S/ABCDEFGHJK'), false);
    expect(lines.length).toBeLessThan(20);
    expect(lines.every((line) => line.length < 40)).toBe(true);
  });

  test('brings its own white, so that a light terminal is as good as a dark one', async () => {
    for (const line of qrLines(await qrCode('x'), true)) {
      expect(line.startsWith('\u001B[30;107m')).toBe(true);
      expect(line.endsWith('\u001B[0m')).toBe(true);
    }
  });
});
