import { defineConfig } from 'vitest/config';

// `unit` touches nothing outside the process; `integration` starts real peers (see test/support/).
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: [
            'src/**/*.test.ts',
            'scripts/**/*.test.ts',
            'test/conformance/**/*.test.ts',
            'test/regression/**/*.test.ts',
            'test/fuzz/**/*.test.ts',
          ],
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: 'integration',
          include: [
            'test/integration/**/*.test.ts',
            'test/faults/**/*.test.ts',
            'test/attacks/**/*.test.ts',
            'test/load/**/*.test.ts',
            'test/soak/**/*.test.ts',
          ],
          globalSetup: ['test/support/build.ts'],
          testTimeout: 90_000,
          hookTimeout: 90_000,
          maxWorkers: 2,
          // After the unit tests: they fail sooner, and the peers get the machine to themselves.
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
