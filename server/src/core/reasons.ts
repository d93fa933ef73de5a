/**
 * Every reason why something was refused, skipped or failed: one closed list for the server, the GraphQL schema and the
 * page. A code is never removed; texts may change.
 */
export const REASONS = {
  // the sender of a signal
  SOURCE_NOT_FOUND: 'There is no active webhook at this address.',
  SOURCE_LOCKED: 'An administrator locked this webhook source.',
  SOURCE_DRY: 'The source runs dry: its signals are planned and not traded.',
  IP_NOT_ALLOWED: 'The sender address is not in the list of allowed addresses.',
  SIGNATURE_MISSING: 'This source requires a signature and none was sent.',
  SIGNATURE_INVALID: 'The signature does not match the body.',
  SIGNATURE_EXPIRED: 'The signed timestamp is more than 5 minutes away from the server clock.',
  TOKEN_MISSING: 'This source requires a token in the JSON body and none was sent.',
  TOKEN_INVALID: 'The token in the JSON body is not the one of this source.',
  WEBHOOK_RATE_LIMIT: 'More signals arrived than the source allows in a minute.',
  BODY_TOO_LARGE: 'The body is larger than 64 KiB.',
  BODY_UNREADABLE: 'The body is not valid UTF-8 text.',
  BODY_MALFORMED: 'The body starts like JSON and is not valid JSON.',
  TIME_UNREADABLE: 'An age limit is set and the time of the signal could not be read.',
  PRICE_UNREADABLE: 'A slippage limit is set and the price of the signal could not be read.',
  LIMIT_PRICE_OUT_OF_BAND: 'The limit price is further from the market than the parameter allows.',
  STALE_SIGNAL: 'The signal is older than the source allows.',
  // the meaning of a signal
  SIGNAL_UNKNOWN: 'No clear instruction to buy or sell could be read.',
  SYMBOL_MISSING: 'No symbol could be read.',
  SYMBOL_AMBIGUOUS: 'The symbol fits more than one market of the exchange.',
  TOO_MANY_PHRASES: 'The source has reached its maximum number of phrases.',
  QUOTA_REACHED: 'You have reached the maximum number of these.',
  // planning and sizing
  MISSING_TRADE_PARAMETER: 'No trade parameter covers this account, symbol and side.',
  ACCOUNT_INACTIVE: 'The exchange account is switched off.',
  MODE_MISMATCH: 'REAL and SIMULATION never mix: source, account and vault must have the same mode.',
  VAULT_INACTIVE: 'The vault is switched off.',
  UNKNOWN_MARKET: 'The exchange does not trade this symbol.',
  PRICE_UNAVAILABLE: 'No current price is known for this symbol.',
  INSUFFICIENT_BALANCE: 'The free balance does not cover the order.',
  MIN_NOTIONAL_NOT_MET: 'The order value is below the minimum of the market.',
  INVALID_LOT_SIZE: 'The quantity, rounded down to the market step, is below its minimum.',
  INVALID_PRICE: 'The price, rounded to the tick of the market, is not allowed.',
  RATE_LIMIT_EXCEEDED: 'The parameter allows no further order yet.',
  SLIPPAGE_EXCEEDED: 'The current price is worse than the signal price by more than the allowed slippage.',
  BALANCE_STALE: 'The balance of the account was not read recently enough to size an order by it.',
  LIMIT_PRICE_MISSING: 'A LIMIT order needs a price in the signal.',
  ENTRY_BELOW_EXIT_MINIMUM: 'The order is so small that its coins could not be sold again at the stop.',
  PREVIEW_CHANGED: 'The order would not be what its preview said; preview it again.',
  ENTRIES_PAUSED: 'The owner has paused new entries.',
  ORDER_NOT_OURS: 'Entries are paused: an order that no job made was found at the exchange.',
  SUPERSEDED_BY_CLOSE: 'A close of the same symbol came after this buy and takes its place.',
  EARLIER_SIGNAL_OPEN: 'A sell that came before was not done while this signal was fresh.',
  // selling
  NO_ELIGIBLE_POSITIONS: 'No open position could be sold.',
  WEBHOOK_LOCK: 'The position is locked against webhook sells.',
  MIN_PROFIT_NOT_MET: 'The profit is below the minimum set for the position.',
  EXIT_BELOW_MINIMUM:
    'The position is worth less than the market lets anyone sell; it stays open until it is worth more.',
  HOLDING_MISSING: 'The wallet does not hold the coins that were to be sold.',
  HOLDING_LOCKED: 'Other orders at the exchange hold the coins that were to be sold.',
  ALREADY_RESERVED: 'The quantity is already reserved to another live sell.',
  // placing
  REAL_NOT_AVAILABLE: 'Trading with real money is switched off in this installation (REAL_TRADING).',
  TRADING_HALTED: 'An administrator has halted trading with real money in this installation.',
  EXCHANGE_REFUSED: 'The exchange refused the order.',
  EXPIRED: 'The limit order was not filled in time.',
  CANCELED_BY_OWNER: 'You canceled it.',
  CANCELED_BY_EXCHANGE: 'The exchange canceled what was left of the order.',
  CANCELED_BY_KILL_SWITCH: 'The kill switch canceled it.',
  CANCELED_FOR_EXIT: 'It made room for an exit of the position.',
  ORDER_NOT_FOUND: 'There is no such order.',
  ORDER_BUSY: 'The order is on its way to the exchange; try again in a moment.',
  ORDER_CLOSED: 'The order has ended already.',
  EXCHANGE_UNREACHABLE: 'The exchange did not answer; nothing was changed.',
  // what an owner requests for a position
  POSITION_NOT_FOUND: 'There is no such position.',
  POSITION_CLOSED: 'The position is closed.',
  INVALID_EXITS: 'These exits contradict each other or are outside their limits.',
  INVALID_EXPIRY: 'A limit order rests for 1 to 720 hours.',
  PLAN_NOT_FOUND: 'There is no such plan.',
  PLAN_EXPIRED: 'The plan is too old; make a new one.',
  PLAN_TOO_LARGE: 'More positions match than one plan may close; narrow the filter.',
  // coins that were moved outside of this program
  ACCOUNT_NOT_FOUND: 'There is no such exchange account.',
  EXTERNAL_ORDER_NOT_FOUND: 'There is no such external order.',
  HOLDING_TOO_SMALL: 'The account does not have that much outside of its positions.',
  HOLDING_PRESENT: 'The coins of the position are still at the exchange; sell it instead.',
  NOT_PLACED: 'The order never reached the exchange and the signal is too old to send it again.',
  // what an owner sets
  INVALID_INPUT: 'A value is not allowed.',
  BINDING_NOT_FOUND: 'The account does not trade the signals of this source.',
  PHRASE_NOT_FOUND: 'The source does not know this phrase.',
  PARAMETER_NOT_FOUND: 'There is no such trade parameter.',
  HAS_HISTORY: 'Other rows refer to it, so it was switched off instead of deleted.',
  PARAMETER_EXISTS: 'This account already has a parameter for this symbol and side: change that one.',
  // accounts
  PASSWORD_REQUIRED: 'This needs your password again.',
  PASSWORD_WRONG: 'This is not your password.',
  CODE_WRONG: 'The code is wrong, was used already, or is too old.',
  TWO_FACTOR_ON: 'The second factor is on already.',
  TWO_FACTOR_OFF: 'The second factor is not on.',
  PASSKEY_REFUSED: 'The passkey was not accepted.',
  PASSKEY_NOT_FOUND: 'You have no such passkey.',
  PASSKEY_EXISTS: 'This passkey was added already.',
  USER_NOT_FOUND: 'There is no such user.',
  EMAIL_TAKEN: 'A user with this e-mail address exists already.',
  LAST_ADMIN: 'This is the last active administrator.',
  OWN_USER: 'You cannot do this to yourself. Ask another administrator.',
  LINK_INVALID: 'This link was used already, has expired, or was replaced by a newer one.',
  SETUP_CODE_INVALID: 'This set-up code is wrong, has expired, or was replaced by a newer one.',
  SETUP_DONE: 'This installation has a user already, so it is set up.',
  INVALID_CREDENTIALS: 'This is not a key, secret or passphrase of this exchange.',
  KEY_MAY_WITHDRAW:
    'This API key may withdraw. Use a key that may only read and trade, or state that you accept the risk.',
  NO_TESTNET: 'This exchange has no test network for spot trading.',
  INVALID_PROXY: 'A proxy is an address such as socks5://user:password@proxy.example.com:1080.',
  PRIVATE_ADDRESS: 'The address leads to a private network, which the operator does not allow.',
  // vaults
  VAULT_NOT_FOUND: 'There is no such vault.',
  INVALID_AMOUNT: 'The amount must be above zero, with at most 18 digits on each side of the point.',
  INVALID_ASSET: 'An asset is written in capital letters and digits, such as USDT.',
  IDEMPOTENCY_CONFLICT: 'This idempotency key was already used for something else.',
  IDEMPOTENCY_IN_PROGRESS: 'A request with this idempotency key is being carried out; send it again in a moment.',
  IDEMPOTENCY_KEY_SPENT: 'The kill switch of this idempotency key has ended; use a new key to stop again.',
} as const;

export type ReasonCode = keyof typeof REASONS;

/**
 * A refusal as a value: a code for programs, and a sentence with the numbers of this case for people. A use case that
 * can refuse returns `{ ok: true, ... } | Refusal`.
 */
export interface Refusal {
  ok: false;
  code: ReasonCode;
  message: string;
  /** The invalid argument, if there is one. */
  field?: string;
  /** The numbers of this case by name, as decimal text: what was wanted, what is there, what the limit is. */
  numbers?: Readonly<Record<string, string>>;
}

/**
 * Builds a refusal. `detail` replaces the general sentence where the numbers of this case say more; `numbers` are the
 * same numbers for programs.
 */
export const refuse = (code: ReasonCode, detail?: string, numbers?: Refusal['numbers']): Refusal => ({
  ...{ ok: false, code, message: detail ?? REASONS[code] },
  ...(numbers && { numbers }),
});
