import type { Context } from '../../context.js';
import { readPriceKey } from '../../core/price/price-key.js';
import type { Database } from '../../infra/database/database.js';
import { atVenue } from '../../core/price/venue-price.js';
import { createFakeEngine, type FakeEngine } from '../fake-exchange/engine.js';
import type { DuplicateIds, FeeAsset } from '../fake-exchange/engine-types.js';
import { fakeMarket } from '../fake-exchange/markets.js';
import { makeAccount, makeParameter, makeSource, makeUser, makeVault } from '../make.js';
import { seededRandom } from '../seeded-random.js';
import { createTestContext } from '../test-context.js';
import { createChaosExchange, type ChaosExchange } from './chaos-exchange.js';
import { mortalProcess, type MortalProcess } from './mortal-process.js';
import { virtualTime, type VirtualTime } from './virtual-time.js';

export const BTC = 'BTC/USDT';
const DUPLICATE_IDS: DuplicateIds[] = ['open', 'always', 'none'];
const FEE_ASSETS: FeeAsset[] = ['received', 'received', 'quote', 'BNB'];
/** Each seed has its own day, so that data of different seeds never mix. */
const FIRST_DAY_MS = Date.UTC(2026, 0, 1);

/** A test setup with one account, two processes that both execute and recover, and an exchange that fails. */
export interface SeedWorld {
  db: Database;
  time: VirtualTime;
  random: () => number;
  engine: FakeEngine;
  exchange: ChaosExchange;
  processes: MortalProcess[];
  account: { id: number; userId: number };
  vaultId: number;
  sourceId: number;
  jobIds: number[];
  deaths: number;
  born(): MortalProcess;
}

export async function createSeedWorld(db: Database, seed: number, breaksItsWindow: boolean): Promise<SeedWorld> {
  const random = seededRandom(seed);
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;
  const time = virtualTime(FIRST_DAY_MS + seed * 86_400_000);
  const engine = createFakeEngine({
    now: time.now,
    markets: [fakeMarket('BTC'), fakeMarket('BNB')],
    rules: { duplicateIds: pick(DUPLICATE_IDS), feeRate: '0.001', feeAsset: pick(FEE_ASSETS) },
  });
  // The account holds more coins than ours, so that selling too much would succeed and be found.
  engine.balances.open('me', { USDT: '100000', BTC: '5', BNB: '0.002' });
  engine.setPrice(BTC, { last: '100000', bid: '99999.99', ask: '100000.01' });
  const exchange = createChaosExchange({ engine, account: 'me', time, random, chance: 0.45, breaksItsWindow });
  const user_id = (await makeUser(db)).id;
  const account = await makeAccount(db, { user_id, is_simulation: false, balances: { USDT: '100000', BTC: '5' } });
  const vault = await makeVault(db, { user_id, trade_mode: 'REAL', balances: { USDT: '100000' } });
  const source = await makeSource(db, { owner_user_id: user_id, trade_mode: 'REAL' });
  await makeParameter(db, { exchange_account_id: account.id, user_id, vault_id: vault.id });
  const prices: Context['prices'] = {
    get: (key) => {
      const { venue, symbol } = readPriceKey(key);
      const price = engine.price(symbol);
      return price && atVenue(venue, { symbol, ...price, at: time.now(), source: 'chaos' });
    },
    ...{ all: () => [], subscribe: () => () => undefined, history: async () => [] },
  };
  const base = createTestContext(db, { clock: time, prices });
  const world: SeedWorld = {
    ...{ db, time, random, engine, exchange, vaultId: vault.id, sourceId: source.id, jobIds: [], deaths: 0 },
    account: { id: account.id, userId: user_id },
    processes: [],
    born: () => mortalProcess(base, exchange, account.id),
  };
  world.processes.push(world.born(), world.born());
  return world;
}
