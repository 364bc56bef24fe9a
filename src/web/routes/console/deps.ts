import type { Broker } from '../../../broker/index.ts';
import type { Clock } from '../../../clock.ts';
import type { Layer } from '../../../config/merge.ts';
import type { Paths } from '../../../config/paths.ts';
import type { ConsoleAccess } from '../../console/access.ts';
import type { LinkGuessing } from '../../guards/link-guessing.ts';
import type { Progress } from '../../progress.ts';

/** What the console needs beside what every page does. */
export interface ConsoleParts {
  readonly broker: Pick<Broker, 'apps' | 'signIn' | 'tokens' | 'connections' | 'providers' | 'eventLog'>;
  readonly access: ConsoleAccess;
  /** Where the settings come from, lowest first. */
  readonly layers: readonly Layer[];
  readonly paths: Paths;
}

export interface ConsoleDeps extends ConsoleParts {
  readonly guessing: LinkGuessing;
  readonly progress: Progress;
  readonly clock: Clock;
}
