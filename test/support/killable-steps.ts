import { basename } from 'node:path';
import type { Files } from '../../src/store/files.ts';
import type { Store } from '../../src/store/port.ts';

/** Where the process can be made to kill itself; each is passed many times in a run. */
export const STEPS = [
  'start: before the folder is taken',
  'start: before the journal is read',
  'start: before the shared files are read',
  'start: before the broker opens',
  'refresh: before the intent',
  'refresh: after the intent',
  'refresh: before the request',
  'refresh: while the request is under way',
  'refresh: after the answer',
  'token: before the journal has it',
  'token: in the middle of the write',
  'journal: before its sync',
  'journal: after its sync',
  'mirror: before the new file',
  'mirror: in the middle of the new file',
  'mirror: before the rename',
  'mirror: after the rename',
  'token: before the announcement',
  'compaction: before the new journal',
  'compaction: in the middle of the new journal',
  'compaction: before its sync',
  'compaction: before the rename',
  'compaction: after the rename',
  'compaction: before the folder is synced',
  'sign-in: before the attempt is kept',
  'sign-in: after the attempt is kept',
  'sign-in: before the request',
  'sign-in: while the request is under way',
  'sign-in: after the answer',
] as const;

export type Step = (typeof STEPS)[number];

/** Told of each step as it is passed. */
export type Passing = (step: Step) => void;

/** Wraps the file layer so that each step of the journal and of the shared files is told. */
export function watchedFiles(files: Files, pass: Passing): Files {
  const paths = new Map<number, string>();
  const kindOf = (path: string): 'journal' | 'new journal' | 'new shared file' | 'other' => {
    const name = basename(path);
    if (name === 'journal') return 'journal';
    if (name.startsWith('journal.new-')) return 'new journal';
    return name.endsWith('.ovos-oauth') ? 'new shared file' : 'other';
  };
  const kindOfFile = (fd: number): ReturnType<typeof kindOf> => kindOf(paths.get(fd) ?? '');
  /** Writes the first half, passes the step, writes the rest. */
  const halves = (fd: number, data: Uint8Array, step: Step): void => {
    const half = Math.floor(data.byteLength / 2);
    files.write(fd, data.subarray(0, half));
    pass(step);
    files.write(fd, data.subarray(half));
  };
  return {
    ...files,
    open(path, flags, mode) {
      if (basename(path) === 'lock') pass('start: before the folder is taken');
      if (kindOf(path) === 'new journal') pass('compaction: before the new journal');
      if (kindOf(path) === 'new shared file') pass('mirror: before the new file');
      const fd = files.open(path, flags, mode);
      paths.set(fd, path);
      return fd;
    },
    read(path, offset) {
      if (kindOf(path) === 'journal' && offset === undefined) pass('start: before the journal is read');
      if (path.endsWith('ovos_oauth.json')) pass('start: before the shared files are read');
      return files.read(path, offset);
    },
    write(fd, data) {
      const kind = kindOfFile(fd);
      const isToken = Buffer.from(data).includes('"put_token"');
      if (kind === 'journal' && isToken) halves(fd, data, 'token: in the middle of the write');
      else if (kind === 'new journal' && isToken)
        halves(fd, data, 'compaction: in the middle of the new journal');
      else if (kind === 'new shared file') halves(fd, data, 'mirror: in the middle of the new file');
      else files.write(fd, data);
    },
    async dataSync(fd) {
      if (kindOfFile(fd) === 'journal') pass('journal: before its sync');
      await files.dataSync(fd);
      if (kindOfFile(fd) === 'journal') pass('journal: after its sync');
    },
    async sync(fd) {
      if (kindOfFile(fd) === 'new journal') pass('compaction: before its sync');
      await files.sync(fd);
    },
    async syncFolder(folder) {
      if (basename(folder) === 'ovos-oauth') pass('compaction: before the folder is synced');
      await files.syncFolder(folder);
    },
    rename(from, to) {
      const kind = kindOf(from);
      if (kind === 'new journal') pass('compaction: before the rename');
      if (kind === 'new shared file') pass('mirror: before the rename');
      files.rename(from, to);
      if (kind === 'new journal') {
        for (const [fd, path] of paths) if (path === from) paths.set(fd, to);
        pass('compaction: after the rename');
      }
      if (kind === 'new shared file') pass('mirror: after the rename');
    },
  };
}

/** Wraps a store so that the steps of a refresh and of a sign-in are told. */
export function watchedStore(store: Store, pass: Passing): Store {
  const commit: Store['commit'] = async (changes, durability) => {
    const isIntent = changes.some(
      (change) => change.op === 'put_connection' && change.connection.intent !== undefined,
    );
    const isToken = changes.some((change) => change.op === 'put_token');
    const isAttempt = !isToken && changes.some((change) => change.op === 'put_attempt');
    if (isIntent) pass('refresh: before the intent');
    if (isToken) pass('token: before the journal has it');
    if (isAttempt) pass('sign-in: before the attempt is kept');
    await store.commit(changes, durability);
    if (isIntent) pass('refresh: after the intent');
    if (isToken) pass('token: before the announcement');
    if (isAttempt) pass('sign-in: after the attempt is kept');
  };
  return new Proxy(store, {
    get(target, name) {
      if (name === 'commit') return commit;
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}

/** Wraps fetch so that the steps of an exchange at the token endpoint are told. */
export function watchedFetch(fetch: typeof globalThis.fetch, pass: Passing): typeof globalThis.fetch {
  return async (input, init) => {
    const isRefresh =
      init?.body instanceof URLSearchParams && init.body.get('grant_type') === 'refresh_token';
    const kind = isRefresh ? 'refresh' : 'sign-in';
    pass(`${kind}: before the request`);
    const answer = fetch(input, init);
    // By then the request has left; how far it got is up to the provider.
    const underWay = setTimeout(() => pass(`${kind}: while the request is under way`), 3);
    try {
      const response = await answer;
      pass(`${kind}: after the answer`);
      return response;
    } finally {
      clearTimeout(underWay);
    }
  };
}
