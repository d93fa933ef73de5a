import { describe, expect, it } from 'vitest';
import { facts } from '../../testing/plan-facts.js';
import {
  accountGates,
  apiKeyGate,
  executorGates,
  reconciledGate,
  signalOrderGate,
  sourceGates,
} from './signal-gates.js';
import { GATE_CODES } from './trading-gates.js';

const source = {
  ...{ isActive: true, adminLocked: false, allowedIps: 0, requireSignature: false, hasSigningSecret: false },
  ...{ hasBodyToken: false, usedInMinute: 0, rateLimitPerMin: 60, dryRun: false, refused: {} },
};
const stateOf = (gates: readonly { code: string; state: string }[], code: string) =>
  gates.find((one) => one.code === code)?.state;

describe('the gates of a source', () => {
  it('name the reason that refused most', () => {
    const refused = { SIGNATURE_MISSING: 1, SIGNATURE_EXPIRED: 4, TOKEN_MISSING: 2 };
    const gates = sourceGates({ ...source, requireSignature: true, hasSigningSecret: true, refused });
    expect(gates.find(({ code }) => code === 'SIGNATURE')).toMatchObject({
      ...{ state: 'WARNING', refusal: { code: 'SIGNATURE_EXPIRED' } },
    });
  });

  it('do not warn of a signature or a token that is not asked for any more', () => {
    const gates = sourceGates({ ...source, refused: { SIGNATURE_MISSING: 3, TOKEN_INVALID: 3 } });
    expect([stateOf(gates, 'SIGNATURE'), stateOf(gates, 'BODY_TOKEN')]).toEqual(['PASSED', 'PASSED']);
  });

  it('say nothing of a rate that is not known', () => {
    const gates = sourceGates({ ...source, usedInMinute: null });
    expect(gates.find(({ code }) => code === 'SOURCE_RATE')).toMatchObject({ state: 'PASSED', value: null });
  });
});

describe('the gates of the processes', () => {
  it.each([
    [[], 'BLOCKED', 'NOT_CHECKED'],
    [[null], 'PASSED', 'PASSED'],
    [[0, 1_500], 'PASSED', 'WARNING'],
    [[0, -6_000], 'PASSED', 'WARNING'],
    [[-6_000, 6_000], 'PASSED', 'BLOCKED'],
  ])('with the clock differences %j', (skewsMs, executor, clock) => {
    const gates = executorGates({ skewsMs });
    expect([stateOf(gates, 'EXECUTOR'), stateOf(gates, 'CLOCK')]).toEqual([executor, clock]);
  });

  it('a real account that was not compared, or cannot be compared now, may be held back', () => {
    const known = { now: 90_000, isSimulation: false, reconciledAt: 30_000, isFailing: false };
    expect(reconciledGate(known)).toMatchObject({ state: 'PASSED', value: '60', unit: 's' });
    expect(reconciledGate({ ...known, isFailing: true }).state).toBe('WARNING');
    expect(reconciledGate({ ...known, reconciledAt: null }).state).toBe('WARNING');
    expect(reconciledGate({ ...known, isSimulation: true, reconciledAt: null }).state).toBe('PASSED');
  });
});

describe('the gate of the key', () => {
  const works = { ok: true, canTrade: true, message: null, isKeyFault: false };
  it.each([
    [true, works, 'PASSED'],
    [true, null, 'WARNING'],
    [false, null, 'BLOCKED'],
    [true, { ...works, canTrade: false }, 'BLOCKED'],
    [true, { ...works, ok: false, message: 'The exchange did not answer.' }, 'WARNING'],
    [true, { ...works, ok: false, message: 'The key is wrong.', isKeyFault: true }, 'BLOCKED'],
  ])('with a key: %s, and the test %j, is %s', (hasKeys, test, state) => {
    expect(apiKeyGate({ isSimulation: false, hasKeys, test }).state).toBe(state);
    expect(apiKeyGate({ isSimulation: true, hasKeys: false, test: null }).state).toBe('PASSED');
  });
});

describe('the turn of a signal', () => {
  const none = { earlierBuys: [], earlierCloses: [] };
  it('is open when nothing of the other side is under way, and warns otherwise', () => {
    const sell = facts({ side: 'SELL' });
    expect(signalOrderGate(facts(), none)).toMatchObject({ state: 'PASSED', value: '0' });
    expect(signalOrderGate(facts(), { ...none, earlierCloses: [{ jobId: 4 }] })).toMatchObject({
      state: 'WARNING',
      value: '1',
    });
    const buy = { jobId: 4, status: 'EXECUTING' as const, wasTried: false };
    expect(signalOrderGate(sell, { ...none, earlierBuys: [buy] })).toMatchObject({ state: 'WARNING', value: '1' });
    expect(signalOrderGate(sell, none).state).toBe('PASSED');
  });
});

describe('an account', () => {
  it('whose symbol is not clear has all its gates, those of the plan unchecked', () => {
    const gates = accountGates({
      ...{ plan: undefined, order: { earlierBuys: [], earlierCloses: [] }, executors: { skewsMs: [0] } },
      reconciliation: { now: 0, isSimulation: true, reconciledAt: null, isFailing: false },
      key: { isSimulation: true, hasKeys: false, test: null },
    });
    expect(gates.map(({ code }) => code)).toEqual(GATE_CODES.slice(GATE_CODES.indexOf('EXECUTOR')));
    expect(stateOf(gates, 'BALANCE')).toBe('NOT_CHECKED');
  });
});
