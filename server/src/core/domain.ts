/** The terms of the domain, as the database stores them. */
export const TRADE_MODES = ['REAL', 'SIMULATION'] as const;
export type TradeMode = (typeof TRADE_MODES)[number];
/** The mode of everything an account trades. REAL and SIMULATION never mix. */
export const tradeModeOf = ({ isSimulation }: { isSimulation: boolean }): TradeMode =>
  isSimulation ? 'SIMULATION' : 'REAL';

export const ORDER_SIDES = ['BUY', 'SELL'] as const;
export type OrderSide = (typeof ORDER_SIDES)[number];

export const ORDER_TYPES = ['MARKET', 'LIMIT'] as const;
export type OrderType = (typeof ORDER_TYPES)[number];

export const SIGNAL_ACTIONS = ['BUY_SIGNAL', 'SELL_SIGNAL', 'UNKNOWN'] as const;
export type SignalAction = (typeof SIGNAL_ACTIONS)[number];

export const EVENT_STATUSES = ['RECEIVED', 'PROCESSED', 'FAILED'] as const;
export type EventStatus = (typeof EVENT_STATUSES)[number];

export const JOB_STATUSES = [
  'PENDING',
  'EXECUTING',
  'PENDING_LIMIT',
  'PARTIALLY_FILLED',
  'FILLED',
  'CANCELED',
  'FAILED',
  'SKIPPED',
] as const;
export type JobStatus = (typeof JOB_STATUSES)[number];

export const EXECUTION_STATUSES = [
  'SENDING', // the row is committed; the outcome of sending is not known yet
  'UNKNOWN', // it was sent; whether it was placed is not known
  'NEW',
  'PARTIALLY_FILLED',
  'FILLED',
  'CANCELED',
  'EXPIRED',
  'REJECTED', // refused by the exchange with a code from the list of definitive refusals
  'NOT_PLACED', // proven absent at the exchange
] as const;
export type ExecutionStatus = (typeof EXECUTION_STATUSES)[number];

export const CLOSE_REASONS = [
  'WEBHOOK_SELL',
  'STOP_LOSS',
  'TAKE_PROFIT',
  'TRAILING_STOP',
  'TIME_STOP', // the position reached the age that its owner allows
  'MANUAL', // the owner, this position alone
  'CLOSE_ALL',
  'KILL_SWITCH',
  'RECONCILIATION',
] as const;
export type CloseReason = (typeof CLOSE_REASONS)[number];

/** How the owner of a position asks for a sell. The sell that closes the position makes it the close reason. */
export const OWNER_ORIGINS = ['MANUAL', 'CLOSE_ALL', 'KILL_SWITCH'] as const;
export type OwnerOrigin = (typeof OWNER_ORIGINS)[number];

export const EXCHANGES = [
  'BINANCE_SPOT',
  'BYBIT_SPOT',
  'OKX_SPOT',
  'KUCOIN_SPOT',
  'GATE_SPOT',
  'KRAKEN_SPOT',
  'COINBASE_SPOT',
  'BITGET_SPOT',
  'MEXC_SPOT',
  'HTX_SPOT',
] as const;
export type ExchangeName = (typeof EXCHANGES)[number];

export const VAULT_TRANSACTION_TYPES = [
  'DEPOSIT',
  'WITHDRAWAL',
  'BUY_RESERVE',
  'BUY_CONFIRM',
  'BUY_CANCEL',
  'SELL_RETURN',
] as const;
export type VaultTransactionType = (typeof VAULT_TRANSACTION_TYPES)[number];

/** What a market accepts. Quantities are in the base asset, prices and notional in the quote asset. */
export interface Market {
  symbol: string; // ccxt form, 'SOL/USDT'
  base: string;
  quote: string;
  tickSize: string;
  stepSize: string;
  minQty: string;
  minNotional: string;
}

/** The latest price of a symbol. Decimals as strings; `at` is when the feed saw it (ms since 1970). */
export interface Price {
  symbol: string;
  last: string;
  bid?: string;
  ask?: string;
  at: number;
  source: string;
}

/** One step of a decision: the input, its value and its source. */
export interface TraceEntry {
  name: string;
  value: string;
  source: string;
}
