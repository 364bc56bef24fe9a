import { loadCLibrary } from '../c-library.ts';

const AF_UNIX = 1;
const SOCK_DGRAM = 2;
const SOCK_CLOEXEC = 0o2000000;
const MSG_NOSIGNAL = 0x4000;
/** Bytes of `sun_path` (unix(7)). */
const LONGEST_PATH = 107;

/**
 * sd_notify(3): tells systemd how this process stands. Node has no datagram sockets of the Unix kind, so the two calls
 * go through the C library that the lock needs anyway.
 *
 * @param address `NOTIFY_SOCKET`: a path, or with a leading `@` an abstract name
 * @returns sends assignments such as `READY=1`; false where systemd did not take them, which nobody has to mend
 * @throws OAuthBrokerError `lock_unavailable`; RangeError for an address that is none
 */
export async function openNotify(address: string): Promise<(...assignments: readonly string[]) => boolean> {
  const to = socketAddress(address);
  const library = await loadCLibrary();
  const socket = library.func('int socket(int, int, int)');
  const sendto = library.func('long sendto(int, const uint8_t *, size_t, int, const uint8_t *, uint32_t)');
  const fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  return (...assignments) => {
    const message = Buffer.from(assignments.join('\n'));
    return sendto(fd, message, message.length, MSG_NOSIGNAL, to, to.length) === message.length;
  };
}

/** `struct sockaddr_un`; the zero at the beginning of an abstract name is part of it. */
function socketAddress(address: string): Buffer {
  const path = Buffer.from(address.replace(/^@/, '\0'));
  if (!/^[/@]./.test(address) || path.length > LONGEST_PATH) {
    throw new RangeError('NOTIFY_SOCKET is no address of a Unix socket.');
  }
  const family = Buffer.from(new Uint16Array([AF_UNIX]).buffer);
  return Buffer.concat([family, path]);
}
