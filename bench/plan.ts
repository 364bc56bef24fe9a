/** What can be measured by itself (`--only`). */
export const SCENARIOS = [
  'start',
  'memory',
  'get',
  'register',
  'callback',
  'refresh',
  'qr',
  'sign-ins',
  'burst',
  'rotation',
  'loop',
  'stock',
] as const;

export type Scenario = (typeof SCENARIOS)[number];

/** How often everything is done. */
export interface Counts {
  /** Rounds; in each, every contender is started anew and measured, in turn. */
  readonly rounds: number;
  /** Starts per round beyond those that the other measurements need. */
  readonly extraStarts: number;
  /** Of those, the first ones in which memory is read. */
  readonly memoryRounds: number;
  /** Milliseconds of rest before memory is read: time enough for V8 to notice that nothing happens, and tidy up. */
  readonly rest: number;
  /** Requests before those whose time counts. */
  readonly warmUp: number;
  readonly gets: number;
  readonly pipelined: number;
  /** New registrations for each number of stored apps. */
  readonly registers: number;
  readonly callbacks: number;
  readonly refreshes: number;
  readonly qrCodes: number;
  readonly signIns: number;
  readonly burst: number;
  readonly simultaneous: number;
}

export const FULL: Counts = {
  rounds: 5,
  extraStarts: 2,
  memoryRounds: 3,
  rest: 20_000,
  warmUp: 1_000,
  gets: 1_000,
  pipelined: 3_000,
  registers: 40,
  callbacks: 50,
  refreshes: 50,
  qrCodes: 30,
  signIns: 64,
  burst: 900,
  simultaneous: 16,
};

export const QUICK: Counts = {
  ...FULL,
  rounds: 1,
  rest: 2_000,
  warmUp: 500,
  gets: 300,
  pipelined: 1_500,
  registers: 20,
  callbacks: 25,
  refreshes: 25,
  qrCodes: 15,
};

/** Just enough to show that the benchmark works; its figures mean nothing. */
export const SMOKE: Counts = {
  rounds: 1,
  extraStarts: 0,
  memoryRounds: 1,
  rest: 0,
  warmUp: 1,
  gets: 2,
  pipelined: 4,
  registers: 1,
  callbacks: 1,
  refreshes: 1,
  qrCodes: 1,
  signIns: 2,
  burst: 2,
  simultaneous: 2,
};
