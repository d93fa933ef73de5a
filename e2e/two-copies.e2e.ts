import { afterAll, beforeAll, expect, it, onTestFailed } from 'vitest';
import { eventually } from '../server/src/testing/eventually.js';
import { expectBalancedBooks, settled } from './testing/books.js';
import { freePort, type Program } from './testing/program.js';
import { send } from './testing/sender.js';
import { follow, signIn } from './testing/trader.js';
import { createWorld, type World } from './testing/world.js';

const SIGNALS = 100;
const AT_ONCE = 10;
const TICKERS = ['BTCUSDT', 'ETHUSDT', 'SOLUSDT'];

let world: World;
let apis: [Program, Program];
const uids: string[] = [];

beforeAll(async () => {
  world = await createWorld({ forManySignals: true });
  const other = await freePort();
  const started = await Promise.all([
    world.start(['api']),
    world.start(['api'], { port: other }),
    world.start(['executor']),
    world.start(['executor']),
    world.start(['monitors']),
    world.start(['monitors']),
  ]);
  apis = [started[0], started[1]];
});
afterAll(() => world?.close());

const keepLogs = () =>
  onTestFailed(() => void process.stderr.write(`what the processes said is in ${world.keepLogs()}\n`));

it('a position opened by a signal to one API reaches a subscriber of the other', async () => {
  keepLogs();
  const [first, second] = apis;
  const trader = await signIn(second.ready.url ?? '', world);
  const { liveCursor: after } = await trader.ask<{ liveCursor: string }>('{ liveCursor }');
  const positions = follow<{ position: { symbol: string; status: string } }>(trader, second.ready.graphqlUrl ?? '', {
    ...{ field: 'positionChanged', selection: 'position { symbol status }', after },
  });
  const { event_uid } = await send(first.ready.webhookUrl ?? '', { id: 'over', ticker: 'SOLUSDT', action: 'buy' });
  uids.push(event_uid);
  await eventually(() =>
    expect(positions.events[0]).toMatchObject({ position: { symbol: 'SOL/USDT', status: 'OPEN' } }),
  );
  await positions.stop();
});

it('a hundred signals over two APIs and two executors are a hundred orders', async () => {
  keepLogs();
  const waiting = Array.from({ length: SIGNALS }, (_, index) => index);
  const sender = async () => {
    for (let index = waiting.shift(); index !== undefined; index = waiting.shift()) {
      const url = apis[index % 2]?.ready.webhookUrl ?? '';
      const answer = await send(url, {
        ...{ id: `many-${index}`, ticker: TICKERS[index % TICKERS.length] ?? '', action: 'buy' },
      });
      uids.push(answer.event_uid);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, sender));
  await settled(world.db);
  await expectBalancedBooks(world.db, uids);
  const [row] = await world.db.query<{ orders: number }[]>('SELECT COUNT(*) AS orders FROM simulated_orders');
  expect(Number(row?.orders)).toBe(SIGNALS + 1);
});
