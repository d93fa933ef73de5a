import type { Context } from '../context.js';
import type { OrderType } from '../core/domain.js';
import type { TargetInput } from '../core/exits/edit-exits.js';
import { refuse, type Refusal } from '../core/reasons.js';
import { readSymbol } from '../core/signal/symbols.js';

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

export type ParameterOutcome = { parameterId: number } | { refusal: Refusal } | 'not-found' | 'taken';

/** Makes a parameter for one of the owner's accounts. `taken`: the account has one for this symbol and side. */
export async function createParameter(
  ctx: Pick<Context, 'db'>,
  ownerUserId: number,
  accountId: number,
  settings: ParameterSettings,
): Promise<ParameterOutcome> {
  const fault = await checkPlace(ctx, ownerUserId, accountId, settings.vaultId);
  if (fault) return fault;
  return onUniqueKey(async () => {
    const { id } = await ctx.db.prisma.tradeParameter.create({
      data: { user_id: ownerUserId, exchange_account_id: accountId, ...toColumns(settings) },
      select: { id: true },
    });
    return { parameterId: id };
  });
}

/** Sets all of a parameter anew; its account stays. */
export async function updateParameter(
  ctx: Pick<Context, 'db'>,
  ownerUserId: number,
  parameterId: number,
  settings: ParameterSettings,
): Promise<ParameterOutcome> {
  const row = await ctx.db.prisma.tradeParameter.findFirst({
    where: { id: parameterId, user_id: ownerUserId },
    select: { exchange_account_id: true },
  });
  if (!row) return 'not-found';
  const fault = await checkPlace(ctx, ownerUserId, row.exchange_account_id, settings.vaultId);
  if (fault) return fault;
  return onUniqueKey(async () => {
    await ctx.db.prisma.tradeParameter.updateMany({
      where: { id: parameterId, user_id: ownerUserId },
      data: toColumns(settings),
    });
    return { parameterId };
  });
}

/** False when the owner has no such parameter. */
export async function deleteParameter(
  ctx: Pick<Context, 'db'>,
  ownerUserId: number,
  parameterId: number,
): Promise<boolean> {
  const { count } = await ctx.db.prisma.tradeParameter.deleteMany({ where: { id: parameterId, user_id: ownerUserId } });
  return count === 1;
}

/** Account and vault must be the owner's and of one mode. */
async function checkPlace(
  { db }: Pick<Context, 'db'>,
  userId: number,
  accountId: number,
  vaultId: number | null,
): Promise<{ refusal: Refusal } | 'not-found' | null> {
  const account = await db.prisma.exchangeAccount.findFirst({ where: { id: accountId, user_id: userId } });
  if (!account) return 'not-found';
  if (vaultId === null) return null;
  const vault = await db.prisma.vault.findFirst({ where: { id: vaultId, user_id: userId } });
  if (!vault) return { refusal: refuse('VAULT_NOT_FOUND') };
  const isSimulation = vault.trade_mode === 'SIMULATION';
  return isSimulation === account.is_simulation ? null : { refusal: refuse('MODE_MISMATCH') };
}

const toColumns = (settings: ParameterSettings) => ({
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

async function onUniqueKey(write: () => Promise<ParameterOutcome>): Promise<ParameterOutcome> {
  try {
    return await write();
  } catch (error) {
    if ((error as { code?: unknown }).code === 'P2002') return 'taken';
    throw error;
  }
}
