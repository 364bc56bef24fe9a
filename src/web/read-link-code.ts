const LINK_CODE = /^[0-9A-HJKMNP-TV-Z]{6,32}$/;

/**
 * Reads the code of a short link as Crockford's base 32 is meant to be read: case does not matter, hyphens are for the
 * eye, and the letters that look like digits are those digits.
 *
 * @returns the code as the broker wrote it, or undefined for what can't be one
 */
export function readLinkCode(typed: string): string | undefined {
  const code = typed.toUpperCase().replaceAll('-', '').replaceAll(/[IL]/g, '1').replaceAll('O', '0');
  return LINK_CODE.test(code) ? code : undefined;
}
