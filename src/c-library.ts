import type koffi from 'koffi';
import { OAuthBrokerError } from './errors.ts';

/** The way to the system calls that Node lacks. */
export interface CLibrary {
  /**
   * A function of the C library by its prototype, such as `int flock(int, int)`.
   */
  func(prototype: string): (...args: readonly unknown[]) => unknown;
  /** `errno` of the last call by its name, such as `EAGAIN`; read it before the next call. */
  errorCode(): string;
}

/**
 * Loads the C library by koffi, so that nothing has to be compiled.
 *
 * @throws OAuthBrokerError `lock_unavailable` where koffi is not made for this machine, or was installed without the
 *   package that holds its library
 */
export async function loadCLibrary(): Promise<CLibrary> {
  const { load, os, errno } = await loadKoffi();
  const library = load(null);
  const names = new Map(Object.entries(os.errno).map(([name, number]) => [number, name]));
  return {
    func: (prototype) => library.func(prototype),
    errorCode: () => names.get(errno()) ?? 'UNKNOWN',
  };
}

async function loadKoffi(): Promise<typeof koffi> {
  try {
    return (await import('koffi')).default;
  } catch (cause) {
    const machine = `${process.platform} ${process.arch}`;
    throw new OAuthBrokerError('lock_unavailable', { machine }, { cause });
  }
}
