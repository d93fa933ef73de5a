import { z } from 'zod';
import { faultsInExits, faultsInTargets, type ExitSettings } from '../core/exits/edit-exits.js';
import { D } from '../core/money/money.js';
import { readSymbol } from '../core/signal/symbols.js';

/**
 * The columns hold two decimal places. A silently rounded percentage would trade something else than the owner asked
 * for.
 */
const percent = (name: string) =>
  z
    .string()
    .refine((text) => {
      const value = new D(text);
      return value.gt(0) && value.lte(100) && value.decimalPlaces() <= 2;
    }, `${name} must be above 0 and at most 100, with at most two decimals.`)
    .nullish();
const decimal = z.string().nullish();

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
  limitPriceBandPct: percent('limitPriceBandPct'),
  defaultSlEnabled: z.boolean(),
  defaultSlPct: decimal,
  defaultTpEnabled: z.boolean(),
  defaultTpPct: decimal,
  trailingStopEnabled: z.boolean(),
  trailingDistancePct: decimal,
  trailingArmingPct: decimal,
  defaultTimeStopHours: z.int().nullish(),
  defaultTargets: z.array(z.object({ pct: z.string(), sharePct: z.string() })),
  defaultBreakEven: z.boolean(),
  minProfitPct: decimal,
});
type Parameter = z.infer<typeof base>;

/** The names of exits in a parameter, where they differ from those of a position. */
const NAMES: Record<string, string> = {
  slPct: 'defaultSlPct',
  tpPct: 'defaultTpPct',
  timeStopHours: 'defaultTimeStopHours',
  targets: 'defaultTargets',
};
const pathOf = (field: string): string[] => {
  const [head = '', ...rest] = field.split('.');
  return [NAMES[head] ?? head, ...rest];
};

const exitsOf = (input: Settings): ExitSettings => ({
  slEnabled: input.defaultSlEnabled,
  slPct: input.defaultSlPct ?? null,
  tpEnabled: input.defaultTpEnabled,
  tpPct: input.defaultTpPct ?? null,
  minProfitPct: input.minProfitPct ?? null,
  trailingEnabled: input.trailingStopEnabled,
  trailingDistancePct: input.trailingDistancePct ?? null,
  trailingArmingPct: input.trailingArmingPct ?? null,
  timeStopHours: input.defaultTimeStopHours ?? null,
  breakEvenAfterFirst: input.defaultBreakEven,
});

type Settings = Omit<Parameter, 'symbol'>;

function checkSettings(input: Settings, context: z.core.$RefinementCtx): void {
  const fault = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
  const [fixed, pct] = [input.quoteAmountFixed != null, input.quoteAmountPctBalance != null];
  if (fixed && pct) fault('quoteAmountPctBalance', 'Set either quoteAmountFixed or quoteAmountPctBalance, not both.');
  if (!fixed && !pct && input.side !== 'SELL') {
    fault('quoteAmountFixed', 'Set quoteAmountFixed or quoteAmountPctBalance: a buy needs a size.');
  }
  // The exits of new positions follow the same rules as the exits that an owner sets by hand.
  for (const { field, message } of [...faultsInExits(exitsOf(input)), ...faultsInTargets(input.defaultTargets)]) {
    const path = pathOf(field);
    context.addIssue({ code: 'custom', path, message: `${path.join('.')} ${message}` });
  }
}

/** The rules of a trade parameter. Messages say what to change. */
export const parameterRules = base.superRefine(checkSettings);

const symbolList = z
  .array(base.shape.symbol)
  .min(1, 'symbols must name 1 to 100 symbols.')
  .max(100, 'symbols must name 1 to 100 symbols.');

export const bulkRules = z.object({
  symbols: symbolList,
  settings: base.omit({ symbol: true }).superRefine(checkSettings),
});

export const copyRules = z.object({
  toAccountIds: z
    .array(z.string())
    .min(1, 'toAccountIds must name 1 to 20 accounts.')
    .max(20, 'toAccountIds must name 1 to 20 accounts.'),
  symbols: symbolList.nullish(),
});

export const wrapped = z.object({ parameter: parameterRules });
