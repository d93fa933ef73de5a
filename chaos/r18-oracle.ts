import { replayAgainstOracle } from '../server/src/testing/recordings/oracle-replay.js';
import { createTestDatabase } from '../server/src/testing/services/test-database.js';
import { createTestRedis } from '../server/src/testing/services/test-redis.js';
import type { GuaranteeResult, Sizes } from './guarantee.js';

const COUNT = 200;
const REASONS = ['STOP_LOSS', 'TRAILING_STOP', 'TAKE_PROFIT', 'PARTIAL_TAKE_PROFIT'];

/**
 * R18: recorded prices against 200 positions at a time with random stops, targets and trailing stops. Each exit must be
 * the one that an oracle in whole numbers finds: the same price, reason and targets.
 */
export async function exitsOfAnOracle({ replays, firstSeed }: Sizes): Promise<GuaranteeResult[]> {
  const wrong: string[] = [];
  const seen: Record<string, number> = {};
  let positions = 0;
  for (let seed = firstSeed; seed < firstSeed + replays; seed++) {
    const [t, redis] = await Promise.all([createTestDatabase({ connectionLimit: 30 }), createTestRedis()]);
    try {
      const replayed = await replayAgainstOracle({ db: t.db, redis }, { seed, count: COUNT });
      positions += replayed.positions;
      wrong.push(...replayed.wrong.map((one) => `seed ${seed}: ${one}`));
      for (const [reason, times] of Object.entries(replayed.reasons)) seen[reason] = (seen[reason] ?? 0) + times;
    } finally {
      await redis.close();
      await t.drop();
    }
  }
  if (wrong.length > 0) process.stderr.write(`${wrong.join('\n')}\n`);
  const exits = Object.values(seen).reduce((all, times) => all + times, 0);
  const list = REASONS.map((reason) => `${reason} ${seen[reason] ?? 0}`).join(', ');
  return [
    {
      ...{ guarantee: 'R18', what: `exits of ${positions} positions over recorded prices, against an exact oracle` },
      ...{ figure: `${wrong.length} of ${exits} otherwise (${list})`, target: '0' },
      holds: wrong.length === 0 && REASONS.every((reason) => (seen[reason] ?? 0) > 0),
      replay: wrong.length > 0 ? [`npm run chaos -- --only r18 --seed <the seed above>`] : [],
    },
  ];
}
