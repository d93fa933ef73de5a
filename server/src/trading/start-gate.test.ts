import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import type { AccountRef, Exchange } from '../exchange/exchange.js';
import { eventually } from '../testing/eventually.js';
import { createMemoryExchange } from '../testing/memory-exchange.js';
import { createRemoteExchange, registryOfRemotes } from '../testing/remote-exchange.js';
import { createStartGate } from './start-gate.js';

const account = (id: number): AccountRef => ({ id, exchange: 'BINANCE_SPOT', isSimulation: false, testnet: false });

function gateOver(exchanges: ReadonlyMap<number, Exchange>) {
  const opened: number[] = [];
  const asked: number[] = [];
  const answers: ((fault?: Error) => void)[] = [];
  const gate = createStartGate({
    exchanges: registryOfRemotes(exchanges),
    log: pino({ level: 'silent' }),
    reconcile: ({ id }) =>
      new Promise<void>((resolve, reject) => {
        asked.push(id);
        answers.push((fault) => (fault ? reject(fault) : resolve()));
      }),
    onOpen: (id) => void opened.push(id),
    minPauseMs: 1,
    maxPauseMs: 2,
  });
  return { gate, opened, asked, answers };
}

describe('the gate of an account at a real exchange', () => {
  it('opens once its orders were compared, and stays open', async () => {
    const { gate, opened, asked, answers } = gateOver(new Map([[1, createRemoteExchange()]]));
    expect([gate.admits(account(1)), gate.admits(account(1)), gate.heldBack()]).toEqual([false, false, [1]]);
    expect(asked).toEqual([1]);
    answers[0]?.();
    await eventually(() => expect(opened).toEqual([1]));
    expect(gate.admits(account(1))).toBe(true);
    await eventually(() => expect(gate.heldBack()).toEqual([]));
    expect(asked).toEqual([1]);
    await gate.stop();
  });

  it('stays closed while the exchange does not answer, and tries again', async () => {
    const { gate, opened, asked, answers } = gateOver(new Map([[1, createRemoteExchange()]]));
    gate.admits(account(1));
    for (let n = 0; n < 3; n++) {
      await eventually(() => expect(asked).toHaveLength(n + 1));
      answers[n]?.(new Error('socket hang up'));
      expect(gate.admits(account(1))).toBe(false);
    }
    await eventually(() => expect(asked).toHaveLength(4));
    expect(opened).toEqual([]);
    answers[3]?.();
    await eventually(() => expect(opened).toEqual([1]));
    await gate.stop();
  });

  it('of one holds nobody else back', async () => {
    const { gate, opened, answers } = gateOver(
      new Map([
        [1, createRemoteExchange()],
        [2, createRemoteExchange()],
      ]),
    );
    gate.admits(account(1));
    gate.admits(account(2));
    answers[1]?.();
    await eventually(() => expect(opened).toEqual([2]));
    expect([gate.admits(account(1)), gate.admits(account(2))]).toEqual([false, true]);
    answers[0]?.();
    await gate.stop();
  });

  it('is no gate where only we trade, and none where nothing can be sent', () => {
    const { gate, asked } = gateOver(new Map([[1, createMemoryExchange()]]));
    expect([gate.admits(account(1)), gate.admits(account(2)), asked]).toEqual([true, true, []]);
  });

  it('stops without opening', async () => {
    const { gate, opened, answers } = gateOver(new Map([[1, createRemoteExchange()]]));
    gate.admits(account(1));
    const stopped = gate.stop();
    answers[0]?.(new Error('socket hang up'));
    await stopped;
    expect([opened, gate.admits(account(1)), gate.heldBack()]).toEqual([[], false, []]);
  });
});
