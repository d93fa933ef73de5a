import os from 'node:os';
import { defineConfig } from 'vitest/config';

/** With one worker, tests would wait for each other's databases; more than eight only compete for the disk. */
const CORES = Math.min(Math.max(os.availableParallelism(), 2), 8);

// Vitest 4 does not read a file of this name by itself: the scripts pass it with --config.
export default defineConfig({
  test: {
    projects: [
      {
        // graphql 16 ships a CommonJS main and an ESM module; Node loads the first, Vite the second, and two
        // copies make type-graphql fail. This names the file Node would load.
        resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
        test: {
          name: 'server',
          root: './server',
          include: ['src/**/*.test.ts'],
          environment: 'node',
          globalSetup: ['src/testing/global-setup.ts'],
          // One process runs many files: loading the program anew for each of them took more than half of the CPU time.
          // So a file leaves nothing behind, and what it changes of the process is put back here.
          isolate: false,
          // They wait for databases and processes two fifths of the time.
          maxWorkers: CORES + 1,
          ...{ restoreMocks: true, unstubEnvs: true, unstubGlobals: true },
          // Each file makes a database of its own first.
          hookTimeout: 120_000,
          // Longer than the waits in a test: what is awaited says what is missing, a timeout says nothing.
          testTimeout: 120_000,
        },
      },
      {
        test: {
          name: 'web',
          root: './web',
          include: ['src/**/*.test.{ts,tsx}'],
          environment: 'jsdom',
          setupFiles: ['src/testing/setup.ts'],
          maxWorkers: CORES + 1,
        },
      },
      {
        resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
        test: {
          // The real program over its whole road: built, started, killed, and walked in Chromium.
          name: 'e2e',
          root: './e2e',
          include: ['*.e2e.ts'],
          environment: 'node',
          globalSetup: ['testing/build.ts', '../server/src/testing/global-setup.ts'],
          // Each of them starts several processes: they run after the other tests.
          sequence: { groupOrder: 1 },
          maxWorkers: CORES,
          hookTimeout: 120_000,
          testTimeout: 150_000,
          // Tried once more on a machine that stalls; the log ends with a line FLAKY that names it, and it is mended then.
          retry: 1,
        },
      },
    ],
  },
});
