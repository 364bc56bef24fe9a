// Suffixes that public DNS never delegates: RFC 6761, RFC 6762, RFC 8375, ICANN's `internal`, and what routers hand out.
const PRIVATE_SUFFIXES = ['.localhost', '.local', '.home.arpa', '.internal', '.lan', '.home'];

/**
 * True for a host that only this device or its own network can mean: loopback, private and link-local addresses,
 * carrier-grade NAT (Tailscale lives there), single-label names and names such as `homeassistant.local`.
 *
 * @param hostname as `URL.hostname` gives it: lower case, IPv4 as four decimals, IPv6 compressed and in brackets
 */
export function isPrivateHost(hostname: string): boolean {
  if (hostname.startsWith('[')) return isPrivateIpv6(hostname.slice(1, -1));
  if (/^\d+(\.\d+){3}$/.test(hostname)) return isPrivateIpv4(hostname.split('.').map(Number));
  const name = hostname.replace(/\.$/, '');
  if (name === '') return false;
  return !name.includes('.') || PRIVATE_SUFFIXES.some((suffix) => name.endsWith(suffix));
}

function isPrivateIpv4(octets: readonly number[]): boolean {
  const [a = -1, b = -1] = octets;
  return (
    a === 0 || // RFC 1122: this host
    a === 127 ||
    a === 10 ||
    (a === 172 && b >= 16 && b <= 31) ||
    (a === 192 && b === 168) ||
    (a === 169 && b === 254) ||
    (a === 100 && b >= 64 && b <= 127)
  );
}

function isPrivateIpv6(address: string): boolean {
  if (address === '::' || address === '::1') return true;
  const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(address);
  if (mapped !== null) {
    const bits = (Number.parseInt(mapped[1] ?? '', 16) << 16) | Number.parseInt(mapped[2] ?? '', 16);
    return isPrivateIpv4([(bits >>> 24) & 255, (bits >>> 16) & 255]);
  }
  const first = Number.parseInt(address, 16); // stops at the first colon
  return (first & 0xfe00) === 0xfc00 || (first & 0xffc0) === 0xfe80; // RFC 4193, RFC 4291 §2.5.6
}
