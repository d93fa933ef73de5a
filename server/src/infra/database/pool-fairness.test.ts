import { expect, it } from 'vitest';
import { createTestDatabase } from '../../testing/services/test-database.js';

/**
 * The driver gave a connection that was just released to whoever asked next, not to who waited longest. With more
 * callers than connections, some waited until their time was over (patches/mariadb@3.4.5.patch).
 */
it('who waits longest for a connection gets the next one', async () => {
  const { db, drop } = await createTestDatabase({ connectionLimit: 2 });
  try {
    const served: number[] = [];
    const caller = async (name: number): Promise<void> => {
      for (let turn = 0; turn < 20; turn++) {
        await db.transaction(async (tx) => {
          served.push(name);
          await tx.query('SELECT 1');
        });
      }
    };
    await Promise.all([0, 1, 2].map(caller));
    // One connection serves three callers: nobody gets a fifth turn before everybody has had one.
    for (const name of [0, 1, 2]) expect(served.indexOf(name)).toBeLessThan(5);
  } finally {
    await drop();
  }
});
