import { afterAll, beforeAll } from 'vitest';
import { createTestDatabase, type TestDatabase } from './test-database.js';

/** Creates a separate database before the tests of a file and drops it after them. */
export function useTestDatabase(
  take: (database: TestDatabase) => void,
  options?: Parameters<typeof createTestDatabase>[0],
): void {
  let made: TestDatabase | undefined;
  beforeAll(async () => {
    made = await createTestDatabase(options);
    take(made);
  });
  afterAll(() => made?.drop());
}
