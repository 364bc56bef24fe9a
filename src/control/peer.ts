import type { Socket } from 'node:net';
import { loadCLibrary } from '../c-library.ts';

const SOL_SOCKET = 1;
const SO_PEERCRED = 17;
/** Bytes of `struct ucred`: pid, uid and gid, 32 bits each. */
const UCRED = 12;
const UID = 4;

/**
 * Loads what tells who is at the other end of a Unix socket (SO_PEERCRED, unix(7)). The kernel has noted it at the
 * connection; nobody can claim another number.
 *
 * @returns a function that gives the number of the user; undefined where that can't be found out
 * @throws OAuthBrokerError `lock_unavailable`
 */
export async function loadPeerUser(): Promise<(socket: Socket) => number | undefined> {
  const getsockopt = (await loadCLibrary()).func(
    'int getsockopt(int, int, int, _Out_ uint8_t *, _Inout_ uint32_t *)',
  );
  return (socket) => {
    const fd = descriptorOf(socket);
    const credentials = Buffer.alloc(UCRED);
    const length = [UCRED];
    if (fd === undefined || getsockopt(fd, SOL_SOCKET, SO_PEERCRED, credentials, length) !== 0)
      return undefined;
    return length[0] === UCRED ? credentials.readUInt32LE(UID) : undefined;
  };
}

/** Node has no official way to it. */
function descriptorOf(socket: Socket): number | undefined {
  const handle: unknown = Reflect.get(socket, '_handle');
  if (typeof handle !== 'object' || handle === null) return undefined;
  const fd: unknown = Reflect.get(handle, 'fd');
  return typeof fd === 'number' && fd >= 0 ? fd : undefined;
}

/**
 * Who may use the control socket: the user of this process, and root. Where the number of the peer can't be found out,
 * the permissions of the socket and of its folder have to do.
 */
export async function loadPeerCheck(): Promise<(socket: Socket) => boolean> {
  const unknown = (): undefined => undefined;
  const peerUser = process.platform === 'linux' ? await loadPeerUser().catch(() => unknown) : unknown;
  return (socket) => {
    const uid = peerUser(socket);
    return uid === undefined || uid === 0 || uid === process.getuid?.();
  };
}
