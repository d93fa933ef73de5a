import type { Context } from '../../context.js';
import { available } from '../../core/ledger/ledger.js';
import { d, max, ZERO, type D } from '../../core/money/money.js';
import { faultInRequest, type OrderRequest } from '../../core/plan/order-request.js';
import type { Plan, PlanFacts } from '../../core/plan/plan.js';
import { planTrade } from '../../core/plan/plan.js';
import { priceVenueOf } from '../../core/price/price-key.js';
import { refuse, type Refusal } from '../../core/reasons.js';
import { readSymbol } from '../../core/signal/symbols.js';
import { Batch } from '../../infra/database/database.js';
import { withPrice } from '../../orders/claim/ask-price.js';
import { addEntriesRead, addPlanReads, addRequestVaultRead } from '../../orders/claim/execution.store.js';
import { factsFromRows } from '../../orders/claim/plan-from-rows.js';
import { readVenue } from '../../orders/claim/read-venue.js';
import { readBuyer, readGrowing, type Buyer } from './place-order.store.js';

export type OrderContext = Pick<
  Context,
  'db' | 'clock' | 'env' | 'prices' | 'exchanges' | 'log' | 'markets' | 'live' | 'trades'
>;

/** A buy by hand, as its owner asks for it. */
export interface OrderInput extends OrderRequest {
  accountId: number;
  /** In any spelling: BTCUSDT, BTC-USDT, BTC/USDT. */
  symbol: string;
  /** LIMIT: how many hours it rests at most, 1 to 720; null = until it is filled or canceled. */
  hours: number | null;
}

/** A request with its account, its symbol in ccxt's form, and its vault. */
export interface ResolvedOrder {
  buyer: Buyer;
  symbol: string;
  request: OrderRequest;
  hours: number | null;
}

const HOURS_MAX = 720;

/**
 * Checks a request by itself and finds what it names. Everything must belong to the owner; what does not is answered like
 * what does not exist.
 */
export async function resolveOrder(
  ctx: Pick<Context, 'db' | 'markets'>,
  ownerUserId: number,
  input: OrderInput,
): Promise<({ ok: true } & ResolvedOrder) | Refusal> {
  const { accountId, symbol: written, hours, ...asked } = input;
  const fault = faultInRequest(asked) ?? faultInHours(input);
  if (fault) return fault;
  const buyer = await readBuyer(ctx.db, { ownerUserId, accountId, vaultId: asked.vaultId });
  if (!buyer) return refuse('ACCOUNT_NOT_FOUND');
  if (asked.vaultId !== null && !buyer.ownsVault) return refuse('VAULT_NOT_FOUND');
  const found = await symbolAt(ctx, buyer, written);
  if (!found.ok) return found;
  const { symbol } = found;
  if (asked.positionId === null) return { ok: true, buyer, symbol, request: canonical(asked), hours };
  const position = await readGrowing(ctx.db, { ownerUserId, positionId: asked.positionId });
  if (!position || position.accountId !== accountId || position.symbol !== symbol) return refuse('POSITION_NOT_FOUND');
  if (position.status !== 'OPEN') return refuse('POSITION_CLOSED');
  const vaultId = asked.vaultId ?? position.vaultId;
  if (vaultId !== position.vaultId) {
    const detail = 'A position takes its capital from one vault; leave vaultId out when you add to it.';
    return { ...refuse('INVALID_INPUT', detail), field: 'vaultId' };
  }
  return { ok: true, buyer, symbol, request: canonical({ ...asked, vaultId }), hours };
}

function faultInHours({ hours, orderType }: OrderInput): Refusal | undefined {
  if (hours === null) return undefined;
  const isWithin = Number.isInteger(hours) && hours >= 1 && hours <= HOURS_MAX;
  return isWithin && orderType === 'LIMIT' ? undefined : { ...refuse('INVALID_EXPIRY'), field: 'hours' };
}

/** One spelling of each number, so that a repeated request is recognized. */
function canonical(request: OrderRequest): OrderRequest {
  const plain = (text: string | null) => text && d(text).toFixed();
  const { quoteAmount, quantity, limitPrice, expected } = request;
  return {
    ...request,
    ...{ quoteAmount: plain(quoteAmount), quantity: plain(quantity), limitPrice: plain(limitPrice) },
    expected: expected && { price: d(expected.price).toFixed(), quantity: d(expected.quantity).toFixed() },
  };
}

/** The symbol that a person wrote, as the exchange of an account names it. */
export async function symbolAt(
  { markets }: Pick<Context, 'markets'>,
  { account }: Pick<Buyer, 'account'>,
  written: string,
): Promise<{ ok: true; symbol: string } | Refusal> {
  const reading = readSymbol(written);
  if (!reading) {
    // A pair of an asset that we do not know is taken as written; the market decides.
    const symbol = written.trim().toUpperCase();
    return /^[A-Z0-9]{1,20}\/[A-Z0-9]{1,19}$/.test(symbol) ? { ok: true, symbol } : refuse('SYMBOL_MISSING');
  }
  const resolved = (await markets.resolve(reading)).get(priceVenueOf(account)) ?? { symbol: reading.symbol };
  return 'refusal' in resolved ? resolved.refusal : { ok: true, symbol: resolved.symbol };
}

/** What an executor would decide now, and the numbers that it decided on. */
export interface DecidedOrder {
  plan: Plan;
  facts: PlanFacts;
  /** The free quote balance: the vault's, or the account's without a vault. */
  available: D;
}

/**
 * Plans an order by hand on what is known now, by the same function as the executor. Reads without locks and writes
 * nothing, so the executor decides again when it claims the job.
 */
export async function planOrder(ctx: OrderContext, { buyer, symbol, request }: ResolvedOrder): Promise<DecidedOrder> {
  const { account, tradeMode } = buyer;
  const venue = await withPrice(ctx, { account, symbol }, await readVenue(ctx, { account, symbol }));
  const quote = venue.market?.quote ?? symbol.split('/')[1] ?? '';
  const now = ctx.clock.now();
  const batch = new Batch();
  const key = { accountIds: [account.id], symbol, side: 'BUY' as const, tradeMode, quote, now };
  const readPlan = addPlanReads(batch, key, { lock: false });
  const readPaused = addEntriesRead(batch, [account.id], { lock: false });
  const readVault = addRequestVaultRead(batch, { vaultId: request.vaultId, quote });
  const results = await ctx.db.run(batch);
  const rows = { ...readPlan(results)(account.id), vault: readVault(results) };
  const entriesPaused = readPaused(results).get(account.id) ?? false;
  const signal = { price: null, priceUnread: null, receivedAt: now, maxLagSec: null };
  const address = { side: 'BUY' as const, symbol, tradeMode, account, signal, weight: null, request };
  const facts = factsFromRows(ctx, { address, venue, rows, entriesPaused }, now);
  const free = facts.vault
    ? available(facts.vault)
    : max(d(facts.freeBalance.free ?? '0').sub(d(facts.freeBalance.spentSince)), ZERO);
  return { plan: planTrade(facts), facts, available: free };
}
