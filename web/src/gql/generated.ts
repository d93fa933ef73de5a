/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import { mutationHook, queryHook, subscriptionHook } from '../lib/apollo-hooks';
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';
/** How urgent an alert is. */
export type AlertSeverity =
  /** Trading is affected. */
  | 'CRITICAL'
  /** Look at it now. */
  | 'HIGH'
  /** Worth knowing. */
  | 'LOW'
  /** Look at it today. */
  | 'MEDIUM';

/** The keys of an account at a real exchange. They are stored encrypted and never shown again. */
export type ApiKeysInput = {
  /** The API key. */
  apiKey: string;
  /** Its secret; for Coinbase the private key in PEM. */
  apiSecret: string;
  /** Its passphrase, where the exchange has one: see exchangeRules. */
  passphrase?: string | null | undefined;
};

/** An amount of one asset. */
export type AssetAmountInput = {
  /** How much of it. */
  amount: string;
  /** The asset, such as USDT. */
  asset: string;
};

/** Lets an account trade the signals of a source, or changes how it does. */
export type BindAccountInput = {
  /** The account, of the same mode. */
  accountId: string | number;
  /** Whether signals reach the account. */
  isActive?: boolean | null | undefined;
  /** The source. */
  sourceId: string | number;
  /** Factor on the size of its orders, above 0; null = 1. */
  weight?: string | null | undefined;
};

/** A change of password. */
export type ChangePasswordInput = {
  /** The password you have now. */
  currentPassword: string;
  /** The one you want, 10 to 200 characters. */
  newPassword: string;
};

/** Which open positions to close; all of them without any condition. */
export type CloseAllFilter = {
  /** Only those of this account. */
  accountId?: string | number | null | undefined;
  /** Only those opened by signals of this source. */
  sourceId?: string | number | null | undefined;
  /** Only those of this symbol, such as SOL/USDT. */
  symbol?: string | null | undefined;
  /** Only those of this mode. */
  tradeMode?: TradeMode | null | undefined;
};

/** Sell a position at the market now: all of it, an amount, or a share. */
export type ClosePositionInput = {
  /** How much, in the base asset. */
  amount?: string | null | undefined;
  /** A key of your own, 1 to 80 characters: asking again with the same key does it once. */
  idempotencyKey: string;
  /** How much, in percent of what is left, up to 100. */
  percent?: string | null | undefined;
  /** The position. */
  positionId: string | number;
};

/** Why a position was closed. */
export type CloseReason =
  /** The owner closed it. */
  | 'MANUAL'
  /** The exchange and the books were brought together. */
  | 'RECONCILIATION'
  /** Its stop loss. */
  | 'STOP_LOSS'
  /** Its take profit. */
  | 'TAKE_PROFIT'
  /** The end of its time. */
  | 'TIME_STOP'
  /** Its trailing stop. */
  | 'TRAILING_STOP'
  /** A sell signal. */
  | 'WEBHOOK_SELL';

/** A new account. */
export type CreateExchangeAccountInput = {
  /** The exchange whose markets and rules apply. */
  exchange: ExchangeName;
  /** What a simulation account starts with; each asset once. */
  initialBalances?: Array<AssetAmountInput> | null | undefined;
  /** Whether orders go to the simulated exchange; a real account needs `real`. */
  isSimulation: boolean;
  /** Your name for it, 1 to 120 characters. */
  label: string;
  /** What a real account needs. */
  real?: RealAccountInput | null | undefined;
};

/** A new trade parameter. */
export type CreateTradeParameterInput = {
  /** The account it is for. */
  accountId: string | number;
  /** Its settings. */
  parameter: TradeParameterInput;
};

/** A new, empty vault. */
export type CreateVaultInput = {
  /** What it is for, up to 500 characters. */
  description?: string | null | undefined;
  /** Your name for it, 1 to 120 characters. */
  name: string;
  /** REAL or SIMULATION; never changes. */
  tradeMode: TradeMode;
};

/** A new source. Its address is made up by the server and cannot be guessed. */
export type CreateWebhookSourceInput = {
  /** Adds TradingView's published sender addresses to allowedIps. */
  allowTradingView?: boolean | null | undefined;
  /** Addresses and CIDR ranges that may send; empty = any. */
  allowedIps?: Array<string> | null | undefined;
  /** Seconds in which the same body is the same signal, 0 to 86400. */
  identityWindowSec?: number | null | undefined;
  /** Your name for it, 1 to 120 characters. */
  label: string;
  /** Refuse signals older than this many seconds. */
  maxLagSec?: number | null | undefined;
  /** A REAL source only. Your password again; wrong ones count as guesses of a sign-in. */
  password?: string | null | undefined;
  /** Signals it takes in a minute, 1 to 6000. */
  rateLimitPerMin?: number | null | undefined;
  /** Refuse unsigned signals. */
  requireSignature?: boolean | null | undefined;
  /** REAL or SIMULATION; never changes. */
  tradeMode: TradeMode;
};

/** Exchanges an account can be at. */
export type ExchangeName =
  /** Binance, spot market. */
  | 'BINANCE_SPOT'
  /** Bitget, spot market. */
  | 'BITGET_SPOT'
  /** Bybit, spot market. */
  | 'BYBIT_SPOT'
  /** Coinbase, spot market. */
  | 'COINBASE_SPOT'
  /** Gate, spot market. */
  | 'GATE_SPOT'
  /** Htx, spot market. */
  | 'HTX_SPOT'
  /** Kraken, spot market. */
  | 'KRAKEN_SPOT'
  /** Kucoin, spot market. */
  | 'KUCOIN_SPOT'
  /** Mexc, spot market. */
  | 'MEXC_SPOT'
  /** Okx, spot market. */
  | 'OKX_SPOT';

/** What is known about an order at the exchange. */
export type ExecutionStatus =
  /** Canceled at the exchange. */
  | 'CANCELED'
  /** Expired at the exchange. */
  | 'EXPIRED'
  /** Completely filled. */
  | 'FILLED'
  /** Accepted, nothing filled yet. */
  | 'NEW'
  /** Proven absent at the exchange. */
  | 'NOT_PLACED'
  /** Partly filled. */
  | 'PARTIALLY_FILLED'
  /** Definitively refused by the exchange. */
  | 'REJECTED'
  /** Written down, its outcome not known yet. */
  | 'SENDING'
  /** Sent, and nobody knows what became of it; it is being looked up. */
  | 'UNKNOWN';

/** Which exit of a position a price or its age reached. */
export type ExitReason =
  /** One or more of its targets; the rest runs. */
  | 'PARTIAL_TAKE_PROFIT'
  /** Its stop loss, or break-even after the first target. */
  | 'STOP_LOSS'
  /** Its take profit. */
  | 'TAKE_PROFIT'
  /** The end of its time. */
  | 'TIME_STOP'
  /** Its trailing stop. */
  | 'TRAILING_STOP';

/** A step of a partial take profit. */
export type ExitTargetInput = {
  /** The profit that reaches it, in percent. */
  pct: string;
  /** The share of qtyTotal it sells, in percent. */
  sharePct: string;
};

/** A message to try out. */
export type ExplainSignalInput = {
  /** The body of the POST, text or JSON. */
  message: string;
  /** The source it would be sent to. */
  sourceId: string | number;
};

/** Who asked for a job. */
export type JobOrigin =
  /** The owner. */
  | 'MANUAL'
  /** A stop loss, take profit or trailing stop. */
  | 'TRIGGER'
  /** A signal. */
  | 'WEBHOOK';

/** Life of a trade job. */
export type JobStatus =
  /** Stopped before it was complete; what was filled is kept. */
  | 'CANCELED'
  /** Claimed by an executor; an order may be on its way. */
  | 'EXECUTING'
  /** Could not be traded. */
  | 'FAILED'
  /** All of it was traded. */
  | 'FILLED'
  /** Some of it was traded, the rest is still wanted. */
  | 'PARTIALLY_FILLED'
  /** Waits for an executor. */
  | 'PENDING'
  /** Its LIMIT order rests in the book. */
  | 'PENDING_LIMIT'
  /** The rules said not to trade; the reason says why. */
  | 'SKIPPED';

/** Stop. */
export type KillSwitchInput = {
  /** Also sell every open position at the market. */
  closePositions: boolean;
  /** A key of your own, 1 to 80 characters: asking again with the same key goes on where it stopped. */
  idempotencyKey: string;
};

/** Which resting orders. */
export type LimitOrderFilter = {
  /** Only those of this account. */
  accountId?: string | number | null | undefined;
  /** Only buys or only sells. */
  side?: OrderSide | null | undefined;
  /** Only those of this symbol, such as SOL/USDT. */
  symbol?: string | null | undefined;
  /** Only those of this mode. */
  tradeMode?: TradeMode | null | undefined;
};

/** Direction of an order or a fill. */
export type OrderSide =
  /** Buys the base asset. */
  | 'BUY'
  /** Sells the base asset. */
  | 'SELL';

/** How an order is priced. */
export type OrderType =
  /** At the given price or better; it rests in the book until then. */
  | 'LIMIT'
  /** At the best price the book has. */
  | 'MARKET';

/** What an item of a plan does. */
export type OwnerPlanAction =
  /** Cancels a resting order. */
  | 'CANCEL_ORDER'
  /** Sells a position at the market. */
  | 'CLOSE_POSITION';

/** What came of an item. */
export type OwnerPlanOutcome =
  /** The order is cancelled, or the sell of the position is on its way. */
  | 'DONE'
  /** It was not done; the reason says why. */
  | 'REFUSED';

/** How far a plan is. */
export type OwnerPlanState =
  /** Every item has its result. */
  | 'DONE'
  /** Was not executed in time, and cannot be any more. */
  | 'EXPIRED'
  /** Waits to be executed. */
  | 'READY'
  /** Was begun; asking again goes on with it. */
  | 'RUNNING';

/** Which signals a trade parameter covers. */
export type ParameterSide =
  /** Buys and sells. */
  | 'BOTH'
  /** Buys only; it wins over BOTH. */
  | 'BUY'
  /** Sells only; it may size a sell smaller than the position. */
  | 'SELL';

/** Sell a position at a price or better. */
export type PlaceLimitSellInput = {
  /** How long it rests, 1 to 720 hours. */
  hours: number;
  /** A key of your own, 1 to 80 characters: asking again with the same key does it once. */
  idempotencyKey: string;
  /** The position. */
  positionId: string | number;
  /** The lowest price; it is brought up to the tick of the market. */
  price: string;
  /** How much, in the base asset; it is brought down to the step. */
  quantity: string;
};

/** Which positions. */
export type PositionFilter = {
  /** Only those of this account. */
  accountId?: string | number | null | undefined;
  /** Only those opened by signals of this source. */
  sourceId?: string | number | null | undefined;
  /** Only open or only closed ones. */
  status?: PositionStatus | null | undefined;
  /** Only those of this symbol, such as SOL/USDT. */
  symbol?: string | null | undefined;
  /** Only those of this mode. */
  tradeMode?: TradeMode | null | undefined;
};

/** Whether anything of a position is left. */
export type PositionStatus =
  /** All of it was sold, or what is left is below what the market accepts. */
  | 'CLOSED'
  /** Something is left to sell. */
  | 'OPEN';

/** Where a price is made. Prices of different venues never stand for each other. */
export type PriceVenue =
  /** Binance, spot market. */
  | 'BINANCE_SPOT'
  /** The test network of BINANCE_SPOT. */
  | 'BINANCE_SPOT_TESTNET'
  /** Bitget, spot market. */
  | 'BITGET_SPOT'
  /** The test network of BITGET_SPOT. */
  | 'BITGET_SPOT_TESTNET'
  /** Bybit, spot market. */
  | 'BYBIT_SPOT'
  /** The test network of BYBIT_SPOT. */
  | 'BYBIT_SPOT_TESTNET'
  /** Coinbase, spot market. */
  | 'COINBASE_SPOT'
  /** The test network of COINBASE_SPOT. */
  | 'COINBASE_SPOT_TESTNET'
  /** Gate, spot market. */
  | 'GATE_SPOT'
  /** The test network of GATE_SPOT. */
  | 'GATE_SPOT_TESTNET'
  /** Htx, spot market. */
  | 'HTX_SPOT'
  /** The test network of HTX_SPOT. */
  | 'HTX_SPOT_TESTNET'
  /** Kraken, spot market. */
  | 'KRAKEN_SPOT'
  /** The test network of KRAKEN_SPOT. */
  | 'KRAKEN_SPOT_TESTNET'
  /** Kucoin, spot market. */
  | 'KUCOIN_SPOT'
  /** The test network of KUCOIN_SPOT. */
  | 'KUCOIN_SPOT_TESTNET'
  /** Mexc, spot market. */
  | 'MEXC_SPOT'
  /** The test network of MEXC_SPOT. */
  | 'MEXC_SPOT_TESTNET'
  /** Okx, spot market. */
  | 'OKX_SPOT'
  /** The test network of OKX_SPOT. */
  | 'OKX_SPOT_TESTNET'
  /** The one market of all simulation accounts. */
  | 'SIMULATION';

/** What a real account needs beside its name. */
export type RealAccountInput = {
  /** Its keys. */
  keys: ApiKeysInput;
  /** Your password again; wrong ones count as guesses of a sign-in. */
  password?: string | null | undefined;
  /** A proxy for its requests: http, https, socks4 or socks5, at a public address. */
  proxyUrl?: string | null | undefined;
  /** The keys belong to the exchange's test network. */
  testnet?: boolean | null | undefined;
};

/** Why something was refused, skipped or failed: one closed list shared by server, schema and page. */
export type ReasonCode =
  /** The exchange account is switched off. */
  | 'ACCOUNT_INACTIVE'
  /** The quantity is already promised to another live sell. */
  | 'ALREADY_PROMISED'
  /** The balance of the account was not read recently enough to size an order by it. */
  | 'BALANCE_STALE'
  /** The body is larger than 64 KiB. */
  | 'BODY_TOO_LARGE'
  /** The body is not valid UTF-8 text. */
  | 'BODY_UNREADABLE'
  /** The exchange cancelled what was left of the order. */
  | 'CANCELED_BY_EXCHANGE'
  /** The kill switch cancelled it. */
  | 'CANCELED_BY_KILL_SWITCH'
  /** The owner cancelled it. */
  | 'CANCELED_BY_OWNER'
  /** It made room for an exit of the position. */
  | 'CANCELED_FOR_EXIT'
  /** The owner has paused new entries. */
  | 'ENTRIES_PAUSED'
  /** The exchange refused the order. */
  | 'EXCHANGE_REFUSED'
  /** The exchange did not answer; nothing was changed. */
  | 'EXCHANGE_UNREACHABLE'
  /** The limit order was not filled in time. */
  | 'EXPIRED'
  /** This idempotency key was already used for something else. */
  | 'IDEMPOTENCY_CONFLICT'
  /** The free balance does not cover the order. */
  | 'INSUFFICIENT_BALANCE'
  /** The amount must be above zero, with at most 18 digits on each side of the point. */
  | 'INVALID_AMOUNT'
  /** An asset is written in capital letters and digits, such as USDT. */
  | 'INVALID_ASSET'
  /** This is not a key, secret or passphrase of this exchange. */
  | 'INVALID_CREDENTIALS'
  /** These exits contradict each other or are outside their limits. */
  | 'INVALID_EXITS'
  /** A limit order rests for 1 to 720 hours. */
  | 'INVALID_EXPIRY'
  /** The quantity, rounded down to the market step, is below its minimum. */
  | 'INVALID_LOT_SIZE'
  /** The price, rounded to the tick of the market, is not allowed. */
  | 'INVALID_PRICE'
  /** A proxy is an address such as socks5://user:password@proxy.example.com:1080. */
  | 'INVALID_PROXY'
  /** The sender address is not in the list of allowed addresses. */
  | 'IP_NOT_ALLOWED'
  /** A LIMIT order needs a price in the signal. */
  | 'LIMIT_PRICE_MISSING'
  /** The order value is below the minimum of the market. */
  | 'MIN_NOTIONAL_NOT_MET'
  /** The profit is below the minimum set for the position. */
  | 'MIN_PROFIT_NOT_MET'
  /** No trade parameter covers this account, symbol and side. */
  | 'MISSING_TRADE_PARAMETER'
  /** REAL and SIMULATION never mix: source, account and vault must have the same mode. */
  | 'MODE_MISMATCH'
  /** The order never reached the exchange and the signal is too old to send it again. */
  | 'NOT_PLACED'
  /** No open position could be sold. */
  | 'NO_ELIGIBLE_POSITIONS'
  /** This exchange has no test network for spot trading. */
  | 'NO_TESTNET'
  /** The order is on its way to the exchange; try again in a moment. */
  | 'ORDER_BUSY'
  /** There is no such order. */
  | 'ORDER_NOT_FOUND'
  /** The order has ended already. */
  | 'ORDER_OVER'
  /** This needs your password again. */
  | 'PASSWORD_REQUIRED'
  /** This is not your password. */
  | 'PASSWORD_WRONG'
  /** The plan is too old; make a new one. */
  | 'PLAN_EXPIRED'
  /** There is no such plan. */
  | 'PLAN_NOT_FOUND'
  /** More positions match than one plan may close; narrow the filter. */
  | 'PLAN_TOO_LARGE'
  /** The position is closed. */
  | 'POSITION_CLOSED'
  /** There is no such position. */
  | 'POSITION_NOT_FOUND'
  /** No current price is known for this symbol. */
  | 'PRICE_UNAVAILABLE'
  /** The address leads to a private network, which the operator does not allow. */
  | 'PRIVATE_ADDRESS'
  /** The parameter allows no further order yet. */
  | 'RATE_LIMIT_EXCEEDED'
  /** Trading with real money is switched off in this installation (REAL_TRADING). */
  | 'REAL_NOT_AVAILABLE'
  /** No clear instruction to buy or sell could be read. */
  | 'SIGNAL_UNKNOWN'
  /** The signed timestamp is more than 5 minutes away from the server clock. */
  | 'SIGNATURE_EXPIRED'
  /** The signature does not match the body. */
  | 'SIGNATURE_INVALID'
  /** This source requires a signature and none was sent. */
  | 'SIGNATURE_MISSING'
  /** The current price is worse than the signal price by more than the allowed slippage. */
  | 'SLIPPAGE_EXCEEDED'
  /** An administrator locked this webhook source. */
  | 'SOURCE_LOCKED'
  /** There is no active webhook at this address. */
  | 'SOURCE_NOT_FOUND'
  /** The signal is older than the source allows. */
  | 'STALE_SIGNAL'
  /** No symbol could be read. */
  | 'SYMBOL_MISSING'
  /** The token in the JSON body is not the one of this source. */
  | 'TOKEN_INVALID'
  /** This source requires a token in the JSON body and none was sent. */
  | 'TOKEN_MISSING'
  /** The exchange does not trade this symbol. */
  | 'UNKNOWN_MARKET'
  /** The vault is switched off. */
  | 'VAULT_INACTIVE'
  /** There is no such vault. */
  | 'VAULT_NOT_FOUND'
  /** The position is locked against webhook sells. */
  | 'WEBHOOK_LOCK'
  /** More signals arrived than the source allows in a minute. */
  | 'WEBHOOK_RATE_LIMIT';

/** What became of one POST. */
export type ReceiptOutcome =
  /** The signal was stored. */
  | 'ACCEPTED'
  /** The POST was turned away; the reason says why. */
  | 'REFUSED';

/** Locks a position against sells by signals, or unlocks it. */
export type SetSellLockInput = {
  /** Whether signals may not sell it. */
  isLocked: boolean;
  /** The position. */
  positionId: string | number;
};

/** Who signs in. */
export type SignInInput = {
  /** Your address. */
  email: string;
  /** Your password. */
  password: string;
};

/** What a signal asks for. */
export type SignalAction =
  /** Buy. */
  | 'BUY_SIGNAL'
  /** Sell or close. */
  | 'SELL_SIGNAL'
  /** No clear instruction; stored and shown, never traded. */
  | 'UNKNOWN';

/** The stations of a signal on its way to a position. */
export type TimelineStage =
  /** The exchange answered. */
  | 'ACKNOWLEDGED'
  /** Fills, position and vault were written. */
  | 'BOOKED'
  /** An executor took the job. */
  | 'CLAIMED'
  /** The signal and its jobs were stored; the sender got its answer. */
  | 'COMMITTED'
  /** The last fill known so far. */
  | 'FILLED'
  /** The job was handed to the executors. */
  | 'QUEUED'
  /** The message was read. */
  | 'READ'
  /** The POST arrived. */
  | 'RECEIVED'
  /** The order went out. */
  | 'SENT'
  /** The sender was checked. */
  | 'VERIFIED';

/** Which jobs. */
export type TradeJobFilter = {
  /** Only those of this account. */
  accountId?: string | number | null | undefined;
  /** Only those in one of these states. */
  status?: Array<JobStatus> | null | undefined;
  /** Only those of this symbol, such as SOL/USDT. */
  symbol?: string | null | undefined;
  /** Only those of this mode. */
  tradeMode?: TradeMode | null | undefined;
};

/** Real money or simulation. The two never mix. */
export type TradeMode =
  /** Orders go to the exchange. */
  | 'REAL'
  /** Orders go to the simulated exchange. */
  | 'SIMULATION';

/** How signals for one symbol shall be traded. All of it is set; what is left out is empty. */
export type TradeParameterInput = {
  /** Move their stop to the opening price after the first step. */
  defaultBreakEven?: boolean;
  /** Give new positions a stop loss. */
  defaultSlEnabled?: boolean;
  /** Its distance in percent, above 0 and at most 100. */
  defaultSlPct?: string | null | undefined;
  /** Their partial take profit, lowest step first, at most 6 steps and 100 percent in all. */
  defaultTargets?: Array<ExitTargetInput>;
  /** Sell new positions when they are this many hours old, 1 to 8760. */
  defaultTimeStopHours?: number | null | undefined;
  /** Give new positions a take profit. */
  defaultTpEnabled?: boolean;
  /** Its distance in percent, from 0.01 to 999.99. */
  defaultTpPct?: string | null | undefined;
  /** At most this many orders in an hour, 1 to 10000. */
  maxOrdersPerHour?: number | null | undefined;
  /** At least this many seconds between two orders, 1 to 86400. */
  minIntervalSec?: number | null | undefined;
  /** Sell on signals, and take profit, only from this profit on, from 0 to 999.99 percent. */
  minProfitPct?: string | null | undefined;
  /** How orders are priced. */
  orderTypeDefault?: OrderType;
  /** Spend this much of the quote asset; or quoteAmountPctBalance. */
  quoteAmountFixed?: string | null | undefined;
  /** Spend this percentage of what is free, above 0 and at most 100; or quoteAmountFixed. */
  quoteAmountPctBalance?: string | null | undefined;
  /** Which signals it covers. */
  side: ParameterSide;
  /** How much worse than the signal the price may be, 0 to 10000 bps; 0 = no check. */
  slippageBps?: number;
  /** The symbol; BTCUSDT, BTC-USDT and BTC/USDT are the same. */
  symbol: string;
  /** The profit that arms it, from 0 to 999.99 percent; null = from the first price on. */
  trailingArmingPct?: string | null | undefined;
  /** Its distance in percent, from 0.01 to 99.99. */
  trailingDistancePct?: string | null | undefined;
  /** Give new positions a trailing stop. */
  trailingStopEnabled?: boolean;
  /** Take the capital from this vault of the same mode. */
  vaultId?: string | number | null | undefined;
};

/** Changes of an account; what is left out stays. */
export type UpdateExchangeAccountInput = {
  /** The account. */
  id: string | number;
  /** Switch it on or off. Switching a real account on asks for the password. */
  isActive?: boolean | null | undefined;
  /** A new name, 1 to 120 characters. */
  label?: string | null | undefined;
  /** Your password again; wrong ones count as guesses of a sign-in. */
  password?: string | null | undefined;
  /** Real accounts only: another proxy, which asks for the password; null or empty takes it away. */
  proxyUrl?: string | null | undefined;
};

/** Changes of the exits of a position; what is left out stays, null empties a number. */
export type UpdatePositionExitsInput = {
  /** Move the stop to the opening price after the first target. */
  breakEvenAfterFirst?: boolean | null | undefined;
  /** The least profit of signals and of taking profit, in percent. */
  minProfitPct?: string | null | undefined;
  /** The position. */
  positionId: string | number;
  /** Stop loss on or off. */
  slEnabled?: boolean | null | undefined;
  /** Stop loss, in percent below the opening price. */
  slPct?: string | null | undefined;
  /** The ladder of the partial take profit that has not fired yet, at most 6 steps; empty takes it away. */
  targets?: Array<ExitTargetInput> | null | undefined;
  /** Sell it when it is this many hours old; null = never. */
  timeStopHours?: number | null | undefined;
  /** Take profit on or off. */
  tpEnabled?: boolean | null | undefined;
  /** Take profit, in percent above the opening price. */
  tpPct?: string | null | undefined;
  /** The profit that arms the trailing stop, in percent; null = from the first price on. */
  trailingArmingPct?: string | null | undefined;
  /** Trailing stop, in percent below the highest price. */
  trailingDistancePct?: string | null | undefined;
  /** Trailing stop on or off. */
  trailingEnabled?: boolean | null | undefined;
};

/** New settings of a trade parameter. */
export type UpdateTradeParameterInput = {
  /** The parameter. */
  id: string | number;
  /** Its settings, all of them. */
  parameter: TradeParameterInput;
};

/** Changes of a vault; what is left out stays. */
export type UpdateVaultInput = {
  /** What it is for; null takes the text away. */
  description?: string | null | undefined;
  /** The vault. */
  id: string | number;
  /** Switch it on or off. */
  isActive?: boolean | null | undefined;
  /** A new name, 1 to 120 characters. */
  name?: string | null | undefined;
};

/** Changes of a source; what is left out stays. */
export type UpdateWebhookSourceInput = {
  /** Put TradingView's sender addresses in (true) or take them out (false). */
  allowTradingView?: boolean | null | undefined;
  /** Addresses and CIDR ranges that may send; empty = any. */
  allowedIps?: Array<string> | null | undefined;
  /** The source. */
  id: string | number;
  /** Seconds in which the same body is the same signal, 0 to 86400. */
  identityWindowSec?: number | null | undefined;
  /** Switch it on or off. Switching a REAL source on asks for the password. */
  isActive?: boolean | null | undefined;
  /** A new name, 1 to 120 characters. */
  label?: string | null | undefined;
  /** Refuse signals older than this many seconds; null takes the limit away. */
  maxLagSec?: number | null | undefined;
  /** Your password again; wrong ones count as guesses of a sign-in. */
  password?: string | null | undefined;
  /** Signals it takes in a minute, 1 to 6000. */
  rateLimitPerMin?: number | null | undefined;
  /** Refuse unsigned signals. */
  requireSignature?: boolean | null | undefined;
};

/** What a user may do. */
export type UserRole =
  /** Runs the installation. Sees only their own trading data, like everybody. */
  | 'ADMIN'
  /** Trades. */
  | 'USER';

/** A deposit or a withdrawal. */
export type VaultMoveInput = {
  /** How much, above zero. */
  amount: string;
  /** The asset, in capital letters and digits. */
  asset: string;
  /** A key of your own, 1 to 80 characters: asking again with the same key moves nothing again. */
  idempotencyKey: string;
  /** The vault. */
  vaultId: string | number;
};

/** Kinds of entries in the ledger of a vault. */
export type VaultTransactionType =
  /** The reservation was given back. */
  | 'BUY_CANCEL'
  /** The reservation was resolved into what the order cost. */
  | 'BUY_CONFIRM'
  /** Set aside for a buy order. */
  | 'BUY_RESERVE'
  /** Capital put in. */
  | 'DEPOSIT'
  /** Proceeds of a sell. */
  | 'SELL_RETURN'
  /** Capital taken out. */
  | 'WITHDRAWAL';

/** How far an event came. */
export type WebhookEventStatus =
  /** Nothing could be planned; validationError says why. */
  | 'FAILED'
  /** Its jobs were planned. */
  | 'PROCESSED'
  /** Stored, its jobs not planned yet. */
  | 'RECEIVED';

/** Which receipts. */
export type WebhookReceiptFilter = {
  /** Only accepted or only refused ones. */
  outcome?: ReceiptOutcome | null | undefined;
  /** Only those of this source. */
  sourceId?: string | number | null | undefined;
};

/** The two secrets of a source. */
export type WebhookSecretKind =
  /** Travels inside the JSON body, for senders such as TradingView that cannot. */
  | 'BODY_TOKEN'
  /** Signs the raw body, for senders that can set headers. */
  | 'SIGNING_SECRET';

export type PlanFieldsFragment = { __typename: 'OwnerPlan', id: string, state: OwnerPlanState, closesPositions: boolean, expiresAt: string | null, finishedAt: string | null, totals: Array<{ __typename: 'PlanTotal', asset: string, positions: number, value: string, profit: string, withoutPrice: number }>, accounts: Array<{ __typename: 'PlanAccountResult', positionsClosed: number, positionsRefused: number, ordersCanceled: number, ordersRefused: number, pending: number, account: { __typename: 'ExchangeAccount', id: string, label: string, tradeMode: TradeMode } }>, items: Array<{ __typename: 'OwnerPlanItem', id: string, action: OwnerPlanAction, symbol: string, qty: string | null, valueQuote: string | null, profitQuote: string | null, outcome: OwnerPlanOutcome | null, reasonCode: ReasonCode | null, reasonMessage: string | null, account: { __typename: 'ExchangeAccount', id: string, label: string }, position: { __typename: 'Position', id: string } | null, job: { __typename: 'TradeJob', id: string, status: JobStatus } | null }> };

export type EntriesPauseQueryVariables = Exact<{ [key: string]: never; }>;


export type EntriesPauseQuery = { me: { __typename: 'User', id: string, entriesPausedAt: string | null } | null, exchangeAccounts: Array<{ __typename: 'ExchangeAccount', id: string, label: string, tradeMode: TradeMode, entriesPausedAt: string | null }> };

export type CloseAllChoicesQueryVariables = Exact<{
  tradeMode: TradeMode;
}>;


export type CloseAllChoicesQuery = { exchangeAccounts: Array<{ __typename: 'ExchangeAccount', id: string, label: string }>, webhookSources: Array<{ __typename: 'WebhookSource', id: string, label: string }> };

export type PauseEntriesMutationVariables = Exact<{
  accountId?: string | number | null | undefined;
}>;


export type PauseEntriesMutation = { pauseEntries: { __typename: 'EntriesPayload', user: { __typename: 'User', id: string, entriesPausedAt: string | null }, account: { __typename: 'ExchangeAccount', id: string, entriesPausedAt: string | null } | null } };

export type ResumeEntriesMutationVariables = Exact<{
  accountId?: string | number | null | undefined;
}>;


export type ResumeEntriesMutation = { resumeEntries: { __typename: 'EntriesPayload', user: { __typename: 'User', id: string, entriesPausedAt: string | null }, account: { __typename: 'ExchangeAccount', id: string, entriesPausedAt: string | null } | null } };

export type PlanCloseAllMutationVariables = Exact<{
  filter?: CloseAllFilter | null | undefined;
}>;


export type PlanCloseAllMutation = { planCloseAll: { __typename: 'OwnerPlanPayload', plan: { __typename: 'OwnerPlan', id: string, state: OwnerPlanState, closesPositions: boolean, expiresAt: string | null, finishedAt: string | null, totals: Array<{ __typename: 'PlanTotal', asset: string, positions: number, value: string, profit: string, withoutPrice: number }>, accounts: Array<{ __typename: 'PlanAccountResult', positionsClosed: number, positionsRefused: number, ordersCanceled: number, ordersRefused: number, pending: number, account: { __typename: 'ExchangeAccount', id: string, label: string, tradeMode: TradeMode } }>, items: Array<{ __typename: 'OwnerPlanItem', id: string, action: OwnerPlanAction, symbol: string, qty: string | null, valueQuote: string | null, profitQuote: string | null, outcome: OwnerPlanOutcome | null, reasonCode: ReasonCode | null, reasonMessage: string | null, account: { __typename: 'ExchangeAccount', id: string, label: string }, position: { __typename: 'Position', id: string } | null, job: { __typename: 'TradeJob', id: string, status: JobStatus } | null }> } } };

export type ExecuteClosePlanMutationVariables = Exact<{
  planId: string | number;
}>;


export type ExecuteClosePlanMutation = { executeClosePlan: { __typename: 'OwnerPlanPayload', plan: { __typename: 'OwnerPlan', id: string, state: OwnerPlanState, closesPositions: boolean, expiresAt: string | null, finishedAt: string | null, totals: Array<{ __typename: 'PlanTotal', asset: string, positions: number, value: string, profit: string, withoutPrice: number }>, accounts: Array<{ __typename: 'PlanAccountResult', positionsClosed: number, positionsRefused: number, ordersCanceled: number, ordersRefused: number, pending: number, account: { __typename: 'ExchangeAccount', id: string, label: string, tradeMode: TradeMode } }>, items: Array<{ __typename: 'OwnerPlanItem', id: string, action: OwnerPlanAction, symbol: string, qty: string | null, valueQuote: string | null, profitQuote: string | null, outcome: OwnerPlanOutcome | null, reasonCode: ReasonCode | null, reasonMessage: string | null, account: { __typename: 'ExchangeAccount', id: string, label: string }, position: { __typename: 'Position', id: string } | null, job: { __typename: 'TradeJob', id: string, status: JobStatus } | null }> } } };

export type KillSwitchMutationVariables = Exact<{
  input: KillSwitchInput;
}>;


export type KillSwitchMutation = { killSwitch: { __typename: 'OwnerPlanPayload', plan: { __typename: 'OwnerPlan', id: string, state: OwnerPlanState, closesPositions: boolean, expiresAt: string | null, finishedAt: string | null, totals: Array<{ __typename: 'PlanTotal', asset: string, positions: number, value: string, profit: string, withoutPrice: number }>, accounts: Array<{ __typename: 'PlanAccountResult', positionsClosed: number, positionsRefused: number, ordersCanceled: number, ordersRefused: number, pending: number, account: { __typename: 'ExchangeAccount', id: string, label: string, tradeMode: TradeMode } }>, items: Array<{ __typename: 'OwnerPlanItem', id: string, action: OwnerPlanAction, symbol: string, qty: string | null, valueQuote: string | null, profitQuote: string | null, outcome: OwnerPlanOutcome | null, reasonCode: ReasonCode | null, reasonMessage: string | null, account: { __typename: 'ExchangeAccount', id: string, label: string }, position: { __typename: 'Position', id: string } | null, job: { __typename: 'TradeJob', id: string, status: JobStatus } | null }> } } };

export type SessionUserFragment = { __typename: 'User', id: string, email: string, fullName: string | null, roles: Array<UserRole>, mustChangePassword: boolean, entriesPausedAt: string | null };

export type MeQueryVariables = Exact<{ [key: string]: never; }>;


export type MeQuery = { me: { __typename: 'User', id: string, email: string, fullName: string | null, roles: Array<UserRole>, mustChangePassword: boolean, entriesPausedAt: string | null } | null };

export type SignOutMutationVariables = Exact<{ [key: string]: never; }>;


export type SignOutMutation = { signOut: boolean };

export type AccountRowFragment = { __typename: 'ExchangeAccount', id: string, exchange: ExchangeName, label: string, tradeMode: TradeMode, isSimulation: boolean, testnet: boolean, isActive: boolean, entriesPausedAt: string | null, equityUsd: string | null, createdAt: string, balances: Array<{ __typename: 'Balance', asset: string, free: string, locked: string, total: string, valueUsd: string | null, lastSyncAt: string | null }> };

export type ExchangeAccountsQueryVariables = Exact<{
  tradeMode: TradeMode;
}>;


export type ExchangeAccountsQuery = { exchangeAccounts: Array<{ __typename: 'ExchangeAccount', id: string, exchange: ExchangeName, label: string, tradeMode: TradeMode, isSimulation: boolean, testnet: boolean, isActive: boolean, entriesPausedAt: string | null, equityUsd: string | null, createdAt: string, balances: Array<{ __typename: 'Balance', asset: string, free: string, locked: string, total: string, valueUsd: string | null, lastSyncAt: string | null }> }> };

export type CreateExchangeAccountMutationVariables = Exact<{
  input: CreateExchangeAccountInput;
}>;


export type CreateExchangeAccountMutation = { createExchangeAccount: { __typename: 'ExchangeAccountPayload', account: { __typename: 'ExchangeAccount', id: string, exchange: ExchangeName, label: string, tradeMode: TradeMode, isSimulation: boolean, testnet: boolean, isActive: boolean, entriesPausedAt: string | null, equityUsd: string | null, createdAt: string, balances: Array<{ __typename: 'Balance', asset: string, free: string, locked: string, total: string, valueUsd: string | null, lastSyncAt: string | null }> } } };

export type UpdateExchangeAccountMutationVariables = Exact<{
  input: UpdateExchangeAccountInput;
}>;


export type UpdateExchangeAccountMutation = { updateExchangeAccount: { __typename: 'ExchangeAccountPayload', account: { __typename: 'ExchangeAccount', id: string, exchange: ExchangeName, label: string, tradeMode: TradeMode, isSimulation: boolean, testnet: boolean, isActive: boolean, entriesPausedAt: string | null, equityUsd: string | null, createdAt: string, balances: Array<{ __typename: 'Balance', asset: string, free: string, locked: string, total: string, valueUsd: string | null, lastSyncAt: string | null }> } } };

export type SignInMutationVariables = Exact<{
  input: SignInInput;
}>;


export type SignInMutation = { signIn: { __typename: 'SignInPayload', user: { __typename: 'User', id: string, email: string, fullName: string | null, roles: Array<UserRole>, mustChangePassword: boolean, entriesPausedAt: string | null } } };

export type ChangePasswordMutationVariables = Exact<{
  input: ChangePasswordInput;
}>;


export type ChangePasswordMutation = { changePassword: boolean };

export type DashboardQueryVariables = Exact<{
  tradeMode: TradeMode;
}>;


export type DashboardQuery = { dashboard: { __typename: 'Dashboard', tradeMode: TradeMode, equityUsd: string | null, unrealizedProfit: string, realizedToday: string, realizedTotal: string, dayZone: string, openPositions: number, openValue: string, reservedUsd: string, wins: number, losses: number } };

export type RecentJobsQueryVariables = Exact<{
  tradeMode: TradeMode;
}>;


export type RecentJobsQuery = { tradeJobs: { __typename: 'TradeJobConnection', edges: Array<{ __typename: 'TradeJobEdge', cursor: string, node: { __typename: 'TradeJob', id: string, tradeMode: TradeMode, symbol: string, side: OrderSide, orderType: OrderType, origin: JobOrigin, quoteAmount: string | null, baseQuantity: string | null, limitPrice: string | null, status: JobStatus, reasonCode: ReasonCode | null, reasonMessage: string | null, createdAt: string, updatedAt: string, account: { __typename: 'ExchangeAccount', id: string, label: string } } }> } };

export type RecentReceiptsQueryVariables = Exact<{ [key: string]: never; }>;


export type RecentReceiptsQuery = { webhookReceipts: { __typename: 'WebhookReceiptConnection', edges: Array<{ __typename: 'WebhookReceiptEdge', cursor: string, node: { __typename: 'WebhookReceipt', id: string, receipt: string, outcome: ReceiptOutcome, reasonCode: ReasonCode | null, reasonMessage: string | null, action: SignalAction | null, symbol: string | null, accounts: number, duplicates: number, receivedAt: string, source: { __typename: 'WebhookSource', id: string, label: string, tradeMode: TradeMode } } }> } };

export type FirstStepsQueryVariables = Exact<{
  tradeMode: TradeMode;
}>;


export type FirstStepsQuery = { webhookSources: Array<{ __typename: 'WebhookSource', id: string, label: string, isActive: boolean, curlExample: string }> };

export type TradeJobsQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
  filter?: TradeJobFilter | null | undefined;
}>;


export type TradeJobsQuery = { tradeJobs: { __typename: 'TradeJobConnection', edges: Array<{ __typename: 'TradeJobEdge', cursor: string, node: { __typename: 'TradeJob', id: string, tradeMode: TradeMode, symbol: string, side: OrderSide, orderType: OrderType, origin: JobOrigin, quoteAmount: string | null, baseQuantity: string | null, limitPrice: string | null, status: JobStatus, reasonCode: ReasonCode | null, reasonMessage: string | null, createdAt: string, updatedAt: string, account: { __typename: 'ExchangeAccount', id: string, label: string } } }>, pageInfo: { __typename: 'PageInfo', hasNextPage: boolean, endCursor: string | null } } };

export type JobAccountsQueryVariables = Exact<{
  tradeMode: TradeMode;
}>;


export type JobAccountsQuery = { exchangeAccounts: Array<{ __typename: 'ExchangeAccount', id: string, label: string }> };

export type TradeJobQueryVariables = Exact<{
  id: string | number;
}>;


export type TradeJobQuery = { tradeJob: { __typename: 'TradeJob', limitOrderExpiresAt: string | null, executedQty: string, exitReason: ExitReason | null, exitPrice: string | null, tickAt: string | null, decidedAt: string | null, id: string, tradeMode: TradeMode, symbol: string, side: OrderSide, orderType: OrderType, origin: JobOrigin, quoteAmount: string | null, baseQuantity: string | null, limitPrice: string | null, status: JobStatus, reasonCode: ReasonCode | null, reasonMessage: string | null, createdAt: string, updatedAt: string, vault: { __typename: 'Vault', id: string, name: string } | null, position: { __typename: 'Position', id: string, symbol: string, status: PositionStatus } | null, event: { __typename: 'WebhookEvent', id: string, receipt: string | null, symbolRaw: string, action: SignalAction, rawText: string | null, createdAt: string } | null, executions: Array<{ __typename: 'TradeExecution', id: string, exchange: ExchangeName, exchangeOrderId: string | null, clientOrderId: string, side: OrderSide, orderType: OrderType, status: ExecutionStatus, requestedQty: string, executedQty: string, cummQuoteQty: string, avgPrice: string, errorMessage: string | null, createdAt: string }>, timeline: Array<{ __typename: 'TimelineEntry', stage: TimelineStage, at: string, offsetMs: number }>, trace: Array<{ __typename: 'TraceEntry', name: string, value: string, source: string }>, account: { __typename: 'ExchangeAccount', id: string, label: string } } | null };

export type RestingOrderFragment = { __typename: 'TradeJob', executedQty: string, limitOrderExpiresAt: string | null, distancePct: string | null, id: string, tradeMode: TradeMode, symbol: string, side: OrderSide, orderType: OrderType, origin: JobOrigin, quoteAmount: string | null, baseQuantity: string | null, limitPrice: string | null, status: JobStatus, reasonCode: ReasonCode | null, reasonMessage: string | null, createdAt: string, updatedAt: string, promises: Array<{ __typename: 'PromisedQuantity', positionId: string }>, account: { __typename: 'ExchangeAccount', id: string, label: string } };

export type LimitOrdersQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
  filter?: LimitOrderFilter | null | undefined;
}>;


export type LimitOrdersQuery = { limitOrders: { __typename: 'TradeJobConnection', edges: Array<{ __typename: 'TradeJobEdge', cursor: string, node: { __typename: 'TradeJob', executedQty: string, limitOrderExpiresAt: string | null, distancePct: string | null, id: string, tradeMode: TradeMode, symbol: string, side: OrderSide, orderType: OrderType, origin: JobOrigin, quoteAmount: string | null, baseQuantity: string | null, limitPrice: string | null, status: JobStatus, reasonCode: ReasonCode | null, reasonMessage: string | null, createdAt: string, updatedAt: string, promises: Array<{ __typename: 'PromisedQuantity', positionId: string }>, account: { __typename: 'ExchangeAccount', id: string, label: string } } }>, pageInfo: { __typename: 'PageInfo', hasNextPage: boolean, endCursor: string | null } } };

export type CancelOrderMutationVariables = Exact<{
  jobId: string | number;
}>;


export type CancelOrderMutation = { cancelOrder: { __typename: 'TradeJobPayload', job: { __typename: 'TradeJob', executedQty: string, id: string, tradeMode: TradeMode, symbol: string, side: OrderSide, orderType: OrderType, origin: JobOrigin, quoteAmount: string | null, baseQuantity: string | null, limitPrice: string | null, status: JobStatus, reasonCode: ReasonCode | null, reasonMessage: string | null, createdAt: string, updatedAt: string, account: { __typename: 'ExchangeAccount', id: string, label: string } } } };

export type ParameterRowFragment = { __typename: 'TradeParameter', id: string, symbol: string, side: ParameterSide, quoteAmountFixed: string | null, quoteAmountPctBalance: string | null, maxOrdersPerHour: number | null, minIntervalSec: number | null, orderTypeDefault: OrderType, slippageBps: number, defaultSlEnabled: boolean, defaultSlPct: string | null, defaultTpEnabled: boolean, defaultTpPct: string | null, trailingStopEnabled: boolean, trailingDistancePct: string | null, trailingArmingPct: string | null, defaultBreakEven: boolean, defaultTimeStopHours: number | null, minProfitPct: string | null, updatedAt: string, defaultTargets: Array<{ __typename: 'ExitTarget', pct: string, sharePct: string }>, account: { __typename: 'ExchangeAccount', id: string, label: string, exchange: ExchangeName, tradeMode: TradeMode }, vault: { __typename: 'Vault', id: string, name: string } | null };

export type TradeParametersQueryVariables = Exact<{ [key: string]: never; }>;


export type TradeParametersQuery = { tradeParameters: Array<{ __typename: 'TradeParameter', id: string, symbol: string, side: ParameterSide, quoteAmountFixed: string | null, quoteAmountPctBalance: string | null, maxOrdersPerHour: number | null, minIntervalSec: number | null, orderTypeDefault: OrderType, slippageBps: number, defaultSlEnabled: boolean, defaultSlPct: string | null, defaultTpEnabled: boolean, defaultTpPct: string | null, trailingStopEnabled: boolean, trailingDistancePct: string | null, trailingArmingPct: string | null, defaultBreakEven: boolean, defaultTimeStopHours: number | null, minProfitPct: string | null, updatedAt: string, defaultTargets: Array<{ __typename: 'ExitTarget', pct: string, sharePct: string }>, account: { __typename: 'ExchangeAccount', id: string, label: string, exchange: ExchangeName, tradeMode: TradeMode }, vault: { __typename: 'Vault', id: string, name: string } | null }> };

export type ParameterChoicesQueryVariables = Exact<{
  tradeMode: TradeMode;
}>;


export type ParameterChoicesQuery = { exchangeAccounts: Array<{ __typename: 'ExchangeAccount', id: string, label: string, exchange: ExchangeName, isActive: boolean }>, vaults: Array<{ __typename: 'Vault', id: string, name: string, isActive: boolean }>, markets: Array<{ __typename: 'Market', symbol: string, base: string, quote: string, minNotional: string }> };

export type CreateTradeParameterMutationVariables = Exact<{
  input: CreateTradeParameterInput;
}>;


export type CreateTradeParameterMutation = { createTradeParameter: { __typename: 'TradeParameterPayload', parameter: { __typename: 'TradeParameter', id: string, symbol: string, side: ParameterSide, quoteAmountFixed: string | null, quoteAmountPctBalance: string | null, maxOrdersPerHour: number | null, minIntervalSec: number | null, orderTypeDefault: OrderType, slippageBps: number, defaultSlEnabled: boolean, defaultSlPct: string | null, defaultTpEnabled: boolean, defaultTpPct: string | null, trailingStopEnabled: boolean, trailingDistancePct: string | null, trailingArmingPct: string | null, defaultBreakEven: boolean, defaultTimeStopHours: number | null, minProfitPct: string | null, updatedAt: string, defaultTargets: Array<{ __typename: 'ExitTarget', pct: string, sharePct: string }>, account: { __typename: 'ExchangeAccount', id: string, label: string, exchange: ExchangeName, tradeMode: TradeMode }, vault: { __typename: 'Vault', id: string, name: string } | null } } };

export type UpdateTradeParameterMutationVariables = Exact<{
  input: UpdateTradeParameterInput;
}>;


export type UpdateTradeParameterMutation = { updateTradeParameter: { __typename: 'TradeParameterPayload', parameter: { __typename: 'TradeParameter', id: string, symbol: string, side: ParameterSide, quoteAmountFixed: string | null, quoteAmountPctBalance: string | null, maxOrdersPerHour: number | null, minIntervalSec: number | null, orderTypeDefault: OrderType, slippageBps: number, defaultSlEnabled: boolean, defaultSlPct: string | null, defaultTpEnabled: boolean, defaultTpPct: string | null, trailingStopEnabled: boolean, trailingDistancePct: string | null, trailingArmingPct: string | null, defaultBreakEven: boolean, defaultTimeStopHours: number | null, minProfitPct: string | null, updatedAt: string, defaultTargets: Array<{ __typename: 'ExitTarget', pct: string, sharePct: string }>, account: { __typename: 'ExchangeAccount', id: string, label: string, exchange: ExchangeName, tradeMode: TradeMode }, vault: { __typename: 'Vault', id: string, name: string } | null } } };

export type DeleteTradeParameterMutationVariables = Exact<{
  id: string | number;
}>;


export type DeleteTradeParameterMutation = { deleteTradeParameter: { __typename: 'DeletePayload', id: string } };

export type ClosePositionMutationVariables = Exact<{
  input: ClosePositionInput;
}>;


export type ClosePositionMutation = { closePosition: { __typename: 'PositionSellPayload', position: { __typename: 'Position', id: string, tradeMode: TradeMode, symbol: string, priceKey: string, side: string, status: PositionStatus, qtyTotal: string, qtyRemaining: string, priceOpen: string, realizedProfitUsd: string, feesQuote: string, dustQty: string, dustValueQuote: string, slEnabled: boolean, slPct: string | null, tpEnabled: boolean, tpPct: string | null, trailingEnabled: boolean, trailingDistancePct: string | null, trailingMaxPrice: string | null, trailingArmingPct: string | null, timeStopHours: number | null, breakEvenAfterFirst: boolean, qtyPromised: string, minProfitPct: string | null, lockSellByWebhook: boolean, closeReason: CloseReason | null, closedAt: string | null, sourceLabel: string | null, createdAt: string, updatedAt: string, exitLevels: { __typename: 'ExitLevels', stopPrice: string | null, trailingStopPrice: string | null, trailingArmingPrice: string | null, takeProfitPrice: string | null, timeStopAt: string | null } | null, account: { __typename: 'ExchangeAccount', id: string, label: string, exchange: ExchangeName } }, job: { __typename: 'TradeJob', id: string, tradeMode: TradeMode, symbol: string, side: OrderSide, orderType: OrderType, origin: JobOrigin, quoteAmount: string | null, baseQuantity: string | null, limitPrice: string | null, status: JobStatus, reasonCode: ReasonCode | null, reasonMessage: string | null, createdAt: string, updatedAt: string, account: { __typename: 'ExchangeAccount', id: string, label: string } } | null } };

export type PlaceLimitSellMutationVariables = Exact<{
  input: PlaceLimitSellInput;
}>;


export type PlaceLimitSellMutation = { placeLimitSell: { __typename: 'PositionSellPayload', position: { __typename: 'Position', id: string, tradeMode: TradeMode, symbol: string, priceKey: string, side: string, status: PositionStatus, qtyTotal: string, qtyRemaining: string, priceOpen: string, realizedProfitUsd: string, feesQuote: string, dustQty: string, dustValueQuote: string, slEnabled: boolean, slPct: string | null, tpEnabled: boolean, tpPct: string | null, trailingEnabled: boolean, trailingDistancePct: string | null, trailingMaxPrice: string | null, trailingArmingPct: string | null, timeStopHours: number | null, breakEvenAfterFirst: boolean, qtyPromised: string, minProfitPct: string | null, lockSellByWebhook: boolean, closeReason: CloseReason | null, closedAt: string | null, sourceLabel: string | null, createdAt: string, updatedAt: string, exitLevels: { __typename: 'ExitLevels', stopPrice: string | null, trailingStopPrice: string | null, trailingArmingPrice: string | null, takeProfitPrice: string | null, timeStopAt: string | null } | null, account: { __typename: 'ExchangeAccount', id: string, label: string, exchange: ExchangeName } }, job: { __typename: 'TradeJob', id: string, tradeMode: TradeMode, symbol: string, side: OrderSide, orderType: OrderType, origin: JobOrigin, quoteAmount: string | null, baseQuantity: string | null, limitPrice: string | null, status: JobStatus, reasonCode: ReasonCode | null, reasonMessage: string | null, createdAt: string, updatedAt: string, account: { __typename: 'ExchangeAccount', id: string, label: string } } | null } };

export type UpdatePositionExitsMutationVariables = Exact<{
  input: UpdatePositionExitsInput;
}>;


export type UpdatePositionExitsMutation = { updatePositionExits: { __typename: 'PositionPayload', position: { __typename: 'Position', id: string, tradeMode: TradeMode, symbol: string, priceKey: string, side: string, status: PositionStatus, qtyTotal: string, qtyRemaining: string, priceOpen: string, realizedProfitUsd: string, feesQuote: string, dustQty: string, dustValueQuote: string, slEnabled: boolean, slPct: string | null, tpEnabled: boolean, tpPct: string | null, trailingEnabled: boolean, trailingDistancePct: string | null, trailingMaxPrice: string | null, trailingArmingPct: string | null, timeStopHours: number | null, breakEvenAfterFirst: boolean, qtyPromised: string, minProfitPct: string | null, lockSellByWebhook: boolean, closeReason: CloseReason | null, closedAt: string | null, sourceLabel: string | null, createdAt: string, updatedAt: string, targets: Array<{ __typename: 'PositionTarget', id: string, ordinal: number, pct: string, sharePct: string, price: string, triggeredAt: string | null }>, exitLevels: { __typename: 'ExitLevels', stopPrice: string | null, trailingStopPrice: string | null, trailingArmingPrice: string | null, takeProfitPrice: string | null, timeStopAt: string | null } | null, account: { __typename: 'ExchangeAccount', id: string, label: string, exchange: ExchangeName } } } };

export type SetSellLockMutationVariables = Exact<{
  input: SetSellLockInput;
}>;


export type SetSellLockMutation = { setSellLock: { __typename: 'PositionPayload', position: { __typename: 'Position', id: string, tradeMode: TradeMode, symbol: string, priceKey: string, side: string, status: PositionStatus, qtyTotal: string, qtyRemaining: string, priceOpen: string, realizedProfitUsd: string, feesQuote: string, dustQty: string, dustValueQuote: string, slEnabled: boolean, slPct: string | null, tpEnabled: boolean, tpPct: string | null, trailingEnabled: boolean, trailingDistancePct: string | null, trailingMaxPrice: string | null, trailingArmingPct: string | null, timeStopHours: number | null, breakEvenAfterFirst: boolean, qtyPromised: string, minProfitPct: string | null, lockSellByWebhook: boolean, closeReason: CloseReason | null, closedAt: string | null, sourceLabel: string | null, createdAt: string, updatedAt: string, exitLevels: { __typename: 'ExitLevels', stopPrice: string | null, trailingStopPrice: string | null, trailingArmingPrice: string | null, takeProfitPrice: string | null, timeStopAt: string | null } | null, account: { __typename: 'ExchangeAccount', id: string, label: string, exchange: ExchangeName } } } };

export type PositionExitsQueryVariables = Exact<{
  id: string | number;
}>;


export type PositionExitsQuery = { position: { __typename: 'Position', id: string, tradeMode: TradeMode, symbol: string, priceKey: string, side: string, status: PositionStatus, qtyTotal: string, qtyRemaining: string, priceOpen: string, realizedProfitUsd: string, feesQuote: string, dustQty: string, dustValueQuote: string, slEnabled: boolean, slPct: string | null, tpEnabled: boolean, tpPct: string | null, trailingEnabled: boolean, trailingDistancePct: string | null, trailingMaxPrice: string | null, trailingArmingPct: string | null, timeStopHours: number | null, breakEvenAfterFirst: boolean, qtyPromised: string, minProfitPct: string | null, lockSellByWebhook: boolean, closeReason: CloseReason | null, closedAt: string | null, sourceLabel: string | null, createdAt: string, updatedAt: string, targets: Array<{ __typename: 'PositionTarget', id: string, ordinal: number, pct: string, sharePct: string, price: string, triggeredAt: string | null }>, exitLevels: { __typename: 'ExitLevels', stopPrice: string | null, trailingStopPrice: string | null, trailingArmingPrice: string | null, takeProfitPrice: string | null, timeStopAt: string | null } | null, account: { __typename: 'ExchangeAccount', id: string, label: string, exchange: ExchangeName } } | null };

export type JobStateQueryVariables = Exact<{
  id: string | number;
}>;


export type JobStateQuery = { tradeJob: { __typename: 'TradeJob', executedQty: string, id: string, tradeMode: TradeMode, symbol: string, side: OrderSide, orderType: OrderType, origin: JobOrigin, quoteAmount: string | null, baseQuantity: string | null, limitPrice: string | null, status: JobStatus, reasonCode: ReasonCode | null, reasonMessage: string | null, createdAt: string, updatedAt: string, account: { __typename: 'ExchangeAccount', id: string, label: string } } | null };

export type TriggerLatencyQueryVariables = Exact<{ [key: string]: never; }>;


export type TriggerLatencyQuery = { triggerLatency: { __typename: 'TriggerLatency', exits: number, tickToDecided: { __typename: 'LatencyStretch', p50Ms: number | null, p95Ms: number | null }, tickToAcknowledged: { __typename: 'LatencyStretch', p50Ms: number | null, p95Ms: number | null } } };

export type PositionsQueryVariables = Exact<{
  filter: PositionFilter;
  first: number;
  after?: string | null | undefined;
}>;


export type PositionsQuery = { positions: { __typename: 'PositionConnection', edges: Array<{ __typename: 'PositionEdge', cursor: string, node: { __typename: 'Position', id: string, tradeMode: TradeMode, symbol: string, priceKey: string, side: string, status: PositionStatus, qtyTotal: string, qtyRemaining: string, priceOpen: string, realizedProfitUsd: string, feesQuote: string, dustQty: string, dustValueQuote: string, slEnabled: boolean, slPct: string | null, tpEnabled: boolean, tpPct: string | null, trailingEnabled: boolean, trailingDistancePct: string | null, trailingMaxPrice: string | null, trailingArmingPct: string | null, timeStopHours: number | null, breakEvenAfterFirst: boolean, qtyPromised: string, minProfitPct: string | null, lockSellByWebhook: boolean, closeReason: CloseReason | null, closedAt: string | null, sourceLabel: string | null, createdAt: string, updatedAt: string, exitLevels: { __typename: 'ExitLevels', stopPrice: string | null, trailingStopPrice: string | null, trailingArmingPrice: string | null, takeProfitPrice: string | null, timeStopAt: string | null } | null, account: { __typename: 'ExchangeAccount', id: string, label: string, exchange: ExchangeName } } }>, pageInfo: { __typename: 'PageInfo', hasNextPage: boolean, endCursor: string | null } } };

export type PositionDetailQueryVariables = Exact<{
  id: string | number;
}>;


export type PositionDetailQuery = { position: { __typename: 'Position', id: string, tradeMode: TradeMode, symbol: string, priceKey: string, side: string, status: PositionStatus, qtyTotal: string, qtyRemaining: string, priceOpen: string, realizedProfitUsd: string, feesQuote: string, dustQty: string, dustValueQuote: string, slEnabled: boolean, slPct: string | null, tpEnabled: boolean, tpPct: string | null, trailingEnabled: boolean, trailingDistancePct: string | null, trailingMaxPrice: string | null, trailingArmingPct: string | null, timeStopHours: number | null, breakEvenAfterFirst: boolean, qtyPromised: string, minProfitPct: string | null, lockSellByWebhook: boolean, closeReason: CloseReason | null, closedAt: string | null, sourceLabel: string | null, createdAt: string, updatedAt: string, vault: { __typename: 'Vault', id: string, name: string } | null, fills: Array<{ __typename: 'PositionFill', id: string, positionId: string, side: OrderSide, qty: string, price: string, feeAmount: string, feeAsset: string | null, realizedQuote: string, filledAt: string }>, targets: Array<{ __typename: 'PositionTarget', id: string, ordinal: number, pct: string, sharePct: string, price: string, triggeredAt: string | null }>, openOrders: Array<{ __typename: 'TradeJob', executedQty: string, limitOrderExpiresAt: string | null, id: string, tradeMode: TradeMode, symbol: string, side: OrderSide, orderType: OrderType, origin: JobOrigin, quoteAmount: string | null, baseQuantity: string | null, limitPrice: string | null, status: JobStatus, reasonCode: ReasonCode | null, reasonMessage: string | null, createdAt: string, updatedAt: string, account: { __typename: 'ExchangeAccount', id: string, label: string } }>, why: Array<{ __typename: 'PositionDecision', what: string, at: string, exitReason: ExitReason | null, job: { __typename: 'TradeJob', id: string, side: OrderSide, status: JobStatus } | null, trace: Array<{ __typename: 'TraceEntry', name: string, value: string, source: string }> }>, openJob: { __typename: 'TradeJob', id: string, tradeMode: TradeMode, symbol: string, side: OrderSide, orderType: OrderType, origin: JobOrigin, quoteAmount: string | null, baseQuantity: string | null, limitPrice: string | null, status: JobStatus, reasonCode: ReasonCode | null, reasonMessage: string | null, createdAt: string, updatedAt: string, event: { __typename: 'WebhookEvent', id: string, eventUid: string, symbolRaw: string, action: SignalAction, rawText: string | null, createdAt: string } | null, executions: Array<{ __typename: 'TradeExecution', id: string, clientOrderId: string, exchangeOrderId: string | null, status: ExecutionStatus, requestedQty: string, executedQty: string, avgPrice: string }>, timeline: Array<{ __typename: 'TimelineEntry', stage: TimelineStage, at: string, offsetMs: number }>, account: { __typename: 'ExchangeAccount', id: string, label: string } }, exitLevels: { __typename: 'ExitLevels', stopPrice: string | null, trailingStopPrice: string | null, trailingArmingPrice: string | null, takeProfitPrice: string | null, timeStopAt: string | null } | null, account: { __typename: 'ExchangeAccount', id: string, label: string, exchange: ExchangeName } } | null };

export type PriceHistoryQueryVariables = Exact<{
  symbol: string;
}>;


export type PriceHistoryQuery = { priceHistory: Array<{ __typename: 'PricePoint', at: string, price: string }> };

export type VaultRowFragment = { __typename: 'Vault', id: string, name: string, description: string | null, tradeMode: TradeMode, isActive: boolean, createdAt: string, balances: Array<{ __typename: 'VaultBalance', asset: string, balance: string, reserved: string, available: string }> };

export type VaultsQueryVariables = Exact<{
  tradeMode: TradeMode;
}>;


export type VaultsQuery = { vaults: Array<{ __typename: 'Vault', id: string, name: string, description: string | null, tradeMode: TradeMode, isActive: boolean, createdAt: string, balances: Array<{ __typename: 'VaultBalance', asset: string, balance: string, reserved: string, available: string }> }> };

export type VaultQueryVariables = Exact<{
  id: string | number;
}>;


export type VaultQuery = { vault: { __typename: 'Vault', id: string, name: string, description: string | null, tradeMode: TradeMode, isActive: boolean, createdAt: string, balances: Array<{ __typename: 'VaultBalance', asset: string, balance: string, reserved: string, available: string }> } | null };

export type VaultTransactionsQueryVariables = Exact<{
  id: string | number;
  first: number;
  after?: string | null | undefined;
}>;


export type VaultTransactionsQuery = { vault: { __typename: 'Vault', id: string, transactions: { __typename: 'VaultTransactionConnection', edges: Array<{ __typename: 'VaultTransactionEdge', cursor: string, node: { __typename: 'VaultTransaction', id: string, type: VaultTransactionType, asset: string, amount: string, balanceDelta: string, reservedDelta: string, jobId: string | null, createdAt: string } }>, pageInfo: { __typename: 'PageInfo', hasNextPage: boolean, endCursor: string | null } } } | null };

export type CreateVaultMutationVariables = Exact<{
  input: CreateVaultInput;
}>;


export type CreateVaultMutation = { createVault: { __typename: 'VaultPayload', vault: { __typename: 'Vault', id: string, name: string, description: string | null, tradeMode: TradeMode, isActive: boolean, createdAt: string, balances: Array<{ __typename: 'VaultBalance', asset: string, balance: string, reserved: string, available: string }> } } };

export type UpdateVaultMutationVariables = Exact<{
  input: UpdateVaultInput;
}>;


export type UpdateVaultMutation = { updateVault: { __typename: 'VaultPayload', vault: { __typename: 'Vault', id: string, name: string, description: string | null, tradeMode: TradeMode, isActive: boolean, createdAt: string, balances: Array<{ __typename: 'VaultBalance', asset: string, balance: string, reserved: string, available: string }> } } };

export type DepositToVaultMutationVariables = Exact<{
  input: VaultMoveInput;
}>;


export type DepositToVaultMutation = { depositToVault: { __typename: 'VaultPayload', vault: { __typename: 'Vault', id: string, name: string, description: string | null, tradeMode: TradeMode, isActive: boolean, createdAt: string, balances: Array<{ __typename: 'VaultBalance', asset: string, balance: string, reserved: string, available: string }> } } };

export type WithdrawFromVaultMutationVariables = Exact<{
  input: VaultMoveInput;
}>;


export type WithdrawFromVaultMutation = { withdrawFromVault: { __typename: 'VaultPayload', vault: { __typename: 'Vault', id: string, name: string, description: string | null, tradeMode: TradeMode, isActive: boolean, createdAt: string, balances: Array<{ __typename: 'VaultBalance', asset: string, balance: string, reserved: string, available: string }> } } };

export type SourceRowFragment = { __typename: 'WebhookSource', id: string, label: string, webhookCode: string, url: string, tradeMode: TradeMode, allowedIps: Array<string>, requireSignature: boolean, hasSigningSecret: boolean, hasBodyToken: boolean, rateLimitPerMin: number, identityWindowSec: number, maxLagSec: number | null, isActive: boolean, adminLocked: boolean, createdAt: string, bindings: Array<{ __typename: 'WebhookBinding', id: string, isActive: boolean, weight: string | null, account: { __typename: 'ExchangeAccount', id: string, label: string, exchange: ExchangeName, isActive: boolean } }> };

export type SourceDetailFragment = { __typename: 'WebhookSource', curlExample: string, id: string, label: string, webhookCode: string, url: string, tradeMode: TradeMode, allowedIps: Array<string>, requireSignature: boolean, hasSigningSecret: boolean, hasBodyToken: boolean, rateLimitPerMin: number, identityWindowSec: number, maxLagSec: number | null, isActive: boolean, adminLocked: boolean, createdAt: string, bindings: Array<{ __typename: 'WebhookBinding', id: string, isActive: boolean, weight: string | null, account: { __typename: 'ExchangeAccount', id: string, label: string, exchange: ExchangeName, isActive: boolean } }> };

export type WebhookSourcesQueryVariables = Exact<{
  tradeMode: TradeMode;
}>;


export type WebhookSourcesQuery = { webhookSources: Array<{ __typename: 'WebhookSource', id: string, label: string, webhookCode: string, url: string, tradeMode: TradeMode, allowedIps: Array<string>, requireSignature: boolean, hasSigningSecret: boolean, hasBodyToken: boolean, rateLimitPerMin: number, identityWindowSec: number, maxLagSec: number | null, isActive: boolean, adminLocked: boolean, createdAt: string, bindings: Array<{ __typename: 'WebhookBinding', id: string, isActive: boolean, weight: string | null, account: { __typename: 'ExchangeAccount', id: string, label: string, exchange: ExchangeName, isActive: boolean } }> }> };

export type WebhookSourceQueryVariables = Exact<{
  id: string | number;
}>;


export type WebhookSourceQuery = { webhookSource: { __typename: 'WebhookSource', curlExample: string, id: string, label: string, webhookCode: string, url: string, tradeMode: TradeMode, allowedIps: Array<string>, requireSignature: boolean, hasSigningSecret: boolean, hasBodyToken: boolean, rateLimitPerMin: number, identityWindowSec: number, maxLagSec: number | null, isActive: boolean, adminLocked: boolean, createdAt: string, bindings: Array<{ __typename: 'WebhookBinding', id: string, isActive: boolean, weight: string | null, account: { __typename: 'ExchangeAccount', id: string, label: string, exchange: ExchangeName, isActive: boolean } }> } | null };

export type BindableAccountsQueryVariables = Exact<{
  tradeMode: TradeMode;
}>;


export type BindableAccountsQuery = { exchangeAccounts: Array<{ __typename: 'ExchangeAccount', id: string, label: string, exchange: ExchangeName, isActive: boolean }> };

export type CreateWebhookSourceMutationVariables = Exact<{
  input: CreateWebhookSourceInput;
}>;


export type CreateWebhookSourceMutation = { createWebhookSource: { __typename: 'WebhookSourcePayload', source: { __typename: 'WebhookSource', curlExample: string, id: string, label: string, webhookCode: string, url: string, tradeMode: TradeMode, allowedIps: Array<string>, requireSignature: boolean, hasSigningSecret: boolean, hasBodyToken: boolean, rateLimitPerMin: number, identityWindowSec: number, maxLagSec: number | null, isActive: boolean, adminLocked: boolean, createdAt: string, bindings: Array<{ __typename: 'WebhookBinding', id: string, isActive: boolean, weight: string | null, account: { __typename: 'ExchangeAccount', id: string, label: string, exchange: ExchangeName, isActive: boolean } }> } } };

export type UpdateWebhookSourceMutationVariables = Exact<{
  input: UpdateWebhookSourceInput;
}>;


export type UpdateWebhookSourceMutation = { updateWebhookSource: { __typename: 'WebhookSourcePayload', source: { __typename: 'WebhookSource', curlExample: string, id: string, label: string, webhookCode: string, url: string, tradeMode: TradeMode, allowedIps: Array<string>, requireSignature: boolean, hasSigningSecret: boolean, hasBodyToken: boolean, rateLimitPerMin: number, identityWindowSec: number, maxLagSec: number | null, isActive: boolean, adminLocked: boolean, createdAt: string, bindings: Array<{ __typename: 'WebhookBinding', id: string, isActive: boolean, weight: string | null, account: { __typename: 'ExchangeAccount', id: string, label: string, exchange: ExchangeName, isActive: boolean } }> } } };

export type RotateWebhookSecretMutationVariables = Exact<{
  sourceId: string | number;
  kind: WebhookSecretKind;
}>;


export type RotateWebhookSecretMutation = { rotateWebhookSecret: { __typename: 'WebhookSecretPayload', secret: string, source: { __typename: 'WebhookSource', curlExample: string, id: string, label: string, webhookCode: string, url: string, tradeMode: TradeMode, allowedIps: Array<string>, requireSignature: boolean, hasSigningSecret: boolean, hasBodyToken: boolean, rateLimitPerMin: number, identityWindowSec: number, maxLagSec: number | null, isActive: boolean, adminLocked: boolean, createdAt: string, bindings: Array<{ __typename: 'WebhookBinding', id: string, isActive: boolean, weight: string | null, account: { __typename: 'ExchangeAccount', id: string, label: string, exchange: ExchangeName, isActive: boolean } }> } } };

export type RemoveWebhookSecretMutationVariables = Exact<{
  sourceId: string | number;
  kind: WebhookSecretKind;
}>;


export type RemoveWebhookSecretMutation = { removeWebhookSecret: { __typename: 'WebhookSourcePayload', source: { __typename: 'WebhookSource', curlExample: string, id: string, label: string, webhookCode: string, url: string, tradeMode: TradeMode, allowedIps: Array<string>, requireSignature: boolean, hasSigningSecret: boolean, hasBodyToken: boolean, rateLimitPerMin: number, identityWindowSec: number, maxLagSec: number | null, isActive: boolean, adminLocked: boolean, createdAt: string, bindings: Array<{ __typename: 'WebhookBinding', id: string, isActive: boolean, weight: string | null, account: { __typename: 'ExchangeAccount', id: string, label: string, exchange: ExchangeName, isActive: boolean } }> } } };

export type BindAccountMutationVariables = Exact<{
  input: BindAccountInput;
}>;


export type BindAccountMutation = { bindAccount: { __typename: 'WebhookSourcePayload', source: { __typename: 'WebhookSource', curlExample: string, id: string, label: string, webhookCode: string, url: string, tradeMode: TradeMode, allowedIps: Array<string>, requireSignature: boolean, hasSigningSecret: boolean, hasBodyToken: boolean, rateLimitPerMin: number, identityWindowSec: number, maxLagSec: number | null, isActive: boolean, adminLocked: boolean, createdAt: string, bindings: Array<{ __typename: 'WebhookBinding', id: string, isActive: boolean, weight: string | null, account: { __typename: 'ExchangeAccount', id: string, label: string, exchange: ExchangeName, isActive: boolean } }> } } };

export type UnbindAccountMutationVariables = Exact<{
  sourceId: string | number;
  accountId: string | number;
}>;


export type UnbindAccountMutation = { unbindAccount: { __typename: 'WebhookSourcePayload', source: { __typename: 'WebhookSource', curlExample: string, id: string, label: string, webhookCode: string, url: string, tradeMode: TradeMode, allowedIps: Array<string>, requireSignature: boolean, hasSigningSecret: boolean, hasBodyToken: boolean, rateLimitPerMin: number, identityWindowSec: number, maxLagSec: number | null, isActive: boolean, adminLocked: boolean, createdAt: string, bindings: Array<{ __typename: 'WebhookBinding', id: string, isActive: boolean, weight: string | null, account: { __typename: 'ExchangeAccount', id: string, label: string, exchange: ExchangeName, isActive: boolean } }> } } };

export type ReceiptRowFragment = { __typename: 'WebhookReceipt', id: string, receipt: string, outcome: ReceiptOutcome, httpStatus: number, reasonCode: ReasonCode | null, reasonMessage: string | null, action: SignalAction | null, symbol: string | null, accounts: number, duplicates: number, sourceIp: string | null, receivedAt: string, source: { __typename: 'WebhookSource', id: string, label: string, tradeMode: TradeMode } };

export type WebhookReceiptsQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
  filter?: WebhookReceiptFilter | null | undefined;
}>;


export type WebhookReceiptsQuery = { webhookReceipts: { __typename: 'WebhookReceiptConnection', edges: Array<{ __typename: 'WebhookReceiptEdge', cursor: string, node: { __typename: 'WebhookReceipt', id: string, receipt: string, outcome: ReceiptOutcome, httpStatus: number, reasonCode: ReasonCode | null, reasonMessage: string | null, action: SignalAction | null, symbol: string | null, accounts: number, duplicates: number, sourceIp: string | null, receivedAt: string, source: { __typename: 'WebhookSource', id: string, label: string, tradeMode: TradeMode } } }>, pageInfo: { __typename: 'PageInfo', hasNextPage: boolean, endCursor: string | null } } };

export type ReceiptEventFragment = { __typename: 'WebhookEvent', id: string, symbolRaw: string, symbolNormalized: string, action: SignalAction, timeframe: string | null, priceReference: string | null, rawText: string | null, rawPayload: unknown, status: WebhookEventStatus, validationError: string | null, account: { __typename: 'ExchangeAccount', id: string, label: string } | null, jobs: Array<{ __typename: 'TradeJob', id: string, tradeMode: TradeMode, symbol: string, side: OrderSide, orderType: OrderType, origin: JobOrigin, quoteAmount: string | null, baseQuantity: string | null, limitPrice: string | null, status: JobStatus, reasonCode: ReasonCode | null, reasonMessage: string | null, createdAt: string, updatedAt: string, position: { __typename: 'Position', id: string } | null, executions: Array<{ __typename: 'TradeExecution', id: string, status: ExecutionStatus, executedQty: string, avgPrice: string, cummQuoteQty: string }>, account: { __typename: 'ExchangeAccount', id: string, label: string } }> };

export type WebhookReceiptQueryVariables = Exact<{
  receipt: string;
}>;


export type WebhookReceiptQuery = { webhookReceipt: { __typename: 'WebhookReceipt', eventUid: string | null, bodyBytes: number, id: string, receipt: string, outcome: ReceiptOutcome, httpStatus: number, reasonCode: ReasonCode | null, reasonMessage: string | null, action: SignalAction | null, symbol: string | null, accounts: number, duplicates: number, sourceIp: string | null, receivedAt: string, timeline: Array<{ __typename: 'TimelineEntry', stage: TimelineStage, at: string, offsetMs: number }>, events: Array<{ __typename: 'WebhookEvent', id: string, symbolRaw: string, symbolNormalized: string, action: SignalAction, timeframe: string | null, priceReference: string | null, rawText: string | null, rawPayload: unknown, status: WebhookEventStatus, validationError: string | null, account: { __typename: 'ExchangeAccount', id: string, label: string } | null, jobs: Array<{ __typename: 'TradeJob', id: string, tradeMode: TradeMode, symbol: string, side: OrderSide, orderType: OrderType, origin: JobOrigin, quoteAmount: string | null, baseQuantity: string | null, limitPrice: string | null, status: JobStatus, reasonCode: ReasonCode | null, reasonMessage: string | null, createdAt: string, updatedAt: string, position: { __typename: 'Position', id: string } | null, executions: Array<{ __typename: 'TradeExecution', id: string, status: ExecutionStatus, executedQty: string, avgPrice: string, cummQuoteQty: string }>, account: { __typename: 'ExchangeAccount', id: string, label: string } }> }>, source: { __typename: 'WebhookSource', id: string, label: string, tradeMode: TradeMode } } | null };

export type ExplainSignalQueryVariables = Exact<{
  input: ExplainSignalInput;
}>;


export type ExplainSignalQuery = { explainSignal: { __typename: 'ExplainSignalPayload', eventUid: string, wouldBeDuplicate: boolean, reasonCode: ReasonCode | null, reasonMessage: string | null, reading: { __typename: 'SignalReading', action: SignalAction, symbolRaw: string | null, symbol: string | null, timeframe: string | null, price: string | null, clues: Array<string> }, accounts: Array<{ __typename: 'ExplainedAccount', wouldTrade: boolean, side: OrderSide | null, orderType: OrderType | null, quoteAmount: string | null, baseQuantity: string | null, limitPrice: string | null, reasonCode: ReasonCode | null, reasonMessage: string | null, account: { __typename: 'ExchangeAccount', id: string, label: string, exchange: ExchangeName }, trace: Array<{ __typename: 'TraceEntry', name: string, value: string, source: string }> }> } };

export type LivePositionFragment = { __typename: 'Position', id: string, tradeMode: TradeMode, symbol: string, priceKey: string, side: string, status: PositionStatus, qtyTotal: string, qtyRemaining: string, priceOpen: string, realizedProfitUsd: string, feesQuote: string, dustQty: string, dustValueQuote: string, slEnabled: boolean, slPct: string | null, tpEnabled: boolean, tpPct: string | null, trailingEnabled: boolean, trailingDistancePct: string | null, trailingMaxPrice: string | null, trailingArmingPct: string | null, timeStopHours: number | null, breakEvenAfterFirst: boolean, qtyPromised: string, minProfitPct: string | null, lockSellByWebhook: boolean, closeReason: CloseReason | null, closedAt: string | null, sourceLabel: string | null, createdAt: string, updatedAt: string, exitLevels: { __typename: 'ExitLevels', stopPrice: string | null, trailingStopPrice: string | null, trailingArmingPrice: string | null, takeProfitPrice: string | null, timeStopAt: string | null } | null, account: { __typename: 'ExchangeAccount', id: string, label: string, exchange: ExchangeName } };

export type LiveJobFragment = { __typename: 'TradeJob', id: string, tradeMode: TradeMode, symbol: string, side: OrderSide, orderType: OrderType, origin: JobOrigin, quoteAmount: string | null, baseQuantity: string | null, limitPrice: string | null, status: JobStatus, reasonCode: ReasonCode | null, reasonMessage: string | null, createdAt: string, updatedAt: string, account: { __typename: 'ExchangeAccount', id: string, label: string } };

export type LiveFillFragment = { __typename: 'PositionFill', id: string, positionId: string, side: OrderSide, qty: string, price: string, feeAmount: string, feeAsset: string | null, realizedQuote: string, filledAt: string };

export type LivePriceFragment = { __typename: 'Price', key: string, last: string, ageMs: number };

export type LiveCursorQueryVariables = Exact<{ [key: string]: never; }>;


export type LiveCursorQuery = { liveCursor: string };

export type OpenPositionsQueryVariables = Exact<{
  tradeMode: TradeMode;
}>;


export type OpenPositionsQuery = { positions: { __typename: 'PositionConnection', edges: Array<{ __typename: 'PositionEdge', cursor: string, node: { __typename: 'Position', id: string, tradeMode: TradeMode, symbol: string, priceKey: string, side: string, status: PositionStatus, qtyTotal: string, qtyRemaining: string, priceOpen: string, realizedProfitUsd: string, feesQuote: string, dustQty: string, dustValueQuote: string, slEnabled: boolean, slPct: string | null, tpEnabled: boolean, tpPct: string | null, trailingEnabled: boolean, trailingDistancePct: string | null, trailingMaxPrice: string | null, trailingArmingPct: string | null, timeStopHours: number | null, breakEvenAfterFirst: boolean, qtyPromised: string, minProfitPct: string | null, lockSellByWebhook: boolean, closeReason: CloseReason | null, closedAt: string | null, sourceLabel: string | null, createdAt: string, updatedAt: string, exitLevels: { __typename: 'ExitLevels', stopPrice: string | null, trailingStopPrice: string | null, trailingArmingPrice: string | null, takeProfitPrice: string | null, timeStopAt: string | null } | null, account: { __typename: 'ExchangeAccount', id: string, label: string, exchange: ExchangeName } } }>, pageInfo: { __typename: 'PageInfo', hasNextPage: boolean, endCursor: string | null } } };

export type ServerInfoQueryVariables = Exact<{ [key: string]: never; }>;


export type ServerInfoQuery = { serverInfo: { __typename: 'ServerInfo', version: string, time: string, priceFeed: string, roles: Array<string>, stalePriceMs: number } };

export type MarketsQueryVariables = Exact<{ [key: string]: never; }>;


export type MarketsQuery = { markets: Array<{ __typename: 'Market', symbol: string, base: string, quote: string, tickSize: string, stepSize: string }> };

export type PriceVenuesQueryVariables = Exact<{ [key: string]: never; }>;


export type PriceVenuesQuery = { exchangeAccounts: Array<{ __typename: 'ExchangeAccount', id: string, priceVenue: PriceVenue }> };

export type PricesQueryVariables = Exact<{
  venues: Array<PriceVenue> | PriceVenue;
}>;


export type PricesQuery = { prices: Array<{ __typename: 'Price', key: string, last: string, ageMs: number }> };

export type PositionChangesSubscriptionVariables = Exact<{
  after?: string | null | undefined;
}>;


export type PositionChangesSubscription = { positionChanges: { __typename: 'PositionEvent', cursor: string, position: { __typename: 'Position', id: string, tradeMode: TradeMode, symbol: string, priceKey: string, side: string, status: PositionStatus, qtyTotal: string, qtyRemaining: string, priceOpen: string, realizedProfitUsd: string, feesQuote: string, dustQty: string, dustValueQuote: string, slEnabled: boolean, slPct: string | null, tpEnabled: boolean, tpPct: string | null, trailingEnabled: boolean, trailingDistancePct: string | null, trailingMaxPrice: string | null, trailingArmingPct: string | null, timeStopHours: number | null, breakEvenAfterFirst: boolean, qtyPromised: string, minProfitPct: string | null, lockSellByWebhook: boolean, closeReason: CloseReason | null, closedAt: string | null, sourceLabel: string | null, createdAt: string, updatedAt: string, exitLevels: { __typename: 'ExitLevels', stopPrice: string | null, trailingStopPrice: string | null, trailingArmingPrice: string | null, takeProfitPrice: string | null, timeStopAt: string | null } | null, account: { __typename: 'ExchangeAccount', id: string, label: string, exchange: ExchangeName } } } };

export type JobChangesSubscriptionVariables = Exact<{
  after?: string | null | undefined;
}>;


export type JobChangesSubscription = { jobChanges: { __typename: 'JobEvent', cursor: string, job: { __typename: 'TradeJob', id: string, tradeMode: TradeMode, symbol: string, side: OrderSide, orderType: OrderType, origin: JobOrigin, quoteAmount: string | null, baseQuantity: string | null, limitPrice: string | null, status: JobStatus, reasonCode: ReasonCode | null, reasonMessage: string | null, createdAt: string, updatedAt: string, account: { __typename: 'ExchangeAccount', id: string, label: string } } } };

export type FillsSubscriptionVariables = Exact<{
  after?: string | null | undefined;
}>;


export type FillsSubscription = { fills: { __typename: 'FillEvent', cursor: string, fill: { __typename: 'PositionFill', id: string, positionId: string, side: OrderSide, qty: string, price: string, feeAmount: string, feeAsset: string | null, realizedQuote: string, filledAt: string } } };

export type AlertsSubscriptionVariables = Exact<{
  after?: string | null | undefined;
}>;


export type AlertsSubscription = { alerts: { __typename: 'AlertEvent', cursor: string, alert: { __typename: 'Alert', id: string, type: string, severity: AlertSeverity, message: string, createdAt: string, resolvedAt: string | null } } };

export type LivePricesSubscriptionVariables = Exact<{
  venues: Array<PriceVenue> | PriceVenue;
}>;


export type LivePricesSubscription = { prices: Array<{ __typename: 'Price', key: string, last: string, ageMs: number }> };

export const PlanFieldsFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"PlanFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"OwnerPlan"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"closesPositions"}},{"kind":"Field","name":{"kind":"Name","value":"expiresAt"}},{"kind":"Field","name":{"kind":"Name","value":"finishedAt"}},{"kind":"Field","name":{"kind":"Name","value":"totals"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"asset"}},{"kind":"Field","name":{"kind":"Name","value":"positions"}},{"kind":"Field","name":{"kind":"Name","value":"value"}},{"kind":"Field","name":{"kind":"Name","value":"profit"}},{"kind":"Field","name":{"kind":"Name","value":"withoutPrice"}}]}},{"kind":"Field","name":{"kind":"Name","value":"accounts"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}}]}},{"kind":"Field","name":{"kind":"Name","value":"positionsClosed"}},{"kind":"Field","name":{"kind":"Name","value":"positionsRefused"}},{"kind":"Field","name":{"kind":"Name","value":"ordersCanceled"}},{"kind":"Field","name":{"kind":"Name","value":"ordersRefused"}},{"kind":"Field","name":{"kind":"Name","value":"pending"}}]}},{"kind":"Field","name":{"kind":"Name","value":"items"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"action"}},{"kind":"Field","name":{"kind":"Name","value":"symbol"}},{"kind":"Field","name":{"kind":"Name","value":"qty"}},{"kind":"Field","name":{"kind":"Name","value":"valueQuote"}},{"kind":"Field","name":{"kind":"Name","value":"profitQuote"}},{"kind":"Field","name":{"kind":"Name","value":"outcome"}},{"kind":"Field","name":{"kind":"Name","value":"reasonCode"}},{"kind":"Field","name":{"kind":"Name","value":"reasonMessage"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}}]}},{"kind":"Field","name":{"kind":"Name","value":"position"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}},{"kind":"Field","name":{"kind":"Name","value":"job"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}}]}}]}}]}}]} as unknown as DocumentNode<PlanFieldsFragment, unknown>;
export const SessionUserFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"SessionUser"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"User"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"email"}},{"kind":"Field","name":{"kind":"Name","value":"fullName"}},{"kind":"Field","name":{"kind":"Name","value":"roles"}},{"kind":"Field","name":{"kind":"Name","value":"mustChangePassword"}},{"kind":"Field","name":{"kind":"Name","value":"entriesPausedAt"}}]}}]} as unknown as DocumentNode<SessionUserFragment, unknown>;
export const AccountRowFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"AccountRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ExchangeAccount"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"exchange"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"isSimulation"}},{"kind":"Field","name":{"kind":"Name","value":"testnet"}},{"kind":"Field","name":{"kind":"Name","value":"isActive"}},{"kind":"Field","name":{"kind":"Name","value":"entriesPausedAt"}},{"kind":"Field","name":{"kind":"Name","value":"equityUsd"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"balances"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"asset"}},{"kind":"Field","name":{"kind":"Name","value":"free"}},{"kind":"Field","name":{"kind":"Name","value":"locked"}},{"kind":"Field","name":{"kind":"Name","value":"total"}},{"kind":"Field","name":{"kind":"Name","value":"valueUsd"}},{"kind":"Field","name":{"kind":"Name","value":"lastSyncAt"}}]}}]}}]} as unknown as DocumentNode<AccountRowFragment, unknown>;
export const LiveJobFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"LiveJob"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"TradeJob"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"symbol"}},{"kind":"Field","name":{"kind":"Name","value":"side"}},{"kind":"Field","name":{"kind":"Name","value":"orderType"}},{"kind":"Field","name":{"kind":"Name","value":"origin"}},{"kind":"Field","name":{"kind":"Name","value":"quoteAmount"}},{"kind":"Field","name":{"kind":"Name","value":"baseQuantity"}},{"kind":"Field","name":{"kind":"Name","value":"limitPrice"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"reasonCode"}},{"kind":"Field","name":{"kind":"Name","value":"reasonMessage"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}}]}}]}}]} as unknown as DocumentNode<LiveJobFragment, unknown>;
export const RestingOrderFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"RestingOrder"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"TradeJob"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"LiveJob"}},{"kind":"Field","name":{"kind":"Name","value":"executedQty"}},{"kind":"Field","name":{"kind":"Name","value":"limitOrderExpiresAt"}},{"kind":"Field","name":{"kind":"Name","value":"distancePct"}},{"kind":"Field","name":{"kind":"Name","value":"promises"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"positionId"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"LiveJob"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"TradeJob"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"symbol"}},{"kind":"Field","name":{"kind":"Name","value":"side"}},{"kind":"Field","name":{"kind":"Name","value":"orderType"}},{"kind":"Field","name":{"kind":"Name","value":"origin"}},{"kind":"Field","name":{"kind":"Name","value":"quoteAmount"}},{"kind":"Field","name":{"kind":"Name","value":"baseQuantity"}},{"kind":"Field","name":{"kind":"Name","value":"limitPrice"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"reasonCode"}},{"kind":"Field","name":{"kind":"Name","value":"reasonMessage"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}}]}}]}}]} as unknown as DocumentNode<RestingOrderFragment, unknown>;
export const ParameterRowFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ParameterRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"TradeParameter"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"symbol"}},{"kind":"Field","name":{"kind":"Name","value":"side"}},{"kind":"Field","name":{"kind":"Name","value":"quoteAmountFixed"}},{"kind":"Field","name":{"kind":"Name","value":"quoteAmountPctBalance"}},{"kind":"Field","name":{"kind":"Name","value":"maxOrdersPerHour"}},{"kind":"Field","name":{"kind":"Name","value":"minIntervalSec"}},{"kind":"Field","name":{"kind":"Name","value":"orderTypeDefault"}},{"kind":"Field","name":{"kind":"Name","value":"slippageBps"}},{"kind":"Field","name":{"kind":"Name","value":"defaultSlEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"defaultSlPct"}},{"kind":"Field","name":{"kind":"Name","value":"defaultTpEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"defaultTpPct"}},{"kind":"Field","name":{"kind":"Name","value":"trailingStopEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"trailingDistancePct"}},{"kind":"Field","name":{"kind":"Name","value":"trailingArmingPct"}},{"kind":"Field","name":{"kind":"Name","value":"defaultTargets"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"pct"}},{"kind":"Field","name":{"kind":"Name","value":"sharePct"}}]}},{"kind":"Field","name":{"kind":"Name","value":"defaultBreakEven"}},{"kind":"Field","name":{"kind":"Name","value":"defaultTimeStopHours"}},{"kind":"Field","name":{"kind":"Name","value":"minProfitPct"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"exchange"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}}]}},{"kind":"Field","name":{"kind":"Name","value":"vault"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}}]} as unknown as DocumentNode<ParameterRowFragment, unknown>;
export const VaultRowFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"VaultRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Vault"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"description"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"isActive"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"balances"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"asset"}},{"kind":"Field","name":{"kind":"Name","value":"balance"}},{"kind":"Field","name":{"kind":"Name","value":"reserved"}},{"kind":"Field","name":{"kind":"Name","value":"available"}}]}}]}}]} as unknown as DocumentNode<VaultRowFragment, unknown>;
export const SourceRowFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"SourceRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"WebhookSource"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"webhookCode"}},{"kind":"Field","name":{"kind":"Name","value":"url"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"allowedIps"}},{"kind":"Field","name":{"kind":"Name","value":"requireSignature"}},{"kind":"Field","name":{"kind":"Name","value":"hasSigningSecret"}},{"kind":"Field","name":{"kind":"Name","value":"hasBodyToken"}},{"kind":"Field","name":{"kind":"Name","value":"rateLimitPerMin"}},{"kind":"Field","name":{"kind":"Name","value":"identityWindowSec"}},{"kind":"Field","name":{"kind":"Name","value":"maxLagSec"}},{"kind":"Field","name":{"kind":"Name","value":"isActive"}},{"kind":"Field","name":{"kind":"Name","value":"adminLocked"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"bindings"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"isActive"}},{"kind":"Field","name":{"kind":"Name","value":"weight"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"exchange"}},{"kind":"Field","name":{"kind":"Name","value":"isActive"}}]}}]}}]}}]} as unknown as DocumentNode<SourceRowFragment, unknown>;
export const SourceDetailFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"SourceDetail"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"WebhookSource"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"SourceRow"}},{"kind":"Field","name":{"kind":"Name","value":"curlExample"}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"SourceRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"WebhookSource"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"webhookCode"}},{"kind":"Field","name":{"kind":"Name","value":"url"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"allowedIps"}},{"kind":"Field","name":{"kind":"Name","value":"requireSignature"}},{"kind":"Field","name":{"kind":"Name","value":"hasSigningSecret"}},{"kind":"Field","name":{"kind":"Name","value":"hasBodyToken"}},{"kind":"Field","name":{"kind":"Name","value":"rateLimitPerMin"}},{"kind":"Field","name":{"kind":"Name","value":"identityWindowSec"}},{"kind":"Field","name":{"kind":"Name","value":"maxLagSec"}},{"kind":"Field","name":{"kind":"Name","value":"isActive"}},{"kind":"Field","name":{"kind":"Name","value":"adminLocked"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"bindings"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"isActive"}},{"kind":"Field","name":{"kind":"Name","value":"weight"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"exchange"}},{"kind":"Field","name":{"kind":"Name","value":"isActive"}}]}}]}}]}}]} as unknown as DocumentNode<SourceDetailFragment, unknown>;
export const ReceiptRowFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ReceiptRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"WebhookReceipt"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"receipt"}},{"kind":"Field","name":{"kind":"Name","value":"outcome"}},{"kind":"Field","name":{"kind":"Name","value":"httpStatus"}},{"kind":"Field","name":{"kind":"Name","value":"reasonCode"}},{"kind":"Field","name":{"kind":"Name","value":"reasonMessage"}},{"kind":"Field","name":{"kind":"Name","value":"action"}},{"kind":"Field","name":{"kind":"Name","value":"symbol"}},{"kind":"Field","name":{"kind":"Name","value":"accounts"}},{"kind":"Field","name":{"kind":"Name","value":"duplicates"}},{"kind":"Field","name":{"kind":"Name","value":"sourceIp"}},{"kind":"Field","name":{"kind":"Name","value":"receivedAt"}},{"kind":"Field","name":{"kind":"Name","value":"source"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}}]}}]}}]} as unknown as DocumentNode<ReceiptRowFragment, unknown>;
export const ReceiptEventFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ReceiptEvent"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"WebhookEvent"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}}]}},{"kind":"Field","name":{"kind":"Name","value":"symbolRaw"}},{"kind":"Field","name":{"kind":"Name","value":"symbolNormalized"}},{"kind":"Field","name":{"kind":"Name","value":"action"}},{"kind":"Field","name":{"kind":"Name","value":"timeframe"}},{"kind":"Field","name":{"kind":"Name","value":"priceReference"}},{"kind":"Field","name":{"kind":"Name","value":"rawText"}},{"kind":"Field","name":{"kind":"Name","value":"rawPayload"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"validationError"}},{"kind":"Field","name":{"kind":"Name","value":"jobs"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"LiveJob"}},{"kind":"Field","name":{"kind":"Name","value":"position"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}},{"kind":"Field","name":{"kind":"Name","value":"executions"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"executedQty"}},{"kind":"Field","name":{"kind":"Name","value":"avgPrice"}},{"kind":"Field","name":{"kind":"Name","value":"cummQuoteQty"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"LiveJob"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"TradeJob"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"symbol"}},{"kind":"Field","name":{"kind":"Name","value":"side"}},{"kind":"Field","name":{"kind":"Name","value":"orderType"}},{"kind":"Field","name":{"kind":"Name","value":"origin"}},{"kind":"Field","name":{"kind":"Name","value":"quoteAmount"}},{"kind":"Field","name":{"kind":"Name","value":"baseQuantity"}},{"kind":"Field","name":{"kind":"Name","value":"limitPrice"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"reasonCode"}},{"kind":"Field","name":{"kind":"Name","value":"reasonMessage"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}}]}}]}}]} as unknown as DocumentNode<ReceiptEventFragment, unknown>;
export const LivePositionFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"LivePosition"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Position"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"symbol"}},{"kind":"Field","name":{"kind":"Name","value":"priceKey"}},{"kind":"Field","name":{"kind":"Name","value":"side"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"qtyTotal"}},{"kind":"Field","name":{"kind":"Name","value":"qtyRemaining"}},{"kind":"Field","name":{"kind":"Name","value":"priceOpen"}},{"kind":"Field","name":{"kind":"Name","value":"realizedProfitUsd"}},{"kind":"Field","name":{"kind":"Name","value":"feesQuote"}},{"kind":"Field","name":{"kind":"Name","value":"dustQty"}},{"kind":"Field","name":{"kind":"Name","value":"dustValueQuote"}},{"kind":"Field","name":{"kind":"Name","value":"slEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"slPct"}},{"kind":"Field","name":{"kind":"Name","value":"tpEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"tpPct"}},{"kind":"Field","name":{"kind":"Name","value":"trailingEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"trailingDistancePct"}},{"kind":"Field","name":{"kind":"Name","value":"trailingMaxPrice"}},{"kind":"Field","name":{"kind":"Name","value":"trailingArmingPct"}},{"kind":"Field","name":{"kind":"Name","value":"timeStopHours"}},{"kind":"Field","name":{"kind":"Name","value":"breakEvenAfterFirst"}},{"kind":"Field","name":{"kind":"Name","value":"qtyPromised"}},{"kind":"Field","name":{"kind":"Name","value":"exitLevels"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"stopPrice"}},{"kind":"Field","name":{"kind":"Name","value":"trailingStopPrice"}},{"kind":"Field","name":{"kind":"Name","value":"trailingArmingPrice"}},{"kind":"Field","name":{"kind":"Name","value":"takeProfitPrice"}},{"kind":"Field","name":{"kind":"Name","value":"timeStopAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"minProfitPct"}},{"kind":"Field","name":{"kind":"Name","value":"lockSellByWebhook"}},{"kind":"Field","name":{"kind":"Name","value":"closeReason"}},{"kind":"Field","name":{"kind":"Name","value":"closedAt"}},{"kind":"Field","name":{"kind":"Name","value":"sourceLabel"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"exchange"}}]}}]}}]} as unknown as DocumentNode<LivePositionFragment, unknown>;
export const LiveFillFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"LiveFill"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"PositionFill"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"positionId"}},{"kind":"Field","name":{"kind":"Name","value":"side"}},{"kind":"Field","name":{"kind":"Name","value":"qty"}},{"kind":"Field","name":{"kind":"Name","value":"price"}},{"kind":"Field","name":{"kind":"Name","value":"feeAmount"}},{"kind":"Field","name":{"kind":"Name","value":"feeAsset"}},{"kind":"Field","name":{"kind":"Name","value":"realizedQuote"}},{"kind":"Field","name":{"kind":"Name","value":"filledAt"}}]}}]} as unknown as DocumentNode<LiveFillFragment, unknown>;
export const LivePriceFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"LivePrice"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Price"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"key"}},{"kind":"Field","name":{"kind":"Name","value":"last"}},{"kind":"Field","name":{"kind":"Name","value":"ageMs"}}]}}]} as unknown as DocumentNode<LivePriceFragment, unknown>;
export const EntriesPauseDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"EntriesPause"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"me"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"entriesPausedAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"exchangeAccounts"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"entriesPausedAt"}}]}}]}}]} as unknown as DocumentNode<EntriesPauseQuery, EntriesPauseQueryVariables>;
export const CloseAllChoicesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"CloseAllChoices"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"tradeMode"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"TradeMode"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"exchangeAccounts"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"tradeMode"},"value":{"kind":"Variable","name":{"kind":"Name","value":"tradeMode"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}}]}},{"kind":"Field","name":{"kind":"Name","value":"webhookSources"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"tradeMode"},"value":{"kind":"Variable","name":{"kind":"Name","value":"tradeMode"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}}]}}]}}]} as unknown as DocumentNode<CloseAllChoicesQuery, CloseAllChoicesQueryVariables>;
export const PauseEntriesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"PauseEntries"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"pauseEntries"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"accountId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"user"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"entriesPausedAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"entriesPausedAt"}}]}}]}}]}}]} as unknown as DocumentNode<PauseEntriesMutation, PauseEntriesMutationVariables>;
export const ResumeEntriesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"ResumeEntries"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"resumeEntries"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"accountId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"user"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"entriesPausedAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"entriesPausedAt"}}]}}]}}]}}]} as unknown as DocumentNode<ResumeEntriesMutation, ResumeEntriesMutationVariables>;
export const PlanCloseAllDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"PlanCloseAll"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"CloseAllFilter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"planCloseAll"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"plan"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"PlanFields"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"PlanFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"OwnerPlan"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"closesPositions"}},{"kind":"Field","name":{"kind":"Name","value":"expiresAt"}},{"kind":"Field","name":{"kind":"Name","value":"finishedAt"}},{"kind":"Field","name":{"kind":"Name","value":"totals"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"asset"}},{"kind":"Field","name":{"kind":"Name","value":"positions"}},{"kind":"Field","name":{"kind":"Name","value":"value"}},{"kind":"Field","name":{"kind":"Name","value":"profit"}},{"kind":"Field","name":{"kind":"Name","value":"withoutPrice"}}]}},{"kind":"Field","name":{"kind":"Name","value":"accounts"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}}]}},{"kind":"Field","name":{"kind":"Name","value":"positionsClosed"}},{"kind":"Field","name":{"kind":"Name","value":"positionsRefused"}},{"kind":"Field","name":{"kind":"Name","value":"ordersCanceled"}},{"kind":"Field","name":{"kind":"Name","value":"ordersRefused"}},{"kind":"Field","name":{"kind":"Name","value":"pending"}}]}},{"kind":"Field","name":{"kind":"Name","value":"items"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"action"}},{"kind":"Field","name":{"kind":"Name","value":"symbol"}},{"kind":"Field","name":{"kind":"Name","value":"qty"}},{"kind":"Field","name":{"kind":"Name","value":"valueQuote"}},{"kind":"Field","name":{"kind":"Name","value":"profitQuote"}},{"kind":"Field","name":{"kind":"Name","value":"outcome"}},{"kind":"Field","name":{"kind":"Name","value":"reasonCode"}},{"kind":"Field","name":{"kind":"Name","value":"reasonMessage"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}}]}},{"kind":"Field","name":{"kind":"Name","value":"position"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}},{"kind":"Field","name":{"kind":"Name","value":"job"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}}]}}]}}]}}]} as unknown as DocumentNode<PlanCloseAllMutation, PlanCloseAllMutationVariables>;
export const ExecuteClosePlanDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"ExecuteClosePlan"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"planId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"executeClosePlan"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"planId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"planId"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"plan"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"PlanFields"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"PlanFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"OwnerPlan"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"closesPositions"}},{"kind":"Field","name":{"kind":"Name","value":"expiresAt"}},{"kind":"Field","name":{"kind":"Name","value":"finishedAt"}},{"kind":"Field","name":{"kind":"Name","value":"totals"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"asset"}},{"kind":"Field","name":{"kind":"Name","value":"positions"}},{"kind":"Field","name":{"kind":"Name","value":"value"}},{"kind":"Field","name":{"kind":"Name","value":"profit"}},{"kind":"Field","name":{"kind":"Name","value":"withoutPrice"}}]}},{"kind":"Field","name":{"kind":"Name","value":"accounts"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}}]}},{"kind":"Field","name":{"kind":"Name","value":"positionsClosed"}},{"kind":"Field","name":{"kind":"Name","value":"positionsRefused"}},{"kind":"Field","name":{"kind":"Name","value":"ordersCanceled"}},{"kind":"Field","name":{"kind":"Name","value":"ordersRefused"}},{"kind":"Field","name":{"kind":"Name","value":"pending"}}]}},{"kind":"Field","name":{"kind":"Name","value":"items"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"action"}},{"kind":"Field","name":{"kind":"Name","value":"symbol"}},{"kind":"Field","name":{"kind":"Name","value":"qty"}},{"kind":"Field","name":{"kind":"Name","value":"valueQuote"}},{"kind":"Field","name":{"kind":"Name","value":"profitQuote"}},{"kind":"Field","name":{"kind":"Name","value":"outcome"}},{"kind":"Field","name":{"kind":"Name","value":"reasonCode"}},{"kind":"Field","name":{"kind":"Name","value":"reasonMessage"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}}]}},{"kind":"Field","name":{"kind":"Name","value":"position"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}},{"kind":"Field","name":{"kind":"Name","value":"job"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}}]}}]}}]}}]} as unknown as DocumentNode<ExecuteClosePlanMutation, ExecuteClosePlanMutationVariables>;
export const KillSwitchDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"KillSwitch"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"KillSwitchInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"killSwitch"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"plan"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"PlanFields"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"PlanFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"OwnerPlan"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"closesPositions"}},{"kind":"Field","name":{"kind":"Name","value":"expiresAt"}},{"kind":"Field","name":{"kind":"Name","value":"finishedAt"}},{"kind":"Field","name":{"kind":"Name","value":"totals"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"asset"}},{"kind":"Field","name":{"kind":"Name","value":"positions"}},{"kind":"Field","name":{"kind":"Name","value":"value"}},{"kind":"Field","name":{"kind":"Name","value":"profit"}},{"kind":"Field","name":{"kind":"Name","value":"withoutPrice"}}]}},{"kind":"Field","name":{"kind":"Name","value":"accounts"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}}]}},{"kind":"Field","name":{"kind":"Name","value":"positionsClosed"}},{"kind":"Field","name":{"kind":"Name","value":"positionsRefused"}},{"kind":"Field","name":{"kind":"Name","value":"ordersCanceled"}},{"kind":"Field","name":{"kind":"Name","value":"ordersRefused"}},{"kind":"Field","name":{"kind":"Name","value":"pending"}}]}},{"kind":"Field","name":{"kind":"Name","value":"items"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"action"}},{"kind":"Field","name":{"kind":"Name","value":"symbol"}},{"kind":"Field","name":{"kind":"Name","value":"qty"}},{"kind":"Field","name":{"kind":"Name","value":"valueQuote"}},{"kind":"Field","name":{"kind":"Name","value":"profitQuote"}},{"kind":"Field","name":{"kind":"Name","value":"outcome"}},{"kind":"Field","name":{"kind":"Name","value":"reasonCode"}},{"kind":"Field","name":{"kind":"Name","value":"reasonMessage"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}}]}},{"kind":"Field","name":{"kind":"Name","value":"position"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}},{"kind":"Field","name":{"kind":"Name","value":"job"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}}]}}]}}]}}]} as unknown as DocumentNode<KillSwitchMutation, KillSwitchMutationVariables>;
export const MeDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Me"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"me"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"SessionUser"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"SessionUser"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"User"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"email"}},{"kind":"Field","name":{"kind":"Name","value":"fullName"}},{"kind":"Field","name":{"kind":"Name","value":"roles"}},{"kind":"Field","name":{"kind":"Name","value":"mustChangePassword"}},{"kind":"Field","name":{"kind":"Name","value":"entriesPausedAt"}}]}}]} as unknown as DocumentNode<MeQuery, MeQueryVariables>;
export const SignOutDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"SignOut"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"signOut"}}]}}]} as unknown as DocumentNode<SignOutMutation, SignOutMutationVariables>;
export const ExchangeAccountsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"ExchangeAccounts"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"tradeMode"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"TradeMode"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"exchangeAccounts"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"tradeMode"},"value":{"kind":"Variable","name":{"kind":"Name","value":"tradeMode"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"AccountRow"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"AccountRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ExchangeAccount"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"exchange"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"isSimulation"}},{"kind":"Field","name":{"kind":"Name","value":"testnet"}},{"kind":"Field","name":{"kind":"Name","value":"isActive"}},{"kind":"Field","name":{"kind":"Name","value":"entriesPausedAt"}},{"kind":"Field","name":{"kind":"Name","value":"equityUsd"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"balances"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"asset"}},{"kind":"Field","name":{"kind":"Name","value":"free"}},{"kind":"Field","name":{"kind":"Name","value":"locked"}},{"kind":"Field","name":{"kind":"Name","value":"total"}},{"kind":"Field","name":{"kind":"Name","value":"valueUsd"}},{"kind":"Field","name":{"kind":"Name","value":"lastSyncAt"}}]}}]}}]} as unknown as DocumentNode<ExchangeAccountsQuery, ExchangeAccountsQueryVariables>;
export const CreateExchangeAccountDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"CreateExchangeAccount"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"CreateExchangeAccountInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"createExchangeAccount"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"AccountRow"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"AccountRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ExchangeAccount"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"exchange"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"isSimulation"}},{"kind":"Field","name":{"kind":"Name","value":"testnet"}},{"kind":"Field","name":{"kind":"Name","value":"isActive"}},{"kind":"Field","name":{"kind":"Name","value":"entriesPausedAt"}},{"kind":"Field","name":{"kind":"Name","value":"equityUsd"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"balances"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"asset"}},{"kind":"Field","name":{"kind":"Name","value":"free"}},{"kind":"Field","name":{"kind":"Name","value":"locked"}},{"kind":"Field","name":{"kind":"Name","value":"total"}},{"kind":"Field","name":{"kind":"Name","value":"valueUsd"}},{"kind":"Field","name":{"kind":"Name","value":"lastSyncAt"}}]}}]}}]} as unknown as DocumentNode<CreateExchangeAccountMutation, CreateExchangeAccountMutationVariables>;
export const UpdateExchangeAccountDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"UpdateExchangeAccount"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"UpdateExchangeAccountInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"updateExchangeAccount"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"AccountRow"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"AccountRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ExchangeAccount"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"exchange"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"isSimulation"}},{"kind":"Field","name":{"kind":"Name","value":"testnet"}},{"kind":"Field","name":{"kind":"Name","value":"isActive"}},{"kind":"Field","name":{"kind":"Name","value":"entriesPausedAt"}},{"kind":"Field","name":{"kind":"Name","value":"equityUsd"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"balances"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"asset"}},{"kind":"Field","name":{"kind":"Name","value":"free"}},{"kind":"Field","name":{"kind":"Name","value":"locked"}},{"kind":"Field","name":{"kind":"Name","value":"total"}},{"kind":"Field","name":{"kind":"Name","value":"valueUsd"}},{"kind":"Field","name":{"kind":"Name","value":"lastSyncAt"}}]}}]}}]} as unknown as DocumentNode<UpdateExchangeAccountMutation, UpdateExchangeAccountMutationVariables>;
export const SignInDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"SignIn"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"SignInInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"signIn"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"user"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"SessionUser"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"SessionUser"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"User"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"email"}},{"kind":"Field","name":{"kind":"Name","value":"fullName"}},{"kind":"Field","name":{"kind":"Name","value":"roles"}},{"kind":"Field","name":{"kind":"Name","value":"mustChangePassword"}},{"kind":"Field","name":{"kind":"Name","value":"entriesPausedAt"}}]}}]} as unknown as DocumentNode<SignInMutation, SignInMutationVariables>;
export const ChangePasswordDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"ChangePassword"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ChangePasswordInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"changePassword"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}]}]}}]} as unknown as DocumentNode<ChangePasswordMutation, ChangePasswordMutationVariables>;
export const DashboardDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Dashboard"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"tradeMode"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"TradeMode"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"dashboard"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"tradeMode"},"value":{"kind":"Variable","name":{"kind":"Name","value":"tradeMode"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"equityUsd"}},{"kind":"Field","name":{"kind":"Name","value":"unrealizedProfit"}},{"kind":"Field","name":{"kind":"Name","value":"realizedToday"}},{"kind":"Field","name":{"kind":"Name","value":"realizedTotal"}},{"kind":"Field","name":{"kind":"Name","value":"dayZone"}},{"kind":"Field","name":{"kind":"Name","value":"openPositions"}},{"kind":"Field","name":{"kind":"Name","value":"openValue"}},{"kind":"Field","name":{"kind":"Name","value":"reservedUsd"}},{"kind":"Field","name":{"kind":"Name","value":"wins"}},{"kind":"Field","name":{"kind":"Name","value":"losses"}}]}}]}}]} as unknown as DocumentNode<DashboardQuery, DashboardQueryVariables>;
export const RecentJobsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"RecentJobs"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"tradeMode"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"TradeMode"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"tradeJobs"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"8"}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"tradeMode"},"value":{"kind":"Variable","name":{"kind":"Name","value":"tradeMode"}}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"LiveJob"}}]}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"LiveJob"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"TradeJob"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"symbol"}},{"kind":"Field","name":{"kind":"Name","value":"side"}},{"kind":"Field","name":{"kind":"Name","value":"orderType"}},{"kind":"Field","name":{"kind":"Name","value":"origin"}},{"kind":"Field","name":{"kind":"Name","value":"quoteAmount"}},{"kind":"Field","name":{"kind":"Name","value":"baseQuantity"}},{"kind":"Field","name":{"kind":"Name","value":"limitPrice"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"reasonCode"}},{"kind":"Field","name":{"kind":"Name","value":"reasonMessage"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}}]}}]}}]} as unknown as DocumentNode<RecentJobsQuery, RecentJobsQueryVariables>;
export const RecentReceiptsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"RecentReceipts"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"webhookReceipts"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"6"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"receipt"}},{"kind":"Field","name":{"kind":"Name","value":"outcome"}},{"kind":"Field","name":{"kind":"Name","value":"reasonCode"}},{"kind":"Field","name":{"kind":"Name","value":"reasonMessage"}},{"kind":"Field","name":{"kind":"Name","value":"action"}},{"kind":"Field","name":{"kind":"Name","value":"symbol"}},{"kind":"Field","name":{"kind":"Name","value":"accounts"}},{"kind":"Field","name":{"kind":"Name","value":"duplicates"}},{"kind":"Field","name":{"kind":"Name","value":"receivedAt"}},{"kind":"Field","name":{"kind":"Name","value":"source"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}}]}}]}}]}}]}}]}}]} as unknown as DocumentNode<RecentReceiptsQuery, RecentReceiptsQueryVariables>;
export const FirstStepsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"FirstSteps"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"tradeMode"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"TradeMode"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"webhookSources"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"tradeMode"},"value":{"kind":"Variable","name":{"kind":"Name","value":"tradeMode"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"isActive"}},{"kind":"Field","name":{"kind":"Name","value":"curlExample"}}]}}]}}]} as unknown as DocumentNode<FirstStepsQuery, FirstStepsQueryVariables>;
export const TradeJobsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"TradeJobs"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"TradeJobFilter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"tradeJobs"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"LiveJob"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"LiveJob"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"TradeJob"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"symbol"}},{"kind":"Field","name":{"kind":"Name","value":"side"}},{"kind":"Field","name":{"kind":"Name","value":"orderType"}},{"kind":"Field","name":{"kind":"Name","value":"origin"}},{"kind":"Field","name":{"kind":"Name","value":"quoteAmount"}},{"kind":"Field","name":{"kind":"Name","value":"baseQuantity"}},{"kind":"Field","name":{"kind":"Name","value":"limitPrice"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"reasonCode"}},{"kind":"Field","name":{"kind":"Name","value":"reasonMessage"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}}]}}]}}]} as unknown as DocumentNode<TradeJobsQuery, TradeJobsQueryVariables>;
export const JobAccountsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"JobAccounts"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"tradeMode"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"TradeMode"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"exchangeAccounts"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"tradeMode"},"value":{"kind":"Variable","name":{"kind":"Name","value":"tradeMode"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}}]}}]}}]} as unknown as DocumentNode<JobAccountsQuery, JobAccountsQueryVariables>;
export const TradeJobDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"TradeJob"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"tradeJob"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"LiveJob"}},{"kind":"Field","name":{"kind":"Name","value":"limitOrderExpiresAt"}},{"kind":"Field","name":{"kind":"Name","value":"executedQty"}},{"kind":"Field","name":{"kind":"Name","value":"exitReason"}},{"kind":"Field","name":{"kind":"Name","value":"exitPrice"}},{"kind":"Field","name":{"kind":"Name","value":"tickAt"}},{"kind":"Field","name":{"kind":"Name","value":"decidedAt"}},{"kind":"Field","name":{"kind":"Name","value":"vault"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"position"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"symbol"}},{"kind":"Field","name":{"kind":"Name","value":"status"}}]}},{"kind":"Field","name":{"kind":"Name","value":"event"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"receipt"}},{"kind":"Field","name":{"kind":"Name","value":"symbolRaw"}},{"kind":"Field","name":{"kind":"Name","value":"action"}},{"kind":"Field","name":{"kind":"Name","value":"rawText"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"executions"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"exchange"}},{"kind":"Field","name":{"kind":"Name","value":"exchangeOrderId"}},{"kind":"Field","name":{"kind":"Name","value":"clientOrderId"}},{"kind":"Field","name":{"kind":"Name","value":"side"}},{"kind":"Field","name":{"kind":"Name","value":"orderType"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"requestedQty"}},{"kind":"Field","name":{"kind":"Name","value":"executedQty"}},{"kind":"Field","name":{"kind":"Name","value":"cummQuoteQty"}},{"kind":"Field","name":{"kind":"Name","value":"avgPrice"}},{"kind":"Field","name":{"kind":"Name","value":"errorMessage"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"timeline"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"stage"}},{"kind":"Field","name":{"kind":"Name","value":"at"}},{"kind":"Field","name":{"kind":"Name","value":"offsetMs"}}]}},{"kind":"Field","name":{"kind":"Name","value":"trace"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"value"}},{"kind":"Field","name":{"kind":"Name","value":"source"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"LiveJob"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"TradeJob"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"symbol"}},{"kind":"Field","name":{"kind":"Name","value":"side"}},{"kind":"Field","name":{"kind":"Name","value":"orderType"}},{"kind":"Field","name":{"kind":"Name","value":"origin"}},{"kind":"Field","name":{"kind":"Name","value":"quoteAmount"}},{"kind":"Field","name":{"kind":"Name","value":"baseQuantity"}},{"kind":"Field","name":{"kind":"Name","value":"limitPrice"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"reasonCode"}},{"kind":"Field","name":{"kind":"Name","value":"reasonMessage"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}}]}}]}}]} as unknown as DocumentNode<TradeJobQuery, TradeJobQueryVariables>;
export const LimitOrdersDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"LimitOrders"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"LimitOrderFilter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"limitOrders"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"RestingOrder"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"LiveJob"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"TradeJob"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"symbol"}},{"kind":"Field","name":{"kind":"Name","value":"side"}},{"kind":"Field","name":{"kind":"Name","value":"orderType"}},{"kind":"Field","name":{"kind":"Name","value":"origin"}},{"kind":"Field","name":{"kind":"Name","value":"quoteAmount"}},{"kind":"Field","name":{"kind":"Name","value":"baseQuantity"}},{"kind":"Field","name":{"kind":"Name","value":"limitPrice"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"reasonCode"}},{"kind":"Field","name":{"kind":"Name","value":"reasonMessage"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"RestingOrder"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"TradeJob"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"LiveJob"}},{"kind":"Field","name":{"kind":"Name","value":"executedQty"}},{"kind":"Field","name":{"kind":"Name","value":"limitOrderExpiresAt"}},{"kind":"Field","name":{"kind":"Name","value":"distancePct"}},{"kind":"Field","name":{"kind":"Name","value":"promises"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"positionId"}}]}}]}}]} as unknown as DocumentNode<LimitOrdersQuery, LimitOrdersQueryVariables>;
export const CancelOrderDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"CancelOrder"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"jobId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cancelOrder"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"jobId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"jobId"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"job"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"LiveJob"}},{"kind":"Field","name":{"kind":"Name","value":"executedQty"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"LiveJob"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"TradeJob"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"symbol"}},{"kind":"Field","name":{"kind":"Name","value":"side"}},{"kind":"Field","name":{"kind":"Name","value":"orderType"}},{"kind":"Field","name":{"kind":"Name","value":"origin"}},{"kind":"Field","name":{"kind":"Name","value":"quoteAmount"}},{"kind":"Field","name":{"kind":"Name","value":"baseQuantity"}},{"kind":"Field","name":{"kind":"Name","value":"limitPrice"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"reasonCode"}},{"kind":"Field","name":{"kind":"Name","value":"reasonMessage"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}}]}}]}}]} as unknown as DocumentNode<CancelOrderMutation, CancelOrderMutationVariables>;
export const TradeParametersDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"TradeParameters"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"tradeParameters"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ParameterRow"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ParameterRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"TradeParameter"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"symbol"}},{"kind":"Field","name":{"kind":"Name","value":"side"}},{"kind":"Field","name":{"kind":"Name","value":"quoteAmountFixed"}},{"kind":"Field","name":{"kind":"Name","value":"quoteAmountPctBalance"}},{"kind":"Field","name":{"kind":"Name","value":"maxOrdersPerHour"}},{"kind":"Field","name":{"kind":"Name","value":"minIntervalSec"}},{"kind":"Field","name":{"kind":"Name","value":"orderTypeDefault"}},{"kind":"Field","name":{"kind":"Name","value":"slippageBps"}},{"kind":"Field","name":{"kind":"Name","value":"defaultSlEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"defaultSlPct"}},{"kind":"Field","name":{"kind":"Name","value":"defaultTpEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"defaultTpPct"}},{"kind":"Field","name":{"kind":"Name","value":"trailingStopEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"trailingDistancePct"}},{"kind":"Field","name":{"kind":"Name","value":"trailingArmingPct"}},{"kind":"Field","name":{"kind":"Name","value":"defaultTargets"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"pct"}},{"kind":"Field","name":{"kind":"Name","value":"sharePct"}}]}},{"kind":"Field","name":{"kind":"Name","value":"defaultBreakEven"}},{"kind":"Field","name":{"kind":"Name","value":"defaultTimeStopHours"}},{"kind":"Field","name":{"kind":"Name","value":"minProfitPct"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"exchange"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}}]}},{"kind":"Field","name":{"kind":"Name","value":"vault"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}}]} as unknown as DocumentNode<TradeParametersQuery, TradeParametersQueryVariables>;
export const ParameterChoicesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"ParameterChoices"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"tradeMode"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"TradeMode"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"exchangeAccounts"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"tradeMode"},"value":{"kind":"Variable","name":{"kind":"Name","value":"tradeMode"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"exchange"}},{"kind":"Field","name":{"kind":"Name","value":"isActive"}}]}},{"kind":"Field","name":{"kind":"Name","value":"vaults"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"tradeMode"},"value":{"kind":"Variable","name":{"kind":"Name","value":"tradeMode"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"isActive"}}]}},{"kind":"Field","name":{"kind":"Name","value":"markets"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"symbol"}},{"kind":"Field","name":{"kind":"Name","value":"base"}},{"kind":"Field","name":{"kind":"Name","value":"quote"}},{"kind":"Field","name":{"kind":"Name","value":"minNotional"}}]}}]}}]} as unknown as DocumentNode<ParameterChoicesQuery, ParameterChoicesQueryVariables>;
export const CreateTradeParameterDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"CreateTradeParameter"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"CreateTradeParameterInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"createTradeParameter"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"parameter"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ParameterRow"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ParameterRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"TradeParameter"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"symbol"}},{"kind":"Field","name":{"kind":"Name","value":"side"}},{"kind":"Field","name":{"kind":"Name","value":"quoteAmountFixed"}},{"kind":"Field","name":{"kind":"Name","value":"quoteAmountPctBalance"}},{"kind":"Field","name":{"kind":"Name","value":"maxOrdersPerHour"}},{"kind":"Field","name":{"kind":"Name","value":"minIntervalSec"}},{"kind":"Field","name":{"kind":"Name","value":"orderTypeDefault"}},{"kind":"Field","name":{"kind":"Name","value":"slippageBps"}},{"kind":"Field","name":{"kind":"Name","value":"defaultSlEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"defaultSlPct"}},{"kind":"Field","name":{"kind":"Name","value":"defaultTpEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"defaultTpPct"}},{"kind":"Field","name":{"kind":"Name","value":"trailingStopEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"trailingDistancePct"}},{"kind":"Field","name":{"kind":"Name","value":"trailingArmingPct"}},{"kind":"Field","name":{"kind":"Name","value":"defaultTargets"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"pct"}},{"kind":"Field","name":{"kind":"Name","value":"sharePct"}}]}},{"kind":"Field","name":{"kind":"Name","value":"defaultBreakEven"}},{"kind":"Field","name":{"kind":"Name","value":"defaultTimeStopHours"}},{"kind":"Field","name":{"kind":"Name","value":"minProfitPct"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"exchange"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}}]}},{"kind":"Field","name":{"kind":"Name","value":"vault"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}}]} as unknown as DocumentNode<CreateTradeParameterMutation, CreateTradeParameterMutationVariables>;
export const UpdateTradeParameterDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"UpdateTradeParameter"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"UpdateTradeParameterInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"updateTradeParameter"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"parameter"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ParameterRow"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ParameterRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"TradeParameter"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"symbol"}},{"kind":"Field","name":{"kind":"Name","value":"side"}},{"kind":"Field","name":{"kind":"Name","value":"quoteAmountFixed"}},{"kind":"Field","name":{"kind":"Name","value":"quoteAmountPctBalance"}},{"kind":"Field","name":{"kind":"Name","value":"maxOrdersPerHour"}},{"kind":"Field","name":{"kind":"Name","value":"minIntervalSec"}},{"kind":"Field","name":{"kind":"Name","value":"orderTypeDefault"}},{"kind":"Field","name":{"kind":"Name","value":"slippageBps"}},{"kind":"Field","name":{"kind":"Name","value":"defaultSlEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"defaultSlPct"}},{"kind":"Field","name":{"kind":"Name","value":"defaultTpEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"defaultTpPct"}},{"kind":"Field","name":{"kind":"Name","value":"trailingStopEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"trailingDistancePct"}},{"kind":"Field","name":{"kind":"Name","value":"trailingArmingPct"}},{"kind":"Field","name":{"kind":"Name","value":"defaultTargets"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"pct"}},{"kind":"Field","name":{"kind":"Name","value":"sharePct"}}]}},{"kind":"Field","name":{"kind":"Name","value":"defaultBreakEven"}},{"kind":"Field","name":{"kind":"Name","value":"defaultTimeStopHours"}},{"kind":"Field","name":{"kind":"Name","value":"minProfitPct"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"exchange"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}}]}},{"kind":"Field","name":{"kind":"Name","value":"vault"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}}]} as unknown as DocumentNode<UpdateTradeParameterMutation, UpdateTradeParameterMutationVariables>;
export const DeleteTradeParameterDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"DeleteTradeParameter"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"deleteTradeParameter"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}}]}}]} as unknown as DocumentNode<DeleteTradeParameterMutation, DeleteTradeParameterMutationVariables>;
export const ClosePositionDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"ClosePosition"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ClosePositionInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"closePosition"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"position"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"LivePosition"}}]}},{"kind":"Field","name":{"kind":"Name","value":"job"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"LiveJob"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"LivePosition"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Position"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"symbol"}},{"kind":"Field","name":{"kind":"Name","value":"priceKey"}},{"kind":"Field","name":{"kind":"Name","value":"side"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"qtyTotal"}},{"kind":"Field","name":{"kind":"Name","value":"qtyRemaining"}},{"kind":"Field","name":{"kind":"Name","value":"priceOpen"}},{"kind":"Field","name":{"kind":"Name","value":"realizedProfitUsd"}},{"kind":"Field","name":{"kind":"Name","value":"feesQuote"}},{"kind":"Field","name":{"kind":"Name","value":"dustQty"}},{"kind":"Field","name":{"kind":"Name","value":"dustValueQuote"}},{"kind":"Field","name":{"kind":"Name","value":"slEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"slPct"}},{"kind":"Field","name":{"kind":"Name","value":"tpEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"tpPct"}},{"kind":"Field","name":{"kind":"Name","value":"trailingEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"trailingDistancePct"}},{"kind":"Field","name":{"kind":"Name","value":"trailingMaxPrice"}},{"kind":"Field","name":{"kind":"Name","value":"trailingArmingPct"}},{"kind":"Field","name":{"kind":"Name","value":"timeStopHours"}},{"kind":"Field","name":{"kind":"Name","value":"breakEvenAfterFirst"}},{"kind":"Field","name":{"kind":"Name","value":"qtyPromised"}},{"kind":"Field","name":{"kind":"Name","value":"exitLevels"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"stopPrice"}},{"kind":"Field","name":{"kind":"Name","value":"trailingStopPrice"}},{"kind":"Field","name":{"kind":"Name","value":"trailingArmingPrice"}},{"kind":"Field","name":{"kind":"Name","value":"takeProfitPrice"}},{"kind":"Field","name":{"kind":"Name","value":"timeStopAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"minProfitPct"}},{"kind":"Field","name":{"kind":"Name","value":"lockSellByWebhook"}},{"kind":"Field","name":{"kind":"Name","value":"closeReason"}},{"kind":"Field","name":{"kind":"Name","value":"closedAt"}},{"kind":"Field","name":{"kind":"Name","value":"sourceLabel"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"exchange"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"LiveJob"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"TradeJob"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"symbol"}},{"kind":"Field","name":{"kind":"Name","value":"side"}},{"kind":"Field","name":{"kind":"Name","value":"orderType"}},{"kind":"Field","name":{"kind":"Name","value":"origin"}},{"kind":"Field","name":{"kind":"Name","value":"quoteAmount"}},{"kind":"Field","name":{"kind":"Name","value":"baseQuantity"}},{"kind":"Field","name":{"kind":"Name","value":"limitPrice"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"reasonCode"}},{"kind":"Field","name":{"kind":"Name","value":"reasonMessage"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}}]}}]}}]} as unknown as DocumentNode<ClosePositionMutation, ClosePositionMutationVariables>;
export const PlaceLimitSellDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"PlaceLimitSell"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"PlaceLimitSellInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"placeLimitSell"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"position"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"LivePosition"}}]}},{"kind":"Field","name":{"kind":"Name","value":"job"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"LiveJob"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"LivePosition"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Position"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"symbol"}},{"kind":"Field","name":{"kind":"Name","value":"priceKey"}},{"kind":"Field","name":{"kind":"Name","value":"side"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"qtyTotal"}},{"kind":"Field","name":{"kind":"Name","value":"qtyRemaining"}},{"kind":"Field","name":{"kind":"Name","value":"priceOpen"}},{"kind":"Field","name":{"kind":"Name","value":"realizedProfitUsd"}},{"kind":"Field","name":{"kind":"Name","value":"feesQuote"}},{"kind":"Field","name":{"kind":"Name","value":"dustQty"}},{"kind":"Field","name":{"kind":"Name","value":"dustValueQuote"}},{"kind":"Field","name":{"kind":"Name","value":"slEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"slPct"}},{"kind":"Field","name":{"kind":"Name","value":"tpEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"tpPct"}},{"kind":"Field","name":{"kind":"Name","value":"trailingEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"trailingDistancePct"}},{"kind":"Field","name":{"kind":"Name","value":"trailingMaxPrice"}},{"kind":"Field","name":{"kind":"Name","value":"trailingArmingPct"}},{"kind":"Field","name":{"kind":"Name","value":"timeStopHours"}},{"kind":"Field","name":{"kind":"Name","value":"breakEvenAfterFirst"}},{"kind":"Field","name":{"kind":"Name","value":"qtyPromised"}},{"kind":"Field","name":{"kind":"Name","value":"exitLevels"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"stopPrice"}},{"kind":"Field","name":{"kind":"Name","value":"trailingStopPrice"}},{"kind":"Field","name":{"kind":"Name","value":"trailingArmingPrice"}},{"kind":"Field","name":{"kind":"Name","value":"takeProfitPrice"}},{"kind":"Field","name":{"kind":"Name","value":"timeStopAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"minProfitPct"}},{"kind":"Field","name":{"kind":"Name","value":"lockSellByWebhook"}},{"kind":"Field","name":{"kind":"Name","value":"closeReason"}},{"kind":"Field","name":{"kind":"Name","value":"closedAt"}},{"kind":"Field","name":{"kind":"Name","value":"sourceLabel"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"exchange"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"LiveJob"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"TradeJob"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"symbol"}},{"kind":"Field","name":{"kind":"Name","value":"side"}},{"kind":"Field","name":{"kind":"Name","value":"orderType"}},{"kind":"Field","name":{"kind":"Name","value":"origin"}},{"kind":"Field","name":{"kind":"Name","value":"quoteAmount"}},{"kind":"Field","name":{"kind":"Name","value":"baseQuantity"}},{"kind":"Field","name":{"kind":"Name","value":"limitPrice"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"reasonCode"}},{"kind":"Field","name":{"kind":"Name","value":"reasonMessage"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}}]}}]}}]} as unknown as DocumentNode<PlaceLimitSellMutation, PlaceLimitSellMutationVariables>;
export const UpdatePositionExitsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"UpdatePositionExits"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"UpdatePositionExitsInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"updatePositionExits"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"position"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"LivePosition"}},{"kind":"Field","name":{"kind":"Name","value":"targets"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"ordinal"}},{"kind":"Field","name":{"kind":"Name","value":"pct"}},{"kind":"Field","name":{"kind":"Name","value":"sharePct"}},{"kind":"Field","name":{"kind":"Name","value":"price"}},{"kind":"Field","name":{"kind":"Name","value":"triggeredAt"}}]}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"LivePosition"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Position"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"symbol"}},{"kind":"Field","name":{"kind":"Name","value":"priceKey"}},{"kind":"Field","name":{"kind":"Name","value":"side"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"qtyTotal"}},{"kind":"Field","name":{"kind":"Name","value":"qtyRemaining"}},{"kind":"Field","name":{"kind":"Name","value":"priceOpen"}},{"kind":"Field","name":{"kind":"Name","value":"realizedProfitUsd"}},{"kind":"Field","name":{"kind":"Name","value":"feesQuote"}},{"kind":"Field","name":{"kind":"Name","value":"dustQty"}},{"kind":"Field","name":{"kind":"Name","value":"dustValueQuote"}},{"kind":"Field","name":{"kind":"Name","value":"slEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"slPct"}},{"kind":"Field","name":{"kind":"Name","value":"tpEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"tpPct"}},{"kind":"Field","name":{"kind":"Name","value":"trailingEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"trailingDistancePct"}},{"kind":"Field","name":{"kind":"Name","value":"trailingMaxPrice"}},{"kind":"Field","name":{"kind":"Name","value":"trailingArmingPct"}},{"kind":"Field","name":{"kind":"Name","value":"timeStopHours"}},{"kind":"Field","name":{"kind":"Name","value":"breakEvenAfterFirst"}},{"kind":"Field","name":{"kind":"Name","value":"qtyPromised"}},{"kind":"Field","name":{"kind":"Name","value":"exitLevels"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"stopPrice"}},{"kind":"Field","name":{"kind":"Name","value":"trailingStopPrice"}},{"kind":"Field","name":{"kind":"Name","value":"trailingArmingPrice"}},{"kind":"Field","name":{"kind":"Name","value":"takeProfitPrice"}},{"kind":"Field","name":{"kind":"Name","value":"timeStopAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"minProfitPct"}},{"kind":"Field","name":{"kind":"Name","value":"lockSellByWebhook"}},{"kind":"Field","name":{"kind":"Name","value":"closeReason"}},{"kind":"Field","name":{"kind":"Name","value":"closedAt"}},{"kind":"Field","name":{"kind":"Name","value":"sourceLabel"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"exchange"}}]}}]}}]} as unknown as DocumentNode<UpdatePositionExitsMutation, UpdatePositionExitsMutationVariables>;
export const SetSellLockDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"SetSellLock"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"SetSellLockInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"setSellLock"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"position"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"LivePosition"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"LivePosition"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Position"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"symbol"}},{"kind":"Field","name":{"kind":"Name","value":"priceKey"}},{"kind":"Field","name":{"kind":"Name","value":"side"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"qtyTotal"}},{"kind":"Field","name":{"kind":"Name","value":"qtyRemaining"}},{"kind":"Field","name":{"kind":"Name","value":"priceOpen"}},{"kind":"Field","name":{"kind":"Name","value":"realizedProfitUsd"}},{"kind":"Field","name":{"kind":"Name","value":"feesQuote"}},{"kind":"Field","name":{"kind":"Name","value":"dustQty"}},{"kind":"Field","name":{"kind":"Name","value":"dustValueQuote"}},{"kind":"Field","name":{"kind":"Name","value":"slEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"slPct"}},{"kind":"Field","name":{"kind":"Name","value":"tpEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"tpPct"}},{"kind":"Field","name":{"kind":"Name","value":"trailingEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"trailingDistancePct"}},{"kind":"Field","name":{"kind":"Name","value":"trailingMaxPrice"}},{"kind":"Field","name":{"kind":"Name","value":"trailingArmingPct"}},{"kind":"Field","name":{"kind":"Name","value":"timeStopHours"}},{"kind":"Field","name":{"kind":"Name","value":"breakEvenAfterFirst"}},{"kind":"Field","name":{"kind":"Name","value":"qtyPromised"}},{"kind":"Field","name":{"kind":"Name","value":"exitLevels"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"stopPrice"}},{"kind":"Field","name":{"kind":"Name","value":"trailingStopPrice"}},{"kind":"Field","name":{"kind":"Name","value":"trailingArmingPrice"}},{"kind":"Field","name":{"kind":"Name","value":"takeProfitPrice"}},{"kind":"Field","name":{"kind":"Name","value":"timeStopAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"minProfitPct"}},{"kind":"Field","name":{"kind":"Name","value":"lockSellByWebhook"}},{"kind":"Field","name":{"kind":"Name","value":"closeReason"}},{"kind":"Field","name":{"kind":"Name","value":"closedAt"}},{"kind":"Field","name":{"kind":"Name","value":"sourceLabel"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"exchange"}}]}}]}}]} as unknown as DocumentNode<SetSellLockMutation, SetSellLockMutationVariables>;
export const PositionExitsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"PositionExits"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"position"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"LivePosition"}},{"kind":"Field","name":{"kind":"Name","value":"targets"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"ordinal"}},{"kind":"Field","name":{"kind":"Name","value":"pct"}},{"kind":"Field","name":{"kind":"Name","value":"sharePct"}},{"kind":"Field","name":{"kind":"Name","value":"price"}},{"kind":"Field","name":{"kind":"Name","value":"triggeredAt"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"LivePosition"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Position"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"symbol"}},{"kind":"Field","name":{"kind":"Name","value":"priceKey"}},{"kind":"Field","name":{"kind":"Name","value":"side"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"qtyTotal"}},{"kind":"Field","name":{"kind":"Name","value":"qtyRemaining"}},{"kind":"Field","name":{"kind":"Name","value":"priceOpen"}},{"kind":"Field","name":{"kind":"Name","value":"realizedProfitUsd"}},{"kind":"Field","name":{"kind":"Name","value":"feesQuote"}},{"kind":"Field","name":{"kind":"Name","value":"dustQty"}},{"kind":"Field","name":{"kind":"Name","value":"dustValueQuote"}},{"kind":"Field","name":{"kind":"Name","value":"slEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"slPct"}},{"kind":"Field","name":{"kind":"Name","value":"tpEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"tpPct"}},{"kind":"Field","name":{"kind":"Name","value":"trailingEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"trailingDistancePct"}},{"kind":"Field","name":{"kind":"Name","value":"trailingMaxPrice"}},{"kind":"Field","name":{"kind":"Name","value":"trailingArmingPct"}},{"kind":"Field","name":{"kind":"Name","value":"timeStopHours"}},{"kind":"Field","name":{"kind":"Name","value":"breakEvenAfterFirst"}},{"kind":"Field","name":{"kind":"Name","value":"qtyPromised"}},{"kind":"Field","name":{"kind":"Name","value":"exitLevels"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"stopPrice"}},{"kind":"Field","name":{"kind":"Name","value":"trailingStopPrice"}},{"kind":"Field","name":{"kind":"Name","value":"trailingArmingPrice"}},{"kind":"Field","name":{"kind":"Name","value":"takeProfitPrice"}},{"kind":"Field","name":{"kind":"Name","value":"timeStopAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"minProfitPct"}},{"kind":"Field","name":{"kind":"Name","value":"lockSellByWebhook"}},{"kind":"Field","name":{"kind":"Name","value":"closeReason"}},{"kind":"Field","name":{"kind":"Name","value":"closedAt"}},{"kind":"Field","name":{"kind":"Name","value":"sourceLabel"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"exchange"}}]}}]}}]} as unknown as DocumentNode<PositionExitsQuery, PositionExitsQueryVariables>;
export const JobStateDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"JobState"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"tradeJob"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"LiveJob"}},{"kind":"Field","name":{"kind":"Name","value":"executedQty"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"LiveJob"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"TradeJob"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"symbol"}},{"kind":"Field","name":{"kind":"Name","value":"side"}},{"kind":"Field","name":{"kind":"Name","value":"orderType"}},{"kind":"Field","name":{"kind":"Name","value":"origin"}},{"kind":"Field","name":{"kind":"Name","value":"quoteAmount"}},{"kind":"Field","name":{"kind":"Name","value":"baseQuantity"}},{"kind":"Field","name":{"kind":"Name","value":"limitPrice"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"reasonCode"}},{"kind":"Field","name":{"kind":"Name","value":"reasonMessage"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}}]}}]}}]} as unknown as DocumentNode<JobStateQuery, JobStateQueryVariables>;
export const TriggerLatencyDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"TriggerLatency"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"triggerLatency"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"last"},"value":{"kind":"IntValue","value":"500"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"exits"}},{"kind":"Field","name":{"kind":"Name","value":"tickToDecided"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"p50Ms"}},{"kind":"Field","name":{"kind":"Name","value":"p95Ms"}}]}},{"kind":"Field","name":{"kind":"Name","value":"tickToAcknowledged"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"p50Ms"}},{"kind":"Field","name":{"kind":"Name","value":"p95Ms"}}]}}]}}]}}]} as unknown as DocumentNode<TriggerLatencyQuery, TriggerLatencyQueryVariables>;
export const PositionsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Positions"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"PositionFilter"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"positions"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"LivePosition"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"LivePosition"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Position"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"symbol"}},{"kind":"Field","name":{"kind":"Name","value":"priceKey"}},{"kind":"Field","name":{"kind":"Name","value":"side"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"qtyTotal"}},{"kind":"Field","name":{"kind":"Name","value":"qtyRemaining"}},{"kind":"Field","name":{"kind":"Name","value":"priceOpen"}},{"kind":"Field","name":{"kind":"Name","value":"realizedProfitUsd"}},{"kind":"Field","name":{"kind":"Name","value":"feesQuote"}},{"kind":"Field","name":{"kind":"Name","value":"dustQty"}},{"kind":"Field","name":{"kind":"Name","value":"dustValueQuote"}},{"kind":"Field","name":{"kind":"Name","value":"slEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"slPct"}},{"kind":"Field","name":{"kind":"Name","value":"tpEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"tpPct"}},{"kind":"Field","name":{"kind":"Name","value":"trailingEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"trailingDistancePct"}},{"kind":"Field","name":{"kind":"Name","value":"trailingMaxPrice"}},{"kind":"Field","name":{"kind":"Name","value":"trailingArmingPct"}},{"kind":"Field","name":{"kind":"Name","value":"timeStopHours"}},{"kind":"Field","name":{"kind":"Name","value":"breakEvenAfterFirst"}},{"kind":"Field","name":{"kind":"Name","value":"qtyPromised"}},{"kind":"Field","name":{"kind":"Name","value":"exitLevels"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"stopPrice"}},{"kind":"Field","name":{"kind":"Name","value":"trailingStopPrice"}},{"kind":"Field","name":{"kind":"Name","value":"trailingArmingPrice"}},{"kind":"Field","name":{"kind":"Name","value":"takeProfitPrice"}},{"kind":"Field","name":{"kind":"Name","value":"timeStopAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"minProfitPct"}},{"kind":"Field","name":{"kind":"Name","value":"lockSellByWebhook"}},{"kind":"Field","name":{"kind":"Name","value":"closeReason"}},{"kind":"Field","name":{"kind":"Name","value":"closedAt"}},{"kind":"Field","name":{"kind":"Name","value":"sourceLabel"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"exchange"}}]}}]}}]} as unknown as DocumentNode<PositionsQuery, PositionsQueryVariables>;
export const PositionDetailDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"PositionDetail"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"position"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"LivePosition"}},{"kind":"Field","name":{"kind":"Name","value":"vault"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"fills"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"LiveFill"}}]}},{"kind":"Field","name":{"kind":"Name","value":"targets"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"ordinal"}},{"kind":"Field","name":{"kind":"Name","value":"pct"}},{"kind":"Field","name":{"kind":"Name","value":"sharePct"}},{"kind":"Field","name":{"kind":"Name","value":"price"}},{"kind":"Field","name":{"kind":"Name","value":"triggeredAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"openOrders"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"LiveJob"}},{"kind":"Field","name":{"kind":"Name","value":"executedQty"}},{"kind":"Field","name":{"kind":"Name","value":"limitOrderExpiresAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"why"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"what"}},{"kind":"Field","name":{"kind":"Name","value":"at"}},{"kind":"Field","name":{"kind":"Name","value":"exitReason"}},{"kind":"Field","name":{"kind":"Name","value":"job"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"side"}},{"kind":"Field","name":{"kind":"Name","value":"status"}}]}},{"kind":"Field","name":{"kind":"Name","value":"trace"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"value"}},{"kind":"Field","name":{"kind":"Name","value":"source"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"openJob"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"LiveJob"}},{"kind":"Field","name":{"kind":"Name","value":"event"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"eventUid"}},{"kind":"Field","name":{"kind":"Name","value":"symbolRaw"}},{"kind":"Field","name":{"kind":"Name","value":"action"}},{"kind":"Field","name":{"kind":"Name","value":"rawText"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"executions"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"clientOrderId"}},{"kind":"Field","name":{"kind":"Name","value":"exchangeOrderId"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"requestedQty"}},{"kind":"Field","name":{"kind":"Name","value":"executedQty"}},{"kind":"Field","name":{"kind":"Name","value":"avgPrice"}}]}},{"kind":"Field","name":{"kind":"Name","value":"timeline"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"stage"}},{"kind":"Field","name":{"kind":"Name","value":"at"}},{"kind":"Field","name":{"kind":"Name","value":"offsetMs"}}]}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"LivePosition"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Position"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"symbol"}},{"kind":"Field","name":{"kind":"Name","value":"priceKey"}},{"kind":"Field","name":{"kind":"Name","value":"side"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"qtyTotal"}},{"kind":"Field","name":{"kind":"Name","value":"qtyRemaining"}},{"kind":"Field","name":{"kind":"Name","value":"priceOpen"}},{"kind":"Field","name":{"kind":"Name","value":"realizedProfitUsd"}},{"kind":"Field","name":{"kind":"Name","value":"feesQuote"}},{"kind":"Field","name":{"kind":"Name","value":"dustQty"}},{"kind":"Field","name":{"kind":"Name","value":"dustValueQuote"}},{"kind":"Field","name":{"kind":"Name","value":"slEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"slPct"}},{"kind":"Field","name":{"kind":"Name","value":"tpEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"tpPct"}},{"kind":"Field","name":{"kind":"Name","value":"trailingEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"trailingDistancePct"}},{"kind":"Field","name":{"kind":"Name","value":"trailingMaxPrice"}},{"kind":"Field","name":{"kind":"Name","value":"trailingArmingPct"}},{"kind":"Field","name":{"kind":"Name","value":"timeStopHours"}},{"kind":"Field","name":{"kind":"Name","value":"breakEvenAfterFirst"}},{"kind":"Field","name":{"kind":"Name","value":"qtyPromised"}},{"kind":"Field","name":{"kind":"Name","value":"exitLevels"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"stopPrice"}},{"kind":"Field","name":{"kind":"Name","value":"trailingStopPrice"}},{"kind":"Field","name":{"kind":"Name","value":"trailingArmingPrice"}},{"kind":"Field","name":{"kind":"Name","value":"takeProfitPrice"}},{"kind":"Field","name":{"kind":"Name","value":"timeStopAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"minProfitPct"}},{"kind":"Field","name":{"kind":"Name","value":"lockSellByWebhook"}},{"kind":"Field","name":{"kind":"Name","value":"closeReason"}},{"kind":"Field","name":{"kind":"Name","value":"closedAt"}},{"kind":"Field","name":{"kind":"Name","value":"sourceLabel"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"exchange"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"LiveFill"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"PositionFill"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"positionId"}},{"kind":"Field","name":{"kind":"Name","value":"side"}},{"kind":"Field","name":{"kind":"Name","value":"qty"}},{"kind":"Field","name":{"kind":"Name","value":"price"}},{"kind":"Field","name":{"kind":"Name","value":"feeAmount"}},{"kind":"Field","name":{"kind":"Name","value":"feeAsset"}},{"kind":"Field","name":{"kind":"Name","value":"realizedQuote"}},{"kind":"Field","name":{"kind":"Name","value":"filledAt"}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"LiveJob"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"TradeJob"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"symbol"}},{"kind":"Field","name":{"kind":"Name","value":"side"}},{"kind":"Field","name":{"kind":"Name","value":"orderType"}},{"kind":"Field","name":{"kind":"Name","value":"origin"}},{"kind":"Field","name":{"kind":"Name","value":"quoteAmount"}},{"kind":"Field","name":{"kind":"Name","value":"baseQuantity"}},{"kind":"Field","name":{"kind":"Name","value":"limitPrice"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"reasonCode"}},{"kind":"Field","name":{"kind":"Name","value":"reasonMessage"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}}]}}]}}]} as unknown as DocumentNode<PositionDetailQuery, PositionDetailQueryVariables>;
export const PriceHistoryDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"PriceHistory"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"symbol"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"priceHistory"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"symbol"},"value":{"kind":"Variable","name":{"kind":"Name","value":"symbol"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"at"}},{"kind":"Field","name":{"kind":"Name","value":"price"}}]}}]}}]} as unknown as DocumentNode<PriceHistoryQuery, PriceHistoryQueryVariables>;
export const VaultsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Vaults"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"tradeMode"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"TradeMode"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"vaults"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"tradeMode"},"value":{"kind":"Variable","name":{"kind":"Name","value":"tradeMode"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"VaultRow"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"VaultRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Vault"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"description"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"isActive"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"balances"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"asset"}},{"kind":"Field","name":{"kind":"Name","value":"balance"}},{"kind":"Field","name":{"kind":"Name","value":"reserved"}},{"kind":"Field","name":{"kind":"Name","value":"available"}}]}}]}}]} as unknown as DocumentNode<VaultsQuery, VaultsQueryVariables>;
export const VaultDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Vault"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"vault"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"VaultRow"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"VaultRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Vault"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"description"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"isActive"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"balances"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"asset"}},{"kind":"Field","name":{"kind":"Name","value":"balance"}},{"kind":"Field","name":{"kind":"Name","value":"reserved"}},{"kind":"Field","name":{"kind":"Name","value":"available"}}]}}]}}]} as unknown as DocumentNode<VaultQuery, VaultQueryVariables>;
export const VaultTransactionsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"VaultTransactions"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"vault"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"transactions"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"asset"}},{"kind":"Field","name":{"kind":"Name","value":"amount"}},{"kind":"Field","name":{"kind":"Name","value":"balanceDelta"}},{"kind":"Field","name":{"kind":"Name","value":"reservedDelta"}},{"kind":"Field","name":{"kind":"Name","value":"jobId"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}}]}}]} as unknown as DocumentNode<VaultTransactionsQuery, VaultTransactionsQueryVariables>;
export const CreateVaultDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"CreateVault"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"CreateVaultInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"createVault"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"vault"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"VaultRow"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"VaultRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Vault"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"description"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"isActive"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"balances"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"asset"}},{"kind":"Field","name":{"kind":"Name","value":"balance"}},{"kind":"Field","name":{"kind":"Name","value":"reserved"}},{"kind":"Field","name":{"kind":"Name","value":"available"}}]}}]}}]} as unknown as DocumentNode<CreateVaultMutation, CreateVaultMutationVariables>;
export const UpdateVaultDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"UpdateVault"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"UpdateVaultInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"updateVault"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"vault"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"VaultRow"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"VaultRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Vault"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"description"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"isActive"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"balances"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"asset"}},{"kind":"Field","name":{"kind":"Name","value":"balance"}},{"kind":"Field","name":{"kind":"Name","value":"reserved"}},{"kind":"Field","name":{"kind":"Name","value":"available"}}]}}]}}]} as unknown as DocumentNode<UpdateVaultMutation, UpdateVaultMutationVariables>;
export const DepositToVaultDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"DepositToVault"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"VaultMoveInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"depositToVault"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"vault"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"VaultRow"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"VaultRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Vault"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"description"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"isActive"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"balances"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"asset"}},{"kind":"Field","name":{"kind":"Name","value":"balance"}},{"kind":"Field","name":{"kind":"Name","value":"reserved"}},{"kind":"Field","name":{"kind":"Name","value":"available"}}]}}]}}]} as unknown as DocumentNode<DepositToVaultMutation, DepositToVaultMutationVariables>;
export const WithdrawFromVaultDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"WithdrawFromVault"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"VaultMoveInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"withdrawFromVault"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"vault"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"VaultRow"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"VaultRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Vault"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"description"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"isActive"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"balances"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"asset"}},{"kind":"Field","name":{"kind":"Name","value":"balance"}},{"kind":"Field","name":{"kind":"Name","value":"reserved"}},{"kind":"Field","name":{"kind":"Name","value":"available"}}]}}]}}]} as unknown as DocumentNode<WithdrawFromVaultMutation, WithdrawFromVaultMutationVariables>;
export const WebhookSourcesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"WebhookSources"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"tradeMode"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"TradeMode"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"webhookSources"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"tradeMode"},"value":{"kind":"Variable","name":{"kind":"Name","value":"tradeMode"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"SourceRow"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"SourceRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"WebhookSource"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"webhookCode"}},{"kind":"Field","name":{"kind":"Name","value":"url"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"allowedIps"}},{"kind":"Field","name":{"kind":"Name","value":"requireSignature"}},{"kind":"Field","name":{"kind":"Name","value":"hasSigningSecret"}},{"kind":"Field","name":{"kind":"Name","value":"hasBodyToken"}},{"kind":"Field","name":{"kind":"Name","value":"rateLimitPerMin"}},{"kind":"Field","name":{"kind":"Name","value":"identityWindowSec"}},{"kind":"Field","name":{"kind":"Name","value":"maxLagSec"}},{"kind":"Field","name":{"kind":"Name","value":"isActive"}},{"kind":"Field","name":{"kind":"Name","value":"adminLocked"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"bindings"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"isActive"}},{"kind":"Field","name":{"kind":"Name","value":"weight"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"exchange"}},{"kind":"Field","name":{"kind":"Name","value":"isActive"}}]}}]}}]}}]} as unknown as DocumentNode<WebhookSourcesQuery, WebhookSourcesQueryVariables>;
export const WebhookSourceDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"WebhookSource"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"webhookSource"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"SourceDetail"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"SourceRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"WebhookSource"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"webhookCode"}},{"kind":"Field","name":{"kind":"Name","value":"url"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"allowedIps"}},{"kind":"Field","name":{"kind":"Name","value":"requireSignature"}},{"kind":"Field","name":{"kind":"Name","value":"hasSigningSecret"}},{"kind":"Field","name":{"kind":"Name","value":"hasBodyToken"}},{"kind":"Field","name":{"kind":"Name","value":"rateLimitPerMin"}},{"kind":"Field","name":{"kind":"Name","value":"identityWindowSec"}},{"kind":"Field","name":{"kind":"Name","value":"maxLagSec"}},{"kind":"Field","name":{"kind":"Name","value":"isActive"}},{"kind":"Field","name":{"kind":"Name","value":"adminLocked"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"bindings"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"isActive"}},{"kind":"Field","name":{"kind":"Name","value":"weight"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"exchange"}},{"kind":"Field","name":{"kind":"Name","value":"isActive"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"SourceDetail"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"WebhookSource"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"SourceRow"}},{"kind":"Field","name":{"kind":"Name","value":"curlExample"}}]}}]} as unknown as DocumentNode<WebhookSourceQuery, WebhookSourceQueryVariables>;
export const BindableAccountsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"BindableAccounts"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"tradeMode"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"TradeMode"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"exchangeAccounts"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"tradeMode"},"value":{"kind":"Variable","name":{"kind":"Name","value":"tradeMode"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"exchange"}},{"kind":"Field","name":{"kind":"Name","value":"isActive"}}]}}]}}]} as unknown as DocumentNode<BindableAccountsQuery, BindableAccountsQueryVariables>;
export const CreateWebhookSourceDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"CreateWebhookSource"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"CreateWebhookSourceInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"createWebhookSource"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"source"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"SourceDetail"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"SourceRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"WebhookSource"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"webhookCode"}},{"kind":"Field","name":{"kind":"Name","value":"url"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"allowedIps"}},{"kind":"Field","name":{"kind":"Name","value":"requireSignature"}},{"kind":"Field","name":{"kind":"Name","value":"hasSigningSecret"}},{"kind":"Field","name":{"kind":"Name","value":"hasBodyToken"}},{"kind":"Field","name":{"kind":"Name","value":"rateLimitPerMin"}},{"kind":"Field","name":{"kind":"Name","value":"identityWindowSec"}},{"kind":"Field","name":{"kind":"Name","value":"maxLagSec"}},{"kind":"Field","name":{"kind":"Name","value":"isActive"}},{"kind":"Field","name":{"kind":"Name","value":"adminLocked"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"bindings"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"isActive"}},{"kind":"Field","name":{"kind":"Name","value":"weight"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"exchange"}},{"kind":"Field","name":{"kind":"Name","value":"isActive"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"SourceDetail"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"WebhookSource"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"SourceRow"}},{"kind":"Field","name":{"kind":"Name","value":"curlExample"}}]}}]} as unknown as DocumentNode<CreateWebhookSourceMutation, CreateWebhookSourceMutationVariables>;
export const UpdateWebhookSourceDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"UpdateWebhookSource"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"UpdateWebhookSourceInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"updateWebhookSource"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"source"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"SourceDetail"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"SourceRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"WebhookSource"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"webhookCode"}},{"kind":"Field","name":{"kind":"Name","value":"url"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"allowedIps"}},{"kind":"Field","name":{"kind":"Name","value":"requireSignature"}},{"kind":"Field","name":{"kind":"Name","value":"hasSigningSecret"}},{"kind":"Field","name":{"kind":"Name","value":"hasBodyToken"}},{"kind":"Field","name":{"kind":"Name","value":"rateLimitPerMin"}},{"kind":"Field","name":{"kind":"Name","value":"identityWindowSec"}},{"kind":"Field","name":{"kind":"Name","value":"maxLagSec"}},{"kind":"Field","name":{"kind":"Name","value":"isActive"}},{"kind":"Field","name":{"kind":"Name","value":"adminLocked"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"bindings"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"isActive"}},{"kind":"Field","name":{"kind":"Name","value":"weight"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"exchange"}},{"kind":"Field","name":{"kind":"Name","value":"isActive"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"SourceDetail"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"WebhookSource"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"SourceRow"}},{"kind":"Field","name":{"kind":"Name","value":"curlExample"}}]}}]} as unknown as DocumentNode<UpdateWebhookSourceMutation, UpdateWebhookSourceMutationVariables>;
export const RotateWebhookSecretDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"RotateWebhookSecret"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"sourceId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"kind"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"WebhookSecretKind"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"rotateWebhookSecret"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"sourceId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"sourceId"}}},{"kind":"Argument","name":{"kind":"Name","value":"kind"},"value":{"kind":"Variable","name":{"kind":"Name","value":"kind"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"secret"}},{"kind":"Field","name":{"kind":"Name","value":"source"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"SourceDetail"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"SourceRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"WebhookSource"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"webhookCode"}},{"kind":"Field","name":{"kind":"Name","value":"url"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"allowedIps"}},{"kind":"Field","name":{"kind":"Name","value":"requireSignature"}},{"kind":"Field","name":{"kind":"Name","value":"hasSigningSecret"}},{"kind":"Field","name":{"kind":"Name","value":"hasBodyToken"}},{"kind":"Field","name":{"kind":"Name","value":"rateLimitPerMin"}},{"kind":"Field","name":{"kind":"Name","value":"identityWindowSec"}},{"kind":"Field","name":{"kind":"Name","value":"maxLagSec"}},{"kind":"Field","name":{"kind":"Name","value":"isActive"}},{"kind":"Field","name":{"kind":"Name","value":"adminLocked"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"bindings"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"isActive"}},{"kind":"Field","name":{"kind":"Name","value":"weight"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"exchange"}},{"kind":"Field","name":{"kind":"Name","value":"isActive"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"SourceDetail"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"WebhookSource"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"SourceRow"}},{"kind":"Field","name":{"kind":"Name","value":"curlExample"}}]}}]} as unknown as DocumentNode<RotateWebhookSecretMutation, RotateWebhookSecretMutationVariables>;
export const RemoveWebhookSecretDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"RemoveWebhookSecret"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"sourceId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"kind"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"WebhookSecretKind"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"removeWebhookSecret"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"sourceId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"sourceId"}}},{"kind":"Argument","name":{"kind":"Name","value":"kind"},"value":{"kind":"Variable","name":{"kind":"Name","value":"kind"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"source"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"SourceDetail"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"SourceRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"WebhookSource"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"webhookCode"}},{"kind":"Field","name":{"kind":"Name","value":"url"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"allowedIps"}},{"kind":"Field","name":{"kind":"Name","value":"requireSignature"}},{"kind":"Field","name":{"kind":"Name","value":"hasSigningSecret"}},{"kind":"Field","name":{"kind":"Name","value":"hasBodyToken"}},{"kind":"Field","name":{"kind":"Name","value":"rateLimitPerMin"}},{"kind":"Field","name":{"kind":"Name","value":"identityWindowSec"}},{"kind":"Field","name":{"kind":"Name","value":"maxLagSec"}},{"kind":"Field","name":{"kind":"Name","value":"isActive"}},{"kind":"Field","name":{"kind":"Name","value":"adminLocked"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"bindings"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"isActive"}},{"kind":"Field","name":{"kind":"Name","value":"weight"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"exchange"}},{"kind":"Field","name":{"kind":"Name","value":"isActive"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"SourceDetail"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"WebhookSource"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"SourceRow"}},{"kind":"Field","name":{"kind":"Name","value":"curlExample"}}]}}]} as unknown as DocumentNode<RemoveWebhookSecretMutation, RemoveWebhookSecretMutationVariables>;
export const BindAccountDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"BindAccount"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"BindAccountInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"bindAccount"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"source"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"SourceDetail"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"SourceRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"WebhookSource"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"webhookCode"}},{"kind":"Field","name":{"kind":"Name","value":"url"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"allowedIps"}},{"kind":"Field","name":{"kind":"Name","value":"requireSignature"}},{"kind":"Field","name":{"kind":"Name","value":"hasSigningSecret"}},{"kind":"Field","name":{"kind":"Name","value":"hasBodyToken"}},{"kind":"Field","name":{"kind":"Name","value":"rateLimitPerMin"}},{"kind":"Field","name":{"kind":"Name","value":"identityWindowSec"}},{"kind":"Field","name":{"kind":"Name","value":"maxLagSec"}},{"kind":"Field","name":{"kind":"Name","value":"isActive"}},{"kind":"Field","name":{"kind":"Name","value":"adminLocked"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"bindings"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"isActive"}},{"kind":"Field","name":{"kind":"Name","value":"weight"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"exchange"}},{"kind":"Field","name":{"kind":"Name","value":"isActive"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"SourceDetail"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"WebhookSource"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"SourceRow"}},{"kind":"Field","name":{"kind":"Name","value":"curlExample"}}]}}]} as unknown as DocumentNode<BindAccountMutation, BindAccountMutationVariables>;
export const UnbindAccountDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"UnbindAccount"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"sourceId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"unbindAccount"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"sourceId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"sourceId"}}},{"kind":"Argument","name":{"kind":"Name","value":"accountId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"source"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"SourceDetail"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"SourceRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"WebhookSource"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"webhookCode"}},{"kind":"Field","name":{"kind":"Name","value":"url"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"allowedIps"}},{"kind":"Field","name":{"kind":"Name","value":"requireSignature"}},{"kind":"Field","name":{"kind":"Name","value":"hasSigningSecret"}},{"kind":"Field","name":{"kind":"Name","value":"hasBodyToken"}},{"kind":"Field","name":{"kind":"Name","value":"rateLimitPerMin"}},{"kind":"Field","name":{"kind":"Name","value":"identityWindowSec"}},{"kind":"Field","name":{"kind":"Name","value":"maxLagSec"}},{"kind":"Field","name":{"kind":"Name","value":"isActive"}},{"kind":"Field","name":{"kind":"Name","value":"adminLocked"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"bindings"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"isActive"}},{"kind":"Field","name":{"kind":"Name","value":"weight"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"exchange"}},{"kind":"Field","name":{"kind":"Name","value":"isActive"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"SourceDetail"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"WebhookSource"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"SourceRow"}},{"kind":"Field","name":{"kind":"Name","value":"curlExample"}}]}}]} as unknown as DocumentNode<UnbindAccountMutation, UnbindAccountMutationVariables>;
export const WebhookReceiptsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"WebhookReceipts"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"WebhookReceiptFilter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"webhookReceipts"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ReceiptRow"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ReceiptRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"WebhookReceipt"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"receipt"}},{"kind":"Field","name":{"kind":"Name","value":"outcome"}},{"kind":"Field","name":{"kind":"Name","value":"httpStatus"}},{"kind":"Field","name":{"kind":"Name","value":"reasonCode"}},{"kind":"Field","name":{"kind":"Name","value":"reasonMessage"}},{"kind":"Field","name":{"kind":"Name","value":"action"}},{"kind":"Field","name":{"kind":"Name","value":"symbol"}},{"kind":"Field","name":{"kind":"Name","value":"accounts"}},{"kind":"Field","name":{"kind":"Name","value":"duplicates"}},{"kind":"Field","name":{"kind":"Name","value":"sourceIp"}},{"kind":"Field","name":{"kind":"Name","value":"receivedAt"}},{"kind":"Field","name":{"kind":"Name","value":"source"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}}]}}]}}]} as unknown as DocumentNode<WebhookReceiptsQuery, WebhookReceiptsQueryVariables>;
export const WebhookReceiptDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"WebhookReceipt"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"receipt"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"webhookReceipt"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"receipt"},"value":{"kind":"Variable","name":{"kind":"Name","value":"receipt"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ReceiptRow"}},{"kind":"Field","name":{"kind":"Name","value":"eventUid"}},{"kind":"Field","name":{"kind":"Name","value":"bodyBytes"}},{"kind":"Field","name":{"kind":"Name","value":"timeline"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"stage"}},{"kind":"Field","name":{"kind":"Name","value":"at"}},{"kind":"Field","name":{"kind":"Name","value":"offsetMs"}}]}},{"kind":"Field","name":{"kind":"Name","value":"events"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ReceiptEvent"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"LiveJob"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"TradeJob"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"symbol"}},{"kind":"Field","name":{"kind":"Name","value":"side"}},{"kind":"Field","name":{"kind":"Name","value":"orderType"}},{"kind":"Field","name":{"kind":"Name","value":"origin"}},{"kind":"Field","name":{"kind":"Name","value":"quoteAmount"}},{"kind":"Field","name":{"kind":"Name","value":"baseQuantity"}},{"kind":"Field","name":{"kind":"Name","value":"limitPrice"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"reasonCode"}},{"kind":"Field","name":{"kind":"Name","value":"reasonMessage"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ReceiptRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"WebhookReceipt"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"receipt"}},{"kind":"Field","name":{"kind":"Name","value":"outcome"}},{"kind":"Field","name":{"kind":"Name","value":"httpStatus"}},{"kind":"Field","name":{"kind":"Name","value":"reasonCode"}},{"kind":"Field","name":{"kind":"Name","value":"reasonMessage"}},{"kind":"Field","name":{"kind":"Name","value":"action"}},{"kind":"Field","name":{"kind":"Name","value":"symbol"}},{"kind":"Field","name":{"kind":"Name","value":"accounts"}},{"kind":"Field","name":{"kind":"Name","value":"duplicates"}},{"kind":"Field","name":{"kind":"Name","value":"sourceIp"}},{"kind":"Field","name":{"kind":"Name","value":"receivedAt"}},{"kind":"Field","name":{"kind":"Name","value":"source"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ReceiptEvent"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"WebhookEvent"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}}]}},{"kind":"Field","name":{"kind":"Name","value":"symbolRaw"}},{"kind":"Field","name":{"kind":"Name","value":"symbolNormalized"}},{"kind":"Field","name":{"kind":"Name","value":"action"}},{"kind":"Field","name":{"kind":"Name","value":"timeframe"}},{"kind":"Field","name":{"kind":"Name","value":"priceReference"}},{"kind":"Field","name":{"kind":"Name","value":"rawText"}},{"kind":"Field","name":{"kind":"Name","value":"rawPayload"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"validationError"}},{"kind":"Field","name":{"kind":"Name","value":"jobs"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"LiveJob"}},{"kind":"Field","name":{"kind":"Name","value":"position"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}},{"kind":"Field","name":{"kind":"Name","value":"executions"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"executedQty"}},{"kind":"Field","name":{"kind":"Name","value":"avgPrice"}},{"kind":"Field","name":{"kind":"Name","value":"cummQuoteQty"}}]}}]}}]}}]} as unknown as DocumentNode<WebhookReceiptQuery, WebhookReceiptQueryVariables>;
export const ExplainSignalDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"ExplainSignal"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ExplainSignalInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"explainSignal"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"eventUid"}},{"kind":"Field","name":{"kind":"Name","value":"wouldBeDuplicate"}},{"kind":"Field","name":{"kind":"Name","value":"reasonCode"}},{"kind":"Field","name":{"kind":"Name","value":"reasonMessage"}},{"kind":"Field","name":{"kind":"Name","value":"reading"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"action"}},{"kind":"Field","name":{"kind":"Name","value":"symbolRaw"}},{"kind":"Field","name":{"kind":"Name","value":"symbol"}},{"kind":"Field","name":{"kind":"Name","value":"timeframe"}},{"kind":"Field","name":{"kind":"Name","value":"price"}},{"kind":"Field","name":{"kind":"Name","value":"clues"}}]}},{"kind":"Field","name":{"kind":"Name","value":"accounts"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"wouldTrade"}},{"kind":"Field","name":{"kind":"Name","value":"side"}},{"kind":"Field","name":{"kind":"Name","value":"orderType"}},{"kind":"Field","name":{"kind":"Name","value":"quoteAmount"}},{"kind":"Field","name":{"kind":"Name","value":"baseQuantity"}},{"kind":"Field","name":{"kind":"Name","value":"limitPrice"}},{"kind":"Field","name":{"kind":"Name","value":"reasonCode"}},{"kind":"Field","name":{"kind":"Name","value":"reasonMessage"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"exchange"}}]}},{"kind":"Field","name":{"kind":"Name","value":"trace"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"value"}},{"kind":"Field","name":{"kind":"Name","value":"source"}}]}}]}}]}}]}}]} as unknown as DocumentNode<ExplainSignalQuery, ExplainSignalQueryVariables>;
export const LiveCursorDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"LiveCursor"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"liveCursor"}}]}}]} as unknown as DocumentNode<LiveCursorQuery, LiveCursorQueryVariables>;
export const OpenPositionsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"OpenPositions"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"tradeMode"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"TradeMode"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"positions"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"500"}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"tradeMode"},"value":{"kind":"Variable","name":{"kind":"Name","value":"tradeMode"}}},{"kind":"ObjectField","name":{"kind":"Name","value":"status"},"value":{"kind":"EnumValue","value":"OPEN"}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"LivePosition"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"LivePosition"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Position"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"symbol"}},{"kind":"Field","name":{"kind":"Name","value":"priceKey"}},{"kind":"Field","name":{"kind":"Name","value":"side"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"qtyTotal"}},{"kind":"Field","name":{"kind":"Name","value":"qtyRemaining"}},{"kind":"Field","name":{"kind":"Name","value":"priceOpen"}},{"kind":"Field","name":{"kind":"Name","value":"realizedProfitUsd"}},{"kind":"Field","name":{"kind":"Name","value":"feesQuote"}},{"kind":"Field","name":{"kind":"Name","value":"dustQty"}},{"kind":"Field","name":{"kind":"Name","value":"dustValueQuote"}},{"kind":"Field","name":{"kind":"Name","value":"slEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"slPct"}},{"kind":"Field","name":{"kind":"Name","value":"tpEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"tpPct"}},{"kind":"Field","name":{"kind":"Name","value":"trailingEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"trailingDistancePct"}},{"kind":"Field","name":{"kind":"Name","value":"trailingMaxPrice"}},{"kind":"Field","name":{"kind":"Name","value":"trailingArmingPct"}},{"kind":"Field","name":{"kind":"Name","value":"timeStopHours"}},{"kind":"Field","name":{"kind":"Name","value":"breakEvenAfterFirst"}},{"kind":"Field","name":{"kind":"Name","value":"qtyPromised"}},{"kind":"Field","name":{"kind":"Name","value":"exitLevels"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"stopPrice"}},{"kind":"Field","name":{"kind":"Name","value":"trailingStopPrice"}},{"kind":"Field","name":{"kind":"Name","value":"trailingArmingPrice"}},{"kind":"Field","name":{"kind":"Name","value":"takeProfitPrice"}},{"kind":"Field","name":{"kind":"Name","value":"timeStopAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"minProfitPct"}},{"kind":"Field","name":{"kind":"Name","value":"lockSellByWebhook"}},{"kind":"Field","name":{"kind":"Name","value":"closeReason"}},{"kind":"Field","name":{"kind":"Name","value":"closedAt"}},{"kind":"Field","name":{"kind":"Name","value":"sourceLabel"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"exchange"}}]}}]}}]} as unknown as DocumentNode<OpenPositionsQuery, OpenPositionsQueryVariables>;
export const ServerInfoDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"ServerInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"serverInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"time"}},{"kind":"Field","name":{"kind":"Name","value":"priceFeed"}},{"kind":"Field","name":{"kind":"Name","value":"roles"}},{"kind":"Field","name":{"kind":"Name","value":"stalePriceMs"}}]}}]}}]} as unknown as DocumentNode<ServerInfoQuery, ServerInfoQueryVariables>;
export const MarketsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Markets"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"markets"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"symbol"}},{"kind":"Field","name":{"kind":"Name","value":"base"}},{"kind":"Field","name":{"kind":"Name","value":"quote"}},{"kind":"Field","name":{"kind":"Name","value":"tickSize"}},{"kind":"Field","name":{"kind":"Name","value":"stepSize"}}]}}]}}]} as unknown as DocumentNode<MarketsQuery, MarketsQueryVariables>;
export const PriceVenuesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"PriceVenues"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"exchangeAccounts"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"priceVenue"}}]}}]}}]} as unknown as DocumentNode<PriceVenuesQuery, PriceVenuesQueryVariables>;
export const PricesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Prices"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"venues"}},"type":{"kind":"NonNullType","type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"PriceVenue"}}}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"prices"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"venues"},"value":{"kind":"Variable","name":{"kind":"Name","value":"venues"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"LivePrice"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"LivePrice"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Price"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"key"}},{"kind":"Field","name":{"kind":"Name","value":"last"}},{"kind":"Field","name":{"kind":"Name","value":"ageMs"}}]}}]} as unknown as DocumentNode<PricesQuery, PricesQueryVariables>;
export const PositionChangesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"PositionChanges"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"positionChanges"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"position"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"LivePosition"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"LivePosition"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Position"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"symbol"}},{"kind":"Field","name":{"kind":"Name","value":"priceKey"}},{"kind":"Field","name":{"kind":"Name","value":"side"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"qtyTotal"}},{"kind":"Field","name":{"kind":"Name","value":"qtyRemaining"}},{"kind":"Field","name":{"kind":"Name","value":"priceOpen"}},{"kind":"Field","name":{"kind":"Name","value":"realizedProfitUsd"}},{"kind":"Field","name":{"kind":"Name","value":"feesQuote"}},{"kind":"Field","name":{"kind":"Name","value":"dustQty"}},{"kind":"Field","name":{"kind":"Name","value":"dustValueQuote"}},{"kind":"Field","name":{"kind":"Name","value":"slEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"slPct"}},{"kind":"Field","name":{"kind":"Name","value":"tpEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"tpPct"}},{"kind":"Field","name":{"kind":"Name","value":"trailingEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"trailingDistancePct"}},{"kind":"Field","name":{"kind":"Name","value":"trailingMaxPrice"}},{"kind":"Field","name":{"kind":"Name","value":"trailingArmingPct"}},{"kind":"Field","name":{"kind":"Name","value":"timeStopHours"}},{"kind":"Field","name":{"kind":"Name","value":"breakEvenAfterFirst"}},{"kind":"Field","name":{"kind":"Name","value":"qtyPromised"}},{"kind":"Field","name":{"kind":"Name","value":"exitLevels"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"stopPrice"}},{"kind":"Field","name":{"kind":"Name","value":"trailingStopPrice"}},{"kind":"Field","name":{"kind":"Name","value":"trailingArmingPrice"}},{"kind":"Field","name":{"kind":"Name","value":"takeProfitPrice"}},{"kind":"Field","name":{"kind":"Name","value":"timeStopAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"minProfitPct"}},{"kind":"Field","name":{"kind":"Name","value":"lockSellByWebhook"}},{"kind":"Field","name":{"kind":"Name","value":"closeReason"}},{"kind":"Field","name":{"kind":"Name","value":"closedAt"}},{"kind":"Field","name":{"kind":"Name","value":"sourceLabel"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"exchange"}}]}}]}}]} as unknown as DocumentNode<PositionChangesSubscription, PositionChangesSubscriptionVariables>;
export const JobChangesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"JobChanges"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"jobChanges"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"job"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"LiveJob"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"LiveJob"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"TradeJob"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"symbol"}},{"kind":"Field","name":{"kind":"Name","value":"side"}},{"kind":"Field","name":{"kind":"Name","value":"orderType"}},{"kind":"Field","name":{"kind":"Name","value":"origin"}},{"kind":"Field","name":{"kind":"Name","value":"quoteAmount"}},{"kind":"Field","name":{"kind":"Name","value":"baseQuantity"}},{"kind":"Field","name":{"kind":"Name","value":"limitPrice"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"reasonCode"}},{"kind":"Field","name":{"kind":"Name","value":"reasonMessage"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}}]}}]}}]} as unknown as DocumentNode<JobChangesSubscription, JobChangesSubscriptionVariables>;
export const FillsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"Fills"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"fills"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"fill"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"LiveFill"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"LiveFill"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"PositionFill"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"positionId"}},{"kind":"Field","name":{"kind":"Name","value":"side"}},{"kind":"Field","name":{"kind":"Name","value":"qty"}},{"kind":"Field","name":{"kind":"Name","value":"price"}},{"kind":"Field","name":{"kind":"Name","value":"feeAmount"}},{"kind":"Field","name":{"kind":"Name","value":"feeAsset"}},{"kind":"Field","name":{"kind":"Name","value":"realizedQuote"}},{"kind":"Field","name":{"kind":"Name","value":"filledAt"}}]}}]} as unknown as DocumentNode<FillsSubscription, FillsSubscriptionVariables>;
export const AlertsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"Alerts"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"alerts"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"alert"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"severity"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"resolvedAt"}}]}}]}}]}}]} as unknown as DocumentNode<AlertsSubscription, AlertsSubscriptionVariables>;
export const LivePricesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"LivePrices"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"venues"}},"type":{"kind":"NonNullType","type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"PriceVenue"}}}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"prices"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"venues"},"value":{"kind":"Variable","name":{"kind":"Name","value":"venues"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"LivePrice"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"LivePrice"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Price"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"key"}},{"kind":"Field","name":{"kind":"Name","value":"last"}},{"kind":"Field","name":{"kind":"Name","value":"ageMs"}}]}}]} as unknown as DocumentNode<LivePricesSubscription, LivePricesSubscriptionVariables>;
export const useEntriesPauseQuery = /*#__PURE__*/ queryHook(EntriesPauseDocument);
export const useCloseAllChoicesQuery = /*#__PURE__*/ queryHook(CloseAllChoicesDocument);
export const usePauseEntriesMutation = /*#__PURE__*/ mutationHook(PauseEntriesDocument);
export const useResumeEntriesMutation = /*#__PURE__*/ mutationHook(ResumeEntriesDocument);
export const usePlanCloseAllMutation = /*#__PURE__*/ mutationHook(PlanCloseAllDocument);
export const useExecuteClosePlanMutation = /*#__PURE__*/ mutationHook(ExecuteClosePlanDocument);
export const useKillSwitchMutation = /*#__PURE__*/ mutationHook(KillSwitchDocument);
export const useMeQuery = /*#__PURE__*/ queryHook(MeDocument);
export const useSignOutMutation = /*#__PURE__*/ mutationHook(SignOutDocument);
export const useExchangeAccountsQuery = /*#__PURE__*/ queryHook(ExchangeAccountsDocument);
export const useCreateExchangeAccountMutation = /*#__PURE__*/ mutationHook(CreateExchangeAccountDocument);
export const useUpdateExchangeAccountMutation = /*#__PURE__*/ mutationHook(UpdateExchangeAccountDocument);
export const useSignInMutation = /*#__PURE__*/ mutationHook(SignInDocument);
export const useChangePasswordMutation = /*#__PURE__*/ mutationHook(ChangePasswordDocument);
export const useDashboardQuery = /*#__PURE__*/ queryHook(DashboardDocument);
export const useRecentJobsQuery = /*#__PURE__*/ queryHook(RecentJobsDocument);
export const useRecentReceiptsQuery = /*#__PURE__*/ queryHook(RecentReceiptsDocument);
export const useFirstStepsQuery = /*#__PURE__*/ queryHook(FirstStepsDocument);
export const useTradeJobsQuery = /*#__PURE__*/ queryHook(TradeJobsDocument);
export const useJobAccountsQuery = /*#__PURE__*/ queryHook(JobAccountsDocument);
export const useTradeJobQuery = /*#__PURE__*/ queryHook(TradeJobDocument);
export const useLimitOrdersQuery = /*#__PURE__*/ queryHook(LimitOrdersDocument);
export const useCancelOrderMutation = /*#__PURE__*/ mutationHook(CancelOrderDocument);
export const useTradeParametersQuery = /*#__PURE__*/ queryHook(TradeParametersDocument);
export const useParameterChoicesQuery = /*#__PURE__*/ queryHook(ParameterChoicesDocument);
export const useCreateTradeParameterMutation = /*#__PURE__*/ mutationHook(CreateTradeParameterDocument);
export const useUpdateTradeParameterMutation = /*#__PURE__*/ mutationHook(UpdateTradeParameterDocument);
export const useDeleteTradeParameterMutation = /*#__PURE__*/ mutationHook(DeleteTradeParameterDocument);
export const useClosePositionMutation = /*#__PURE__*/ mutationHook(ClosePositionDocument);
export const usePlaceLimitSellMutation = /*#__PURE__*/ mutationHook(PlaceLimitSellDocument);
export const useUpdatePositionExitsMutation = /*#__PURE__*/ mutationHook(UpdatePositionExitsDocument);
export const useSetSellLockMutation = /*#__PURE__*/ mutationHook(SetSellLockDocument);
export const usePositionExitsQuery = /*#__PURE__*/ queryHook(PositionExitsDocument);
export const useJobStateQuery = /*#__PURE__*/ queryHook(JobStateDocument);
export const useTriggerLatencyQuery = /*#__PURE__*/ queryHook(TriggerLatencyDocument);
export const usePositionsQuery = /*#__PURE__*/ queryHook(PositionsDocument);
export const usePositionDetailQuery = /*#__PURE__*/ queryHook(PositionDetailDocument);
export const usePriceHistoryQuery = /*#__PURE__*/ queryHook(PriceHistoryDocument);
export const useVaultsQuery = /*#__PURE__*/ queryHook(VaultsDocument);
export const useVaultQuery = /*#__PURE__*/ queryHook(VaultDocument);
export const useVaultTransactionsQuery = /*#__PURE__*/ queryHook(VaultTransactionsDocument);
export const useCreateVaultMutation = /*#__PURE__*/ mutationHook(CreateVaultDocument);
export const useUpdateVaultMutation = /*#__PURE__*/ mutationHook(UpdateVaultDocument);
export const useDepositToVaultMutation = /*#__PURE__*/ mutationHook(DepositToVaultDocument);
export const useWithdrawFromVaultMutation = /*#__PURE__*/ mutationHook(WithdrawFromVaultDocument);
export const useWebhookSourcesQuery = /*#__PURE__*/ queryHook(WebhookSourcesDocument);
export const useWebhookSourceQuery = /*#__PURE__*/ queryHook(WebhookSourceDocument);
export const useBindableAccountsQuery = /*#__PURE__*/ queryHook(BindableAccountsDocument);
export const useCreateWebhookSourceMutation = /*#__PURE__*/ mutationHook(CreateWebhookSourceDocument);
export const useUpdateWebhookSourceMutation = /*#__PURE__*/ mutationHook(UpdateWebhookSourceDocument);
export const useRotateWebhookSecretMutation = /*#__PURE__*/ mutationHook(RotateWebhookSecretDocument);
export const useRemoveWebhookSecretMutation = /*#__PURE__*/ mutationHook(RemoveWebhookSecretDocument);
export const useBindAccountMutation = /*#__PURE__*/ mutationHook(BindAccountDocument);
export const useUnbindAccountMutation = /*#__PURE__*/ mutationHook(UnbindAccountDocument);
export const useWebhookReceiptsQuery = /*#__PURE__*/ queryHook(WebhookReceiptsDocument);
export const useWebhookReceiptQuery = /*#__PURE__*/ queryHook(WebhookReceiptDocument);
export const useExplainSignalQuery = /*#__PURE__*/ queryHook(ExplainSignalDocument);
export const useLiveCursorQuery = /*#__PURE__*/ queryHook(LiveCursorDocument);
export const useOpenPositionsQuery = /*#__PURE__*/ queryHook(OpenPositionsDocument);
export const useServerInfoQuery = /*#__PURE__*/ queryHook(ServerInfoDocument);
export const useMarketsQuery = /*#__PURE__*/ queryHook(MarketsDocument);
export const usePriceVenuesQuery = /*#__PURE__*/ queryHook(PriceVenuesDocument);
export const usePricesQuery = /*#__PURE__*/ queryHook(PricesDocument);
export const usePositionChangesSubscription = /*#__PURE__*/ subscriptionHook(PositionChangesDocument);
export const useJobChangesSubscription = /*#__PURE__*/ subscriptionHook(JobChangesDocument);
export const useFillsSubscription = /*#__PURE__*/ subscriptionHook(FillsDocument);
export const useAlertsSubscription = /*#__PURE__*/ subscriptionHook(AlertsDocument);
export const useLivePricesSubscription = /*#__PURE__*/ subscriptionHook(LivePricesDocument);