import { loadCLibrary } from '../../c-library.ts';

const LOCK_EX = 2;
const LOCK_NB = 4;

// Others hold it, on whatever file system: filelock's `_CONTENTION_ERRNOS`.
const HELD: readonly string[] = ['EAGAIN', 'EWOULDBLOCK', 'EACCES'];

/**
 * flock(2), the lock of Python's `filelock`; Node has none, and fcntl locks do not exclude it. There is no going on
 * without: a token would be lost to the next Python program that writes.
 *
 * @returns a function that takes the lock of an open file without waiting, or returns false
 * @throws OAuthBrokerError `lock_unavailable`
 */
export async function loadFlock(): Promise<(fd: number) => boolean> {
  const library = await loadCLibrary();
  const flock = library.func('int flock(int, int)');
  return (fd) => {
    for (;;) {
      if (flock(fd, LOCK_EX | LOCK_NB) === 0) return true;
      const code = library.errorCode();
      if (HELD.includes(code)) return false;
      if (code !== 'EINTR') throw Object.assign(new Error(`flock: ${code}`), { code });
    }
  };
}
