import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';

/** A self-signed certificate for an IPv4 address and its key, both PEM; Node makes keys but no certificates. */
export function selfSignedCertificate(ipv4: string): { readonly cert: string; readonly key: string } {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const ecdsaWithSha256 = sequence(der(0x06, '2a8648ce3d040302'));
  const name = sequence(set(sequence(der(0x06, '550403'), der(0x0c, Buffer.from('test provider')))));
  const subjectAltName = sequence(der(0x87, Buffer.from(ipv4.split('.').map(Number))));
  const isAuthority = sequence(der(0x01, 'ff'));
  const extensions = sequence(
    sequence(der(0x06, '551d11'), der(0x04, subjectAltName)),
    sequence(der(0x06, '551d13'), der(0x01, 'ff'), der(0x04, isAuthority)),
  );
  // RFC 5280 §4.1
  const toBeSigned = sequence(
    der(0xa0, der(0x02, '02')),
    der(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)])),
    ecdsaWithSha256,
    name,
    sequence(time('20200101000000Z'), time('20991231235959Z')),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, extensions),
  );
  const signature = Buffer.concat([Buffer.from([0]), sign('sha256', toBeSigned, privateKey)]);
  const certificate = sequence(toBeSigned, ecdsaWithSha256, der(0x03, signature));
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${certificate.toString('base64')}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
}

function der(tag: number, content: Buffer | string): Buffer {
  const value = typeof content === 'string' ? Buffer.from(content, 'hex') : content;
  return Buffer.concat([Buffer.from([tag, ...lengthOf(value.length)]), value]);
}

/** The shortest form there is (X.690 §10.1); browsers take no other. */
function lengthOf(length: number): number[] {
  if (length < 128) return [length];
  return length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return der(0x30, Buffer.concat(parts));
}

function set(...parts: readonly Buffer[]): Buffer {
  return der(0x31, Buffer.concat(parts));
}

function time(generalized: string): Buffer {
  return der(0x18, Buffer.from(generalized));
}
