import type { ReasonCode, Refusal } from '../reasons.js';

/**
 * What a signal passes on its way to an order, in the order in which it is checked. The reasons are those with which a
 * gate refuses; a gate without one only holds a signal back.
 */
export const GATES = {
  SOURCE_ACTIVE: { about: 'The source is switched on.', reasons: ['SOURCE_NOT_FOUND'] },
  SOURCE_UNLOCKED: { about: 'No administrator has locked the source.', reasons: ['SOURCE_LOCKED'] },
  SENDER_ADDRESS: { about: 'The sender has one of the allowed addresses.', reasons: ['IP_NOT_ALLOWED'] },
  SIGNATURE: {
    about: 'The signature fits the body, if the source requires one.',
    reasons: ['SIGNATURE_MISSING', 'SIGNATURE_INVALID', 'SIGNATURE_EXPIRED'],
  },
  BODY_TOKEN: {
    about: 'The body has the token of the source, if there is one.',
    reasons: ['TOKEN_MISSING', 'TOKEN_INVALID'],
  },
  SOURCE_RATE: { about: 'The source accepts another signal in this minute.', reasons: ['WEBHOOK_RATE_LIMIT'] },
  MESSAGE: {
    about: 'The message is understood.',
    reasons: ['BODY_TOO_LARGE', 'BODY_UNREADABLE', 'BODY_MALFORMED', 'SIGNAL_UNKNOWN', 'SYMBOL_MISSING'],
  },
  SOURCE_LIVE: { about: 'The source does not run dry.', reasons: ['SOURCE_DRY'] },
  BINDING: { about: 'The account trades the signals of the source.', reasons: ['BINDING_NOT_FOUND'] },
  SYMBOL: { about: "The symbol names one market of the account's exchange.", reasons: ['SYMBOL_AMBIGUOUS'] },
  EXECUTOR: { about: 'A process with the role executor runs.', reasons: [] },
  CLOCK: { about: 'The clocks of the executors are those of the database.', reasons: [] },
  RECONCILED: { about: 'The orders of a real account were compared with its exchange.', reasons: [] },
  ACCOUNT_ACTIVE: { about: 'The account is switched on.', reasons: ['ACCOUNT_INACTIVE'] },
  ENTRIES_OPEN: {
    about: 'Entries are not paused, neither by the owner nor by the program. For buys only.',
    reasons: ['ENTRIES_PAUSED', 'ORDER_NOT_OURS', 'KEY_MAY_WITHDRAW'],
  },
  ACCOUNT_MODE: { about: 'The account has the mode of the source.', reasons: ['MODE_MISMATCH'] },
  REAL_TRADING: {
    about: 'Trading with real money is switched on in this installation.',
    reasons: ['REAL_NOT_AVAILABLE'],
  },
  TRADING_HALT: { about: 'No administrator has halted trading with real money.', reasons: ['TRADING_HALTED'] },
  EXCHANGE_ANSWERS: { about: 'The exchange says which markets it has.', reasons: ['PRICE_UNAVAILABLE'] },
  VAULT_MODE: { about: 'The vault of the parameter has the mode of the account.', reasons: ['MODE_MISMATCH'] },
  VAULT_ACTIVE: { about: 'The vault of the parameter is switched on.', reasons: ['VAULT_INACTIVE'] },
  SIGNAL_AGE: { about: 'The signal is young enough.', reasons: ['STALE_SIGNAL', 'TIME_UNREADABLE'] },
  SIGNAL_ORDER: {
    about: 'No earlier signal of the account and symbol is still under way.',
    reasons: ['EARLIER_SIGNAL_OPEN', 'SUPERSEDED_BY_CLOSE'],
  },
  MARKET: { about: 'The exchange trades the symbol.', reasons: ['UNKNOWN_MARKET'] },
  PARAMETER: { about: 'A parameter covers the account, symbol and side.', reasons: ['MISSING_TRADE_PARAMETER'] },
  POSITIONS: {
    about: 'There is an open position that a signal may sell. For sells only.',
    reasons: ['NO_ELIGIBLE_POSITIONS', 'WEBHOOK_LOCK', 'ALREADY_RESERVED'],
  },
  PRICE: { about: 'The price of the symbol is fresh.', reasons: ['PRICE_UNAVAILABLE', 'INVALID_PRICE'] },
  ORDERS_PER_HOUR: { about: 'The parameter allows another order in this hour.', reasons: ['RATE_LIMIT_EXCEEDED'] },
  MIN_INTERVAL: { about: 'The last order was long enough ago.', reasons: ['RATE_LIMIT_EXCEEDED'] },
  PRICE_LIMIT: {
    about: 'The price is within the slippage of the parameter, or its band for limit prices.',
    reasons: ['SLIPPAGE_EXCEEDED', 'LIMIT_PRICE_OUT_OF_BAND', 'LIMIT_PRICE_MISSING', 'PRICE_UNREADABLE'],
  },
  BALANCE_AGE: {
    about: 'The balance of a real account was read recently. For buys without a vault.',
    reasons: ['BALANCE_STALE'],
  },
  ORDER_SIZE: {
    about: 'The parameter names an amount, and a limit order has a price.',
    reasons: ['MISSING_TRADE_PARAMETER', 'LIMIT_PRICE_MISSING', 'INVALID_PRICE'],
  },
  SELLABLE: {
    about: 'A position may be sold at this price: its lock, its minimum profit, other sells. For sells only.',
    reasons: ['NO_ELIGIBLE_POSITIONS', 'WEBHOOK_LOCK', 'MIN_PROFIT_NOT_MET', 'ALREADY_RESERVED', 'PRICE_UNAVAILABLE'],
  },
  BALANCE: { about: 'The vault or the account has enough. For buys only.', reasons: ['INSUFFICIENT_BALANCE'] },
  MINIMUMS: {
    about: 'The order reaches the minimums of the market.',
    reasons: ['MIN_NOTIONAL_NOT_MET', 'INVALID_LOT_SIZE'],
  },
  EXIT_MINIMUM: {
    about: 'The coins could be sold again at the stop. For buys only.',
    reasons: ['ENTRY_BELOW_EXIT_MINIMUM'],
  },
  API_KEY: { about: 'The key of a real account works and may trade.', reasons: ['EXCHANGE_REFUSED'] },
} as const satisfies Record<string, { about: string; reasons: readonly ReasonCode[] }>;
export type GateCode = keyof typeof GATES;

/** The codes in their order. */
export const GATE_CODES = Object.keys(GATES) as GateCode[];
export const reasonsOf = (code: GateCode): readonly ReasonCode[] => GATES[code].reasons;

/**
 * BLOCKED stops a signal now. WARNING may stop or delay one, which depends on the message or on what is under way.
 * NOT_CHECKED cannot be said before an earlier gate opens.
 */
export const GATE_STATES = {
  PASSED: 'A signal passes it now.',
  BLOCKED: 'It stops a signal now.',
  WARNING: 'It may stop or delay a signal, depending on its message or on what is under way.',
  NOT_CHECKED: 'It cannot be checked before an earlier gate opens.',
} as const;
export type GateState = keyof typeof GATE_STATES;

/** One gate now. Numbers are decimal text in `unit`: an asset, %, bps, ms, s, or a word for what is counted. */
export interface Gate {
  code: GateCode;
  state: GateState;
  /** Why it stops or may stop a signal. */
  refusal: Refusal | null;
  value: string | null;
  limit: string | null;
  unit: string | null;
}

export type GateFigures = Partial<Pick<Gate, 'value' | 'limit' | 'unit'>>;

/** A gate that is open unless there is a refusal. */
export const gate = (
  code: GateCode,
  refusal: Refusal | null | undefined,
  { value = null, limit = null, unit = null }: GateFigures = {},
  closed: GateState = 'BLOCKED',
): Gate => ({ code, state: refusal ? closed : 'PASSED', refusal: refusal ?? null, value, limit, unit });

export const notChecked = (code: GateCode): Gate => ({ ...gate(code, null), state: 'NOT_CHECKED' });

/** The gate that stops a signal first; undefined when none does. */
export const firstBlocked = (gates: readonly Gate[]): Gate | undefined =>
  gates.find(({ state }) => state === 'BLOCKED');
