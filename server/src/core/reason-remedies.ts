import type { ReasonCode } from './reasons.js';

/**
 * Whether sending the same again helps:
 * no     never: the same is refused again until you change it, or it is done already
 * later  it can succeed once the state has changed by itself or by what the fix says
 * yes    at once or a moment later, as it is; with the same idempotency key nothing is done twice
 */
export const RETRIES = ['no', 'later', 'yes'] as const;
export type Retry = (typeof RETRIES)[number];

/** What to do about a code. Its cause is its sentence in the list of the codes. */
export type Remedy = readonly [retry: Retry, fix: string];

/** The remedy of every reason, in the order of core/reasons.ts. */
export const REASON_REMEDIES: Readonly<Record<ReasonCode, Remedy>> = {
  // the sender of a signal
  SOURCE_NOT_FOUND: ['no', 'Copy the address of the source again, and check that the source is switched on.'],
  SOURCE_LOCKED: ['later', 'Ask an administrator to unlock the source.'],
  SOURCE_DRY: ['later', 'End the dry run of the source with `updateWebhookSource` when it is to trade.'],
  IP_NOT_ALLOWED: ['no', "Add the sender's address to the source, or send from an allowed address."],
  SIGNATURE_MISSING: ['no', 'Sign the raw body with the signing secret of the source and send the header X-Signature.'],
  SIGNATURE_INVALID: ['no', 'Sign exactly the bytes that you send, with the current signing secret of the source.'],
  SIGNATURE_EXPIRED: ['no', "Set the sender's clock by a time server and sign again with the current time."],
  TOKEN_MISSING: ['no', 'Put the token of the source into the body as `token` or `secret`.'],
  TOKEN_INVALID: ['no', 'Copy the current token of the source into the body.'],
  WEBHOOK_RATE_LIMIT: ['later', 'Wait as long as `Retry-After` says, or raise the limit of the source.'],
  BODY_TOO_LARGE: ['no', 'Send at most 64 KiB.'],
  BODY_UNREADABLE: ['no', 'Encode the body as UTF-8.'],
  BODY_MALFORMED: ['no', 'Send valid JSON; the message names the line and the column of the fault.'],
  TIME_UNREADABLE: ['no', 'Send the time as ISO 8601 with a zone or as unix time, or remove the age limit.'],
  PRICE_UNREADABLE: ['no', 'Send the price as a number, or remove the slippage limit.'],
  LIMIT_PRICE_OUT_OF_BAND: ['no', 'Choose a limit price nearer to the market, or widen the band of the parameter.'],
  STALE_SIGNAL: ['no', 'Send a new signal. If signals always arrive late, raise the age limit of the source.'],
  // the meaning of a signal
  SIGNAL_UNKNOWN: ['no', 'Change the message, or teach its words to the source; the signal lab shows how it is read.'],
  SYMBOL_MISSING: ['no', 'Add a symbol such as BTCUSDT or BTC/USDT to the message.'],
  SYMBOL_AMBIGUOUS: ['no', 'Write the symbol with a slash, such as BTC/USDT.'],
  TOO_MANY_PHRASES: ['no', 'Remove phrases of the source that you do not need.'],
  QUOTA_REACHED: ['no', 'Delete or reuse what you have; the message says how many are allowed.'],
  // planning and sizing
  MISSING_TRADE_PARAMETER: ['later', 'Create one for this account, symbol and side with `createTradeParameter`.'],
  ACCOUNT_INACTIVE: ['later', 'Switch the account on.'],
  MODE_MISMATCH: ['no', 'Use a source, an account and a vault of the same mode.'],
  VAULT_INACTIVE: ['later', 'Switch the vault on, or choose another one.'],
  UNKNOWN_MARKET: ['no', 'Choose a symbol that the exchange of the account trades on its spot market.'],
  PRICE_UNAVAILABLE: ['later', 'Wait for a price. If none comes, check the state of the price feed in `serverInfo`.'],
  INSUFFICIENT_BALANCE: ['later', 'Deposit more, order less, or wait until open orders release their reservation.'],
  MIN_NOTIONAL_NOT_MET: ['no', 'Order more: `numbers` has the minimum of the market.'],
  INVALID_LOT_SIZE: ['no', 'Order more: the quantity is rounded down to the step of the market.'],
  INVALID_PRICE: ['no', 'Choose a price that is a multiple of the tick and inside the limits of the market.'],
  RATE_LIMIT_EXCEEDED: ['later', 'Wait until the parameter allows the next order, or raise its limits.'],
  SLIPPAGE_EXCEEDED: ['later', 'Wait for a better price, or allow more slippage.'],
  BALANCE_STALE: [
    'later',
    'Wait for the next reading of the balance; `testConnection` says whether the exchange answers.',
  ],
  LIMIT_PRICE_MISSING: ['no', 'Add a price to the signal, or let the parameter send MARKET orders.'],
  ENTRY_BELOW_EXIT_MINIMUM: ['no', 'Order more, or use a stop that is nearer to the entry.'],
  PREVIEW_CHANGED: ['no', 'Preview the order again and pass its new `expected`.'],
  ENTRIES_PAUSED: ['later', 'Resume the entries with `resumeEntries` when you want to trade again.'],
  ORDER_NOT_OURS: ['later', 'Look at `externalOrders`, adopt or dismiss the order, then call `resumeEntries`.'],
  SUPERSEDED_BY_CLOSE: ['no', 'Nothing: the close came later and decides. Send a new signal to buy again.'],
  EARLIER_SIGNAL_OPEN: ['no', 'Look at the sell that came before; send a new signal once it is done.'],
  // selling
  NO_ELIGIBLE_POSITIONS: ['later', 'Nothing, if all is sold. Otherwise see why each open position was left out.'],
  WEBHOOK_LOCK: ['later', 'Unlock the position with `setSellLock`, or close it by hand.'],
  MIN_PROFIT_NOT_MET: ['later', 'Wait for a higher price, lower the minimum profit, or close the position by hand.'],
  EXIT_BELOW_MINIMUM: ['later', 'Wait until the position is worth more, or sell its coins at the exchange.'],
  HOLDING_MISSING: ['no', 'Put the coins back, or close the position with `closeAsReconciled`.'],
  HOLDING_LOCKED: ['later', 'Cancel the other orders at the exchange that hold the coins.'],
  ALREADY_RESERVED: ['later', 'Cancel the open sell of the position, or wait until it is filled.'],
  // placing
  REAL_NOT_AVAILABLE: ['no', 'Ask the operator to set REAL_TRADING=true, or use a simulation account.'],
  TRADING_HALTED: ['later', 'Wait until an administrator resumes trading; `tradingHalt` says why it is halted.'],
  EXCHANGE_REFUSED: ['no', "Read the exchange's own code and text in the execution, and change what it names."],
  EXPIRED: ['no', 'Place a new order with a nearer price or a longer time.'],
  CANCELED_BY_OWNER: ['no', 'Nothing. Place a new order if you want it after all.'],
  CANCELED_BY_EXCHANGE: ['no', "Look at the exchange's reason in the execution, then place a new order."],
  CANCELED_BY_KILL_SWITCH: ['no', 'Resume the entries with `resumeEntries`, then place a new order.'],
  CANCELED_FOR_EXIT: ['no', 'Nothing: the exit sold instead.'],
  ORDER_NOT_FOUND: ['no', 'Check the id; `tradeJobs` and `limitOrders` list yours.'],
  ORDER_BUSY: ['yes', 'Send the same again in a moment.'],
  ORDER_CLOSED: ['no', 'Nothing: read the order to see how it ended.'],
  EXCHANGE_UNREACHABLE: [
    'yes',
    'Send the same again; if it stays so, check the network and the status of the exchange.',
  ],
  // what an owner requests for a position
  POSITION_NOT_FOUND: ['no', 'Check the id; `positions` lists yours.'],
  POSITION_CLOSED: ['no', 'Nothing: the position is closed.'],
  INVALID_EXITS: ['no', 'Change the exits; the message says which limit or which other exit they contradict.'],
  INVALID_EXPIRY: ['no', 'Choose 1 to 720 hours.'],
  PLAN_NOT_FOUND: ['no', 'Check the id, or make a new plan.'],
  PLAN_EXPIRED: ['no', 'Preview again and confirm the new plan.'],
  PLAN_TOO_LARGE: ['no', 'Narrow the filter and close in several plans, or use the kill switch.'],
  // coins that were moved outside of this program
  ACCOUNT_NOT_FOUND: ['no', 'Check the id; `exchangeAccounts` lists yours.'],
  EXTERNAL_ORDER_NOT_FOUND: ['no', 'Check the id; `externalOrders` lists those that were seen.'],
  HOLDING_TOO_SMALL: ['no', 'Adopt at most what `numbers` says is free.'],
  HOLDING_PRESENT: ['no', 'Close the position with `closePosition`.'],
  NOT_PLACED: ['no', 'Send a new signal, or place the order by hand.'],
  // what an owner sets
  INVALID_INPUT: ['no', 'Change the field that `field` or `fields` names.'],
  BINDING_NOT_FOUND: ['no', 'Bind the account to the source with `bindAccount` first.'],
  PHRASE_NOT_FOUND: ['no', 'Check the phrase; the source lists what it knows.'],
  PARAMETER_NOT_FOUND: ['no', 'Check the id; `tradeParameters` lists yours.'],
  HAS_HISTORY: ['no', 'Nothing: it is switched off and keeps its history.'],
  PARAMETER_EXISTS: ['no', 'Change the parameter that exists.'],
  // accounts
  PASSWORD_REQUIRED: ['no', 'Send the same with your password, or confirm it with `stepUp`.'],
  PASSWORD_WRONG: ['no', 'Type your password again. Further wrong passwords are delayed.'],
  CODE_WRONG: ['no', 'Wait for the next code of your app and check the clock of the phone.'],
  TWO_FACTOR_ON: ['no', 'Nothing. To change the device, switch the second factor off first.'],
  TWO_FACTOR_OFF: ['no', 'Switch the second factor on first.'],
  PASSKEY_REFUSED: ['no', 'Begin again with a new challenge, and use a passkey that is registered here.'],
  PASSKEY_NOT_FOUND: ['no', 'Choose one of the passkeys that are listed.'],
  PASSKEY_EXISTS: ['no', 'This device is registered already; use it, or remove it first.'],
  USER_NOT_FOUND: ['no', 'Check the id; `users` lists them.'],
  EMAIL_TAKEN: ['no', 'Use another e-mail address.'],
  LAST_ADMIN: ['no', 'Make another user an administrator first.'],
  OWN_USER: ['no', 'Ask another administrator.'],
  LINK_INVALID: ['no', 'Ask an administrator for a new link.'],
  SETUP_CODE_INVALID: ['no', 'Use the newest code of the log; an operator sees it with npm run setup-code.'],
  SETUP_DONE: ['no', 'Sign in, or ask an administrator to invite you.'],
  INVALID_CREDENTIALS: ['no', 'Copy key, secret and passphrase again as the exchange shows them.'],
  KEY_MAY_WITHDRAW: [
    'no',
    'Make a key without the permission to withdraw, or accept it with `acceptWithdrawPermission`.',
  ],
  NO_TESTNET: ['no', 'Use a simulation account, or an account of another exchange.'],
  INVALID_PROXY: ['no', 'Write the proxy with its scheme, such as socks5://user:password@proxy.example.com:1080.'],
  PRIVATE_ADDRESS: ['no', 'Use a public address, or ask the operator to allow private ones.'],
  // vaults
  VAULT_NOT_FOUND: ['no', 'Check the id; `vaults` lists yours.'],
  INVALID_AMOUNT: ['no', 'Send an amount above zero as text, such as "12.5".'],
  INVALID_ASSET: ['no', 'Write the asset in capital letters, such as USDT.'],
  IDEMPOTENCY_CONFLICT: ['no', 'Use a new key for a new request; repeat the old key only with the same input.'],
  IDEMPOTENCY_IN_PROGRESS: ['yes', 'Send the same with the same key in a moment; it answers the result of the first.'],
  IDEMPOTENCY_KEY_SPENT: ['no', 'Use a new key to stop again.'],
};
