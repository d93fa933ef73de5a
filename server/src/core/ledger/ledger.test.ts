import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { available, EMPTY_VAULT, post, readAmount, type LedgerEntry, type Posting, type VaultState } from './ledger.js';
import { replayLedger } from '../../testing/replay-ledger.js';
import { d, D, min, ZERO } from '../money/money.js';

/** Amounts of any size with up to 18 decimal places. */
const amount = fc
  .tuple(fc.bigInt({ min: 1n, max: 10n ** 24n }), fc.integer({ min: 0, max: 18 }))
  .map(([units, shift]) =>
    d(units.toString())
      .div(new D(10).pow(18))
      .mul(new D(10).pow(-Math.min(shift, 6)))
      .toDecimalPlaces(18),
  )
  .filter((value) => value.gt(0));

type Step =
  | { kind: 'DEPOSIT' | 'WITHDRAWAL' | 'BUY_RESERVE' | 'SELL_RETURN'; amount: D }
  | { kind: 'CONFIRM'; pick: number; overspend: D; share: number }
  | { kind: 'CANCEL'; pick: number };
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constantFrom('DEPOSIT', 'WITHDRAWAL', 'BUY_RESERVE', 'SELL_RETURN'), amount }),
  fc.record({ kind: fc.constant('CONFIRM' as const), pick: fc.nat(), overspend: amount, share: fc.nat({ max: 3 }) }),
  fc.record({ kind: fc.constant('CANCEL' as const), pick: fc.nat() }),
);

/** The model: integers of 1e-18, calculated as a person would. */
interface Model {
  balance: bigint;
  open: bigint[];
}
const units = (value: D): bigint => BigInt(value.mul(new D(10).pow(18)).toFixed(0));
const sumOf = (values: bigint[]): bigint => values.reduce((total, value) => total + value, 0n);

let operations = 0;

function run(steps: readonly Step[]): void {
  let state: VaultState = EMPTY_VAULT;
  const model: Model = { balance: 0n, open: [] };
  const reservations: D[] = [];
  const entries: LedgerEntry[] = [];
  for (const one of steps) {
    operations++;
    const posting = postingOf(one, reservations);
    if (!posting) continue;
    const result = post(state, posting);
    const free = model.balance - sumOf(model.open);
    if (!result.ok) {
      expect(posting.type === 'WITHDRAWAL' || posting.type === 'BUY_RESERVE').toBe(true);
      if ('amount' in posting) expect(units(posting.amount) > free).toBe(true);
      continue;
    }
    switch (posting.type) {
      case 'DEPOSIT':
      case 'SELL_RETURN':
        model.balance += units(posting.amount);
        break;
      case 'WITHDRAWAL':
        model.balance -= units(posting.amount);
        break;
      case 'BUY_RESERVE':
        model.open.push(units(posting.amount));
        reservations.push(posting.amount);
        break;
      default: {
        const reserved = units(posting.reserved);
        const index = model.open.indexOf(reserved);
        model.open.splice(index, 1);
        reservations.splice(
          reservations.findIndex((value) => value.eq(posting.reserved)),
          1,
        );
        if (posting.type === 'BUY_CONFIRM') {
          const reach = model.balance - sumOf(model.open);
          const booked = units(min(posting.spent, d('1e19'))) < reach ? units(posting.spent) : reach;
          model.balance -= booked;
          expect(units(result.shortfall)).toBe(units(posting.spent) - booked);
        }
      }
    }
    state = result.after;
    entries.push(result.entry);
    expect(units(state.balance)).toBe(model.balance);
    expect(units(state.reserved)).toBe(sumOf(model.open));
    expect(state.reserved.gte(0) && state.reserved.lte(state.balance)).toBe(true);
  }
  const rebuilt = replayLedger(entries);
  expect(rebuilt.balance.eq(state.balance) && rebuilt.reserved.eq(state.reserved)).toBe(true);
}

function postingOf(one: Step, reservations: D[]): Posting | undefined {
  if (one.kind !== 'CONFIRM' && one.kind !== 'CANCEL') return { type: one.kind, amount: one.amount };
  const reserved = reservations[one.pick % Math.max(1, reservations.length)];
  if (!reserved) return undefined;
  if (one.kind === 'CANCEL') return { type: 'BUY_CANCEL', reserved };
  const spent =
    [reserved, reserved.div(3).toDecimalPlaces(18), reserved.add(one.overspend), ZERO][one.share] ?? reserved;
  return { type: 'BUY_CONFIRM', reserved, spent };
}

describe('the vault ledger', () => {
  it('agrees with integer books over more than 200,000 random operations, drifts by nothing and is never negative', () => {
    fc.assert(fc.property(fc.array(step, { minLength: 200, maxLength: 400, size: 'max' }), run), { numRuns: 1_000 });
    expect(operations).toBeGreaterThan(200_000);
  }, 120_000);

  it('takes the slippage beyond the reservation from the available balance, and never from other reservations', () => {
    const state = { balance: d('100'), reserved: d('90') };
    const result = post(state, { type: 'BUY_CONFIRM', reserved: d('40'), spent: d('55.000000000000000001') });
    if (!result.ok) throw new Error('refused');
    expect(result.after.balance.toFixed()).toBe('50');
    expect(result.after.reserved.toFixed()).toBe('50');
    expect(result.shortfall.toFixed()).toBe('5.000000000000000001');
    expect(available(result.after).toFixed()).toBe('0');
  });

  it('refuses to take out or reserve one unit of the 18th place more than is available', () => {
    const state = { balance: d('1'), reserved: d('0.5') };
    const over = d('0.500000000000000001');
    expect(post(state, { type: 'WITHDRAWAL', amount: over })).toMatchObject({ code: 'INSUFFICIENT_BALANCE' });
    expect(post(state, { type: 'BUY_RESERVE', amount: over })).toMatchObject({ code: 'INSUFFICIENT_BALANCE' });
    expect(post(state, { type: 'WITHDRAWAL', amount: d('0.5') })).toHaveProperty('after');
  });

  it('throws when more is settled than is reserved: that is a bug, not a refusal', () => {
    expect(() => post({ balance: d('9'), reserved: d('1') }, { type: 'BUY_CANCEL', reserved: d('2') })).toThrow(
      RangeError,
    );
    expect(() => post(EMPTY_VAULT, { type: 'DEPOSIT', amount: ZERO })).toThrow(RangeError);
  });

  it.each(['0', '-1', '1e3', '', ' 1', '1.', '.5', '0.0000000000000000001', '1'.repeat(19), 'NaN', '0x10'])(
    'does not read %j as an amount',
    (text) => expect(readAmount(text)).toMatchObject({ code: 'INVALID_AMOUNT' }),
  );

  it('reads 18 digits on each side of the point exactly', () => {
    const text = '123456789012345678.123456789012345678';
    expect(readAmount(text)).toMatchObject({ amount: d(text) });
  });
});
