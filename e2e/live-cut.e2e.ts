import { afterAll, beforeAll, expect, it, onTestFailed } from 'vitest';
import { eventually } from '../server/src/testing/eventually.js';
import { settled } from './testing/books.js';
import { send } from './testing/sender.js';
import { follow, signIn, type Followed } from './testing/trader.js';
import { createWorld, type World } from './testing/world.js';

const SIGNALS = 30;
/** The API is killed after this many accepted signals. */
const KILL_AFTER = 10;

let world: World;

beforeAll(async () => {
  world = await createWorld({ forManySignals: true });
});
afterAll(() => world?.close());

interface Job {
  id: string;
  status: string;
}
interface Position {
  id: string;
  status: string;
  qtyRemaining: string;
}
interface Fill {
  id: string;
  qty: string;
  positionId: string;
}
interface Everything {
  tradeJobs: { edges: { node: Job }[] };
  positions: { edges: { node: Position & { fills: Fill[] } }[] };
}

const JOB = 'id status';
const POSITION = 'id status qtyRemaining';
const FILL = 'id qty positionId';

const byId = (one: { id: string }, other: { id: string }) => Number(one.id) - Number(other.id);
/** The newest state of each entity, as seen by a subscriber. */
const newest = <T extends { id: string }>(seen: readonly T[]): T[] =>
  [...new Map(seen.map((entity) => [entity.id, entity])).values()].sort(byId);

function expectNoRepeats(followed: Followed<unknown>): void {
  const cursors = followed.events.map(({ cursor }) => cursor);
  expect(new Set(cursors).size, 'events that came only once').toBe(cursors.length);
}

it('subscribers whose API is killed go on by their cursors and end with what queries show', async () => {
  onTestFailed(() => void process.stderr.write(`what the processes said is in ${world.keepLogs()}\n`));
  await world.start(['executor', 'monitors']);
  let api = await world.start(['api']);
  const { url = '', graphqlUrl = '', webhookUrl = '' } = api.ready;
  const trader = await signIn(url, world);
  const { liveCursor: after } = await trader.ask<{ liveCursor: string }>('{ liveCursor }');
  const jobs = follow<{ job: Job }>(trader, graphqlUrl, { field: 'jobChanged', selection: `job { ${JOB} }`, after });
  const positions = follow<{ position: Position }>(trader, graphqlUrl, {
    ...{ field: 'positionChanged', selection: `position { ${POSITION} }`, after },
  });
  const fills = follow<{ fill: Fill }>(trader, graphqlUrl, {
    field: 'fillAdded',
    selection: `fill { ${FILL} }`,
    after,
  });

  let taken = 0;
  const sending = Promise.all(
    Array.from({ length: SIGNALS }, async (_, index) => {
      await eventually(() => expect(taken).toBeGreaterThanOrEqual(index - 4), 60_000);
      await send(webhookUrl, { id: `cut-${index}`, ticker: 'ETHUSDT', action: index % 10 === 9 ? 'sell' : 'buy' });
      taken += 1;
    }),
  );
  await eventually(() => expect(taken).toBeGreaterThanOrEqual(KILL_AFTER), 60_000);
  await api.kill();
  api = await world.start(['api']);
  await sending;
  await settled(world.db);

  const shown = await trader.ask<Everything>(
    `{ tradeJobs(first: 100) { edges { node { ${JOB} } } }
       positions(first: 100) { edges { node { ${POSITION} fills { ${FILL} } } } } }`,
  );
  const shownJobs = shown.tradeJobs.edges.map(({ node }) => node).sort(byId);
  const shownFills = shown.positions.edges.flatMap(({ node }) => node.fills).sort(byId);
  const shownPositions = shown.positions.edges
    .map(({ node: { id, status, qtyRemaining } }): Position => ({ id, status, qtyRemaining }))
    .sort(byId);
  expect(shownJobs).toHaveLength(SIGNALS);
  await eventually(() => expect(newest(jobs.events.map(({ job }) => job))).toEqual(shownJobs));
  await eventually(() => expect(newest(positions.events.map(({ position }) => position))).toEqual(shownPositions));
  // A fill has only one event, so here all events are compared, not only the newest of each entity.
  await eventually(() => expect(fills.events.map(({ fill }) => fill).sort(byId)).toEqual(shownFills));
  for (const followed of [jobs, positions, fills]) {
    expectNoRepeats(followed);
    expect(followed.cuts()).toBeGreaterThan(0);
    await followed.stop();
  }
});
