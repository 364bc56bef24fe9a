import type { Environment } from '../config/locations.ts';

/** What installing the service needs of the machine. */
export interface ServiceHost {
  readonly env: Environment;
  /** User id of this process. */
  readonly uid: number;
  /** Absolute paths of Node and of the released program. */
  readonly program: readonly [node: string, main: string];
  /** A folder that stands for `/` where units of the system are meant; empty: the machine itself. */
  readonly root: string;
  /** The text of a file; undefined where there is none. */
  read(path: string): Promise<string | undefined>;
  /** Replaces a file in one step; its folder is made where it is missing. */
  write(path: string, text: string): Promise<void>;
  remove(path: string): Promise<void>;
  exists(path: string): Promise<boolean>;
  /** Runs a program to its end. @returns undefined where there is no such program */
  run(program: string, args: readonly string[], env: Environment): Promise<Outcome | undefined>;
}

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}
