import { z } from 'zod';
import { D } from '../core/money.js';
import { readSymbol } from '../core/symbols.js';

/** The columns hold two places, and a percentage that is silently rounded would trade something else than was asked. */
const percent = (name: string, { zero = false } = {}) =>
  z
    .string()
    .refine(
      (text) => {
        const value = new D(text);
        return (zero ? value.gte(0) : value.gt(0)) && value.lte(100) && value.decimalPlaces() <= 2;
      },
      `${name} must be ${zero ? 'from 0 to' : 'above 0 and at most'} 100, with at most two decimals.`,
    )
    .nullish();

const whole = (name: string, from: number, to: number) =>
  z.int().min(from, `${name} must be from ${from} to ${to}.`).max(to, `${name} must be from ${from} to ${to}.`);

const base = z.object({
  symbol: z
    .string()
    .refine((text) => readSymbol(text) !== null, 'symbol must name a pair with a known quote asset, such as BTC/USDT.'),
  side: z.string(),
  quoteAmountFixed: z
    .string()
    .refine((text) => new D(text).gt(0), 'quoteAmountFixed must be above 0.')
    .nullish(),
  quoteAmountPctBalance: percent('quoteAmountPctBalance'),
  maxOrdersPerHour: whole('maxOrdersPerHour', 1, 10_000).nullish(),
  minIntervalSec: whole('minIntervalSec', 1, 86_400).nullish(),
  slippageBps: whole('slippageBps', 0, 10_000),
  defaultSlEnabled: z.boolean(),
  defaultSlPct: percent('defaultSlPct'),
  defaultTpEnabled: z.boolean(),
  defaultTpPct: percent('defaultTpPct'),
  trailingStopEnabled: z.boolean(),
  trailingDistancePct: percent('trailingDistancePct'),
  minProfitPct: percent('minProfitPct', { zero: true }),
});

/** What a trade parameter must keep to; messages say what to change. */
export const parameterRules = base.superRefine((input, context) => {
  const fault = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
  const [fixed, pct] = [input.quoteAmountFixed != null, input.quoteAmountPctBalance != null];
  if (fixed && pct) fault('quoteAmountPctBalance', 'Set either quoteAmountFixed or quoteAmountPctBalance, not both.');
  if (!fixed && !pct && input.side !== 'SELL') {
    fault('quoteAmountFixed', 'Set quoteAmountFixed or quoteAmountPctBalance: a buy needs a size.');
  }
  const needs = (enabled: boolean, value: unknown, path: string, what: string) => {
    if (enabled && value == null) fault(path, `Set ${path}, or switch ${what} off.`);
  };
  needs(input.defaultSlEnabled, input.defaultSlPct, 'defaultSlPct', 'defaultSlEnabled');
  needs(input.defaultTpEnabled, input.defaultTpPct, 'defaultTpPct', 'defaultTpEnabled');
  needs(input.trailingStopEnabled, input.trailingDistancePct, 'trailingDistancePct', 'trailingStopEnabled');
});

export const wrapped = z.object({ parameter: parameterRules });
