import { defineConfig } from 'vitest/config';

// The tests that mutants of src/oauth, src/broker and src/store must not get past. Without those that repeat thousands
// of times what the others say once (test/fuzz, a simulated year): they would run again for every mutant.
export default defineConfig({
  test: {
    root: new URL('../..', import.meta.url).pathname,
    include: [
      'src/oauth/**/*.test.ts',
      'src/broker/**/*.test.ts',
      'src/store/**/*.test.ts',
      'src/bus/handlers/**/*.test.ts',
      'test/regression/**/*.test.ts',
      'test/conformance/**/*.test.ts',
    ],
    exclude: ['src/broker/simulated-year.test.ts', 'src/store/postgres/**'],
    testTimeout: 20_000,
  },
});
