import { setTimeout as sleep } from 'node:timers/promises';
import { post, type Signal } from '../e2e/testing/sender.js';
import { most, seconds, type GuaranteeResult, type Sizes } from './guarantee.js';
import { createRealWorld, type RealWorld } from './real-world.js';
import { startSlowProxy } from './slow-proxy.js';

const SLOWER_MS = 200;
/** A little less than the exchange accepts from one account. */
const EVERY_MS = 150;
const ACK_LIMIT_MS = 3_000;
/** The orders of one account are decided one after the other, in a few round trips each, which are all slow here. */
const SETTLE_MS = { least: 120_000, aSignal: 600 };
const GROWTH_LIMIT_MB = 150;

/** R14: database and exchange are 200 ms slower each, with seven signals a second. */
export async function slowEverything({ signals }: Sizes): Promise<GuaranteeResult[]> {
  const server = new URL(process.env.DATABASE_URL ?? '');
  const proxy = await startSlowProxy({ host: server.hostname, port: Number(server.port || 3306) }, SLOWER_MS);
  let world: RealWorld | undefined;
  try {
    world = await createRealWorld({
      env(databaseUrl) {
        const slow = new URL(databaseUrl);
        Object.assign(slow, { hostname: '127.0.0.1', port: String(proxy.port) });
        return { DATABASE_URL: slow.href };
      },
    });
    world.fake.faults.during('any', { answerAfterMs: SLOWER_MS });
    await world.start(['monitors']);
    await world.start(['executor']);
    const api = await world.start(['api']);
    const before = world.memoryMb();
    const { acks, accepted } = await sendSteadily(api.ready.webhookUrl ?? '', signals);
    const after = world.memoryMb();
    const since = performance.now();
    while ((await world.open()) > 0 && performance.now() - since < SETTLE_MS.least + SETTLE_MS.aSignal * signals)
      await sleep(200);
    const drainedMs = performance.now() - since;
    const wrong = [...(await world.wrong()), ...(await withoutRow(world, accepted))];
    if (wrong.length > 0) process.stderr.write(`${wrong.join('\n')}\nlogs: ${world.keepLogs()}\n`);
    return told({ signals, acks, accepted: accepted.length, wrong, growthMb: after - before, drainedMs });
  } finally {
    await world?.close();
    proxy.close();
  }
}

async function sendSteadily(url: string, count: number): Promise<{ acks: number[]; accepted: string[] }> {
  const acks: number[] = [];
  const accepted: string[] = [];
  const sending: Promise<void>[] = [];
  for (let n = 0; n < count; n++) {
    const signal: Signal = { id: `slow-${n}`, ticker: 'BTCUSDT', action: 'buy' };
    const since = performance.now();
    sending.push(
      post(url, signal).then(
        ({ status, event_uid }) => {
          acks.push(performance.now() - since);
          if (status === 202) accepted.push(event_uid);
        },
        () => void acks.push(Infinity),
      ),
    );
    await sleep(EVERY_MS);
  }
  await Promise.all(sending);
  return { acks, accepted };
}

async function withoutRow({ db }: RealWorld, accepted: string[]): Promise<string[]> {
  const rows = await db.query<{ event_uid: string }[]>('SELECT event_uid FROM webhook_events');
  const known = new Set(rows.map(({ event_uid }) => event_uid));
  return accepted.flatMap((uid) => (known.has(uid) ? [] : [`signal ${uid} was acknowledged without a row`]));
}

function told(seen: {
  signals: number;
  acks: number[];
  accepted: number;
  wrong: string[];
  growthMb: number;
  drainedMs: number;
}): GuaranteeResult[] {
  const { signals, acks, accepted, wrong, growthMb, drainedMs } = seen;
  return [
    {
      ...{ guarantee: 'R14', what: 'POST to 202 with database and exchange 200 ms slower each, 10 signals/s' },
      figure: `p99 ${seconds(acks, 0.99)}, most ${seconds(acks, 1)}; ${accepted} of ${signals} taken`,
      ...{ target: 'all < 3 s', holds: most(acks) < ACK_LIMIT_MS && accepted === signals },
    },
    {
      ...{ guarantee: 'R14', what: 'acknowledged without a row, lost or doubled; memory that grew in all processes' },
      ...{
        figure: `${wrong.length}; ${growthMb.toFixed(0)} MB; all done ${seconds([drainedMs], 1)} after the last`,
        target: `0; <= ${GROWTH_LIMIT_MB} MB`,
      },
      holds: wrong.length === 0 && growthMb <= GROWTH_LIMIT_MB,
    },
  ];
}
