const LOCK_EX = 2;
const LOCK_NB = 4;

// Others hold it, on whatever file system: filelock's `_CONTENTION_ERRNOS`.
const HELD: readonly string[] = ['EAGAIN', 'EWOULDBLOCK', 'EACCES'];

/**
 * flock(2), the lock of Python's `filelock`; Node has none, and fcntl locks do not exclude it. Loaded by koffi, so that
 * nothing has to be compiled.
 *
 * @returns a function that takes the lock of an open file without waiting, or returns false
 */
export async function loadFlock(): Promise<(fd: number) => boolean> {
  const { default: koffi } = await import('koffi');
  const flock: (fd: number, operation: number) => unknown = koffi.load(null).func('int flock(int, int)');
  const names = new Map(Object.entries(koffi.os.errno).map(([name, number]) => [number, name]));
  return (fd) => {
    for (;;) {
      if (flock(fd, LOCK_EX | LOCK_NB) === 0) return true;
      const code = names.get(koffi.errno()) ?? 'UNKNOWN';
      if (HELD.includes(code)) return false;
      if (code !== 'EINTR') throw Object.assign(new Error(`flock: ${code}`), { code });
    }
  };
}
