// The cost of the trigger index, in its own process so that its memory can be measured.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { d } from '../server/src/core/money/money.js';
import { TriggerIndex } from '../server/src/core/exits/trigger-index.js';
import { decideExit, exitLevels, nextTrailingMax, type WatchedPosition } from '../server/src/core/exits/triggers.js';
import { answerParent } from './child.js';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
const weigh = (): number => {
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
};

/** A seeded generator, so that every run uses the same market. */
let seed = 20_261_124;
const random = (): number => {
  seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
  return seed / 2 ** 32;
};

const position = (id: number, spread: number): WatchedPosition => ({
  id,
  accountId: 1,
  entryPrice: d((100 + (random() - 0.5) * spread).toFixed(8)),
  stopLossBps: 3_000 + Math.floor(random() * 4_000),
  takeProfitBps: 3_000 + Math.floor(random() * 4_000),
  minProfitBps: null,
  trailingBps: 2_500 + Math.floor(random() * 4_000),
  armingBps: null,
  trailingMax: null,
  trailingVersion: 0,
  timeStopAt: null,
  targets: [],
  breakEven: false,
  hasTakenPart: false,
});

/** A walk between 95 and 105 in steps of 0.01, as texts: near the market, where nothing fires. */
function walk(length: number): string[] {
  let price = 10_000;
  return Array.from({ length }, () => {
    price = Math.min(10_500, Math.max(9_500, price + Math.floor(random() * 21) - 10));
    return (price / 100).toFixed(2);
  });
}

function measure({ count, ticks }: { count: number; ticks: number }) {
  const prices = walk(ticks);
  const before = weigh();
  const index = new TriggerIndex();
  for (let id = 1; id <= count; id++) index.upsert(position(id, 4));
  index.tick('100.00', 0);
  index.takeTrailing();
  const bytes = (weigh() - before) / count;
  for (const price of prices.slice(0, 5_000)) index.tick(price, 1);
  const start = process.hrtime.bigint();
  let fired = 0;
  for (const price of prices) fired += index.tick(price, 1).length;
  const ns = Number(process.hrtime.bigint() - start) / ticks;
  return { bytes, ns, fired, size: index.size };
}

/** Parses a trade message of an exchange and its price: the cost of a tick before the index uses it. */
function parse({ ticks }: { ticks: number }) {
  const messages = walk(ticks).map(
    (price, index) =>
      `{"e":"aggTrade","E":17325${index},"s":"BTCUSDT","a":${index},"p":"${price}","q":"0.00100000","f":1,"l":2,"T":17325${index},"m":true,"M":true}`,
  );
  let total = 0;
  for (const message of messages.slice(0, 5_000)) total += Number((JSON.parse(message) as { p: string }).p);
  const start = process.hrtime.bigint();
  for (const message of messages) total += Number((JSON.parse(message) as { p: string }).p);
  return { ns: Number(process.hrtime.bigint() - start) / ticks, total };
}

/** Compares the index with a plain scan of every position with exact decimals, over prices that fire some exits. */
function compare({ count, ticks }: { count: number; ticks: number }) {
  const index = new TriggerIndex();
  const plain = new Map<number, ReturnType<typeof exitLevels>>();
  for (let id = 1; id <= count; id++) {
    const one = { ...position(id, 80), stopLossBps: 100 + Math.floor(random() * 3_000) };
    index.upsert(one);
    plain.set(id, exitLevels(one));
  }
  let [fired, different] = [0, 0];
  for (let turn = 0; turn < ticks; turn++) {
    const text = (60 + random() * 80).toFixed(2);
    const seen = index.tick(text, turn).map(({ id, exit }) => `${id} ${exit.reason}`);
    const wanted: string[] = [];
    for (const [id, levels] of plain) {
      levels.trailingMax = nextTrailingMax(levels, d(text));
      const exit = decideExit(levels, d(text), turn);
      if (!exit) continue;
      wanted.push(`${id} ${exit.reason}`);
      plain.delete(id);
    }
    fired += wanted.length;
    if (seen.join() !== wanted.join()) different++;
  }
  return { fired, different };
}

answerParent({ measure, parse, compare });
process.on('SIGTERM', () => process.exit(0));
process.send?.({ type: 'ready' });
