import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import type { OrderSide } from '../../core/domain.js';
import type { AccountRef, Exchange } from '../../exchange/exchange.js';
import { eventually } from '../../testing/eventually.js';
import { createMemoryExchange } from '../../testing/worlds/memory-exchange.js';
import { createRemoteExchange, registryOfRemotes } from '../../testing/worlds/remote-exchange.js';
import { createReconcileGate } from './reconcile-gate.js';

const account = (id: number): AccountRef => ({ id, exchange: 'BINANCE_SPOT', isSimulation: false, testnet: false });

function gateOver(exchanges: ReadonlyMap<number, Exchange>) {
  const opened: string[] = [];
  const hold = { exits: Promise.resolve() };
  const asked: number[] = [];
  const answers: ((fault?: Error) => void)[] = [];
  const gate = createReconcileGate({
    exchanges: registryOfRemotes(exchanges),
    log: pino({ level: 'silent' }),
    reconcile: ({ id }) =>
      new Promise<void>((resolve, reject) => {
        asked.push(id);
        answers.push((fault) => (fault ? reject(fault) : resolve()));
      }),
    async onOpen(id, side) {
      opened.push(`${id} ${side}`);
      if (side === 'SELL') await hold.exits;
    },
    minPauseMs: 1,
    maxPauseMs: 2,
  });
  const admits = (id: number, side: OrderSide = 'BUY') => gate.admits(account(id), side);
  return { gate, admits, hold, opened, asked, answers };
}

describe('the gate of an account at a real exchange', () => {
  it('opens after its orders were compared, and stays open', async () => {
    const { gate, admits, opened, asked, answers } = gateOver(new Map([[1, createRemoteExchange()]]));
    expect([admits(1), admits(1), gate.blockedAccounts()]).toEqual([false, false, [1]]);
    expect(asked).toEqual([1]);
    answers[0]?.();
    await eventually(() => expect(opened).toEqual(['1 SELL', '1 BUY']));
    expect(admits(1)).toBe(true);
    await eventually(() => expect(gate.blockedAccounts()).toEqual([]));
    expect(asked).toEqual([1]);
    await gate.stop();
  });

  it('lets exits go first: entries wait until the exits have started', async () => {
    const { gate, admits, hold, opened, answers } = gateOver(new Map([[1, createRemoteExchange()]]));
    let sent = (): void => undefined;
    hold.exits = new Promise((resolve) => {
      sent = resolve;
    });
    admits(1, 'SELL');
    answers[0]?.();
    await eventually(() => expect(opened).toEqual(['1 SELL']));
    expect([admits(1, 'SELL'), admits(1, 'BUY'), gate.blockedAccounts()]).toEqual([true, false, [1]]);
    sent();
    await eventually(() => expect(admits(1, 'BUY')).toBe(true));
    await gate.stop();
  });

  it('stays closed while the exchange does not answer, and tries again', async () => {
    const { gate, admits, opened, asked, answers } = gateOver(new Map([[1, createRemoteExchange()]]));
    admits(1);
    for (let n = 0; n < 3; n++) {
      await eventually(() => expect(asked).toHaveLength(n + 1));
      answers[n]?.(new Error('socket hang up'));
      expect(admits(1)).toBe(false);
    }
    await eventually(() => expect(asked).toHaveLength(4));
    expect(opened).toEqual([]);
    answers[3]?.();
    await eventually(() => expect(opened).toEqual(['1 SELL', '1 BUY']));
    await gate.stop();
  });

  it('of one account does not hold back the others', async () => {
    const { gate, admits, opened, answers } = gateOver(
      new Map([
        [1, createRemoteExchange()],
        [2, createRemoteExchange()],
      ]),
    );
    admits(1);
    admits(2);
    answers[1]?.();
    await eventually(() => expect(opened).toEqual(['2 SELL', '2 BUY']));
    expect([admits(1), admits(2)]).toEqual([false, true]);
    answers[0]?.();
    await gate.stop();
  });

  it('is always open where only we trade and where no order can be sent', () => {
    const { admits, asked } = gateOver(new Map([[1, createMemoryExchange()]]));
    expect([admits(1), admits(2), asked]).toEqual([true, true, []]);
  });

  it('stops without opening', async () => {
    const { gate, admits, opened, answers } = gateOver(new Map([[1, createRemoteExchange()]]));
    admits(1);
    const stopped = gate.stop();
    answers[0]?.(new Error('socket hang up'));
    await stopped;
    expect([opened, admits(1), gate.blockedAccounts()]).toEqual([[], false, []]);
  });
});
