/** The folder with `initdb` and `postgres`; undefined where there is none. */
export function findPostgres(): string | undefined;
/** As {@link findPostgres}, but installs Debian's packages first where there is none. */
export function ensurePostgres(): Promise<string>;
