import { defineConfig } from 'vitest/config';

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
          // Each file migrates a database of its own first.
          hookTimeout: 60_000,
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'web',
          root: './web',
          include: ['src/**/*.test.{ts,tsx}'],
          environment: 'jsdom',
          setupFiles: ['src/testing/setup.ts'],
        },
      },
    ],
  },
});
