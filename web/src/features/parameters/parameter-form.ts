import type { OrderType, ParameterRowFragment, ParameterSide, TradeParameterInput } from '../../gql/generated';
import { compareDecimals } from '../../lib/decimal';
import {
  amountFault,
  countFault,
  countOrNull,
  percentFault,
  PROFIT_MAX,
  profitFault,
  textOrNull,
  type Fault,
} from '../../lib/field-rules';
import { targetsInput, type TargetForm } from '../../lib/target-rules';

export type Sizing = 'FIXED' | 'PCT' | 'ALL';

/** The form of a trade parameter. Decimals are plain text, '' when empty, and null while they cannot be read. */
export interface ParameterForm {
  accountId: string;
  symbol: string;
  side: ParameterSide;
  sizing: Sizing;
  fixed: string | null;
  pct: string | null;
  vaultId: string;
  orderType: OrderType;
  slippageBps: string;
  limitBandPct: string | null;
  slEnabled: boolean;
  slPct: string | null;
  tpEnabled: boolean;
  tpPct: string | null;
  trailingEnabled: boolean;
  trailingPct: string | null;
  armingPct: string | null;
  targets: TargetForm[];
  breakEven: boolean;
  timeStopHours: string;
  minProfitPct: string | null;
  maxOrdersPerHour: string;
  minIntervalSec: string;
}

export const NEW_PARAMETER: ParameterForm = {
  accountId: '',
  symbol: '',
  side: 'BOTH',
  sizing: 'FIXED',
  fixed: '',
  pct: '',
  vaultId: '',
  orderType: 'MARKET',
  slippageBps: '0',
  limitBandPct: '10',
  slEnabled: false,
  slPct: '',
  tpEnabled: false,
  tpPct: '',
  trailingEnabled: false,
  trailingPct: '',
  armingPct: '',
  targets: [],
  breakEven: false,
  timeStopHours: '',
  minProfitPct: '',
  maxOrdersPerHour: '',
  minIntervalSec: '',
};

/** The form values of a stored parameter. */
export const formOf = (row: ParameterRowFragment): ParameterForm => ({
  accountId: row.account.id,
  symbol: row.symbol,
  side: row.side,
  sizing: row.quoteAmountFixed !== null ? 'FIXED' : row.quoteAmountPctBalance !== null ? 'PCT' : 'ALL',
  fixed: row.quoteAmountFixed ?? '',
  pct: row.quoteAmountPctBalance ?? '',
  vaultId: row.vault?.id ?? '',
  orderType: row.orderTypeDefault,
  slippageBps: String(row.slippageBps),
  limitBandPct: row.limitPriceBandPct,
  slEnabled: row.defaultSlEnabled,
  slPct: row.defaultSlPct ?? '',
  tpEnabled: row.defaultTpEnabled,
  tpPct: row.defaultTpPct ?? '',
  trailingEnabled: row.trailingStopEnabled,
  trailingPct: row.trailingDistancePct ?? '',
  armingPct: row.trailingArmingPct ?? '',
  targets: row.defaultTargets.map(({ pct, sharePct }) => ({ key: pct, pct, sharePct })),
  breakEven: row.defaultBreakEven,
  timeStopHours: row.defaultTimeStopHours === null ? '' : String(row.defaultTimeStopHours),
  minProfitPct: row.minProfitPct ?? '',
  maxOrdersPerHour: row.maxOrdersPerHour === null ? '' : String(row.maxOrdersPerHour),
  minIntervalSec: row.minIntervalSec === null ? '' : String(row.minIntervalSec),
});

/** The input for the server. Only the chosen size is sent; the percentages of switched-off exits are kept. */
export const inputOf = (form: ParameterForm): TradeParameterInput => ({
  symbol: normalSymbol(form.symbol),
  side: form.side,
  quoteAmountFixed: form.sizing === 'FIXED' ? textOrNull(form.fixed) : null,
  quoteAmountPctBalance: form.sizing === 'PCT' ? textOrNull(form.pct) : null,
  vaultId: form.side === 'SELL' ? null : textOrNull(form.vaultId),
  orderTypeDefault: form.orderType,
  slippageBps: countOrNull(form.slippageBps) ?? 0,
  limitPriceBandPct: textOrNull(form.limitBandPct),
  defaultSlEnabled: form.slEnabled,
  defaultSlPct: textOrNull(form.slPct),
  defaultTpEnabled: form.tpEnabled,
  defaultTpPct: textOrNull(form.tpPct),
  trailingStopEnabled: form.trailingEnabled,
  trailingDistancePct: textOrNull(form.trailingPct),
  trailingArmingPct: textOrNull(form.armingPct),
  defaultTargets: targetsInput(form.targets),
  defaultBreakEven: form.breakEven,
  defaultTimeStopHours: countOrNull(form.timeStopHours),
  minProfitPct: textOrNull(form.minProfitPct),
  maxOrdersPerHour: countOrNull(form.maxOrdersPerHour),
  minIntervalSec: countOrNull(form.minIntervalSec),
});

export const normalSymbol = (text: string): string =>
  text
    .trim()
    .toUpperCase()
    .replace(/\s*\/\s*/, '/');
export const isSymbol = (text: string): boolean => /^[A-Z0-9]{1,20}\/[A-Z0-9]{1,20}$/.test(normalSymbol(text));
export const quoteAssetOf = (symbol: string): string =>
  isSymbol(symbol) ? (normalSymbol(symbol).split('/')[1] ?? '') : '';

/** The rule of each field; a fault is a message key of `common.rules`. The server checks again. */
export const FIELD_RULES = {
  fixed: (value: string | null, form: ParameterForm): Fault =>
    form.sizing === 'FIXED' ? amountFault(value) : undefined,
  pct: (value: string | null, form: ParameterForm): Fault =>
    form.sizing === 'PCT' ? percentFault(value, true) : undefined,
  slPct: (value: string | null, form: ParameterForm): Fault => percentFault(value, form.slEnabled),
  tpPct: (value: string | null, form: ParameterForm): Fault => percentFault(value, form.tpEnabled, PROFIT_MAX),
  trailingPct: (value: string | null, form: ParameterForm): Fault => percentFault(value, form.trailingEnabled, '99.99'),
  armingPct: (value: string | null): Fault => profitFault(value),
  minProfitPct: (value: string | null): Fault => profitFault(value),
  timeStopHours: (text: string): Fault => countFault(text, { least: 1, most: 8_760 }),
  limitBandPct: (value: string | null): Fault => percentFault(value, true),
  slippageBps: (text: string): Fault => countFault(text, { least: 0, most: 10_000, required: true }),
  maxOrdersPerHour: (text: string): Fault => countFault(text, { least: 1, most: 10_000 }),
  minIntervalSec: (text: string): Fault => countFault(text, { least: 1, most: 86_400 }),
};

/** A take profit below the minimum profit never sells, so the form warns before saving. */
export const neverSells = ({
  tpEnabled,
  tpPct,
  minProfitPct,
}: Pick<ParameterForm, 'tpEnabled' | 'tpPct' | 'minProfitPct'>): boolean => {
  if (!tpEnabled || percentFault(tpPct, true) || FIELD_RULES.minProfitPct(minProfitPct)) return false;
  return Boolean(minProfitPct) && compareDecimals(minProfitPct ?? '0', tpPct ?? '0') > 0;
};
