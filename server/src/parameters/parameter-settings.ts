import { readAccountsById } from '../accounts/account.store.js';
import type { Context } from '../context.js';
import { tradeModeOf, type OrderType } from '../core/domain.js';
import type { TargetInput } from '../core/exits/edit-exits.js';
import { refuse, type Refusal } from '../core/reasons.js';
import { readSymbol } from '../core/signal/symbols.js';
import { readVaultsById } from '../vaults/vault-view.store.js';

/** Settings that passed the rules. Decimals as text. */
export interface ParameterSettings {
  symbol: string;
  side: 'BUY' | 'SELL' | 'BOTH';
  quoteAmountFixed?: string | null | undefined;
  quoteAmountPctBalance?: string | null | undefined;
  maxOrdersPerHour?: number | null | undefined;
  minIntervalSec?: number | null | undefined;
  orderTypeDefault: OrderType;
  slippageBps: number;
  limitPriceBandPct?: string | null | undefined;
  defaultSlEnabled: boolean;
  defaultSlPct?: string | null | undefined;
  defaultTpEnabled: boolean;
  defaultTpPct?: string | null | undefined;
  trailingStopEnabled: boolean;
  trailingDistancePct?: string | null | undefined;
  trailingArmingPct?: string | null | undefined;
  defaultTimeStopHours?: number | null | undefined;
  defaultTargets?: readonly TargetInput[] | undefined;
  defaultBreakEven: boolean;
  minProfitPct?: string | null | undefined;
  vaultId: number | null;
}

/** Checks that account and vault belong to the owner and have the same mode. */
export async function checkPlace(
  { db }: Pick<Context, 'db'>,
  userId: number,
  { accountId, vaultId }: { accountId: number; vaultId: number | null },
): Promise<Refusal | undefined> {
  const [[account], [vault]] = await Promise.all([
    readAccountsById(db, userId, [accountId]),
    vaultId === null ? [] : readVaultsById(db, userId, [vaultId]),
  ]);
  if (!account) return refuse('ACCOUNT_NOT_FOUND');
  if (vaultId === null) return undefined;
  if (!vault) return refuse('VAULT_NOT_FOUND');
  const mode = tradeModeOf({ isSimulation: account.is_simulation });
  return vault.trade_mode === mode ? undefined : refuse('MODE_MISMATCH');
}

/** The settings as the columns of the parameter. */
export const toColumns = (settings: ParameterSettings) => ({
  symbol: readSymbol(settings.symbol)?.symbol ?? settings.symbol,
  side: settings.side,
  quote_amount_fixed: settings.quoteAmountFixed ?? null,
  quote_amount_pct_balance: settings.quoteAmountPctBalance ?? null,
  max_orders_per_hour: settings.maxOrdersPerHour ?? null,
  min_interval_sec: settings.minIntervalSec ?? null,
  order_type_default: settings.orderTypeDefault,
  slippage_bps: settings.slippageBps,
  limit_price_band_pct: settings.limitPriceBandPct ?? '10',
  default_sl_enabled: settings.defaultSlEnabled,
  default_sl_pct: settings.defaultSlPct ?? null,
  default_tp_enabled: settings.defaultTpEnabled,
  default_tp_pct: settings.defaultTpPct ?? null,
  trailing_stop_enabled: settings.trailingStopEnabled,
  trailing_distance_pct: settings.trailingDistancePct ?? null,
  trailing_arming_pct: settings.trailingArmingPct ?? null,
  default_time_stop_hours: settings.defaultTimeStopHours ?? null,
  default_targets_json: (settings.defaultTargets ?? []).map(({ pct, sharePct }) => ({ pct, sharePct })),
  default_break_even: settings.defaultBreakEven,
  min_profit_pct: settings.minProfitPct ?? null,
  vault_id: settings.vaultId,
});
