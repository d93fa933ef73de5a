/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { Operation } from './operation.js';
/** Which events of accounts. */
export type AccountEventFilter = {
  /** Only those of this account. */
  accountId?: string | number | null | undefined;
  /** Only those of accounts of this mode. */
  tradeMode?: TradeMode | null | undefined;
};

/** An alert to acknowledge. */
export type AcknowledgeAlertInput = {
  /** The alert. */
  alertId: string | number;
};

/** Coins that were bought outside of this program and shall become a position. */
export type AdoptHoldingInput = {
  /** The account that holds the coins. */
  accountId: string | number;
  /** The price of one coin. Omit it with externalOrderId. */
  entryPrice?: string | null | undefined;
  /** An external buy order. Its trades give the quantity and the price. */
  externalOrderId?: string | number | null | undefined;
  /** Your own key for this request, 1 to 80 characters; upper and lower case differ. The same key with the same input returns the first result and does nothing again. With other input it is refused as IDEMPOTENCY_CONFLICT; while the first request is still running, as IDEMPOTENCY_IN_PROGRESS. A refused request does not use up its key. Used keys are kept forever. */
  idempotencyKey: string;
  /** The minimum profit for sell signals and take profit, in percent. */
  minProfitPct?: string | null | undefined;
  /** The quantity, in the base asset. Omit it with externalOrderId. */
  quantity?: string | null | undefined;
  /** Stop loss, in percent below the opening price. */
  slPct?: string | null | undefined;
  /** The symbol of the position, such as SOL/USDT. */
  symbol: string;
  /** Take profit, in percent above the opening price. */
  tpPct?: string | null | undefined;
  /** Trailing stop, in percent below the highest price. */
  trailingDistancePct?: string | null | undefined;
};

/** Which events of alerts. */
export type AlertEventFilter = {
  /** Only alerts of these severities. */
  severity?: Array<AlertSeverity> | null | undefined;
  /** Only alerts of these kinds. */
  type?: Array<AlertType> | null | undefined;
};

/** Which alerts. */
export type AlertFilter = {
  /** Only those created at this time or later. */
  from?: string | null | undefined;
  /** True: only alerts that are still open. */
  openOnly?: boolean | null | undefined;
  /** Only those of these severities. */
  severity?: Array<AlertSeverity> | null | undefined;
  /** Only those created before this time. */
  to?: string | null | undefined;
  /** Only those of these kinds. */
  type?: Array<AlertType> | null | undefined;
};

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

/** The kinds of alerts. */
export type AlertType =
  /** The clock of a machine differs from the database's. */
  | 'CLOCK_SKEW'
  /** A process uses more than 90 % of the processors. */
  | 'HIGH_CPU'
  /** A disk is more than 90 % full. */
  | 'HIGH_DISK_USAGE'
  /** A process uses more than 90 % of its memory. */
  | 'HIGH_MEMORY'
  /** The API key of an account may withdraw. */
  | 'KEY_MAY_WITHDRAW'
  /** A stored number does not follow from its history. */
  | 'LEDGER_DRIFT'
  /** A signal that should have come did not. */
  | 'MISSED_SIGNAL'
  /** A notification could not be delivered. */
  | 'NOTIFICATION_CHANNEL_DOWN'
  /** The server of WhatsApp or e-mail does not work. */
  | 'NOTIFICATION_SERVER_DOWN'
  /** An order that no job made was found at the exchange. */
  | 'ORDER_NOT_OURS'
  /** The outcome of an order is not known yet. */
  | 'ORDER_UNKNOWN'
  /** The coins of a position do not match. */
  | 'POSITION_INVALID_QTY'
  /** Coins were missing when a position was sold. */
  | 'POSITION_SHORTFALL'
  /** An exit could not sell. */
  | 'POSITION_UNSELLABLE'
  /** A process died, hangs or stood still. */
  | 'PROCESS_STUCK'
  /** Jobs wait too long to be executed. */
  | 'QUEUE_BACKLOG'
  /** An account could not be compared with its exchange. */
  | 'RECONCILE_FAILED'
  /** Redis does not answer. */
  | 'REDIS_AWAY'
  /** The safety net of exits is paused. */
  | 'SAFETY_JOB_PAUSED'
  /** A scheduled job failed three times in a row. */
  | 'SCHEDULED_JOB_FAILED'
  /** No process of a service has reported for 90 seconds. */
  | 'SERVICE_DOWN'
  /** The prices of a symbol are too old to fire an exit. */
  | 'STALE_PRICES'
  /** An exit was fired by the safety sweep only. */
  | 'TRIGGER_MISSED'
  /** Open positions have no exit that would limit a loss, or nothing that would fire it. */
  | 'UNPROTECTED_POSITION'
  /** The accounts hold less than the vaults set apart. */
  | 'VAULT_NOT_COVERED'
  /** A webhook source has received nothing for a long time. */
  | 'WEBHOOK_SILENT';

/** The keys of an account at a real exchange. They are stored encrypted and never shown again. */
export type ApiKeysInput = {
  /** The API key. */
  apiKey: string;
  /** Its secret; for Coinbase the private key in PEM. */
  apiSecret: string;
  /** Its passphrase, if the exchange uses one: see exchangeRules. */
  passphrase?: string | null | undefined;
};

/** What an API token may do. Every scope includes READ. */
export type ApiTokenScope =
  /** Sees the users of the installation and can lock them out. Only for tokens of administrators. */
  | 'ADMIN'
  /** Changes accounts, vaults, parameters and webhook sources. It gets no secret and cannot switch on real money. */
  | 'MANAGE'
  /** Reads everything of its owner. Addresses and secrets of webhooks are left out, because they could trade. */
  | 'READ'
  /** Places, closes and cancels orders and pauses entries. */
  | 'TRADE';

/** An amount of one asset. */
export type AssetAmountInput = {
  /** The amount. */
  amount: string;
  /** The asset, such as USDT. */
  asset: string;
};

/** Which entries to show. */
export type AuditLogFilter = {
  /** Only this action: the name of the mutation. */
  action?: string | null | undefined;
  /** Only entries about this kind of thing, such as vault. */
  entity?: string | null | undefined;
  /** Only those created at this time or later. */
  from?: string | null | undefined;
  /** Only those created before this time. */
  to?: string | null | undefined;
};

/** Your password. */
export type BeginPasskeyRegistrationInput = {
  /** Your password again. Wrong ones count as failed sign-ins. Not needed within 10 minutes after stepUp. */
  password?: string | null | undefined;
};

/** Who will be the first administrator. */
export type BeginSetupInput = {
  /** The e-mail address to sign in with. */
  email: string;
  /** The one-time code that the program wrote into its log. */
  setupCode: string;
};

/** Your password. */
export type BeginTwoFactorInput = {
  /** Your password again. Wrong ones count as failed sign-ins. Not needed within 10 minutes after stepUp. */
  password?: string | null | undefined;
};

/** Binds an account to a source, so that it trades the source's signals, or changes the binding. */
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

/** Which bulk actions. */
export type BulkActionFilter = {
  /** Only those created at this time or later. */
  from?: string | null | undefined;
  /** Only those that do this. */
  kind?: BulkActionKind | null | undefined;
  /** Only those created before this time. */
  to?: string | null | undefined;
};

/** What an item of a bulk action does. */
export type BulkActionItemKind =
  /** Cancels a resting order. */
  | 'CANCEL_ORDER'
  /** Sells a position at the market. */
  | 'CLOSE_POSITION';

/** The answer to the request of an item. For fills, see the state of the item. */
export type BulkActionItemOutcome =
  /** The cancellation was requested, or the sell of the position was accepted. */
  | 'DONE'
  /** It was refused; the reason says why. */
  | 'REFUSED';

/** The state of an item of a bulk action. Only fills count as sold. */
export type BulkActionItemState =
  /** The sell or the cancellation is in progress; nothing is sold yet. */
  | 'ACCEPTED'
  /** The position was closed, or the order had ended, without this item. */
  | 'ALREADY_DONE'
  /** The order left the book. */
  | 'CANCELED'
  /** The sell ended and nothing was sold, or the order still rests in the book; the reason says why. */
  | 'FAILED'
  /** The position is sold and closed. */
  | 'FILLED'
  /** A part is sold and the position is still open. More may be sold until isTerminal is true. */
  | 'PARTLY_FILLED'
  /** Nothing was sent; the reason says why. */
  | 'REFUSED'
  /** It has not started yet. */
  | 'WAITING';

/** What a bulk action does. */
export type BulkActionKind =
  /** It closes the positions of a preview, or retries what an earlier one left open. */
  | 'CLOSE_ALL'
  /** It pauses entries, cancels resting orders and, if requested, sells every open position. */
  | 'KILL_SWITCH';

/** The progress of a bulk action. */
export type BulkActionState =
  /** All items were requested; each item has its own result. */
  | 'DONE'
  /** It was not executed in time and can no longer be executed. */
  | 'EXPIRED'
  /** It is ready to be executed. */
  | 'READY'
  /** It was started. Repeating the call continues it. */
  | 'RUNNING';

/** An order to cancel. */
export type CancelOrderInput = {
  /** The job of the order. */
  jobId: string | number;
};

/** The span of a candle. */
export type CandleInterval =
  /** One day of UTC. */
  | 'D1'
  /** One hour; kept for 2 years by default. */
  | 'H1'
  /** 4 hours, counted from midnight UTC. */
  | 'H4'
  /** One minute; kept for 30 days by default. */
  | 'M1'
  /** 5 minutes. */
  | 'M5'
  /** 15 minutes. */
  | 'M15'
  /** One second; kept for 2 days by default. */
  | 'S1'
  /** 5 seconds. */
  | 'S5'
  /** 15 seconds. */
  | 'S15';

/** A change of password. */
export type ChangePasswordInput = {
  /** Your current password. */
  currentPassword: string;
  /** The new password, 10 to 200 characters. */
  newPassword: string;
};

/** Why a channel is switched off. */
export type ChannelDisabledReason =
  /** Its owner switched it off. */
  | 'BY_OWNER'
  /** The other side said that it does not exist any more. */
  | 'GONE'
  /** It failed for a day. Its events are kept. */
  | 'REPEATED_FAILURE';

/** The set-up code. */
export type CheckSetupCodeInput = {
  /** The one-time code that the program wrote into its log. */
  setupCode: string;
};

/** How a machine's clock differs from the database's. */
export type ClockState =
  /** The clocks differ by more than a second. Trading continues, because decisions use the database's time. */
  | 'OFF'
  /** The clocks differ by at most a second. */
  | 'OK'
  /** The clocks differ by more than five seconds. A process there opens no position and leaves exits to other processes. */
  | 'TOO_FAR_OFF';

/** Which open positions to close. Without a condition, all of them. */
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

/** A position whose coins are gone. */
export type CloseAsReconciledInput = {
  /** The position. */
  positionId: string | number;
};

/** Sell a position at the market now: all of it, a quantity or a percentage. */
export type ClosePositionInput = {
  /** The quantity, in the base asset. */
  amount?: string | null | undefined;
  /** Your own key for this request, 1 to 80 characters; upper and lower case differ. The same key with the same input returns the first result and does nothing again. With other input it is refused as IDEMPOTENCY_CONFLICT; while the first request is still running, as IDEMPOTENCY_IN_PROGRESS. A refused request does not use up its key. Used keys are kept forever. */
  idempotencyKey: string;
  /** The percentage of the remaining quantity, up to 100. */
  percent?: string | null | undefined;
  /** The position. */
  positionId: string | number;
};

/** Why a position was closed. */
export type CloseReason =
  /** The owner closed it together with others. */
  | 'CLOSE_ALL'
  /** The kill switch of its owner. */
  | 'KILL_SWITCH'
  /** The owner closed it, alone. */
  | 'MANUAL'
  /** Reconciliation with the exchange: its coins were gone. */
  | 'RECONCILIATION'
  /** Its stop loss. */
  | 'STOP_LOSS'
  /** Its take profit. */
  | 'TAKE_PROFIT'
  /** Its time stop. */
  | 'TIME_STOP'
  /** Its trailing stop. */
  | 'TRAILING_STOP'
  /** A sell signal. */
  | 'WEBHOOK_SELL';

/** The first administrator. */
export type CompleteSetupInput = {
  /** The six digits that the authenticator app shows. */
  code: string;
  /** The e-mail address to sign in with. */
  email: string;
  /** The display name. */
  fullName?: string | null | undefined;
  /** The password, 10 to 200 characters. */
  password: string;
  /** The one-time code that the program wrote into its log. */
  setupCode: string;
};

/** The bulk action to execute. */
export type ConfirmCloseAllInput = {
  /** The id that previewCloseAll returned. */
  bulkActionId: string | number;
};

/** A channel to connect: its name and exactly one address. */
export type ConnectNotificationChannelInput = {
  /** An e-mail address. */
  email?: EmailChannelInput | null | undefined;
  /** Its name. */
  label: string;
  /** A topic of ntfy. */
  ntfy?: NtfyChannelInput | null | undefined;
  /** A chat of Telegram. */
  telegram?: TelegramChannelInput | null | undefined;
  /** A number or a group of WhatsApp. */
  whatsApp?: WhatsAppChannelInput | null | undefined;
};

/** Parameters to copy from one account to others. */
export type CopyTradeParametersInput = {
  /** What happens to a parameter that an account already has for the symbol and side. */
  existing?: ExistingParameter;
  /** The account that has them. */
  fromAccountId: string | number;
  /** Only those of these symbols, 1 to 100. Without it, all. */
  symbols?: Array<string> | null | undefined;
  /** The accounts that get them, 1 to 20. */
  toAccountIds: Array<string | number>;
  /** The vault that the copies take their capital from. Without it, that of the original. */
  vaultId?: string | number | null | undefined;
};

/** A new API token. */
export type CreateApiTokenInput = {
  /** The addresses and CIDR ranges it may be used from, at most 20; empty or null = all. */
  allowedIps?: Array<string> | null | undefined;
  /** When it ends; null = when it is revoked. */
  expiresAt?: string | null | undefined;
  /** A name, 1 to 120 characters. */
  name: string;
  /** Your password again. Wrong ones count as failed sign-ins. Not needed within 10 minutes after stepUp. */
  password?: string | null | undefined;
  /** What it may do. */
  scopes: Array<ApiTokenScope>;
};

/** A new account. */
export type CreateExchangeAccountInput = {
  /** The exchange whose markets and rules apply. */
  exchange: ExchangeName;
  /** The initial balances of a simulation account, each asset once. */
  initialBalances?: Array<AssetAmountInput> | null | undefined;
  /** Whether orders go to the simulated exchange. A real account needs `real`. */
  isSimulation: boolean;
  /** Your name for it, 1 to 120 characters. */
  label: string;
  /** The settings that only a real account needs. */
  real?: RealAccountInput | null | undefined;
};

/** A new trade parameter. */
export type CreateTradeParameterInput = {
  /** The account it is for. */
  accountId: string | number;
  /** Its settings. */
  parameter: TradeParameterInput;
};

/** A new user with a first password. */
export type CreateUserInput = {
  /** The e-mail address with which that person will sign in. */
  email: string;
  /** The display name. */
  fullName?: string | null | undefined;
  /** The first password, 10 to 200 characters. */
  initialPassword: string;
  /** Your password again. Wrong ones count as failed sign-ins. Not needed within 10 minutes after stepUp. */
  password?: string | null | undefined;
  /** What that person may do. */
  roles: Array<UserRole>;
};

/** A new, empty vault. */
export type CreateVaultInput = {
  /** Description of the vault, up to 500 characters. */
  description?: string | null | undefined;
  /** Your name for the vault, 1 to 120 characters. */
  name: string;
  /** REAL or SIMULATION; never changes. */
  tradeMode: TradeMode;
};

/** A webhook out. */
export type CreateWebhookEndpointInput = {
  /** Which events. */
  events: Array<NotificationType>;
  /** Its name. */
  label: string;
  /** What to send of each event: a selection set of NotificationEvent, such as { type position { symbol } }. */
  selection?: string | null | undefined;
  /** Where to POST. It must be a public https address, unless the operator allows others. */
  url: string;
};

/** A new source. The server generates its address, which cannot be guessed. */
export type CreateWebhookSourceInput = {
  /** Adds TradingView's published sender addresses to allowedIps. */
  allowTradingView?: boolean | null | undefined;
  /** Addresses and CIDR ranges that may send; empty = any. */
  allowedIps?: Array<string> | null | undefined;
  /** Run dry: the receipt of a signal says what would have been traded, and nothing is bought or sold. */
  dryRun?: boolean | null | undefined;
  /** The time within which a repeated body counts as the same signal, 0 to 86400 seconds. */
  identityWindowSec?: number | null | undefined;
  /** Your name for it, 1 to 120 characters. */
  label: string;
  /** Refuse signals older than this many seconds. */
  maxLagSec?: number | null | undefined;
  /** For a REAL source only. Your password again. Wrong ones count as failed sign-ins. Not needed within 10 minutes after stepUp. */
  password?: string | null | undefined;
  /** Signals it accepts in a minute, 1 to 6000. */
  rateLimitPerMin?: number | null | undefined;
  /** Refuse unsigned signals. */
  requireSignature?: boolean | null | undefined;
  /** REAL or SIMULATION; never changes. */
  tradeMode: TradeMode;
};

/** What the totals are about. Without a list: everything of the mode. */
export type DashboardFilter = {
  /** Only these accounts, at most 100; an empty list matches nothing. */
  accountIds?: Array<string | number> | null | undefined;
  /** Only what signals of these sources led to, at most 100; an empty list matches nothing. */
  sourceIds?: Array<string | number> | null | undefined;
  /** Only these symbols, in any spelling, at most 100; an empty list matches nothing. */
  symbols?: Array<string> | null | undefined;
};

/** A exchange account to delete. */
export type DeleteExchangeAccountInput = {
  /** The exchange account. */
  id: string | number;
  /** Your password again. Wrong ones count as failed sign-ins. Not needed within 10 minutes after stepUp. Needed for a real account. */
  password?: string | null | undefined;
};

/** A trade parameter to delete. */
export type DeleteTradeParameterInput = {
  /** The parameter. */
  id: string | number;
};

/** A vault to delete. */
export type DeleteVaultInput = {
  /** The vault. */
  id: string | number;
};

/** A webhook source to delete. */
export type DeleteWebhookSourceInput = {
  /** The webhook source. */
  id: string | number;
};

/** A deposit. */
export type DepositToVaultInput = {
  /** The amount, above zero. */
  amount: string;
  /** The asset, in capital letters and digits. */
  asset: string;
  /** Your own key for this request, 1 to 80 characters; upper and lower case differ. The same key with the same input returns the first result and does nothing again. With other input it is refused as IDEMPOTENCY_CONFLICT; while the first request is still running, as IDEMPOTENCY_IN_PROGRESS. A refused request does not use up its key. Used keys are kept forever. */
  idempotencyKey: string;
  /** The vault. */
  vaultId: string | number;
};

/** The external order to remove from the list. */
export type DismissExternalOrderInput = {
  /** The order. */
  externalOrderId: string | number;
};

/** A message to test. */
export type DryRunSignalInput = {
  /** The body of the POST, text or JSON. */
  message: string;
  /** The source it would be sent to. */
  sourceId: string | number;
};

/** What an account would have done with a signal of a source that runs dry. */
export type DryRunStatus =
  /** Not decided yet. */
  | 'PENDING'
  /** Nothing would have been traded; the reason says why. */
  | 'WOULD_SKIP'
  /** An order would have been sent. */
  | 'WOULD_TRADE';

/** A selection to try. */
export type DryRunWebhookInput = {
  /** One of your events; null = the newest. */
  eventId?: string | number | null | undefined;
  /** The selection; null = the standard one. */
  selection?: string | null | undefined;
};

/** An e-mail address. */
export type EmailChannelInput = {
  /** The address. */
  address: string;
};

/** A first code of the app. */
export type EnableTwoFactorInput = {
  /** The six digits that the app shows. */
  code: string;
};

/** Which session. */
export type EndSessionInput = {
  /** The session. */
  sessionId: string | number;
};

/** Why entries are paused. */
export type EntriesPauseReason =
  /** You paused them. */
  | 'ENTRIES_PAUSED'
  /** The API key may withdraw. Replace it, or accept it with updateExchangeAccount. */
  | 'KEY_MAY_WITHDRAW'
  /** An order that no job made was found at the exchange. */
  | 'ORDER_NOT_OURS';

/** Every value that `extensions.code` of an error can have. `extensions.requestId` identifies the request. */
export type ErrorCode =
  /** The HTTP request is not a GraphQL request that this server accepts. */
  | 'BAD_REQUEST'
  /** An argument is not valid; `fields` names it and says what to change, or `reason` has a ReasonCode. The path of a field starts inside the input, or with the name of the variable when its type does not fit. */
  | 'BAD_USER_INPUT'
  /** It is not possible in the current state; `reason` may have a ReasonCode. */
  | 'CONFLICT'
  /** Events after this cursor are no longer kept; query again and subscribe from now. */
  | 'CURSOR_TOO_OLD'
  /** The signed-in user is not allowed to do this. */
  | 'FORBIDDEN'
  /** The document is not GraphQL, or is too long. */
  | 'GRAPHQL_PARSE_FAILED'
  /** The document does not match the schema. */
  | 'GRAPHQL_VALIDATION_FAILED'
  /** The server failed; the error was logged with the request id. */
  | 'INTERNAL'
  /** It does not exist, or it is not yours. */
  | 'NOT_FOUND'
  /** The operation is too deep, too wide or too expensive; ask for less at once. */
  | 'OPERATION_TOO_COMPLEX'
  /** The password must be changed before anything else. */
  | 'PASSWORD_CHANGE_REQUIRED'
  /** Too many attempts, requests or points; `retryAfterMs` says how long to wait. */
  | 'RATE_LIMITED'
  /** The password is right; sign in again with it and a code of the second factor. */
  | 'SECOND_FACTOR_REQUIRED'
  /** The client read too slowly; subscribe again with the last cursor. */
  | 'SUBSCRIPTION_OVERFLOW'
  /** The database took too long to answer; ask for less at once. */
  | 'TIMEOUT'
  /** No session or token was sent, or it is not valid any more. */
  | 'UNAUTHENTICATED'
  /** The `documentId` is not one of this server: the page is of another build. */
  | 'UNKNOWN_DOCUMENT';

/** Which accounts. */
export type ExchangeAccountFilter = {
  /** Only those at this exchange. */
  exchange?: ExchangeName | null | undefined;
  /** Only those created at this time or later. */
  from?: string | null | undefined;
  /** Only active or only inactive ones. */
  isActive?: boolean | null | undefined;
  /** Only those created before this time. */
  to?: string | null | undefined;
  /** Only those of this mode. */
  tradeMode?: TradeMode | null | undefined;
};

/** Why a request to an exchange failed. */
export type ExchangeFaultCode =
  /** The key may not be used from this server's address. */
  | 'ADDRESS_NOT_ALLOWED'
  /** The exchange refused the request because this server's clock and its own differ. */
  | 'CLOCK_OFF'
  /** The account has no API key. */
  | 'KEYS_MISSING'
  /** The exchange refused the key. It does not say which it is: a wrong key, a missing permission, or this server's address is not in the key's list. */
  | 'KEY_OR_ADDRESS_REFUSED'
  /** The exchange does not know this key, or the secret or passphrase is wrong. */
  | 'KEY_REFUSED'
  /** The exchange answered with an error. */
  | 'OTHER'
  /** The key does not have the permission for this. */
  | 'PERMISSION_MISSING'
  /** The proxy of this account leads to a private address, which the operator does not allow. */
  | 'PROXY_NOT_ALLOWED'
  /** The proxy of this account could not be used. */
  | 'PROXY_UNREACHABLE'
  /** Too many requests: the exchange asks this server to wait. */
  | 'RATE_LIMITED'
  /** The exchange did not answer. */
  | 'UNREACHABLE';

/** The supported exchanges. */
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

/** The known state of an order at the exchange. */
export type ExecutionStatus =
  /** Canceled at the exchange. */
  | 'CANCELED'
  /** Expired at the exchange. */
  | 'EXPIRED'
  /** Completely filled. */
  | 'FILLED'
  /** Accepted, nothing filled yet. */
  | 'NEW'
  /** It is proven that the exchange does not have it. */
  | 'NOT_PLACED'
  /** Partly filled. */
  | 'PARTIALLY_FILLED'
  /** Refused by the exchange for good. */
  | 'REJECTED'
  /** Stored before sending; its outcome is not known yet. */
  | 'SENDING'
  /** Sent, but its outcome is not known; it is being looked up. */
  | 'UNKNOWN';

/** What a call for many parameters does with one that exists. */
export type ExistingParameter =
  /** It stays as it is. */
  | 'KEEP'
  /** All its settings are replaced. */
  | 'REPLACE';

/** The exit of a position that its price or its age reached. */
export type ExitReason =
  /** One or more of its targets. The rest stays open. */
  | 'PARTIAL_TAKE_PROFIT'
  /** Its stop loss, or break-even after the first target. */
  | 'STOP_LOSS'
  /** Its take profit. */
  | 'TAKE_PROFIT'
  /** Its time stop. */
  | 'TIME_STOP'
  /** Its trailing stop. */
  | 'TRAILING_STOP';

/** A target of a partial take profit. */
export type ExitTargetInput = {
  /** The profit at which it fires, in percent. */
  pct: string;
  /** The share of qtyTotal that it sells, in percent. */
  sharePct: string;
};

/** What a preview said. */
export type ExpectedOrderInput = {
  /** `price` of the preview. */
  price: string;
  /** `quantity` of the preview. */
  quantity: string;
};

/** Which external orders. Without a filter, those you have not removed from the list. */
export type ExternalOrderFilter = {
  /** Only those of this account. */
  accountId?: string | number | null | undefined;
  /** Only those of one of these accounts, at most 100; an empty list matches nothing. Together with `accountId`, both must match. */
  accountIds?: Array<string | number> | null | undefined;
  /** Only those created at this time or later. */
  from?: string | null | undefined;
  /** Also those you removed from the list. */
  includeDismissed?: boolean | null | undefined;
  /** Only buys or only sells. */
  side?: OrderSide | null | undefined;
  /** Only those of this symbol, in any spelling. */
  symbol?: string | null | undefined;
  /** Only those of one of these symbols, at most 100; an empty list matches nothing. Together with `symbol`, both must match. */
  symbols?: Array<string> | null | undefined;
  /** Only those created before this time. */
  to?: string | null | undefined;
  /** Only those of accounts of this mode. */
  tradeMode?: TradeMode | null | undefined;
};

/** The phrase to forget. */
export type ForgetPhraseInput = {
  /** The phrase. */
  phraseId: string | number;
  /** The source. */
  sourceId: string | number;
};

/** How a gate stands. */
export type GateState =
  /** It stops a signal now. */
  | 'BLOCKED'
  /** It cannot be checked before an earlier gate opens. */
  | 'NOT_CHECKED'
  /** A signal passes it now. */
  | 'PASSED'
  /** It may stop or delay a signal, depending on its message or on what is under way. */
  | 'WARNING';

/** Why trading is halted. */
export type HaltTradingInput = {
  /** The reason, which all users see. At most 255 characters. */
  reason: string;
};

/** A person to invite. */
export type InviteUserInput = {
  /** The e-mail address with which that person will sign in. */
  email: string;
  /** The display name. */
  fullName?: string | null | undefined;
  /** Your password again. Wrong ones count as failed sign-ins. Not needed within 10 minutes after stepUp. */
  password?: string | null | undefined;
  /** What that person may do. */
  roles: Array<UserRole>;
};

/** Who or what created a job. */
export type JobOrigin =
  /** The owner adopted coins that were bought outside of this program. No order was sent. */
  | 'ADOPTED'
  /** The owner, who closed several positions at once. */
  | 'CLOSE_ALL'
  /** The kill switch of the owner. */
  | 'KILL_SWITCH'
  /** The owner, for this order alone. */
  | 'MANUAL'
  /** A stop loss, take profit or trailing stop. */
  | 'TRIGGER'
  /** A signal. */
  | 'WEBHOOK';

/** How a run of a scheduled job went. */
export type JobRunStatus =
  /** It ended with an error. */
  | 'FAILED'
  /** It is going on. */
  | 'RUNNING'
  /** It did its work. */
  | 'SUCCESS'
  /** It took too long, or its process stopped reporting. */
  | 'TIMEOUT';

/** Who began a run. */
export type JobRunTrigger =
  /** An admin. */
  | 'MANUAL'
  /** The schedule. */
  | 'SCHEDULED';

/** The status of a trade job. */
export type JobStatus =
  /** Stopped before it was complete; what was filled is kept. */
  | 'CANCELED'
  /** Claimed by an executor; an order may have been sent. */
  | 'EXECUTING'
  /** Could not be traded. */
  | 'FAILED'
  /** All of it was traded. */
  | 'FILLED'
  /** Some of it was traded; the rest is still open. */
  | 'PARTIALLY_FILLED'
  /** Waits for an executor. */
  | 'PENDING'
  /** Its LIMIT order rests in the book. */
  | 'PENDING_LIMIT'
  /** The rules said not to trade; the reason says why. */
  | 'SKIPPED';

/** What the kill switch does. */
export type KillSwitchInput = {
  /** Also sell every open position at the market. */
  closePositions: boolean;
  /** Your own key for this request, 1 to 80 characters; upper and lower case differ. The same key with the same input returns the first result and does nothing again. With other input it is refused as IDEMPOTENCY_CONFLICT; while the first request is still running, as IDEMPOTENCY_IN_PROGRESS. A refused request does not use up its key. Used keys are kept forever. After entries were resumed, or when orders or positions have come that the first call did not stop, the key is spent: the call pauses entries and is refused as IDEMPOTENCY_KEY_SPENT. Use a new key then. */
  idempotencyKey: string;
};

/** Filters resting orders. */
export type LimitOrderFilter = {
  /** Only those of this account. */
  accountId?: string | number | null | undefined;
  /** Only those of one of these accounts, at most 100; an empty list matches nothing. Together with `accountId`, both must match. */
  accountIds?: Array<string | number> | null | undefined;
  /** Only those created at this time or later. */
  from?: string | null | undefined;
  /** Only buys or only sells. */
  side?: OrderSide | null | undefined;
  /** Only those that signals of this source led to. */
  sourceId?: string | number | null | undefined;
  /** Only those of one of these sources, at most 100; an empty list matches nothing. Together with `sourceId`, both must match. */
  sourceIds?: Array<string | number> | null | undefined;
  /** Only those of this symbol, in any spelling: SOL/USDT, SOLUSDT, BINANCE:SOLUSDT.P. */
  symbol?: string | null | undefined;
  /** Only those of one of these symbols, at most 100; an empty list matches nothing. Together with `symbol`, both must match. */
  symbols?: Array<string> | null | undefined;
  /** Only those created before this time. */
  to?: string | null | undefined;
  /** Only those of this mode. */
  tradeMode?: TradeMode | null | undefined;
};

/** The order of a list, by the time its rows were created. */
export type ListSort =
  /** The newest first. */
  | 'NEWEST'
  /** The oldest first. */
  | 'OLDEST';

/** Which events of trades. */
export type LiveFilter = {
  /** Only those of this account. */
  accountId?: string | number | null | undefined;
  /** Only those that signals of this source led to. */
  sourceId?: string | number | null | undefined;
  /** Only those of this symbol, in any spelling. */
  symbol?: string | null | undefined;
  /** Only those of this mode. */
  tradeMode?: TradeMode | null | undefined;
};

/** Which lines the log has: those of this level and of the more urgent ones. */
export type LogLevel =
  /** Lines of the level debug and more urgent ones. */
  | 'DEBUG'
  /** Lines of the level error and more urgent ones. */
  | 'ERROR'
  /** Lines of the level fatal and more urgent ones. */
  | 'FATAL'
  /** Lines of the level info and more urgent ones. */
  | 'INFO'
  /** No lines. */
  | 'SILENT'
  /** Lines of the level trace and more urgent ones. */
  | 'TRACE'
  /** Lines of the level warn and more urgent ones. */
  | 'WARN';

/** Which attempts to sign in. */
export type LoginAttemptFilter = {
  /** Only those created at this time or later. */
  from?: string | null | undefined;
  /** Only successful or only failed ones. */
  success?: boolean | null | undefined;
  /** Only those created before this time. */
  to?: string | null | undefined;
};

/** Which reports. */
export type MonitoringLogFilter = {
  /** Only those created at this time or later. */
  from?: string | null | undefined;
  /** Only those of processes with this role. */
  service?: ServiceName | null | undefined;
  /** Only those with this state. */
  status?: ProcessStatus | null | undefined;
  /** Only those created before this time. */
  to?: string | null | undefined;
};

/** One of your channels. */
export type NotificationChannelInput = {
  /** The channel. */
  channelId: string | number;
};

/** A kind of channel. */
export type NotificationChannelKind =
  /** E-mail, through the server of the installation. */
  | 'EMAIL'
  /** A topic of an ntfy server. */
  | 'NTFY'
  /** A chat with a bot of yours. */
  | 'TELEGRAM'
  /** A webhook out: a signed POST to a program. */
  | 'WEBHOOK'
  /** A browser. */
  | 'WEB_PUSH'
  /** WhatsApp, through the server of the installation. */
  | 'WHATSAPP';

/** Which notifications. */
export type NotificationDeliveryFilter = {
  /** Only those through this channel or webhook out. */
  channelId?: string | number | null | undefined;
  /** Only those created at this time or later. */
  from?: string | null | undefined;
  /** Only those of which this became. */
  status?: Array<NotificationStatus> | null | undefined;
  /** Only those created before this time. */
  to?: string | null | undefined;
};

/** When summaries are sent. */
export type NotificationDigestInput = {
  /** One of the times, such as 08:00. */
  at: string;
  /** Every so many hours: 1, 2, 3, 4, 6, 8, 12 or 24. */
  everyHours: number;
};

/** The language of notifications. */
export type NotificationLocale =
  /** English. */
  | 'EN'
  /** Portuguese of Brazil. */
  | 'PT_BR';

/** Which notifications of all users. */
export type NotificationLogFilter = {
  /** Only those created at this time or later. */
  from?: string | null | undefined;
  /** Only those of which this became. */
  status?: Array<NotificationStatus> | null | undefined;
  /** Only those created before this time. */
  to?: string | null | undefined;
};

/** How a person is told of a type. */
export type NotificationMode =
  /** Together with others in the next summary. */
  | 'DIGEST'
  /** At once. In the quiet hours it waits for their end, unless the type ignores them. */
  | 'NOW'
  /** Not at all. */
  | 'OFF';

/** How you want to be told of one type. */
export type NotificationRuleInput = {
  /** Only through these channels; null = through all. */
  channelIds?: Array<string | number> | null | undefined;
  /** Whether it is told in the quiet hours too. */
  ignoresQuietHours: boolean;
  /** How. */
  mode: NotificationMode;
  /** The type. */
  type: NotificationType;
};

/** What became of a notification. */
export type NotificationStatus =
  /** It is not tried any more. */
  | 'FAILED'
  /** It waits to be sent, for the first time or again. */
  | 'PENDING'
  /** It is being sent. */
  | 'SENDING'
  /** The other side took it. */
  | 'SENT'
  /** It may have arrived. The other side is being asked. */
  | 'UNKNOWN';

/** A text to try or to save. */
export type NotificationTemplateInput = {
  /** The text, with {variables}; null = the standard text. */
  body?: string | null | undefined;
  /** The type. */
  type: NotificationType;
};

/** What a notification is about. */
export type NotificationType =
  /** An alert has ended. */
  | 'ALERT_RESOLVED'
  /** An exchange, the prices, a service or a channel cannot be reached. */
  | 'CONNECTION_LOST'
  /** An order was filled, completely or in part. */
  | 'ORDER_FILLED'
  /** It is not known whether the exchange has an order. */
  | 'ORDER_UNKNOWN'
  /** The first target of a position was reached and a part of it was sold. */
  | 'PARTIAL_TP_TRIGGERED'
  /** A position was closed by a signal, by hand, by its time limit or by reconciliation. */
  | 'POSITION_CLOSED'
  /** A position was opened. */
  | 'POSITION_OPENED'
  /** A signal or an order was refused before it was sent. */
  | 'SIGNAL_REFUSED'
  /** A stop loss closed a position. */
  | 'STOP_LOSS_TRIGGERED'
  /** Any other alert. */
  | 'SYSTEM_ALERT'
  /** A take profit closed a position. */
  | 'TAKE_PROFIT_TRIGGERED'
  /** A test of a channel. */
  | 'TEST_MESSAGE'
  /** An order failed. */
  | 'TRADE_FAILED'
  /** A trailing stop closed a position. */
  | 'TRAILING_STOP_TRIGGERED'
  /** The accounts of a vault do not hold what it sets apart. */
  | 'VAULT_ALERT'
  /** A source accepted a signal. It is told to the alert group of the source. */
  | 'WEBHOOK_RECEIVED';

/** A topic of an ntfy server. */
export type NtfyChannelInput = {
  /** An access token, if the topic needs one. */
  token?: string | null | undefined;
  /** The topic. */
  topic: string;
  /** The server, such as https://ntfy.sh. */
  url: string;
};

/** The exits of the position that a buy opens. What is set is on. */
export type OrderExitsInput = {
  /** Move the stop to the opening price after a target. */
  breakEvenAfterFirst?: boolean;
  /** The minimum profit for sell signals and take profit, in percent. */
  minProfitPct?: string | null | undefined;
  /** Stop loss, in percent below the opening price. */
  slPct?: string | null | undefined;
  /** The steps of a partial take profit, at most 6. */
  targets?: Array<ExitTargetInput>;
  /** Sell it when it is this many hours old. */
  timeStopHours?: number | null | undefined;
  /** Take profit, in percent above the opening price. */
  tpPct?: string | null | undefined;
  /** The profit that arms the trailing stop, in percent; null = it is armed from the start. */
  trailingArmingPct?: string | null | undefined;
  /** Trailing stop, in percent below the highest price. */
  trailingDistancePct?: string | null | undefined;
};

/** A buy by hand. */
export type OrderInput = {
  /** The account that buys. Whether money is real depends on it alone. */
  accountId: string | number;
  /** The exits of the new position; omitted = those of the trade parameter, if there is one. */
  exits?: OrderExitsInput | null | undefined;
  /** LIMIT: how long it rests in the book, 1 to 720 hours. */
  hours?: number | null | undefined;
  /** LIMIT: the highest price; it is rounded down to the tick of the market. */
  limitPrice?: string | null | undefined;
  /** MARKET buys now, LIMIT at `limitPrice` or better. */
  orderType?: OrderType;
  /** The open position to add to, of the same account and symbol. It keeps its exits and its vault. */
  positionId?: string | number | null | undefined;
  /** How much to buy, in the base asset; rounded down to the step of the market. Give this or `quoteAmount`. */
  quantity?: string | null | undefined;
  /** What to spend, in the quote asset. */
  quoteAmount?: string | null | undefined;
  /** MARKET: how much worse than the expected price the price may be, in hundredths of a percent. Omitted: as the trade parameter says, else 100. */
  slippageBps?: number | null | undefined;
  /** The symbol; BTCUSDT, BTC-USDT and BTC/USDT are the same. */
  symbol: string;
  /** The vault whose capital it uses; omitted = the free balance of the account. */
  vaultId?: string | number | null | undefined;
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

/** What became of one parameter. */
export type ParameterOutcome =
  /** It was created. */
  | 'CREATED'
  /** It existed and stays as it was. */
  | 'KEPT'
  /** It was not written; the reason says why. */
  | 'REFUSED'
  /** It existed, and its settings were replaced. */
  | 'REPLACED';

/** Which signals a trade parameter covers. */
export type ParameterSide =
  /** Buys and sells. */
  | 'BOTH'
  /** Buys only. It takes precedence over BOTH. */
  | 'BUY'
  /** Sells only; it may size a sell smaller than the position. */
  | 'SELL';

/** The answer of a passkey. */
export type PasskeyProofInput = {
  /** What the device answered, as JSON: `JSON.stringify(credential.toJSON())`. */
  response: string;
  /** The `state` of the beginning, unchanged. */
  state: string;
};

/** Where entries are paused. */
export type PauseEntriesInput = {
  /** Only this account. Without it, all your accounts. */
  accountId?: string | number | null | undefined;
};

/** What a taught word or phrase means. */
export type PhraseMeaning =
  /** A buy. */
  | 'BUY'
  /** Nothing: it is ignored. */
  | 'NEUTRAL'
  /** A sell or a close. */
  | 'SELL';

/** Sell a position at a price or better. */
export type PlaceLimitSellInput = {
  /** How long it rests in the book, 1 to 720 hours. */
  hours: number;
  /** Your own key for this request, 1 to 80 characters; upper and lower case differ. The same key with the same input returns the first result and does nothing again. With other input it is refused as IDEMPOTENCY_CONFLICT; while the first request is still running, as IDEMPOTENCY_IN_PROGRESS. A refused request does not use up its key. Used keys are kept forever. */
  idempotencyKey: string;
  /** The position. */
  positionId: string | number;
  /** The lowest price; it is rounded up to the tick of the market. */
  price: string;
  /** The quantity, in the base asset; it is rounded down to the step of the market. */
  quantity: string;
};

/** A buy by hand, with its key. */
export type PlaceOrderInput = {
  /** The account that buys. Whether money is real depends on it alone. */
  accountId: string | number;
  /** The exits of the new position; omitted = those of the trade parameter, if there is one. */
  exits?: OrderExitsInput | null | undefined;
  /** What the preview said: the order is exactly that, or it is refused with what changed. */
  expected?: ExpectedOrderInput | null | undefined;
  /** LIMIT: how long it rests in the book, 1 to 720 hours. */
  hours?: number | null | undefined;
  /** Your own key for this request, 1 to 80 characters; upper and lower case differ. The same key with the same input returns the first result and does nothing again. With other input it is refused as IDEMPOTENCY_CONFLICT; while the first request is still running, as IDEMPOTENCY_IN_PROGRESS. A refused request does not use up its key. Used keys are kept forever. */
  idempotencyKey: string;
  /** LIMIT: the highest price; it is rounded down to the tick of the market. */
  limitPrice?: string | null | undefined;
  /** MARKET buys now, LIMIT at `limitPrice` or better. */
  orderType?: OrderType;
  /** The open position to add to, of the same account and symbol. It keeps its exits and its vault. */
  positionId?: string | number | null | undefined;
  /** How much to buy, in the base asset; rounded down to the step of the market. Give this or `quoteAmount`. */
  quantity?: string | null | undefined;
  /** What to spend, in the quote asset. */
  quoteAmount?: string | null | undefined;
  /** MARKET: how much worse than the expected price the price may be, in hundredths of a percent. Omitted: as the trade parameter says, else 100. */
  slippageBps?: number | null | undefined;
  /** The symbol; BTCUSDT, BTC-USDT and BTC/USDT are the same. */
  symbol: string;
  /** The vault whose capital it uses; omitted = the free balance of the account. */
  vaultId?: string | number | null | undefined;
};

/** Filters fills. Their source is that of the signal that opened their position. */
export type PositionFillFilter = {
  /** Only those of this account. */
  accountId?: string | number | null | undefined;
  /** Only those of one of these accounts, at most 100; an empty list matches nothing. Together with `accountId`, both must match. */
  accountIds?: Array<string | number> | null | undefined;
  /** Only those created at this time or later. */
  from?: string | null | undefined;
  /** Only buys or only sells. */
  side?: OrderSide | null | undefined;
  /** Only those that signals of this source led to. */
  sourceId?: string | number | null | undefined;
  /** Only those of one of these sources, at most 100; an empty list matches nothing. Together with `sourceId`, both must match. */
  sourceIds?: Array<string | number> | null | undefined;
  /** Only those of this symbol, in any spelling: SOL/USDT, SOLUSDT, BINANCE:SOLUSDT.P. */
  symbol?: string | null | undefined;
  /** Only those of one of these symbols, at most 100; an empty list matches nothing. Together with `symbol`, both must match. */
  symbols?: Array<string> | null | undefined;
  /** Only those created before this time. */
  to?: string | null | undefined;
  /** Only those of this mode. */
  tradeMode?: TradeMode | null | undefined;
};

/** Filters positions. */
export type PositionFilter = {
  /** Only those of this account. */
  accountId?: string | number | null | undefined;
  /** Only those of one of these accounts, at most 100; an empty list matches nothing. Together with `accountId`, both must match. */
  accountIds?: Array<string | number> | null | undefined;
  /** Only those created at this time or later. */
  from?: string | null | undefined;
  /** Only those that signals of this source led to. */
  sourceId?: string | number | null | undefined;
  /** Only those of one of these sources, at most 100; an empty list matches nothing. Together with `sourceId`, both must match. */
  sourceIds?: Array<string | number> | null | undefined;
  /** Only open or only closed ones. */
  status?: PositionStatus | null | undefined;
  /** Only those of this symbol, in any spelling: SOL/USDT, SOLUSDT, BINANCE:SOLUSDT.P. */
  symbol?: string | null | undefined;
  /** Only those of one of these symbols, at most 100; an empty list matches nothing. Together with `symbol`, both must match. */
  symbols?: Array<string> | null | undefined;
  /** Only those created before this time. */
  to?: string | null | undefined;
  /** Only those of this mode. */
  tradeMode?: TradeMode | null | undefined;
};

/** Whether a position is open. */
export type PositionStatus =
  /** All of it was sold, or the rest is below the minimum of the market. */
  | 'CLOSED'
  /** Something is left to sell. */
  | 'OPEN';

/** Selects the positions to close. */
export type PreviewCloseAllInput = {
  /** Which positions. Without it, all open ones. */
  filter?: CloseAllFilter | null | undefined;
};

/** A phrase to preview. */
export type PreviewPhraseInput = {
  /** What it would mean; null = preview forgetting it. */
  meaning?: PhraseMeaning | null | undefined;
  /** The word or phrase. */
  phrase: string;
  /** The source. */
  sourceId: string | number;
};

/** The venue a price comes from. A price of one venue is never used for another. */
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

/** What a process reported of itself. */
export type ProcessStatus =
  /** It ended by a fault. */
  | 'ERROR'
  /** It works. */
  | 'RUNNING'
  /** It ended on request. */
  | 'STOPPED';

/** Which user, and your password. */
export type ProvenUserIdInput = {
  /** Your password again. Wrong ones count as failed sign-ins. Not needed within 10 minutes after stepUp. */
  password?: string | null | undefined;
  /** The user. */
  userId: string | number;
};

/** A time of the day, from one minute to another. */
export type QuietHoursInput = {
  /** When they begin, such as 22:00. */
  from: string;
  /** When they end, such as 07:30. */
  to: string;
};

/** The settings that only a real account needs. */
export type RealAccountInput = {
  /** True: you accept that the key may withdraw. Without it such a key is refused (KEY_MAY_WITHDRAW). */
  acceptWithdrawPermission?: boolean | null | undefined;
  /** Its keys. */
  keys: ApiKeysInput;
  /** Your password again. Wrong ones count as failed sign-ins. Not needed within 10 minutes after stepUp. */
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
  /** There is no such exchange account. */
  | 'ACCOUNT_NOT_FOUND'
  /** The quantity is already reserved to another live sell. */
  | 'ALREADY_RESERVED'
  /** The balance of the account was not read recently enough to size an order by it. */
  | 'BALANCE_STALE'
  /** The account does not trade the signals of this source. */
  | 'BINDING_NOT_FOUND'
  /** The body starts like JSON and is not valid JSON. */
  | 'BODY_MALFORMED'
  /** The body is larger than 64 KiB. */
  | 'BODY_TOO_LARGE'
  /** The body is not valid UTF-8 text. */
  | 'BODY_UNREADABLE'
  /** The exchange canceled what was left of the order. */
  | 'CANCELED_BY_EXCHANGE'
  /** The kill switch canceled it. */
  | 'CANCELED_BY_KILL_SWITCH'
  /** You canceled it. */
  | 'CANCELED_BY_OWNER'
  /** It made room for an exit of the position. */
  | 'CANCELED_FOR_EXIT'
  /** The code is wrong, was used already, or is too old. */
  | 'CODE_WRONG'
  /** A sell that came before was not done while this signal was fresh. */
  | 'EARLIER_SIGNAL_OPEN'
  /** A user with this e-mail address exists already. */
  | 'EMAIL_TAKEN'
  /** The owner has paused new entries. */
  | 'ENTRIES_PAUSED'
  /** The order is so small that its coins could not be sold again at the stop. */
  | 'ENTRY_BELOW_EXIT_MINIMUM'
  /** The exchange refused the order. */
  | 'EXCHANGE_REFUSED'
  /** The exchange did not answer; nothing was changed. */
  | 'EXCHANGE_UNREACHABLE'
  /** The position is worth less than the market lets anyone sell; it stays open until it is worth more. */
  | 'EXIT_BELOW_MINIMUM'
  /** The limit order was not filled in time. */
  | 'EXPIRED'
  /** There is no such external order. */
  | 'EXTERNAL_ORDER_NOT_FOUND'
  /** Other rows refer to it, so it was switched off instead of deleted. */
  | 'HAS_HISTORY'
  /** Other orders at the exchange hold the coins that were to be sold. */
  | 'HOLDING_LOCKED'
  /** The wallet does not hold the coins that were to be sold. */
  | 'HOLDING_MISSING'
  /** The coins of the position are still at the exchange; sell it instead. */
  | 'HOLDING_PRESENT'
  /** The account does not have that much outside of its positions. */
  | 'HOLDING_TOO_SMALL'
  /** This idempotency key was already used for something else. */
  | 'IDEMPOTENCY_CONFLICT'
  /** A request with this idempotency key is being carried out; send it again in a moment. */
  | 'IDEMPOTENCY_IN_PROGRESS'
  /** The kill switch of this idempotency key has ended; use a new key to stop again. */
  | 'IDEMPOTENCY_KEY_SPENT'
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
  /** A value is not allowed. */
  | 'INVALID_INPUT'
  /** The quantity, rounded down to the market step, is below its minimum. */
  | 'INVALID_LOT_SIZE'
  /** The price, rounded to the tick of the market, is not allowed. */
  | 'INVALID_PRICE'
  /** A proxy is an address such as socks5://user:password@proxy.example.com:1080. */
  | 'INVALID_PROXY'
  /** The sender address is not in the list of allowed addresses. */
  | 'IP_NOT_ALLOWED'
  /** This API key may withdraw. Use a key that may only read and trade, or state that you accept the risk. */
  | 'KEY_MAY_WITHDRAW'
  /** This is the last active administrator. */
  | 'LAST_ADMIN'
  /** A LIMIT order needs a price in the signal. */
  | 'LIMIT_PRICE_MISSING'
  /** The limit price is further from the market than the parameter allows. */
  | 'LIMIT_PRICE_OUT_OF_BAND'
  /** This link was used already, has expired, or was replaced by a newer one. */
  | 'LINK_INVALID'
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
  /** The order has ended already. */
  | 'ORDER_CLOSED'
  /** There is no such order. */
  | 'ORDER_NOT_FOUND'
  /** Entries are paused: an order that no job made was found at the exchange. */
  | 'ORDER_NOT_OURS'
  /** You cannot do this to yourself. Ask another administrator. */
  | 'OWN_USER'
  /** This account already has a parameter for this symbol and side: change that one. */
  | 'PARAMETER_EXISTS'
  /** There is no such trade parameter. */
  | 'PARAMETER_NOT_FOUND'
  /** This passkey was added already. */
  | 'PASSKEY_EXISTS'
  /** You have no such passkey. */
  | 'PASSKEY_NOT_FOUND'
  /** The passkey was not accepted. */
  | 'PASSKEY_REFUSED'
  /** This needs your password again. */
  | 'PASSWORD_REQUIRED'
  /** This is not your password. */
  | 'PASSWORD_WRONG'
  /** The source does not know this phrase. */
  | 'PHRASE_NOT_FOUND'
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
  /** The order would not be what its preview said; preview it again. */
  | 'PREVIEW_CHANGED'
  /** No current price is known for this symbol. */
  | 'PRICE_UNAVAILABLE'
  /** A slippage limit is set and the price of the signal could not be read. */
  | 'PRICE_UNREADABLE'
  /** The address leads to a private network, which the operator does not allow. */
  | 'PRIVATE_ADDRESS'
  /** You have reached the maximum number of these. */
  | 'QUOTA_REACHED'
  /** The parameter allows no further order yet. */
  | 'RATE_LIMIT_EXCEEDED'
  /** Trading with real money is switched off in this installation (REAL_TRADING). */
  | 'REAL_NOT_AVAILABLE'
  /** This set-up code is wrong, has expired, or was replaced by a newer one. */
  | 'SETUP_CODE_INVALID'
  /** This installation has a user already, so it is set up. */
  | 'SETUP_DONE'
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
  /** The source runs dry: its signals are planned and not traded. */
  | 'SOURCE_DRY'
  /** An administrator locked this webhook source. */
  | 'SOURCE_LOCKED'
  /** There is no active webhook at this address. */
  | 'SOURCE_NOT_FOUND'
  /** The signal is older than the source allows. */
  | 'STALE_SIGNAL'
  /** A close of the same symbol came after this buy and takes its place. */
  | 'SUPERSEDED_BY_CLOSE'
  /** The symbol fits more than one market of the exchange. */
  | 'SYMBOL_AMBIGUOUS'
  /** No symbol could be read. */
  | 'SYMBOL_MISSING'
  /** An age limit is set and the time of the signal could not be read. */
  | 'TIME_UNREADABLE'
  /** The token in the JSON body is not the one of this source. */
  | 'TOKEN_INVALID'
  /** This source requires a token in the JSON body and none was sent. */
  | 'TOKEN_MISSING'
  /** The source has reached its maximum number of phrases. */
  | 'TOO_MANY_PHRASES'
  /** An administrator has halted trading with real money in this installation. */
  | 'TRADING_HALTED'
  /** The second factor is not on. */
  | 'TWO_FACTOR_OFF'
  /** The second factor is on already. */
  | 'TWO_FACTOR_ON'
  /** The exchange does not trade this symbol. */
  | 'UNKNOWN_MARKET'
  /** There is no such user. */
  | 'USER_NOT_FOUND'
  /** The vault is switched off. */
  | 'VAULT_INACTIVE'
  /** There is no such vault. */
  | 'VAULT_NOT_FOUND'
  /** The position is locked against webhook sells. */
  | 'WEBHOOK_LOCK'
  /** More signals arrived than the source allows in a minute. */
  | 'WEBHOOK_RATE_LIMIT';

/** Which receipts. */
export type ReceiptEventFilter = {
  /** Only accepted or only refused ones. */
  outcome?: ReceiptOutcome | null | undefined;
  /** Only those of this source. */
  sourceId?: string | number | null | undefined;
  /** Only those of this symbol, in any spelling. */
  symbol?: string | null | undefined;
  /** Only those of sources of this mode. */
  tradeMode?: TradeMode | null | undefined;
};

/** The result of one POST. */
export type ReceiptOutcome =
  /** The signal was stored. */
  | 'ACCEPTED'
  /** The POST was refused; the reason says why. */
  | 'REFUSED';

/** A new passkey. */
export type RegisterPasskeyInput = {
  /** Your name for it, 1 to 80 characters. */
  name: string;
  /** What the device answered, as JSON: `JSON.stringify(credential.toJSON())`. */
  response: string;
  /** The `state` of the beginning, unchanged. */
  state: string;
};

/** What a deletion did. */
export type RemovalOutcome =
  /** It was switched off, because its history belongs to it; the reason says so. */
  | 'DEACTIVATED'
  /** It is gone. */
  | 'DELETED';

/** Which account. */
export type RemoveAccountKeysInput = {
  /** The account. */
  accountId: string | number;
  /** Your password again. Wrong ones count as failed sign-ins. Not needed within 10 minutes after stepUp. */
  password?: string | null | undefined;
};

/** A passkey to remove. */
export type RemovePasskeyInput = {
  /** The passkey. */
  passkeyId: string | number;
  /** Your password again. Wrong ones count as failed sign-ins. Not needed within 10 minutes after stepUp. */
  password?: string | null | undefined;
};

/** The secret to remove. */
export type RemoveWebhookSecretInput = {
  /** Which secret. */
  kind: WebhookSecretKind;
  /** Your password again. Wrong ones count as failed sign-ins. Not needed within 10 minutes after stepUp. */
  password?: string | null | undefined;
  /** The source. */
  sourceId: string | number;
};

/** A new name of a passkey. */
export type RenamePasskeyInput = {
  /** Its new name, 1 to 80 characters. */
  name: string;
  /** The passkey. */
  passkeyId: string | number;
};

/** What a report is about. Without filters: everything of the mode. */
export type ReportInput = {
  /** One account. */
  accountId?: string | number | null | undefined;
  /** Only those of one of these accounts, at most 100; an empty list matches nothing. Together with `accountId`, both must match. */
  accountIds?: Array<string | number> | null | undefined;
  /** The start of the period; omitted = from the beginning. */
  from?: string | null | undefined;
  /** What signals of one source led to. */
  sourceId?: string | number | null | undefined;
  /** Only those of one of these sources, at most 100; an empty list matches nothing. Together with `sourceId`, both must match. */
  sourceIds?: Array<string | number> | null | undefined;
  /** One symbol, in any spelling. */
  symbol?: string | null | undefined;
  /** Only those of one of these symbols, at most 100; an empty list matches nothing. Together with `symbol`, both must match. */
  symbols?: Array<string> | null | undefined;
  /** The IANA time zone whose days count. */
  timeZone?: string;
  /** The end of the period, exclusive; omitted = now. */
  to?: string | null | undefined;
  /** The mode. */
  tradeMode: TradeMode;
};

/** An alert to resolve. */
export type ResolveAlertInput = {
  /** The alert. */
  alertId: string | number;
};

/** Where entries are resumed. */
export type ResumeEntriesInput = {
  /** Only this account. Without it, all your accounts. */
  accountId?: string | number | null | undefined;
};

/** The end of a halt. */
export type ResumeTradingInput = {
  /** Your password again. Wrong ones count as failed sign-ins. Not needed within 10 minutes after stepUp. */
  password?: string | null | undefined;
};

/** The bulk action to retry. */
export type RetryBulkActionInput = {
  /** The bulk action that left something open. */
  bulkActionId: string | number;
  /** Your own key for this request, 1 to 80 characters; upper and lower case differ. The same key with the same input returns the first result and does nothing again. With other input it is refused as IDEMPOTENCY_CONFLICT; while the first request is still running, as IDEMPOTENCY_IN_PROGRESS. A refused request does not use up its key. Used keys are kept forever. */
  idempotencyKey: string;
};

/** A notification to send again. */
export type RetryNotificationDeliveryInput = {
  /** The delivery. */
  deliveryId: string | number;
};

/** Which token. */
export type RevokeApiTokenInput = {
  /** The token. */
  tokenId: string | number;
};

/** New keys for a real account. */
export type RotateAccountKeysInput = {
  /** True: you accept that the key may withdraw. Without it such a key is refused (KEY_MAY_WITHDRAW). */
  acceptWithdrawPermission?: boolean | null | undefined;
  /** The account. */
  accountId: string | number;
  /** The keys that replace the old ones. */
  keys: ApiKeysInput;
  /** Your password again. Wrong ones count as failed sign-ins. Not needed within 10 minutes after stepUp. */
  password?: string | null | undefined;
};

/** A webhook out whose secret is replaced. */
export type RotateWebhookEndpointSecretInput = {
  /** The webhook. */
  channelId: string | number;
  /** For so many hours the old secret signs too, from 0 to 168. */
  keepOldHours?: number;
};

/** The secret to replace. */
export type RotateWebhookSecretInput = {
  /** Which secret. */
  kind: WebhookSecretKind;
  /** The source. */
  sourceId: string | number;
};

/** Changes of how you are told. Omitted fields stay. */
export type SaveNotificationSettingsInput = {
  /** When summaries are sent. */
  digest?: NotificationDigestInput | null | undefined;
  /** The language. */
  locale?: NotificationLocale | null | undefined;
  /** The quiet hours; null = none. */
  quietHours?: QuietHoursInput | null | undefined;
  /** Types whose rule is replaced. */
  rules?: Array<NotificationRuleInput> | null | undefined;
  /** The time zone, such as America/Sao_Paulo. */
  timeZone?: string | null | undefined;
  /** What WhatsApp holds back. */
  whatsApp?: WhatsAppSwitchesInput | null | undefined;
};

/** The choices for one view. */
export type SaveViewSettingsInput = {
  /** The view: lower-case letters, digits and hyphens, at most 64 characters. */
  name: string;
  /** A JSON object of at most 16,384 characters and 6 levels. null forgets the choices. */
  settings?: unknown;
};

/** A scheduled job. */
export type ScheduledJobInput = {
  /** Its name. */
  name: string;
};

/** Whether a scheduled job runs by itself. */
export type ScheduledJobStatus =
  /** At its interval. */
  | 'ACTIVE'
  /** Switched off in the database. */
  | 'DISABLED'
  /** Only by hand, until an admin resumes it. */
  | 'PAUSED';

/** A role of a process. */
export type ServiceName =
  /** It answers requests and takes signals. */
  | 'API'
  /** It sends orders. */
  | 'EXECUTOR'
  /** It watches prices, positions and accounts. */
  | 'MONITORS';

/** The level of the log. */
export type SetLogLevelInput = {
  /** The level until the processes end; LOG_LEVEL counts again after a restart. */
  level: LogLevel;
};

/** The mail server. Without a host, it is removed. */
export type SetMailServerInput = {
  /** The sender, such as mvcashnode <bot@example.com>. */
  from: string;
  /** Its host; null = remove the mail server. */
  host?: string | null | undefined;
  /** Whether the connection begins with TLS (port 465). */
  isTls?: boolean;
  /** Your password again. Not needed within 10 minutes after stepUp. */
  password?: string | null | undefined;
  /** Its port. */
  port?: number;
  /** The user. */
  userName?: string | null | undefined;
  /** The password of that user. */
  userPassword?: string | null | undefined;
};

/** A new password, set with a one-time link. */
export type SetPasswordWithLinkInput = {
  /** The new password, 10 to 200 characters. */
  newPassword: string;
  /** The part of the link after the #. */
  token: string;
};

/** A scheduled job and its new interval. */
export type SetScheduledJobIntervalInput = {
  /** The time from one run to the next, in milliseconds, within the limits of the job. */
  intervalMs: number;
  /** Its name. */
  name: string;
};

/** Locks a position against sells by signals, or unlocks it. */
export type SetSellLockInput = {
  /** Whether it is locked against sells by signals. */
  isLocked: boolean;
  /** The position. */
  positionId: string | number;
};

/** The WhatsApp group that is told of the signals of a source. */
export type SetSourceAlertGroupInput = {
  /** The id of the group (…@g.us); null = no group. */
  groupId?: string | null | undefined;
  /** The source. */
  sourceId: string | number;
};

/** The same settings for many symbols of an account. */
export type SetTradeParametersInput = {
  /** The account. */
  accountId: string | number;
  /** What happens to a parameter that the account already has for the symbol and side. */
  existing?: ExistingParameter;
  /** The settings of each parameter. */
  settings: TradeParameterSettingsInput;
  /** The symbols, in any spelling, 1 to 100. */
  symbols: Array<string>;
};

/** New roles of a user. */
export type SetUserRolesInput = {
  /** Your password again. Wrong ones count as failed sign-ins. Not needed within 10 minutes after stepUp. */
  password?: string | null | undefined;
  /** What the user may do from now on. */
  roles: Array<UserRole>;
  /** The user. */
  userId: string | number;
};

/** The server of Evolution API. */
export type SetWhatsAppServerInput = {
  /** Its address. It may be on your network. */
  address: string;
  /** Its key; omitted = the stored one, null = none. */
  apiKey?: string | null | undefined;
  /** The name of the instance. */
  instanceName: string;
  /** Whether messages go out through it. */
  isActive?: boolean;
  /** Your password again. Not needed within 10 minutes after stepUp. */
  password?: string | null | undefined;
  /** Whether it is an older version. The other form is tried, too. */
  usesOldBody?: boolean;
};

/** The e-mail address and the password. */
export type SignInInput = {
  /** When the second factor is on, after SECOND_FACTOR_REQUIRED: A code of the authenticator app, or a recovery code. Each works once. */
  code?: string | null | undefined;
  /** Your e-mail address. */
  email: string;
  /** Instead of the code: the answer of one of your passkeys to passkeySignInOptions. */
  passkey?: PasskeyProofInput | null | undefined;
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

/** The result of one message over all its accounts. */
export type SignalOutcome =
  /** Its order was canceled before anything was filled. */
  | 'CANCELED'
  /** Its order could not be placed; the reason says why. */
  | 'FAILED'
  /** Every account traded it completely. */
  | 'FILLED'
  /** It was read, but no bound account could trade it. */
  | 'NO_ACCOUNT'
  /** An account has not decided yet, or its order is being sent to the exchange. */
  | 'ON_ITS_WAY'
  /** Something was traded; the rest was not, or not yet. */
  | 'PARTLY'
  /** The POST was refused; the reason says why. */
  | 'REFUSED'
  /** The rules said not to trade it; the reason says why. */
  | 'SKIPPED'
  /** It could not be read with certainty, so nothing was traded. */
  | 'UNREADABLE'
  /** Its order rests in the book; nothing was filled so far. */
  | 'WORKING'
  /** The source runs dry, and no account would have traded it; the reason says why. */
  | 'WOULD_SKIP'
  /** The source runs dry: at least one account would have traded it. Nothing was traded. */
  | 'WOULD_TRADE';

/** A proof that it is you. */
export type StepUpInput = {
  /** Instead of the password: A code of the authenticator app, or a recovery code. Each works once. */
  code?: string | null | undefined;
  /** Instead of both: the answer of one of your passkeys to passkeyProofOptions. */
  passkey?: PasskeyProofInput | null | undefined;
  /** Your password. Wrong ones count as failed sign-ins. */
  password?: string | null | undefined;
};

/** A subscription of a browser, as PushSubscription.toJSON() gives it. */
export type SubscribeWebPushInput = {
  /** keys.auth of the subscription. */
  auth: string;
  /** The address at the push service. */
  endpoint: string;
  /** A name for the browser. */
  label: string;
  /** keys.p256dh of the subscription. */
  p256dh: string;
};

/** Teaches the reader of a source what a word or phrase means. */
export type TeachPhraseInput = {
  /** What it means. A known phrase gets this new meaning. */
  meaning: PhraseMeaning;
  /** The word or phrase as it appears in messages. # stands for any number. */
  phrase: string;
  /** The source. */
  sourceId: string | number;
};

/** A chat with a bot of Telegram. */
export type TelegramChannelInput = {
  /** The token of your bot, from BotFather. */
  botToken: string;
  /** The id of the chat. */
  chatId: string;
};

/** Which account. */
export type TestConnectionInput = {
  /** The account. */
  accountId: string | number;
};

/** The stages of a signal, from the POST to the position. */
export type TimelineStage =
  /** The exchange answered. */
  | 'ACKNOWLEDGED'
  /** Fills, position and vault were stored. */
  | 'BOOKED'
  /** An executor took the job. */
  | 'CLAIMED'
  /** The signal and its jobs were stored, and the sender got its answer. */
  | 'COMMITTED'
  /** The last fill known so far. */
  | 'FILLED'
  /** It was decided what the source, which runs dry, would have traded. */
  | 'PLANNED'
  /** The job was handed to the executors. */
  | 'QUEUED'
  /** The message was read. */
  | 'READ'
  /** The POST arrived. */
  | 'RECEIVED'
  /** The order was sent. */
  | 'SENT'
  /** The sender was checked. */
  | 'VERIFIED'
  /** The job waited for an earlier signal of the same account and symbol. */
  | 'WAITING';

/** Filters executions. */
export type TradeExecutionFilter = {
  /** Only those of this account. */
  accountId?: string | number | null | undefined;
  /** Only those of one of these accounts, at most 100; an empty list matches nothing. Together with `accountId`, both must match. */
  accountIds?: Array<string | number> | null | undefined;
  /** Only those created at this time or later. */
  from?: string | null | undefined;
  /** Only those of this job. */
  jobId?: string | number | null | undefined;
  /** Only buys or only sells. */
  side?: OrderSide | null | undefined;
  /** Only those that signals of this source led to. */
  sourceId?: string | number | null | undefined;
  /** Only those of one of these sources, at most 100; an empty list matches nothing. Together with `sourceId`, both must match. */
  sourceIds?: Array<string | number> | null | undefined;
  /** Only those in one of these states. */
  status?: Array<ExecutionStatus> | null | undefined;
  /** Only those of this symbol, in any spelling: SOL/USDT, SOLUSDT, BINANCE:SOLUSDT.P. */
  symbol?: string | null | undefined;
  /** Only those of one of these symbols, at most 100; an empty list matches nothing. Together with `symbol`, both must match. */
  symbols?: Array<string> | null | undefined;
  /** Only those created before this time. */
  to?: string | null | undefined;
  /** Only those of this mode. */
  tradeMode?: TradeMode | null | undefined;
};

/** Filters jobs. */
export type TradeJobFilter = {
  /** Only those of this account. */
  accountId?: string | number | null | undefined;
  /** Only those of one of these accounts, at most 100; an empty list matches nothing. Together with `accountId`, both must match. */
  accountIds?: Array<string | number> | null | undefined;
  /** Only those created at this time or later. */
  from?: string | null | undefined;
  /** Only market or only limit orders. */
  orderType?: OrderType | null | undefined;
  /** Only those that this created. */
  origin?: JobOrigin | null | undefined;
  /** Only buys or only sells. */
  side?: OrderSide | null | undefined;
  /** Only those that signals of this source led to. */
  sourceId?: string | number | null | undefined;
  /** Only those of one of these sources, at most 100; an empty list matches nothing. Together with `sourceId`, both must match. */
  sourceIds?: Array<string | number> | null | undefined;
  /** Only those in one of these states. */
  status?: Array<JobStatus> | null | undefined;
  /** Only those of this symbol, in any spelling: SOL/USDT, SOLUSDT, BINANCE:SOLUSDT.P. */
  symbol?: string | null | undefined;
  /** Only those of one of these symbols, at most 100; an empty list matches nothing. Together with `symbol`, both must match. */
  symbols?: Array<string> | null | undefined;
  /** Only those created before this time. */
  to?: string | null | undefined;
  /** Only those of this mode. */
  tradeMode?: TradeMode | null | undefined;
};

/** Real money or simulation. The two never mix. */
export type TradeMode =
  /** Orders go to the exchange. */
  | 'REAL'
  /** Orders go to the simulated exchange. */
  | 'SIMULATION';

/** Which parameters. */
export type TradeParameterFilter = {
  /** Only those of this account. */
  accountId?: string | number | null | undefined;
  /** Only those of one of these accounts, at most 100; an empty list matches nothing. Together with `accountId`, both must match. */
  accountIds?: Array<string | number> | null | undefined;
  /** Only those created at this time or later. */
  from?: string | null | undefined;
  /** Only those of this side. */
  side?: ParameterSide | null | undefined;
  /** Only those of this symbol, in any spelling. */
  symbol?: string | null | undefined;
  /** Only those of one of these symbols, at most 100; an empty list matches nothing. Together with `symbol`, both must match. */
  symbols?: Array<string> | null | undefined;
  /** Only those created before this time. */
  to?: string | null | undefined;
  /** Only those of accounts of this mode. */
  tradeMode?: TradeMode | null | undefined;
  /** Only those that take capital from this vault. */
  vaultId?: string | number | null | undefined;
};

/** How signals for one symbol are traded. All settings are replaced; omitted ones become empty. */
export type TradeParameterInput = {
  /** Move their stop to the opening price after the first step. */
  defaultBreakEven?: boolean;
  /** Give new positions a stop loss. */
  defaultSlEnabled?: boolean;
  /** Its distance in percent, above 0 and at most 100. */
  defaultSlPct?: string | null | undefined;
  /** Their partial take profit, lowest step first, at most 6 steps and 100 percent in total. */
  defaultTargets?: Array<ExitTargetInput>;
  /** Sell new positions when they are this many hours old, 1 to 8760. */
  defaultTimeStopHours?: number | null | undefined;
  /** Give new positions a take profit. */
  defaultTpEnabled?: boolean;
  /** Its distance in percent, from 0.01 to 999.99. */
  defaultTpPct?: string | null | undefined;
  /** The largest distance from the market at which the price of a signal becomes a limit order, above 0 and at most 100 percent. The default is 10. */
  limitPriceBandPct?: string | null | undefined;
  /** Maximum number of orders in an hour, 1 to 10000. */
  maxOrdersPerHour?: number | null | undefined;
  /** Minimum number of seconds between two orders, 1 to 86400. */
  minIntervalSec?: number | null | undefined;
  /** Minimum profit for sell signals and take profit, from 0 to 999.99 percent. */
  minProfitPct?: string | null | undefined;
  /** How orders are priced. */
  orderTypeDefault?: OrderType;
  /** Spend this much of the quote asset. Set this or quoteAmountPctBalance. */
  quoteAmountFixed?: string | null | undefined;
  /** Spend this percentage of what is free, above 0 and at most 100. Set this or quoteAmountFixed. */
  quoteAmountPctBalance?: string | null | undefined;
  /** Which signals it covers. */
  side: ParameterSide;
  /** Maximum slippage against the price of the signal, 0 to 10000 bps; 0 = no check. */
  slippageBps?: number;
  /** The symbol; BTCUSDT, BTC-USDT and BTC/USDT are the same. */
  symbol: string;
  /** The profit that arms it, from 0 to 999.99 percent; null = it is armed from the start. */
  trailingArmingPct?: string | null | undefined;
  /** Its distance in percent, from 0.01 to 99.99. */
  trailingDistancePct?: string | null | undefined;
  /** Give new positions a trailing stop. */
  trailingStopEnabled?: boolean;
  /** Take the capital from this vault of the same mode. */
  vaultId?: string | number | null | undefined;
};

/** How signals are traded, for any symbol. Omitted settings become empty. */
export type TradeParameterSettingsInput = {
  /** Move their stop to the opening price after the first step. */
  defaultBreakEven?: boolean;
  /** Give new positions a stop loss. */
  defaultSlEnabled?: boolean;
  /** Its distance in percent, above 0 and at most 100. */
  defaultSlPct?: string | null | undefined;
  /** Their partial take profit, lowest step first, at most 6 steps and 100 percent in total. */
  defaultTargets?: Array<ExitTargetInput>;
  /** Sell new positions when they are this many hours old, 1 to 8760. */
  defaultTimeStopHours?: number | null | undefined;
  /** Give new positions a take profit. */
  defaultTpEnabled?: boolean;
  /** Its distance in percent, from 0.01 to 999.99. */
  defaultTpPct?: string | null | undefined;
  /** The largest distance from the market at which the price of a signal becomes a limit order, above 0 and at most 100 percent. The default is 10. */
  limitPriceBandPct?: string | null | undefined;
  /** Maximum number of orders in an hour, 1 to 10000. */
  maxOrdersPerHour?: number | null | undefined;
  /** Minimum number of seconds between two orders, 1 to 86400. */
  minIntervalSec?: number | null | undefined;
  /** Minimum profit for sell signals and take profit, from 0 to 999.99 percent. */
  minProfitPct?: string | null | undefined;
  /** How orders are priced. */
  orderTypeDefault?: OrderType;
  /** Spend this much of the quote asset. Set this or quoteAmountPctBalance. */
  quoteAmountFixed?: string | null | undefined;
  /** Spend this percentage of what is free, above 0 and at most 100. Set this or quoteAmountFixed. */
  quoteAmountPctBalance?: string | null | undefined;
  /** Which signals it covers. */
  side: ParameterSide;
  /** Maximum slippage against the price of the signal, 0 to 10000 bps; 0 = no check. */
  slippageBps?: number;
  /** The profit that arms it, from 0 to 999.99 percent; null = it is armed from the start. */
  trailingArmingPct?: string | null | undefined;
  /** Its distance in percent, from 0.01 to 99.99. */
  trailingDistancePct?: string | null | undefined;
  /** Give new positions a trailing stop. */
  trailingStopEnabled?: boolean;
  /** Take the capital from this vault of the same mode. */
  vaultId?: string | number | null | undefined;
};

/** What a signal passes on its way to an order, in the order in which it is checked. */
export type TradingGateCode =
  /** The account is switched on. */
  | 'ACCOUNT_ACTIVE'
  /** The account has the mode of the source. */
  | 'ACCOUNT_MODE'
  /** The key of a real account works and may trade. */
  | 'API_KEY'
  /** The vault or the account has enough. For buys only. */
  | 'BALANCE'
  /** The balance of a real account was read recently. For buys without a vault. */
  | 'BALANCE_AGE'
  /** The account trades the signals of the source. */
  | 'BINDING'
  /** The body has the token of the source, if there is one. */
  | 'BODY_TOKEN'
  /** The clocks of the executors are those of the database. */
  | 'CLOCK'
  /** Entries are not paused, neither by the owner nor by the program. For buys only. */
  | 'ENTRIES_OPEN'
  /** The exchange says which markets it has. */
  | 'EXCHANGE_ANSWERS'
  /** A process with the role executor runs. */
  | 'EXECUTOR'
  /** The coins could be sold again at the stop. For buys only. */
  | 'EXIT_MINIMUM'
  /** The exchange trades the symbol. */
  | 'MARKET'
  /** The message is understood. */
  | 'MESSAGE'
  /** The order reaches the minimums of the market. */
  | 'MINIMUMS'
  /** The last order was long enough ago. */
  | 'MIN_INTERVAL'
  /** The parameter allows another order in this hour. */
  | 'ORDERS_PER_HOUR'
  /** The parameter names an amount, and a limit order has a price. */
  | 'ORDER_SIZE'
  /** A parameter covers the account, symbol and side. */
  | 'PARAMETER'
  /** There is an open position that a signal may sell. For sells only. */
  | 'POSITIONS'
  /** The price of the symbol is fresh. */
  | 'PRICE'
  /** The price is within the slippage of the parameter, or its band for limit prices. */
  | 'PRICE_LIMIT'
  /** Trading with real money is switched on in this installation. */
  | 'REAL_TRADING'
  /** The orders of a real account were compared with its exchange. */
  | 'RECONCILED'
  /** A position may be sold at this price: its lock, its minimum profit, other sells. For sells only. */
  | 'SELLABLE'
  /** The sender has one of the allowed addresses. */
  | 'SENDER_ADDRESS'
  /** The signal is young enough. */
  | 'SIGNAL_AGE'
  /** No earlier signal of the account and symbol is still under way. */
  | 'SIGNAL_ORDER'
  /** The signature fits the body, if the source requires one. */
  | 'SIGNATURE'
  /** The source is switched on. */
  | 'SOURCE_ACTIVE'
  /** The source does not run dry. */
  | 'SOURCE_LIVE'
  /** The source accepts another signal in this minute. */
  | 'SOURCE_RATE'
  /** No administrator has locked the source. */
  | 'SOURCE_UNLOCKED'
  /** The symbol names one market of the account's exchange. */
  | 'SYMBOL'
  /** No administrator has halted trading with real money. */
  | 'TRADING_HALT'
  /** The vault of the parameter is switched on. */
  | 'VAULT_ACTIVE'
  /** The vault of the parameter has the mode of the account. */
  | 'VAULT_MODE';

/** For which signals. Give a source, or an account with a symbol, or all three. */
export type TradingGatesInput = {
  /** The account; without it, only the gates of the source are listed. */
  accountId?: string | number | null | undefined;
  /** The price that the signal names; null = the present one. */
  price?: string | null | undefined;
  /** Buy or sell. */
  side: OrderSide;
  /** The source; without it, its gates are left out. */
  sourceId?: string | number | null | undefined;
  /** The symbol in any spelling. Needed with an account. */
  symbol?: string | null | undefined;
};

/** Two proofs that it is you. */
export type TwoProofsInput = {
  /** A code of the authenticator app, or a recovery code. Each works once. */
  code: string;
  /** Your password again. Wrong ones count as failed sign-ins. Not needed within 10 minutes after stepUp. */
  password?: string | null | undefined;
};

/** The binding to end. */
export type UnbindAccountInput = {
  /** The account. */
  accountId: string | number;
  /** The source. */
  sourceId: string | number;
};

/** The kind of a part that the reader does not know. */
export type UnreadKind =
  /** A field of its JSON with its value. */
  | 'FIELD'
  /** A word or a few words of its text. */
  | 'WORD';

/** The browser that is not to be told any more. */
export type UnsubscribeWebPushInput = {
  /** The address of its subscription. */
  endpoint: string;
};

/** Changes of an account. Omitted fields keep their value. */
export type UpdateExchangeAccountInput = {
  /** Real accounts only; needs the password. True: you accept that its key may withdraw, which ends a pause because of it. False: you no longer do. */
  acceptWithdrawPermission?: boolean | null | undefined;
  /** The account. */
  id: string | number;
  /** Switch it on or off. Switching an account off, or a real one on, needs the password. */
  isActive?: boolean | null | undefined;
  /** A new name, 1 to 120 characters. */
  label?: string | null | undefined;
  /** Your password again. Wrong ones count as failed sign-ins. Not needed within 10 minutes after stepUp. */
  password?: string | null | undefined;
  /** Real accounts only: the new proxy, which needs the password. Null or an empty text removes it. */
  proxyUrl?: string | null | undefined;
};

/** Changes of a channel. Omitted fields stay. */
export type UpdateNotificationChannelInput = {
  /** The channel. */
  channelId: string | number;
  /** Whether it is switched on. */
  isEnabled?: boolean | null | undefined;
  /** Its name. */
  label?: string | null | undefined;
};

/** Changes of the exits of a position. Omitted fields keep their value; null clears a number. */
export type UpdatePositionExitsInput = {
  /** Move the stop to the opening price after the first target. */
  breakEvenAfterFirst?: boolean | null | undefined;
  /** The minimum profit for sell signals and take profit, in percent. */
  minProfitPct?: string | null | undefined;
  /** The position. */
  positionId: string | number;
  /** Stop loss on or off. */
  slEnabled?: boolean | null | undefined;
  /** Stop loss, in percent below the opening price. Below 0 it lies above it and keeps a part of the profit. */
  slPct?: string | null | undefined;
  /** The steps of the partial take profit that have not fired yet, at most 6. An empty list removes them. */
  targets?: Array<ExitTargetInput> | null | undefined;
  /** Sell it when it is this many hours old; null = never. */
  timeStopHours?: number | null | undefined;
  /** Take profit on or off. */
  tpEnabled?: boolean | null | undefined;
  /** Take profit, in percent above the opening price. */
  tpPct?: string | null | undefined;
  /** The profit that arms the trailing stop, in percent; null = it is armed from the start. */
  trailingArmingPct?: string | null | undefined;
  /** Trailing stop, in percent below the highest price. */
  trailingDistancePct?: string | null | undefined;
  /** Trailing stop on or off. */
  trailingEnabled?: boolean | null | undefined;
};

/** What you say about yourself. Fields that are left out keep their value, null removes it. */
export type UpdateProfileInput = {
  /** The display name, at most 190 characters. */
  fullName?: string | null | undefined;
  /** The phone number with its country code, as `+55 11 98765-4321`. Nothing is sent to it. */
  phone?: string | null | undefined;
};

/** New settings of a trade parameter. */
export type UpdateTradeParameterInput = {
  /** The parameter. */
  id: string | number;
  /** Its settings, all of them. */
  parameter: TradeParameterInput;
};

/** Changes of a vault. Omitted fields keep their value. */
export type UpdateVaultInput = {
  /** What it is for; null removes the text. */
  description?: string | null | undefined;
  /** The vault. */
  id: string | number;
  /** Activates or deactivates the vault. */
  isActive?: boolean | null | undefined;
  /** A new name, 1 to 120 characters. */
  name?: string | null | undefined;
};

/** Changes of a webhook out. Omitted fields stay. */
export type UpdateWebhookEndpointInput = {
  /** The webhook. */
  channelId: string | number;
  /** Which events. */
  events?: Array<NotificationType> | null | undefined;
  /** Whether it is switched on. What waited is then sent. */
  isEnabled?: boolean | null | undefined;
  /** Its name. */
  label?: string | null | undefined;
  /** What to send; null = the standard selection. */
  selection?: string | null | undefined;
  /** Where to POST. */
  url?: string | null | undefined;
};

/** Changes of a source. Omitted fields keep their value. */
export type UpdateWebhookSourceInput = {
  /** Adds TradingView's sender addresses (true) or removes them (false). */
  allowTradingView?: boolean | null | undefined;
  /** Addresses and CIDR ranges that may send; empty = any. */
  allowedIps?: Array<string> | null | undefined;
  /** Run dry (true): its signals are planned, and nothing is bought or sold by them. False: they trade. Ending the dry run of a REAL source needs the password. */
  dryRun?: boolean | null | undefined;
  /** The source. */
  id: string | number;
  /** The time within which a repeated body counts as the same signal, 0 to 86400 seconds. */
  identityWindowSec?: number | null | undefined;
  /** Switch it on or off. Switching a REAL source on needs the password. */
  isActive?: boolean | null | undefined;
  /** A new name, 1 to 120 characters. */
  label?: string | null | undefined;
  /** Refuse signals older than this many seconds; null removes the limit. */
  maxLagSec?: number | null | undefined;
  /** Your password again. Wrong ones count as failed sign-ins. Not needed within 10 minutes after stepUp. */
  password?: string | null | undefined;
  /** Signals it accepts in a minute, 1 to 6000. */
  rateLimitPerMin?: number | null | undefined;
  /** Refuse unsigned signals. */
  requireSignature?: boolean | null | undefined;
};

/** Which user. */
export type UserIdInput = {
  /** The user. */
  userId: string | number;
};

/** What a user may do. */
export type UserRole =
  /** Runs the installation. Like every user, sees only their own trading data. */
  | 'ADMIN'
  /** Trades. */
  | 'USER';

/** Which events of vaults. */
export type VaultEventFilter = {
  /** Only those of vaults of this mode. */
  tradeMode?: TradeMode | null | undefined;
  /** Only those of this vault. */
  vaultId?: string | number | null | undefined;
};

/** Which vaults. */
export type VaultFilter = {
  /** Only those created at this time or later. */
  from?: string | null | undefined;
  /** Only active or only inactive ones. */
  isActive?: boolean | null | undefined;
  /** Only those created before this time. */
  to?: string | null | undefined;
  /** Only those of this mode. */
  tradeMode?: TradeMode | null | undefined;
};

/** Which transactions. */
export type VaultTransactionFilter = {
  /** Only those in this asset, such as USDT. */
  asset?: string | null | undefined;
  /** Only those created at this time or later. */
  from?: string | null | undefined;
  /** Only those created before this time. */
  to?: string | null | undefined;
  /** Only those of vaults of this mode. */
  tradeMode?: TradeMode | null | undefined;
  /** Only those of these types. */
  type?: Array<VaultTransactionType> | null | undefined;
  /** Only those of this vault. */
  vaultId?: string | number | null | undefined;
};

/** Kinds of entries in the ledger of a vault. */
export type VaultTransactionType =
  /** The reservation was released. */
  | 'BUY_CANCEL'
  /** The reservation was replaced by the actual cost of the order. */
  | 'BUY_CONFIRM'
  /** Set aside for a buy order. */
  | 'BUY_RESERVE'
  /** Capital put in. */
  | 'DEPOSIT'
  /** Proceeds of a sell. */
  | 'SELL_RETURN'
  /** Capital taken out. */
  | 'WITHDRAWAL';

/** Which bindings. */
export type WebhookBindingFilter = {
  /** Only those of this account. */
  accountId?: string | number | null | undefined;
  /** Only those of one of these accounts, at most 100; an empty list matches nothing. Together with `accountId`, both must match. */
  accountIds?: Array<string | number> | null | undefined;
  /** Only those created at this time or later. */
  from?: string | null | undefined;
  /** Only active or only inactive ones. */
  isActive?: boolean | null | undefined;
  /** Only those of this source. */
  sourceId?: string | number | null | undefined;
  /** Only those of one of these sources, at most 100; an empty list matches nothing. Together with `sourceId`, both must match. */
  sourceIds?: Array<string | number> | null | undefined;
  /** Only those created before this time. */
  to?: string | null | undefined;
  /** Only those of sources of this mode. */
  tradeMode?: TradeMode | null | undefined;
};

/** Which refused POSTs. */
export type WebhookBlockedAttemptFilter = {
  /** Only those created at this time or later. */
  from?: string | null | undefined;
  /** Only those refused for this reason. */
  reasonCode?: ReasonCode | null | undefined;
  /** Only those of this source. */
  sourceId?: string | number | null | undefined;
  /** Only those of one of these sources, at most 100; an empty list matches nothing. Together with `sourceId`, both must match. */
  sourceIds?: Array<string | number> | null | undefined;
  /** Only those created before this time. */
  to?: string | null | undefined;
  /** Only those of sources of this mode. */
  tradeMode?: TradeMode | null | undefined;
};

/** Which events. */
export type WebhookEventFilter = {
  /** Only those of this account. */
  accountId?: string | number | null | undefined;
  /** Only those of one of these accounts, at most 100; an empty list matches nothing. Together with `accountId`, both must match. */
  accountIds?: Array<string | number> | null | undefined;
  /** Only those with this action. */
  action?: SignalAction | null | undefined;
  /** Only those created at this time or later. */
  from?: string | null | undefined;
  /** Only those that signals of this source led to. */
  sourceId?: string | number | null | undefined;
  /** Only those of one of these sources, at most 100; an empty list matches nothing. Together with `sourceId`, both must match. */
  sourceIds?: Array<string | number> | null | undefined;
  /** Only those in this state. */
  status?: WebhookEventStatus | null | undefined;
  /** Only those of this symbol, in any spelling: SOL/USDT, SOLUSDT, BINANCE:SOLUSDT.P. */
  symbol?: string | null | undefined;
  /** Only those of one of these symbols, at most 100; an empty list matches nothing. Together with `symbol`, both must match. */
  symbols?: Array<string> | null | undefined;
  /** Only those created before this time. */
  to?: string | null | undefined;
  /** Only those of this mode. */
  tradeMode?: TradeMode | null | undefined;
};

/** How far an event was processed. */
export type WebhookEventStatus =
  /** Nothing could be planned; validationError says why. */
  | 'FAILED'
  /** Its jobs were planned. */
  | 'PROCESSED'
  /** Stored; its jobs are not planned yet. */
  | 'RECEIVED';

/** Which receipts. */
export type WebhookReceiptFilter = {
  /** Only those of sources that are bound to one of these accounts, at most 100; an empty list matches nothing. Also refused ones, which reached no account. */
  accountIds?: Array<string | number> | null | undefined;
  /** Only those that came while their source ran dry, or did not. */
  dryRun?: boolean | null | undefined;
  /** Only those created at this time or later. */
  from?: string | null | undefined;
  /** Only accepted or only refused ones. */
  outcome?: ReceiptOutcome | null | undefined;
  /** Only those of this source. */
  sourceId?: string | number | null | undefined;
  /** Only those of one of these sources, at most 100; an empty list matches nothing. Together with `sourceId`, both must match. */
  sourceIds?: Array<string | number> | null | undefined;
  /** Only those of this symbol, in any spelling. */
  symbol?: string | null | undefined;
  /** Only those of one of these symbols, at most 100; an empty list matches nothing. Together with `symbol`, both must match. */
  symbols?: Array<string> | null | undefined;
  /** Only those created before this time. */
  to?: string | null | undefined;
  /** Only those of sources of this mode. */
  tradeMode?: TradeMode | null | undefined;
  /** True: only those that were read as buy or sell. False: only those that could not be read with certainty. */
  understood?: boolean | null | undefined;
};

/** The two secrets of a source. */
export type WebhookSecretKind =
  /** Sent inside the JSON body, for senders that cannot set headers, such as TradingView. */
  | 'BODY_TOKEN'
  /** Signs the raw body, for senders that can set headers. */
  | 'SIGNING_SECRET';

/** Which sources. */
export type WebhookSourceFilter = {
  /** Only those created at this time or later. */
  from?: string | null | undefined;
  /** Only active or only inactive ones. */
  isActive?: boolean | null | undefined;
  /** Only those created before this time. */
  to?: string | null | undefined;
  /** Only those of this mode. */
  tradeMode?: TradeMode | null | undefined;
};

/** A number or a group of WhatsApp. */
export type WhatsAppChannelInput = {
  /** A number with its area code, or the id of a group (…@g.us). */
  number: string;
};

/** The connection of the server to WhatsApp. */
export type WhatsAppConnectionState =
  /** It is not connected; the code must be scanned again. */
  | 'CLOSE'
  /** It is being connected. */
  | 'CONNECTING'
  /** Messages go out. */
  | 'OPEN';

/** Switches of WhatsApp. Omitted ones stay. */
export type WhatsAppSwitchesInput = {
  /** Anything about positions. */
  positionAlerts?: boolean | null | undefined;
  /** Closed positions. */
  positionClosed?: boolean | null | undefined;
  /** Opened positions. */
  positionOpened?: boolean | null | undefined;
  /** Stop losses and trailing stops. */
  stopLoss?: boolean | null | undefined;
  /** Take profits, complete and partial. */
  takeProfit?: boolean | null | undefined;
  /** Alerts of vaults. */
  vaultAlerts?: boolean | null | undefined;
};

/** A withdrawal. */
export type WithdrawFromVaultInput = {
  /** The amount, above zero. */
  amount: string;
  /** The asset, in capital letters and digits. */
  asset: string;
  /** Your own key for this request, 1 to 80 characters; upper and lower case differ. The same key with the same input returns the first result and does nothing again. With other input it is refused as IDEMPOTENCY_CONFLICT; while the first request is still running, as IDEMPOTENCY_IN_PROGRESS. A refused request does not use up its key. Used keys are kept forever. */
  idempotencyKey: string;
  /** Your password again. Wrong ones count as failed sign-ins. Not needed within 10 minutes after stepUp. */
  password?: string | null | undefined;
  /** The vault. */
  vaultId: string | number;
};

export type AccountHoldingsQueryVariables = Exact<{
  accountId: string | number;
}>;


export type AccountHoldingsQuery = { accountHoldings: Array<{ adoptable: string, asset: string, free: string, inPositions: string, locked: string, shortage: string }> };

export type AlertsQueryVariables = Exact<{
  after?: string | null | undefined;
  before?: string | null | undefined;
  filter?: AlertFilter | null | undefined;
  first?: number | null | undefined;
  last?: number | null | undefined;
  sort?: ListSort | null | undefined;
}>;


export type AlertsQuery = { alerts: { edges: Array<{ cursor: string, node: { acknowledgedAt: string | null, createdAt: string, escalatedAt: string | null, escalationLevel: number, id: string, isOperators: boolean, message: string, resolvedAt: string | null, resolvedByHand: boolean, severity: AlertSeverity, type: AlertType } }>, pageInfo: { endCursor: string | null, hasNextPage: boolean, hasPreviousPage: boolean, startCursor: string | null } } };

export type ApiTokensQueryVariables = Exact<{ [key: string]: never; }>;


export type ApiTokensQuery = { apiTokens: Array<{ allowedIps: Array<string>, createdAt: string, expiresAt: string | null, hint: string, id: string, lastUsedAt: string | null, lastUsedIp: string | null, name: string, scopes: Array<ApiTokenScope> }> };

export type AuditLogQueryVariables = Exact<{
  after?: string | null | undefined;
  before?: string | null | undefined;
  filter?: AuditLogFilter | null | undefined;
  first?: number | null | undefined;
  last?: number | null | undefined;
  sort?: ListSort | null | undefined;
}>;


export type AuditLogQuery = { auditLog: { edges: Array<{ cursor: string, node: { action: string, actor: string | null, changes: unknown, createdAt: string, entity: string, entityId: string | null, id: string, ip: string | null, requestId: string | null, userAgent: string | null } }>, pageInfo: { endCursor: string | null, hasNextPage: boolean, hasPreviousPage: boolean, startCursor: string | null } } };

export type BackupsQueryVariables = Exact<{ [key: string]: never; }>;


export type BackupsQuery = { backups: Array<{ bytes: number, isEncrypted: boolean, isRestorePoint: boolean, name: string }> };

export type BalancesQueryVariables = Exact<{
  accountId: string | number;
}>;


export type BalancesQuery = { balances: Array<{ asset: string, free: string, lastSyncAt: string | null, locked: string, total: string, valueUsd: string | null }> };

export type BulkActionQueryVariables = Exact<{
  id: string | number;
}>;


export type BulkActionQuery = { bulkAction: { buysUnderWay: number, closesPositions: boolean, createdAt: string, expiresAt: string | null, finishedAt: string | null, id: string, isTerminal: boolean, kind: BulkActionKind, state: BulkActionState, accounts: Array<{ ordersCanceled: number, ordersRefused: number, ordersUnderWay: number, pending: number, positionsClosed: number, positionsPartlySold: number, positionsRefused: number, positionsUnderWay: number }>, items: Array<{ action: BulkActionItemKind, doneAt: string | null, id: string, isStillOpen: boolean, isTerminal: boolean, outcome: BulkActionItemOutcome | null, price: string | null, profitQuote: string | null, qty: string | null, reasonCode: ReasonCode | null, reasonMessage: string | null, soldQty: string, soldQuote: string, state: BulkActionItemState, symbol: string, valueQuote: string | null }>, sold: Array<{ asset: string, positions: number, value: string }>, totals: Array<{ asset: string, positions: number, profit: string, unpricedPositions: number, value: string }> } | null };

export type BulkActionOfKeyQueryVariables = Exact<{
  idempotencyKey: string;
}>;


export type BulkActionOfKeyQuery = { bulkActionOfKey: { buysUnderWay: number, closesPositions: boolean, createdAt: string, expiresAt: string | null, finishedAt: string | null, id: string, isTerminal: boolean, kind: BulkActionKind, state: BulkActionState, accounts: Array<{ ordersCanceled: number, ordersRefused: number, ordersUnderWay: number, pending: number, positionsClosed: number, positionsPartlySold: number, positionsRefused: number, positionsUnderWay: number }>, items: Array<{ action: BulkActionItemKind, doneAt: string | null, id: string, isStillOpen: boolean, isTerminal: boolean, outcome: BulkActionItemOutcome | null, price: string | null, profitQuote: string | null, qty: string | null, reasonCode: ReasonCode | null, reasonMessage: string | null, soldQty: string, soldQuote: string, state: BulkActionItemState, symbol: string, valueQuote: string | null }>, sold: Array<{ asset: string, positions: number, value: string }>, totals: Array<{ asset: string, positions: number, profit: string, unpricedPositions: number, value: string }> } | null };

export type BulkActionsQueryVariables = Exact<{
  after?: string | null | undefined;
  before?: string | null | undefined;
  filter?: BulkActionFilter | null | undefined;
  first?: number | null | undefined;
  last?: number | null | undefined;
  sort?: ListSort | null | undefined;
}>;


export type BulkActionsQuery = { bulkActions: { edges: Array<{ cursor: string, node: { buysUnderWay: number, closesPositions: boolean, createdAt: string, expiresAt: string | null, finishedAt: string | null, id: string, isTerminal: boolean, kind: BulkActionKind, state: BulkActionState } }>, pageInfo: { endCursor: string | null, hasNextPage: boolean, hasPreviousPage: boolean, startCursor: string | null } } };

export type CandlesQueryVariables = Exact<{
  before?: string | null | undefined;
  first?: number | null | undefined;
  interval: CandleInterval;
  symbol: string;
}>;


export type CandlesQuery = { candles: Array<{ at: string, close: string, high: string, low: string, open: string }> };

export type DashboardQueryVariables = Exact<{
  filter?: DashboardFilter | null | undefined;
  timeZone?: string | null | undefined;
  tradeMode: TradeMode;
}>;


export type DashboardQuery = { dashboard: { equityUsd: string | null, losses: number, openPositions: number, openValue: string, realizedToday: string, realizedTotal: string, reservedUsd: string, timeZone: string, tradeMode: TradeMode, unrealizedPnl: string, wins: number } };

export type DryRunSignalQueryVariables = Exact<{
  input: DryRunSignalInput;
}>;


export type DryRunSignalQuery = { dryRunSignal: { eventUid: string, reasonCode: ReasonCode | null, reasonMessage: string | null, wouldBeDuplicate: boolean, accounts: Array<{ baseQuantity: string | null, limitPrice: string | null, orderType: OrderType | null, quoteAmount: string | null, reasonCode: ReasonCode | null, reasonMessage: string | null, side: OrderSide | null, wouldTrade: boolean }>, reading: { action: SignalAction, matchedTokens: Array<string>, price: string | null, symbol: string | null, symbolRaw: string | null, timeframe: string | null } } };

export type DryRunWebhookQueryVariables = Exact<{
  input: DryRunWebhookInput;
}>;


export type DryRunWebhookQuery = { dryRunWebhook: { faults: Array<string>, payload: unknown } };

export type ExchangeAccountQueryVariables = Exact<{
  id: string | number;
}>;


export type ExchangeAccountQuery = { exchangeAccount: { apiKeyHint: string | null, balancesFault: ExchangeFaultCode | null, balancesSyncedAt: string | null, createdAt: string, entriesPauseReason: EntriesPauseReason | null, entriesPausedAt: string | null, equityUsd: string | null, exchange: ExchangeName, hasKeys: boolean, id: string, isActive: boolean, isSimulation: boolean, label: string, priceVenue: PriceVenue, proxy: string | null, testnet: boolean, tradeMode: TradeMode, withdrawAcceptedAt: string | null, balances: Array<{ asset: string, free: string, lastSyncAt: string | null, locked: string, total: string, valueUsd: string | null }>, comparison: { error: string | null, failingSince: string | null, reconciledAt: string | null } | null, connection: { canRead: boolean, canTrade: boolean, canWithdraw: boolean | null, clockOffsetMs: number | null, exchangeCode: string | null, fault: ExchangeFaultCode | null, latencyMs: number | null, message: string | null, ok: boolean, testedAt: string } | null } | null };

export type ExchangeAccountsQueryVariables = Exact<{
  after?: string | null | undefined;
  before?: string | null | undefined;
  filter?: ExchangeAccountFilter | null | undefined;
  first?: number | null | undefined;
  last?: number | null | undefined;
  sort?: ListSort | null | undefined;
}>;


export type ExchangeAccountsQuery = { exchangeAccounts: { totalCount: number, edges: Array<{ cursor: string, node: { apiKeyHint: string | null, balancesFault: ExchangeFaultCode | null, balancesSyncedAt: string | null, createdAt: string, entriesPauseReason: EntriesPauseReason | null, entriesPausedAt: string | null, equityUsd: string | null, exchange: ExchangeName, hasKeys: boolean, id: string, isActive: boolean, isSimulation: boolean, label: string, priceVenue: PriceVenue, proxy: string | null, testnet: boolean, tradeMode: TradeMode, withdrawAcceptedAt: string | null, comparison: { error: string | null, failingSince: string | null, reconciledAt: string | null } | null, connection: { canRead: boolean, canTrade: boolean, canWithdraw: boolean | null, clockOffsetMs: number | null, exchangeCode: string | null, fault: ExchangeFaultCode | null, latencyMs: number | null, message: string | null, ok: boolean, testedAt: string } | null } }>, pageInfo: { endCursor: string | null, hasNextPage: boolean, hasPreviousPage: boolean, startCursor: string | null } } };

export type ExchangeRulesQueryVariables = Exact<{ [key: string]: never; }>;


export type ExchangeRulesQuery = { exchangeRules: Array<{ exchange: ExchangeName, hasTestnet: boolean, needsPassphrase: boolean }> };

export type ExternalOrdersQueryVariables = Exact<{
  after?: string | null | undefined;
  before?: string | null | undefined;
  filter?: ExternalOrderFilter | null | undefined;
  first?: number | null | undefined;
  last?: number | null | undefined;
  sort?: ListSort | null | undefined;
}>;


export type ExternalOrdersQuery = { externalOrders: { edges: Array<{ cursor: string, node: { avgPrice: string | null, dismissedAt: string | null, exchangeOrderId: string, executedQty: string, id: string, limitPrice: string | null, orderType: OrderType | null, placedAt: string, positionId: string | null, quantity: string | null, side: OrderSide, status: string, symbol: string, account: { apiKeyHint: string | null, balancesFault: ExchangeFaultCode | null, balancesSyncedAt: string | null, createdAt: string, entriesPauseReason: EntriesPauseReason | null, entriesPausedAt: string | null, equityUsd: string | null, exchange: ExchangeName, hasKeys: boolean, id: string, isActive: boolean, isSimulation: boolean, label: string, priceVenue: PriceVenue, proxy: string | null, testnet: boolean, tradeMode: TradeMode, withdrawAcceptedAt: string | null } } }>, pageInfo: { endCursor: string | null, hasNextPage: boolean, hasPreviousPage: boolean, startCursor: string | null } } };

export type LimitOrdersQueryVariables = Exact<{
  after?: string | null | undefined;
  before?: string | null | undefined;
  filter?: LimitOrderFilter | null | undefined;
  first?: number | null | undefined;
  last?: number | null | undefined;
  sort?: ListSort | null | undefined;
}>;


export type LimitOrdersQuery = { limitOrders: { edges: Array<{ cursor: string, node: { baseQuantity: string | null, closesJobId: string | null, createdAt: string, decidedAt: string | null, distancePct: string | null, executedQty: string, exitPrice: string | null, exitReason: ExitReason | null, id: string, limitOrderExpiresAt: string | null, limitPrice: string | null, orderType: OrderType, origin: JobOrigin, quoteAmount: string | null, reasonCode: ReasonCode | null, reasonMessage: string | null, side: OrderSide, status: JobStatus, symbol: string, tickAt: string | null, tradeMode: TradeMode, updatedAt: string, waitingSince: string | null, waitsForJobId: string | null, account: { apiKeyHint: string | null, balancesFault: ExchangeFaultCode | null, balancesSyncedAt: string | null, createdAt: string, entriesPauseReason: EntriesPauseReason | null, entriesPausedAt: string | null, equityUsd: string | null, exchange: ExchangeName, hasKeys: boolean, id: string, isActive: boolean, isSimulation: boolean, label: string, priceVenue: PriceVenue, proxy: string | null, testnet: boolean, tradeMode: TradeMode, withdrawAcceptedAt: string | null }, event: { action: SignalAction, createdAt: string, eventUid: string, id: string, priceReference: string | null, processedAt: string | null, rawPayload: unknown, rawText: string | null, receipt: string | null, status: WebhookEventStatus, symbolNormalized: string, symbolRaw: string, timeframe: string | null, tradeMode: TradeMode, validationError: string | null } | null, position: { breakEvenAfterFirst: boolean, closeReason: CloseReason | null, closedAt: string | null, costQuote: string, createdAt: string, dustQty: string, dustValueQuote: string, entryPrice: string, exitPrice: string | null, feesQuote: string, id: string, lockSellByWebhook: boolean, minProfitPct: string | null, partialTpTriggered: boolean, priceKey: string, qtyRemaining: string, qtyReserved: string, qtyTotal: string, realizedPnl: string, shortfallQty: string, shortfallValueQuote: string, side: string, slEnabled: boolean, slPct: string | null, slTriggered: boolean, sourceId: string | null, sourceLabel: string | null, status: PositionStatus, symbol: string, timeStopHours: number | null, tpEnabled: boolean, tpPct: string | null, tpTriggered: boolean, tradeMode: TradeMode, trailingArmingPct: string | null, trailingDistancePct: string | null, trailingEnabled: boolean, trailingMaxPrice: string | null, trailingTriggered: boolean, unrealizedPnl: string | null, unrealizedPnlPct: string | null, unsellableAt: string | null, unsellableReason: ReasonCode | null, updatedAt: string } | null, vault: { createdAt: string, description: string | null, id: string, isActive: boolean, name: string, tradeMode: TradeMode } | null } }>, pageInfo: { endCursor: string | null, hasNextPage: boolean, hasPreviousPage: boolean, startCursor: string | null } } };

export type LiveCursorQueryVariables = Exact<{ [key: string]: never; }>;


export type LiveCursorQuery = { liveCursor: string };

export type LoginHistoryQueryVariables = Exact<{
  after?: string | null | undefined;
  before?: string | null | undefined;
  filter?: LoginAttemptFilter | null | undefined;
  first?: number | null | undefined;
  last?: number | null | undefined;
  sort?: ListSort | null | undefined;
}>;


export type LoginHistoryQuery = { loginHistory: { edges: Array<{ cursor: string, node: { createdAt: string, id: string, ip: string | null, success: boolean, userAgent: string | null } }>, pageInfo: { endCursor: string | null, hasNextPage: boolean, hasPreviousPage: boolean, startCursor: string | null } } };

export type MarketsQueryVariables = Exact<{ [key: string]: never; }>;


export type MarketsQuery = { markets: Array<{ base: string, minNotional: string, minQty: string, quote: string, stepSize: string, symbol: string, tickSize: string }> };

export type MeQueryVariables = Exact<{ [key: string]: never; }>;


export type MeQuery = { me: { createdAt: string, email: string, entriesPausedAt: string | null, fullName: string | null, id: string, mustChangePassword: boolean, phone: string | null, roles: Array<UserRole> } | null };

export type MonitoringLogsQueryVariables = Exact<{
  after?: string | null | undefined;
  before?: string | null | undefined;
  filter?: MonitoringLogFilter | null | undefined;
  first?: number | null | undefined;
  last?: number | null | undefined;
  sort?: ListSort | null | undefined;
}>;


export type MonitoringLogsQuery = { monitoringLogs: { edges: Array<{ cursor: string, node: { at: string, cpuPct: string | null, id: string, memoryPct: string | null, metrics: unknown, processId: number | null, service: ServiceName, status: ProcessStatus } }>, pageInfo: { endCursor: string | null, hasNextPage: boolean, hasPreviousPage: boolean, startCursor: string | null } } };

export type NotificationChannelsQueryVariables = Exact<{ [key: string]: never; }>;


export type NotificationChannelsQuery = { notificationChannels: Array<{ addressHint: string, createdAt: string, disabledReason: ChannelDisabledReason | null, failingSince: string | null, failures: number, id: string, isEnabled: boolean, kind: NotificationChannelKind, label: string, lastError: string | null, lastSentAt: string | null, sourceId: string | null }> };

export type NotificationDeliveriesQueryVariables = Exact<{
  after?: string | null | undefined;
  before?: string | null | undefined;
  filter?: NotificationDeliveryFilter | null | undefined;
  first?: number | null | undefined;
  last?: number | null | undefined;
  sort?: ListSort | null | undefined;
}>;


export type NotificationDeliveriesQuery = { notificationDeliveries: { edges: Array<{ cursor: string, node: { attempts: number, createdAt: string, dueAt: string, error: string | null, id: string, sentAt: string | null, status: NotificationStatus, text: string | null, channel: { addressHint: string, createdAt: string, disabledReason: ChannelDisabledReason | null, failingSince: string | null, failures: number, id: string, isEnabled: boolean, kind: NotificationChannelKind, label: string, lastError: string | null, lastSentAt: string | null, sourceId: string | null }, event: { id: string, occurredAt: string, text: string, title: string, type: NotificationType } } }>, pageInfo: { endCursor: string | null, hasNextPage: boolean, hasPreviousPage: boolean, startCursor: string | null } } };

export type NotificationEventQueryVariables = Exact<{
  id: string | number;
}>;


export type NotificationEventQuery = { notificationEvent: { id: string, occurredAt: string, text: string, title: string, type: NotificationType, alert: { acknowledgedAt: string | null, createdAt: string, escalatedAt: string | null, escalationLevel: number, id: string, isOperators: boolean, message: string, resolvedAt: string | null, resolvedByHand: boolean, severity: AlertSeverity, type: AlertType } | null, facts: Array<{ name: string, value: string }>, fill: { feeAmount: string, feeAsset: string | null, filledAt: string, id: string, positionId: string, price: string, qty: string, realizedQuote: string, side: OrderSide } | null, job: { baseQuantity: string | null, closesJobId: string | null, createdAt: string, decidedAt: string | null, distancePct: string | null, executedQty: string, exitPrice: string | null, exitReason: ExitReason | null, id: string, limitOrderExpiresAt: string | null, limitPrice: string | null, orderType: OrderType, origin: JobOrigin, quoteAmount: string | null, reasonCode: ReasonCode | null, reasonMessage: string | null, side: OrderSide, status: JobStatus, symbol: string, tickAt: string | null, tradeMode: TradeMode, updatedAt: string, waitingSince: string | null, waitsForJobId: string | null } | null, position: { breakEvenAfterFirst: boolean, closeReason: CloseReason | null, closedAt: string | null, costQuote: string, createdAt: string, dustQty: string, dustValueQuote: string, entryPrice: string, exitPrice: string | null, feesQuote: string, id: string, lockSellByWebhook: boolean, minProfitPct: string | null, partialTpTriggered: boolean, priceKey: string, qtyRemaining: string, qtyReserved: string, qtyTotal: string, realizedPnl: string, shortfallQty: string, shortfallValueQuote: string, side: string, slEnabled: boolean, slPct: string | null, slTriggered: boolean, sourceId: string | null, sourceLabel: string | null, status: PositionStatus, symbol: string, timeStopHours: number | null, tpEnabled: boolean, tpPct: string | null, tpTriggered: boolean, tradeMode: TradeMode, trailingArmingPct: string | null, trailingDistancePct: string | null, trailingEnabled: boolean, trailingMaxPrice: string | null, trailingTriggered: boolean, unrealizedPnl: string | null, unrealizedPnlPct: string | null, unsellableAt: string | null, unsellableReason: ReasonCode | null, updatedAt: string } | null } | null };

export type NotificationLogQueryVariables = Exact<{
  after?: string | null | undefined;
  before?: string | null | undefined;
  filter?: NotificationLogFilter | null | undefined;
  first?: number | null | undefined;
  last?: number | null | undefined;
  sort?: ListSort | null | undefined;
}>;


export type NotificationLogQuery = { notificationLog: { edges: Array<{ cursor: string, node: { attempts: number, createdAt: string, email: string, error: string | null, httpStatus: number | null, id: string, kind: NotificationChannelKind, sentAt: string | null, status: NotificationStatus, type: NotificationType } }>, pageInfo: { endCursor: string | null, hasNextPage: boolean, hasPreviousPage: boolean, startCursor: string | null } } };

export type NotificationServersQueryVariables = Exact<{ [key: string]: never; }>;


export type NotificationServersQuery = { notificationServers: { hasWebPush: boolean, mail: { from: string, server: string } | null, whatsApp: { address: string, checkedAt: string | null, hasKey: boolean, instanceName: string, isActive: boolean, state: WhatsAppConnectionState | null, usesOldBody: boolean } | null } };

export type NotificationSettingsQueryVariables = Exact<{ [key: string]: never; }>;


export type NotificationSettingsQuery = { notificationSettings: { locale: NotificationLocale, timeZone: string, digest: { at: string, everyHours: number }, quietHours: { from: string, to: string } | null, rules: Array<{ channelIds: Array<string> | null, ignoresQuietHours: boolean, mode: NotificationMode, type: NotificationType }>, templates: Array<{ body: string, isOwn: boolean, preview: string, standardBody: string, title: string, type: NotificationType }>, whatsApp: { positionAlerts: boolean, positionClosed: boolean, positionOpened: boolean, stopLoss: boolean, takeProfit: boolean, vaultAlerts: boolean } } };

export type PasskeyProofOptionsQueryVariables = Exact<{ [key: string]: never; }>;


export type PasskeyProofOptionsQuery = { passkeyProofOptions: { options: string, state: string } };

export type PasskeySignInOptionsQueryVariables = Exact<{ [key: string]: never; }>;


export type PasskeySignInOptionsQuery = { passkeySignInOptions: { options: string, state: string } };

export type PasskeysQueryVariables = Exact<{ [key: string]: never; }>;


export type PasskeysQuery = { passkeys: Array<{ createdAt: string, id: string, isBackedUp: boolean, lastUsedAt: string | null, name: string }> };

export type PositionQueryVariables = Exact<{
  id: string | number;
}>;


export type PositionQuery = { position: { breakEvenAfterFirst: boolean, closeReason: CloseReason | null, closedAt: string | null, costQuote: string, createdAt: string, dustQty: string, dustValueQuote: string, entryPrice: string, exitPrice: string | null, feesQuote: string, id: string, lockSellByWebhook: boolean, minProfitPct: string | null, partialTpTriggered: boolean, priceKey: string, qtyRemaining: string, qtyReserved: string, qtyTotal: string, realizedPnl: string, shortfallQty: string, shortfallValueQuote: string, side: string, slEnabled: boolean, slPct: string | null, slTriggered: boolean, sourceId: string | null, sourceLabel: string | null, status: PositionStatus, symbol: string, timeStopHours: number | null, tpEnabled: boolean, tpPct: string | null, tpTriggered: boolean, tradeMode: TradeMode, trailingArmingPct: string | null, trailingDistancePct: string | null, trailingEnabled: boolean, trailingMaxPrice: string | null, trailingTriggered: boolean, unrealizedPnl: string | null, unrealizedPnlPct: string | null, unsellableAt: string | null, unsellableReason: ReasonCode | null, updatedAt: string, account: { apiKeyHint: string | null, balancesFault: ExchangeFaultCode | null, balancesSyncedAt: string | null, createdAt: string, entriesPauseReason: EntriesPauseReason | null, entriesPausedAt: string | null, equityUsd: string | null, exchange: ExchangeName, hasKeys: boolean, id: string, isActive: boolean, isSimulation: boolean, label: string, priceVenue: PriceVenue, proxy: string | null, testnet: boolean, tradeMode: TradeMode, withdrawAcceptedAt: string | null }, decisions: Array<{ at: string, exitReason: ExitReason | null, kind: string }>, exitLevels: { distanceToStopPct: string | null, distanceToTargetPct: string | null, nextTargetPrice: string | null, stopPrice: string | null, takeProfitPrice: string | null, timeStopAt: string | null, trailingArmingPrice: string | null, trailingStopPrice: string | null } | null, fills: Array<{ feeAmount: string, feeAsset: string | null, filledAt: string, id: string, positionId: string, price: string, qty: string, realizedQuote: string, side: OrderSide }>, liveExits: Array<{ baseQuantity: string | null, closesJobId: string | null, createdAt: string, decidedAt: string | null, distancePct: string | null, executedQty: string, exitPrice: string | null, exitReason: ExitReason | null, id: string, limitOrderExpiresAt: string | null, limitPrice: string | null, orderType: OrderType, origin: JobOrigin, quoteAmount: string | null, reasonCode: ReasonCode | null, reasonMessage: string | null, side: OrderSide, status: JobStatus, symbol: string, tickAt: string | null, tradeMode: TradeMode, updatedAt: string, waitingSince: string | null, waitsForJobId: string | null }>, openJob: { baseQuantity: string | null, closesJobId: string | null, createdAt: string, decidedAt: string | null, distancePct: string | null, executedQty: string, exitPrice: string | null, exitReason: ExitReason | null, id: string, limitOrderExpiresAt: string | null, limitPrice: string | null, orderType: OrderType, origin: JobOrigin, quoteAmount: string | null, reasonCode: ReasonCode | null, reasonMessage: string | null, side: OrderSide, status: JobStatus, symbol: string, tickAt: string | null, tradeMode: TradeMode, updatedAt: string, waitingSince: string | null, waitsForJobId: string | null }, openOrders: Array<{ baseQuantity: string | null, closesJobId: string | null, createdAt: string, decidedAt: string | null, distancePct: string | null, executedQty: string, exitPrice: string | null, exitReason: ExitReason | null, id: string, limitOrderExpiresAt: string | null, limitPrice: string | null, orderType: OrderType, origin: JobOrigin, quoteAmount: string | null, reasonCode: ReasonCode | null, reasonMessage: string | null, side: OrderSide, status: JobStatus, symbol: string, tickAt: string | null, tradeMode: TradeMode, updatedAt: string, waitingSince: string | null, waitsForJobId: string | null }>, price: { ageMs: number, ask: string | null, at: string, bid: string | null, key: string, last: string, source: string, symbol: string, venue: PriceVenue } | null, targets: Array<{ id: string, jobId: string | null, ordinal: number, pct: string, price: string, sharePct: string, triggeredAt: string | null }>, vault: { createdAt: string, description: string | null, id: string, isActive: boolean, name: string, tradeMode: TradeMode } | null } | null };

export type PositionFillsQueryVariables = Exact<{
  after?: string | null | undefined;
  before?: string | null | undefined;
  filter?: PositionFillFilter | null | undefined;
  first?: number | null | undefined;
  last?: number | null | undefined;
  sort?: ListSort | null | undefined;
}>;


export type PositionFillsQuery = { positionFills: { edges: Array<{ cursor: string, node: { feeAmount: string, feeAsset: string | null, filledAt: string, id: string, positionId: string, price: string, qty: string, realizedQuote: string, side: OrderSide, position: { breakEvenAfterFirst: boolean, closeReason: CloseReason | null, closedAt: string | null, costQuote: string, createdAt: string, dustQty: string, dustValueQuote: string, entryPrice: string, exitPrice: string | null, feesQuote: string, id: string, lockSellByWebhook: boolean, minProfitPct: string | null, partialTpTriggered: boolean, priceKey: string, qtyRemaining: string, qtyReserved: string, qtyTotal: string, realizedPnl: string, shortfallQty: string, shortfallValueQuote: string, side: string, slEnabled: boolean, slPct: string | null, slTriggered: boolean, sourceId: string | null, sourceLabel: string | null, status: PositionStatus, symbol: string, timeStopHours: number | null, tpEnabled: boolean, tpPct: string | null, tpTriggered: boolean, tradeMode: TradeMode, trailingArmingPct: string | null, trailingDistancePct: string | null, trailingEnabled: boolean, trailingMaxPrice: string | null, trailingTriggered: boolean, unrealizedPnl: string | null, unrealizedPnlPct: string | null, unsellableAt: string | null, unsellableReason: ReasonCode | null, updatedAt: string } } }>, pageInfo: { endCursor: string | null, hasNextPage: boolean, hasPreviousPage: boolean, startCursor: string | null } } };

export type PositionsQueryVariables = Exact<{
  after?: string | null | undefined;
  before?: string | null | undefined;
  filter?: PositionFilter | null | undefined;
  first?: number | null | undefined;
  last?: number | null | undefined;
  sort?: ListSort | null | undefined;
}>;


export type PositionsQuery = { positions: { edges: Array<{ cursor: string, node: { breakEvenAfterFirst: boolean, closeReason: CloseReason | null, closedAt: string | null, costQuote: string, createdAt: string, dustQty: string, dustValueQuote: string, entryPrice: string, exitPrice: string | null, feesQuote: string, id: string, lockSellByWebhook: boolean, minProfitPct: string | null, partialTpTriggered: boolean, priceKey: string, qtyRemaining: string, qtyReserved: string, qtyTotal: string, realizedPnl: string, shortfallQty: string, shortfallValueQuote: string, side: string, slEnabled: boolean, slPct: string | null, slTriggered: boolean, sourceId: string | null, sourceLabel: string | null, status: PositionStatus, symbol: string, timeStopHours: number | null, tpEnabled: boolean, tpPct: string | null, tpTriggered: boolean, tradeMode: TradeMode, trailingArmingPct: string | null, trailingDistancePct: string | null, trailingEnabled: boolean, trailingMaxPrice: string | null, trailingTriggered: boolean, unrealizedPnl: string | null, unrealizedPnlPct: string | null, unsellableAt: string | null, unsellableReason: ReasonCode | null, updatedAt: string, account: { apiKeyHint: string | null, balancesFault: ExchangeFaultCode | null, balancesSyncedAt: string | null, createdAt: string, entriesPauseReason: EntriesPauseReason | null, entriesPausedAt: string | null, equityUsd: string | null, exchange: ExchangeName, hasKeys: boolean, id: string, isActive: boolean, isSimulation: boolean, label: string, priceVenue: PriceVenue, proxy: string | null, testnet: boolean, tradeMode: TradeMode, withdrawAcceptedAt: string | null }, exitLevels: { distanceToStopPct: string | null, distanceToTargetPct: string | null, nextTargetPrice: string | null, stopPrice: string | null, takeProfitPrice: string | null, timeStopAt: string | null, trailingArmingPrice: string | null, trailingStopPrice: string | null } | null, openJob: { baseQuantity: string | null, closesJobId: string | null, createdAt: string, decidedAt: string | null, distancePct: string | null, executedQty: string, exitPrice: string | null, exitReason: ExitReason | null, id: string, limitOrderExpiresAt: string | null, limitPrice: string | null, orderType: OrderType, origin: JobOrigin, quoteAmount: string | null, reasonCode: ReasonCode | null, reasonMessage: string | null, side: OrderSide, status: JobStatus, symbol: string, tickAt: string | null, tradeMode: TradeMode, updatedAt: string, waitingSince: string | null, waitsForJobId: string | null }, price: { ageMs: number, ask: string | null, at: string, bid: string | null, key: string, last: string, source: string, symbol: string, venue: PriceVenue } | null, vault: { createdAt: string, description: string | null, id: string, isActive: boolean, name: string, tradeMode: TradeMode } | null } }>, pageInfo: { endCursor: string | null, hasNextPage: boolean, hasPreviousPage: boolean, startCursor: string | null } } };

export type PreviewNotificationTemplateQueryVariables = Exact<{
  input: NotificationTemplateInput;
}>;


export type PreviewNotificationTemplateQuery = { previewNotificationTemplate: { faults: Array<string>, text: string } };

export type PreviewOrderQueryVariables = Exact<{
  input: OrderInput;
}>;


export type PreviewOrderQuery = { previewOrder:
    | { __typename: 'OrderPreview', available: string, cost: string, costMax: string, limitPrice: string | null, orderType: OrderType, price: string, quantity: string, reserve: string | null, slippageBps: number, stopPrice: string | null, symbol: string, tradeMode: TradeMode, trace: Array<{ name: string, source: string, value: string }> }
    | { __typename: 'Refused', field: string | null, message: string, reason: ReasonCode, numbers: Array<{ name: string, value: string }> }
   };

export type PreviewPhraseQueryVariables = Exact<{
  input: PreviewPhraseInput;
}>;


export type PreviewPhraseQuery = { previewPhrase: { changed: number, isComplete: boolean, lostSells: number, newBuys: number, read: number, unread: number, changes: Array<{ count: number, from: SignalAction, to: SignalAction }>, examples: Array<{ message: string, receipt: string, receivedAt: string }> } };

export type PriceHistoryQueryVariables = Exact<{
  symbol: string;
}>;


export type PriceHistoryQuery = { priceHistory: Array<{ at: string, price: string }> };

export type PricesQueryVariables = Exact<{
  symbols?: Array<string> | string | null | undefined;
  venues?: Array<PriceVenue> | PriceVenue | null | undefined;
}>;


export type PricesQuery = { prices: Array<{ ageMs: number, ask: string | null, at: string, bid: string | null, key: string, last: string, source: string, symbol: string, venue: PriceVenue }> };

export type QueuesQueryVariables = Exact<{ [key: string]: never; }>;


export type QueuesQuery = { queues: Array<{ active: number | null, completed: number | null, delayed: number | null, failed: number | null, isReachable: boolean, name: string, waiting: number | null }> };

export type ReportQueryVariables = Exact<{
  input: ReportInput;
}>;


export type ReportQuery = { report: { timeZone: string, tradeMode: TradeMode, byAccount: Array<{ averageHoldingSec: number | null, averageLoss: string | null, averageWin: string | null, breakEven: number, expectancy: string | null, fees: string, grossLoss: string, grossProfit: string, invested: string, losses: number, net: string, profitFactor: string | null, quote: string, returnPct: string | null, trades: number, winRatePct: string | null, wins: number }>, byDay: Array<{ averageHoldingSec: number | null, averageLoss: string | null, averageWin: string | null, breakEven: number, day: string, expectancy: string | null, fees: string, grossLoss: string, grossProfit: string, invested: string, losses: number, net: string, profitFactor: string | null, quote: string, realized: string, returnPct: string | null, trades: number, winRatePct: string | null, wins: number }>, byResult: Array<{ averageHoldingSec: number | null, averageLoss: string | null, averageWin: string | null, breakEven: number, expectancy: string | null, fees: string, fromPct: string | null, grossLoss: string, grossProfit: string, invested: string, losses: number, net: string, profitFactor: string | null, quote: string, returnPct: string | null, toPct: string | null, trades: number, winRatePct: string | null, wins: number }>, bySource: Array<{ averageHoldingSec: number | null, averageLoss: string | null, averageWin: string | null, breakEven: number, expectancy: string | null, fees: string, grossLoss: string, grossProfit: string, invested: string, label: string | null, losses: number, net: string, profitFactor: string | null, quote: string, returnPct: string | null, sourceId: string | null, trades: number, winRatePct: string | null, wins: number }>, bySymbol: Array<{ averageHoldingSec: number | null, averageLoss: string | null, averageWin: string | null, breakEven: number, expectancy: string | null, fees: string, grossLoss: string, grossProfit: string, invested: string, losses: number, net: string, profitFactor: string | null, quote: string, returnPct: string | null, symbol: string, trades: number, winRatePct: string | null, wins: number }>, comparison: Array<{ id: string | null, label: string | null }>, equityCurve: Array<{ day: string, drawdown: string, quote: string, realized: string, total: string }>, fees: Array<{ amount: string, asset: string, fills: number, side: OrderSide }>, openExposure: Array<{ cost: string, positions: number, price: string | null, quantity: string, quote: string, symbol: string, unrealized: string | null, value: string | null }>, summary: Array<{ averageHoldingSec: number | null, averageLoss: string | null, averageWin: string | null, breakEven: number, expectancy: string | null, fees: string, grossLoss: string, grossProfit: string, invested: string, losses: number, maxDrawdown: string, net: string, profitFactor: string | null, quote: string, realized: string, returnPct: string | null, sharpe: string | null, trades: number, winRatePct: string | null, wins: number }>, vaults: Array<{ asset: string, balance: string, deposits: string, reserved: string, returned: string, spent: string, withdrawals: string }>, webhooks: Array<{ accepted: number, failed: number, filled: number, jobs: number, label: string, received: number, refused: number, repeats: number, skipped: number, sourceId: string, unread: number }> } };

export type ScheduledJobRunsQueryVariables = Exact<{
  after?: string | null | undefined;
  before?: string | null | undefined;
  first?: number | null | undefined;
  last?: number | null | undefined;
  name: string;
  sort?: ListSort | null | undefined;
  status?: Array<JobRunStatus> | JobRunStatus | null | undefined;
}>;


export type ScheduledJobRunsQuery = { scheduledJobRuns: { edges: Array<{ cursor: string, node: { durationMs: number | null, error: string | null, finishedAt: string | null, id: string, result: unknown, startedAt: string, status: JobRunStatus, trigger: JobRunTrigger } }>, pageInfo: { endCursor: string | null, hasNextPage: boolean, hasPreviousPage: boolean, startCursor: string | null } } };

export type ScheduledJobsQueryVariables = Exact<{ [key: string]: never; }>;


export type ScheduledJobsQuery = { scheduledJobs: Array<{ description: string, id: string, intervalMaxMs: number, intervalMinMs: number, intervalMs: number, isRunning: boolean, isSafety: boolean, lastStartedAt: string | null, maxRetries: number, name: string, nextRunAt: string | null, status: ScheduledJobStatus, timeoutMs: number | null }> };

export type ServerInfoQueryVariables = Exact<{ [key: string]: never; }>;


export type ServerInfoQuery = { serverInfo: { clock: ClockState, clockSkewMs: number, errorCodes: Array<ErrorCode>, priceFeed: string, realTrading: boolean, roles: Array<string>, stalePriceMs: number, time: string, version: string, wrongClocks: Array<{ host: string, pid: number, roles: Array<string>, skewMs: number, trades: boolean }> } };

export type SessionsQueryVariables = Exact<{ [key: string]: never; }>;


export type SessionsQuery = { sessions: Array<{ createdAt: string, expiresAt: string, id: string, ip: string | null, isCurrent: boolean, userAgent: string | null }> };

export type SettingsQueryVariables = Exact<{ [key: string]: never; }>;


export type SettingsQuery = { settings: Array<{ isConfidential: boolean, isSet: boolean, name: string, value: string | null }> };

export type SetupQueryVariables = Exact<{ [key: string]: never; }>;


export type SetupQuery = { setup: { isNeeded: boolean } };

export type TradeExecutionsQueryVariables = Exact<{
  after?: string | null | undefined;
  before?: string | null | undefined;
  filter?: TradeExecutionFilter | null | undefined;
  first?: number | null | undefined;
  last?: number | null | undefined;
  sort?: ListSort | null | undefined;
}>;


export type TradeExecutionsQuery = { tradeExecutions: { edges: Array<{ cursor: string, node: { acknowledgedAt: string | null, avgPrice: string, bookedAt: string | null, clientOrderId: string, createdAt: string, cummQuoteQty: string, errorMessage: string | null, exchange: ExchangeName, exchangeOrderId: string | null, executedQty: string, filledAt: string | null, id: string, jobId: string, orderType: OrderType, requestedQty: string, sentAt: string | null, side: OrderSide, status: ExecutionStatus, symbol: string, tradeMode: TradeMode, account: { apiKeyHint: string | null, balancesFault: ExchangeFaultCode | null, balancesSyncedAt: string | null, createdAt: string, entriesPauseReason: EntriesPauseReason | null, entriesPausedAt: string | null, equityUsd: string | null, exchange: ExchangeName, hasKeys: boolean, id: string, isActive: boolean, isSimulation: boolean, label: string, priceVenue: PriceVenue, proxy: string | null, testnet: boolean, tradeMode: TradeMode, withdrawAcceptedAt: string | null } } }>, pageInfo: { endCursor: string | null, hasNextPage: boolean, hasPreviousPage: boolean, startCursor: string | null } } };

export type TradeJobQueryVariables = Exact<{
  id: string | number;
}>;


export type TradeJobQuery = { tradeJob: { baseQuantity: string | null, closesJobId: string | null, createdAt: string, decidedAt: string | null, distancePct: string | null, executedQty: string, exitPrice: string | null, exitReason: ExitReason | null, id: string, limitOrderExpiresAt: string | null, limitPrice: string | null, orderType: OrderType, origin: JobOrigin, quoteAmount: string | null, reasonCode: ReasonCode | null, reasonMessage: string | null, side: OrderSide, status: JobStatus, symbol: string, tickAt: string | null, tradeMode: TradeMode, updatedAt: string, waitingSince: string | null, waitsForJobId: string | null, account: { apiKeyHint: string | null, balancesFault: ExchangeFaultCode | null, balancesSyncedAt: string | null, createdAt: string, entriesPauseReason: EntriesPauseReason | null, entriesPausedAt: string | null, equityUsd: string | null, exchange: ExchangeName, hasKeys: boolean, id: string, isActive: boolean, isSimulation: boolean, label: string, priceVenue: PriceVenue, proxy: string | null, testnet: boolean, tradeMode: TradeMode, withdrawAcceptedAt: string | null }, event: { action: SignalAction, createdAt: string, eventUid: string, id: string, priceReference: string | null, processedAt: string | null, rawPayload: unknown, rawText: string | null, receipt: string | null, status: WebhookEventStatus, symbolNormalized: string, symbolRaw: string, timeframe: string | null, tradeMode: TradeMode, validationError: string | null } | null, executions: Array<{ acknowledgedAt: string | null, avgPrice: string, bookedAt: string | null, clientOrderId: string, createdAt: string, cummQuoteQty: string, errorMessage: string | null, exchange: ExchangeName, exchangeOrderId: string | null, executedQty: string, filledAt: string | null, id: string, jobId: string, orderType: OrderType, requestedQty: string, sentAt: string | null, side: OrderSide, status: ExecutionStatus, symbol: string, tradeMode: TradeMode }>, position: { breakEvenAfterFirst: boolean, closeReason: CloseReason | null, closedAt: string | null, costQuote: string, createdAt: string, dustQty: string, dustValueQuote: string, entryPrice: string, exitPrice: string | null, feesQuote: string, id: string, lockSellByWebhook: boolean, minProfitPct: string | null, partialTpTriggered: boolean, priceKey: string, qtyRemaining: string, qtyReserved: string, qtyTotal: string, realizedPnl: string, shortfallQty: string, shortfallValueQuote: string, side: string, slEnabled: boolean, slPct: string | null, slTriggered: boolean, sourceId: string | null, sourceLabel: string | null, status: PositionStatus, symbol: string, timeStopHours: number | null, tpEnabled: boolean, tpPct: string | null, tpTriggered: boolean, tradeMode: TradeMode, trailingArmingPct: string | null, trailingDistancePct: string | null, trailingEnabled: boolean, trailingMaxPrice: string | null, trailingTriggered: boolean, unrealizedPnl: string | null, unrealizedPnlPct: string | null, unsellableAt: string | null, unsellableReason: ReasonCode | null, updatedAt: string } | null, reservations: Array<{ isLive: boolean, positionId: string, qty: string, qtySold: string }>, timeline: Array<{ at: string, offsetMs: number, stage: TimelineStage }>, trace: Array<{ name: string, source: string, value: string }>, vault: { createdAt: string, description: string | null, id: string, isActive: boolean, name: string, tradeMode: TradeMode } | null } | null };

export type TradeJobsQueryVariables = Exact<{
  after?: string | null | undefined;
  before?: string | null | undefined;
  filter?: TradeJobFilter | null | undefined;
  first?: number | null | undefined;
  last?: number | null | undefined;
  sort?: ListSort | null | undefined;
}>;


export type TradeJobsQuery = { tradeJobs: { edges: Array<{ cursor: string, node: { baseQuantity: string | null, closesJobId: string | null, createdAt: string, decidedAt: string | null, distancePct: string | null, executedQty: string, exitPrice: string | null, exitReason: ExitReason | null, id: string, limitOrderExpiresAt: string | null, limitPrice: string | null, orderType: OrderType, origin: JobOrigin, quoteAmount: string | null, reasonCode: ReasonCode | null, reasonMessage: string | null, side: OrderSide, status: JobStatus, symbol: string, tickAt: string | null, tradeMode: TradeMode, updatedAt: string, waitingSince: string | null, waitsForJobId: string | null, account: { apiKeyHint: string | null, balancesFault: ExchangeFaultCode | null, balancesSyncedAt: string | null, createdAt: string, entriesPauseReason: EntriesPauseReason | null, entriesPausedAt: string | null, equityUsd: string | null, exchange: ExchangeName, hasKeys: boolean, id: string, isActive: boolean, isSimulation: boolean, label: string, priceVenue: PriceVenue, proxy: string | null, testnet: boolean, tradeMode: TradeMode, withdrawAcceptedAt: string | null }, event: { action: SignalAction, createdAt: string, eventUid: string, id: string, priceReference: string | null, processedAt: string | null, rawPayload: unknown, rawText: string | null, receipt: string | null, status: WebhookEventStatus, symbolNormalized: string, symbolRaw: string, timeframe: string | null, tradeMode: TradeMode, validationError: string | null } | null, position: { breakEvenAfterFirst: boolean, closeReason: CloseReason | null, closedAt: string | null, costQuote: string, createdAt: string, dustQty: string, dustValueQuote: string, entryPrice: string, exitPrice: string | null, feesQuote: string, id: string, lockSellByWebhook: boolean, minProfitPct: string | null, partialTpTriggered: boolean, priceKey: string, qtyRemaining: string, qtyReserved: string, qtyTotal: string, realizedPnl: string, shortfallQty: string, shortfallValueQuote: string, side: string, slEnabled: boolean, slPct: string | null, slTriggered: boolean, sourceId: string | null, sourceLabel: string | null, status: PositionStatus, symbol: string, timeStopHours: number | null, tpEnabled: boolean, tpPct: string | null, tpTriggered: boolean, tradeMode: TradeMode, trailingArmingPct: string | null, trailingDistancePct: string | null, trailingEnabled: boolean, trailingMaxPrice: string | null, trailingTriggered: boolean, unrealizedPnl: string | null, unrealizedPnlPct: string | null, unsellableAt: string | null, unsellableReason: ReasonCode | null, updatedAt: string } | null, vault: { createdAt: string, description: string | null, id: string, isActive: boolean, name: string, tradeMode: TradeMode } | null } }>, pageInfo: { endCursor: string | null, hasNextPage: boolean, hasPreviousPage: boolean, startCursor: string | null } } };

export type TradeParametersQueryVariables = Exact<{
  after?: string | null | undefined;
  before?: string | null | undefined;
  filter?: TradeParameterFilter | null | undefined;
  first?: number | null | undefined;
  last?: number | null | undefined;
  sort?: ListSort | null | undefined;
}>;


export type TradeParametersQuery = { tradeParameters: { totalCount: number, edges: Array<{ cursor: string, node: { createdAt: string, defaultBreakEven: boolean, defaultSlEnabled: boolean, defaultSlPct: string | null, defaultTimeStopHours: number | null, defaultTpEnabled: boolean, defaultTpPct: string | null, id: string, limitPriceBandPct: string, maxOrdersPerHour: number | null, minIntervalSec: number | null, minProfitPct: string | null, orderTypeDefault: OrderType, quoteAmountFixed: string | null, quoteAmountPctBalance: string | null, side: ParameterSide, slippageBps: number, symbol: string, trailingArmingPct: string | null, trailingDistancePct: string | null, trailingStopEnabled: boolean, updatedAt: string, account: { apiKeyHint: string | null, balancesFault: ExchangeFaultCode | null, balancesSyncedAt: string | null, createdAt: string, entriesPauseReason: EntriesPauseReason | null, entriesPausedAt: string | null, equityUsd: string | null, exchange: ExchangeName, hasKeys: boolean, id: string, isActive: boolean, isSimulation: boolean, label: string, priceVenue: PriceVenue, proxy: string | null, testnet: boolean, tradeMode: TradeMode, withdrawAcceptedAt: string | null }, vault: { createdAt: string, description: string | null, id: string, isActive: boolean, name: string, tradeMode: TradeMode } | null } }>, pageInfo: { endCursor: string | null, hasNextPage: boolean, hasPreviousPage: boolean, startCursor: string | null } } };

export type TradingGatesQueryVariables = Exact<{
  input: TradingGatesInput;
}>;


export type TradingGatesQuery = { tradingGates: { isOpen: boolean, lastSignalAt: string | null, price: string | null, symbol: string | null, account: { apiKeyHint: string | null, balancesFault: ExchangeFaultCode | null, balancesSyncedAt: string | null, createdAt: string, entriesPauseReason: EntriesPauseReason | null, entriesPausedAt: string | null, equityUsd: string | null, exchange: ExchangeName, hasKeys: boolean, id: string, isActive: boolean, isSimulation: boolean, label: string, priceVenue: PriceVenue, proxy: string | null, testnet: boolean, tradeMode: TradeMode, withdrawAcceptedAt: string | null } | null, blockedBy: { code: TradingGateCode, limit: string | null, reasonCode: ReasonCode | null, reasonMessage: string | null, refused: number, state: GateState, unit: string | null, value: string | null } | null, gates: Array<{ code: TradingGateCode, limit: string | null, reasonCode: ReasonCode | null, reasonMessage: string | null, refused: number, state: GateState, unit: string | null, value: string | null }>, order: { baseQuantity: string, limitPrice: string | null, orderType: OrderType, quoteAmount: string } | null, source: { adminLocked: boolean, allowedIps: Array<string>, createdAt: string, dryRun: boolean, hasBodyToken: boolean, hasSigningSecret: boolean, id: string, identityWindowSec: number, isActive: boolean, label: string, maxLagSec: number | null, rateLimitPerMin: number, requireSignature: boolean, tradeMode: TradeMode } | null } };

export type TradingHaltQueryVariables = Exact<{ [key: string]: never; }>;


export type TradingHaltQuery = { tradingHalt: { haltedAt: string, reason: string } | null };

export type TriggerLatencyQueryVariables = Exact<{
  last?: number | null | undefined;
}>;


export type TriggerLatencyQuery = { triggerLatency: { exits: number, decidedToSent: { exits: number, maxMs: number | null, p50Ms: number | null, p95Ms: number | null }, sentToAcknowledged: { exits: number, maxMs: number | null, p50Ms: number | null, p95Ms: number | null }, tickToAcknowledged: { exits: number, maxMs: number | null, p50Ms: number | null, p95Ms: number | null }, tickToDecided: { exits: number, maxMs: number | null, p50Ms: number | null, p95Ms: number | null } } };

export type TwoFactorQueryVariables = Exact<{ [key: string]: never; }>;


export type TwoFactorQuery = { twoFactor: { isOn: boolean, recoveryCodesLeft: number } };

export type UsersQueryVariables = Exact<{
  after?: string | null | undefined;
  before?: string | null | undefined;
  first?: number | null | undefined;
  isActive?: boolean | null | undefined;
  last?: number | null | undefined;
  sort?: ListSort | null | undefined;
}>;


export type UsersQuery = { users: { edges: Array<{ cursor: string, node: { createdAt: string, email: string, fullName: string | null, hasTwoFactor: boolean, id: string, isActive: boolean, lastSignInAt: string | null, mustChangePassword: boolean, roles: Array<UserRole> } }>, pageInfo: { endCursor: string | null, hasNextPage: boolean, hasPreviousPage: boolean, startCursor: string | null } } };

export type VaultQueryVariables = Exact<{
  id: string | number;
}>;


export type VaultQuery = { vault: { createdAt: string, description: string | null, id: string, isActive: boolean, name: string, tradeMode: TradeMode, balances: Array<{ asset: string, available: string, balance: string, reserved: string }>, shortfalls: Array<{ allocated: string, asset: string, held: string }>, transactions: { edges: Array<{ cursor: string, node: { amount: string, asset: string, balanceDelta: string, createdAt: string, id: string, jobId: string | null, reservedDelta: string, type: VaultTransactionType } }>, pageInfo: { endCursor: string | null, hasNextPage: boolean, hasPreviousPage: boolean, startCursor: string | null } } } | null };

export type VaultTransactionsQueryVariables = Exact<{
  after?: string | null | undefined;
  before?: string | null | undefined;
  filter?: VaultTransactionFilter | null | undefined;
  first?: number | null | undefined;
  last?: number | null | undefined;
  sort?: ListSort | null | undefined;
}>;


export type VaultTransactionsQuery = { vaultTransactions: { edges: Array<{ cursor: string, node: { amount: string, asset: string, balanceDelta: string, createdAt: string, id: string, jobId: string | null, reservedDelta: string, type: VaultTransactionType } }>, pageInfo: { endCursor: string | null, hasNextPage: boolean, hasPreviousPage: boolean, startCursor: string | null } } };

export type VaultsQueryVariables = Exact<{
  after?: string | null | undefined;
  before?: string | null | undefined;
  filter?: VaultFilter | null | undefined;
  first?: number | null | undefined;
  last?: number | null | undefined;
  sort?: ListSort | null | undefined;
}>;


export type VaultsQuery = { vaults: { totalCount: number, edges: Array<{ cursor: string, node: { createdAt: string, description: string | null, id: string, isActive: boolean, name: string, tradeMode: TradeMode } }>, pageInfo: { endCursor: string | null, hasNextPage: boolean, hasPreviousPage: boolean, startCursor: string | null } } };

export type VerifyAuditLogQueryVariables = Exact<{ [key: string]: never; }>;


export type VerifyAuditLogQuery = { verifyAuditLog: { entries: number, faults: number, isIntact: boolean, lastId: string, unprotected: number } };

export type ViewSettingsQueryVariables = Exact<{
  names?: Array<string> | string | null | undefined;
}>;


export type ViewSettingsQuery = { viewSettings: Array<{ name: string, settings: unknown, updatedAt: string }> };

export type WebPushKeyQueryVariables = Exact<{ [key: string]: never; }>;


export type WebPushKeyQuery = { webPushKey: string | null };

export type WebhookBindingsQueryVariables = Exact<{
  after?: string | null | undefined;
  before?: string | null | undefined;
  filter?: WebhookBindingFilter | null | undefined;
  first?: number | null | undefined;
  last?: number | null | undefined;
  sort?: ListSort | null | undefined;
}>;


export type WebhookBindingsQuery = { webhookBindings: { edges: Array<{ cursor: string, node: { id: string, isActive: boolean, sourceId: string, weight: string | null, account: { apiKeyHint: string | null, balancesFault: ExchangeFaultCode | null, balancesSyncedAt: string | null, createdAt: string, entriesPauseReason: EntriesPauseReason | null, entriesPausedAt: string | null, equityUsd: string | null, exchange: ExchangeName, hasKeys: boolean, id: string, isActive: boolean, isSimulation: boolean, label: string, priceVenue: PriceVenue, proxy: string | null, testnet: boolean, tradeMode: TradeMode, withdrawAcceptedAt: string | null } } }>, pageInfo: { endCursor: string | null, hasNextPage: boolean, hasPreviousPage: boolean, startCursor: string | null } } };

export type WebhookBlockedAttemptsQueryVariables = Exact<{
  after?: string | null | undefined;
  before?: string | null | undefined;
  filter?: WebhookBlockedAttemptFilter | null | undefined;
  first?: number | null | undefined;
  last?: number | null | undefined;
  sort?: ListSort | null | undefined;
}>;


export type WebhookBlockedAttemptsQuery = { webhookBlockedAttempts: { edges: Array<{ cursor: string, node: { createdAt: string, id: string, ip: string | null, reasonCode: ReasonCode, reasonMessage: string, userAgent: string | null, receipt: { accounts: number, action: SignalAction | null, bodyBytes: number, dryRun: boolean, duplicates: number, eventUid: string | null, httpStatus: number, id: string, message: string | null, outcome: ReceiptOutcome, reasonCode: ReasonCode | null, reasonMessage: string | null, receipt: string, receivedAt: string, sourceIp: string | null, symbol: string | null } | null, source: { adminLocked: boolean, allowedIps: Array<string>, createdAt: string, dryRun: boolean, hasBodyToken: boolean, hasSigningSecret: boolean, id: string, identityWindowSec: number, isActive: boolean, label: string, maxLagSec: number | null, rateLimitPerMin: number, requireSignature: boolean, tradeMode: TradeMode } } }>, pageInfo: { endCursor: string | null, hasNextPage: boolean, hasPreviousPage: boolean, startCursor: string | null } } };

export type WebhookEndpointsQueryVariables = Exact<{ [key: string]: never; }>;


export type WebhookEndpointsQuery = { webhookEndpoints: Array<{ events: Array<NotificationType>, id: string, isOwnSelection: boolean, selection: string, channel: { addressHint: string, createdAt: string, disabledReason: ChannelDisabledReason | null, failingSince: string | null, failures: number, id: string, isEnabled: boolean, kind: NotificationChannelKind, label: string, lastError: string | null, lastSentAt: string | null, sourceId: string | null } }> };

export type WebhookEventQueryVariables = Exact<{
  id: string | number;
}>;


export type WebhookEventQuery = { webhookEvent: { action: SignalAction, createdAt: string, eventUid: string, id: string, priceReference: string | null, processedAt: string | null, rawPayload: unknown, rawText: string | null, receipt: string | null, status: WebhookEventStatus, symbolNormalized: string, symbolRaw: string, timeframe: string | null, tradeMode: TradeMode, validationError: string | null, account: { apiKeyHint: string | null, balancesFault: ExchangeFaultCode | null, balancesSyncedAt: string | null, createdAt: string, entriesPauseReason: EntriesPauseReason | null, entriesPausedAt: string | null, equityUsd: string | null, exchange: ExchangeName, hasKeys: boolean, id: string, isActive: boolean, isSimulation: boolean, label: string, priceVenue: PriceVenue, proxy: string | null, testnet: boolean, tradeMode: TradeMode, withdrawAcceptedAt: string | null } | null, dryRun: { baseQuantity: string | null, decidedAt: string | null, limitPrice: string | null, orderType: OrderType | null, price: string | null, quoteAmount: string | null, reasonCode: ReasonCode | null, reasonMessage: string | null, side: OrderSide, status: DryRunStatus, symbol: string } | null, jobs: Array<{ baseQuantity: string | null, closesJobId: string | null, createdAt: string, decidedAt: string | null, distancePct: string | null, executedQty: string, exitPrice: string | null, exitReason: ExitReason | null, id: string, limitOrderExpiresAt: string | null, limitPrice: string | null, orderType: OrderType, origin: JobOrigin, quoteAmount: string | null, reasonCode: ReasonCode | null, reasonMessage: string | null, side: OrderSide, status: JobStatus, symbol: string, tickAt: string | null, tradeMode: TradeMode, updatedAt: string, waitingSince: string | null, waitsForJobId: string | null }>, timeline: Array<{ at: string, offsetMs: number, stage: TimelineStage }> } | null };

export type WebhookEventsQueryVariables = Exact<{
  after?: string | null | undefined;
  before?: string | null | undefined;
  filter?: WebhookEventFilter | null | undefined;
  first?: number | null | undefined;
  last?: number | null | undefined;
  sort?: ListSort | null | undefined;
}>;


export type WebhookEventsQuery = { webhookEvents: { edges: Array<{ cursor: string, node: { action: SignalAction, createdAt: string, eventUid: string, id: string, priceReference: string | null, processedAt: string | null, rawPayload: unknown, rawText: string | null, receipt: string | null, status: WebhookEventStatus, symbolNormalized: string, symbolRaw: string, timeframe: string | null, tradeMode: TradeMode, validationError: string | null, account: { apiKeyHint: string | null, balancesFault: ExchangeFaultCode | null, balancesSyncedAt: string | null, createdAt: string, entriesPauseReason: EntriesPauseReason | null, entriesPausedAt: string | null, equityUsd: string | null, exchange: ExchangeName, hasKeys: boolean, id: string, isActive: boolean, isSimulation: boolean, label: string, priceVenue: PriceVenue, proxy: string | null, testnet: boolean, tradeMode: TradeMode, withdrawAcceptedAt: string | null } | null, dryRun: { baseQuantity: string | null, decidedAt: string | null, limitPrice: string | null, orderType: OrderType | null, price: string | null, quoteAmount: string | null, reasonCode: ReasonCode | null, reasonMessage: string | null, side: OrderSide, status: DryRunStatus, symbol: string } | null } }>, pageInfo: { endCursor: string | null, hasNextPage: boolean, hasPreviousPage: boolean, startCursor: string | null } } };

export type WebhookReceiptQueryVariables = Exact<{
  receipt: string;
}>;


export type WebhookReceiptQuery = { webhookReceipt: { accounts: number, action: SignalAction | null, bodyBytes: number, dryRun: boolean, duplicates: number, eventUid: string | null, httpStatus: number, id: string, message: string | null, outcome: ReceiptOutcome, reasonCode: ReasonCode | null, reasonMessage: string | null, receipt: string, receivedAt: string, sourceIp: string | null, symbol: string | null, events: Array<{ action: SignalAction, createdAt: string, eventUid: string, id: string, priceReference: string | null, processedAt: string | null, rawPayload: unknown, rawText: string | null, receipt: string | null, status: WebhookEventStatus, symbolNormalized: string, symbolRaw: string, timeframe: string | null, tradeMode: TradeMode, validationError: string | null }>, result: { jobs: number, outcome: SignalOutcome, reasonCode: ReasonCode | null, reasonMessage: string | null, traded: number, wouldTrade: number }, source: { adminLocked: boolean, allowedIps: Array<string>, createdAt: string, dryRun: boolean, hasBodyToken: boolean, hasSigningSecret: boolean, id: string, identityWindowSec: number, isActive: boolean, label: string, maxLagSec: number | null, rateLimitPerMin: number, requireSignature: boolean, tradeMode: TradeMode }, timeline: Array<{ at: string, offsetMs: number, stage: TimelineStage }>, unread: Array<{ kind: UnreadKind, taughtAs: PhraseMeaning | null, text: string }> } | null };

export type WebhookReceiptsQueryVariables = Exact<{
  after?: string | null | undefined;
  before?: string | null | undefined;
  filter?: WebhookReceiptFilter | null | undefined;
  first?: number | null | undefined;
  last?: number | null | undefined;
  sort?: ListSort | null | undefined;
}>;


export type WebhookReceiptsQuery = { webhookReceipts: { edges: Array<{ cursor: string, node: { accounts: number, action: SignalAction | null, bodyBytes: number, dryRun: boolean, duplicates: number, eventUid: string | null, httpStatus: number, id: string, message: string | null, outcome: ReceiptOutcome, reasonCode: ReasonCode | null, reasonMessage: string | null, receipt: string, receivedAt: string, sourceIp: string | null, symbol: string | null, result: { jobs: number, outcome: SignalOutcome, reasonCode: ReasonCode | null, reasonMessage: string | null, traded: number, wouldTrade: number }, source: { adminLocked: boolean, allowedIps: Array<string>, createdAt: string, dryRun: boolean, hasBodyToken: boolean, hasSigningSecret: boolean, id: string, identityWindowSec: number, isActive: boolean, label: string, maxLagSec: number | null, rateLimitPerMin: number, requireSignature: boolean, tradeMode: TradeMode } } }>, pageInfo: { endCursor: string | null, hasNextPage: boolean, hasPreviousPage: boolean, startCursor: string | null } } };

export type WebhookSourceQueryVariables = Exact<{
  id: string | number;
}>;


export type WebhookSourceQuery = { webhookSource: { adminLocked: boolean, allowedIps: Array<string>, createdAt: string, dryRun: boolean, hasBodyToken: boolean, hasSigningSecret: boolean, id: string, identityWindowSec: number, isActive: boolean, label: string, maxLagSec: number | null, rateLimitPerMin: number, requireSignature: boolean, tradeMode: TradeMode, bindings: Array<{ id: string, isActive: boolean, sourceId: string, weight: string | null }>, phrases: Array<{ comparedAs: string, createdAt: string, id: string, meaning: PhraseMeaning, phrase: string }>, refusalCounts: Array<{ minute: string, reasonCode: ReasonCode, refused: number }> } | null };

export type WebhookSourcesQueryVariables = Exact<{
  after?: string | null | undefined;
  before?: string | null | undefined;
  filter?: WebhookSourceFilter | null | undefined;
  first?: number | null | undefined;
  last?: number | null | undefined;
  sort?: ListSort | null | undefined;
}>;


export type WebhookSourcesQuery = { webhookSources: { totalCount: number, edges: Array<{ cursor: string, node: { adminLocked: boolean, allowedIps: Array<string>, createdAt: string, dryRun: boolean, hasBodyToken: boolean, hasSigningSecret: boolean, id: string, identityWindowSec: number, isActive: boolean, label: string, maxLagSec: number | null, rateLimitPerMin: number, requireSignature: boolean, tradeMode: TradeMode } }>, pageInfo: { endCursor: string | null, hasNextPage: boolean, hasPreviousPage: boolean, startCursor: string | null } } };

export type AcknowledgeAlertMutationVariables = Exact<{
  input: AcknowledgeAlertInput;
}>;


export type AcknowledgeAlertMutation = { acknowledgeAlert: { alert: { acknowledgedAt: string | null, createdAt: string, escalatedAt: string | null, escalationLevel: number, id: string, isOperators: boolean, message: string, resolvedAt: string | null, resolvedByHand: boolean, severity: AlertSeverity, type: AlertType } } };

export type ActivateUserMutationVariables = Exact<{
  input: ProvenUserIdInput;
}>;


export type ActivateUserMutation = { activateUser: { user: { createdAt: string, email: string, fullName: string | null, hasTwoFactor: boolean, id: string, isActive: boolean, lastSignInAt: string | null, mustChangePassword: boolean, roles: Array<UserRole> } } };

export type AdoptHoldingMutationVariables = Exact<{
  input: AdoptHoldingInput;
}>;


export type AdoptHoldingMutation = { adoptHolding: { position: { breakEvenAfterFirst: boolean, closeReason: CloseReason | null, closedAt: string | null, costQuote: string, createdAt: string, dustQty: string, dustValueQuote: string, entryPrice: string, exitPrice: string | null, feesQuote: string, id: string, lockSellByWebhook: boolean, minProfitPct: string | null, partialTpTriggered: boolean, priceKey: string, qtyRemaining: string, qtyReserved: string, qtyTotal: string, realizedPnl: string, shortfallQty: string, shortfallValueQuote: string, side: string, slEnabled: boolean, slPct: string | null, slTriggered: boolean, sourceId: string | null, sourceLabel: string | null, status: PositionStatus, symbol: string, timeStopHours: number | null, tpEnabled: boolean, tpPct: string | null, tpTriggered: boolean, tradeMode: TradeMode, trailingArmingPct: string | null, trailingDistancePct: string | null, trailingEnabled: boolean, trailingMaxPrice: string | null, trailingTriggered: boolean, unrealizedPnl: string | null, unrealizedPnlPct: string | null, unsellableAt: string | null, unsellableReason: ReasonCode | null, updatedAt: string } } };

export type BeginPasskeyRegistrationMutationVariables = Exact<{
  input: BeginPasskeyRegistrationInput;
}>;


export type BeginPasskeyRegistrationMutation = { beginPasskeyRegistration: { options: string, state: string } };

export type BeginSetupMutationVariables = Exact<{
  input: BeginSetupInput;
}>;


export type BeginSetupMutation = { beginSetup: { qrCode: string, secret: string, uri: string } };

export type BeginTwoFactorMutationVariables = Exact<{
  input: BeginTwoFactorInput;
}>;


export type BeginTwoFactorMutation = { beginTwoFactor: { qrCode: string, secret: string, uri: string } };

export type BindAccountMutationVariables = Exact<{
  input: BindAccountInput;
}>;


export type BindAccountMutation = { bindAccount: { source: { adminLocked: boolean, allowedIps: Array<string>, createdAt: string, dryRun: boolean, hasBodyToken: boolean, hasSigningSecret: boolean, id: string, identityWindowSec: number, isActive: boolean, label: string, maxLagSec: number | null, rateLimitPerMin: number, requireSignature: boolean, tradeMode: TradeMode } } };

export type CancelOrderMutationVariables = Exact<{
  input: CancelOrderInput;
}>;


export type CancelOrderMutation = { cancelOrder:
    | { __typename: 'Canceled', job: { baseQuantity: string | null, closesJobId: string | null, createdAt: string, decidedAt: string | null, distancePct: string | null, executedQty: string, exitPrice: string | null, exitReason: ExitReason | null, id: string, limitOrderExpiresAt: string | null, limitPrice: string | null, orderType: OrderType, origin: JobOrigin, quoteAmount: string | null, reasonCode: ReasonCode | null, reasonMessage: string | null, side: OrderSide, status: JobStatus, symbol: string, tickAt: string | null, tradeMode: TradeMode, updatedAt: string, waitingSince: string | null, waitsForJobId: string | null } }
    | { __typename: 'Refused', field: string | null, message: string, reason: ReasonCode, numbers: Array<{ name: string, value: string }> }
   };

export type ChangePasswordMutationVariables = Exact<{
  input: ChangePasswordInput;
}>;


export type ChangePasswordMutation = { changePassword: { user: { createdAt: string, email: string, entriesPausedAt: string | null, fullName: string | null, id: string, mustChangePassword: boolean, phone: string | null, roles: Array<UserRole> } } };

export type CheckNotificationServersMutationVariables = Exact<{ [key: string]: never; }>;


export type CheckNotificationServersMutation = { checkNotificationServers: { mail: string | null, whatsApp: string | null, servers: { hasWebPush: boolean } } };

export type CheckSetupCodeMutationVariables = Exact<{
  input: CheckSetupCodeInput;
}>;


export type CheckSetupCodeMutation = { checkSetupCode: { expiresAt: string, backups: Array<{ bytes: number, isEncrypted: boolean, isRestorePoint: boolean, name: string }> } };

export type CloseAsReconciledMutationVariables = Exact<{
  input: CloseAsReconciledInput;
}>;


export type CloseAsReconciledMutation = { closeAsReconciled: { position: { breakEvenAfterFirst: boolean, closeReason: CloseReason | null, closedAt: string | null, costQuote: string, createdAt: string, dustQty: string, dustValueQuote: string, entryPrice: string, exitPrice: string | null, feesQuote: string, id: string, lockSellByWebhook: boolean, minProfitPct: string | null, partialTpTriggered: boolean, priceKey: string, qtyRemaining: string, qtyReserved: string, qtyTotal: string, realizedPnl: string, shortfallQty: string, shortfallValueQuote: string, side: string, slEnabled: boolean, slPct: string | null, slTriggered: boolean, sourceId: string | null, sourceLabel: string | null, status: PositionStatus, symbol: string, timeStopHours: number | null, tpEnabled: boolean, tpPct: string | null, tpTriggered: boolean, tradeMode: TradeMode, trailingArmingPct: string | null, trailingDistancePct: string | null, trailingEnabled: boolean, trailingMaxPrice: string | null, trailingTriggered: boolean, unrealizedPnl: string | null, unrealizedPnlPct: string | null, unsellableAt: string | null, unsellableReason: ReasonCode | null, updatedAt: string } } };

export type ClosePositionMutationVariables = Exact<{
  input: ClosePositionInput;
}>;


export type ClosePositionMutation = { closePosition:
    | { __typename: 'Placed', job: { baseQuantity: string | null, closesJobId: string | null, createdAt: string, decidedAt: string | null, distancePct: string | null, executedQty: string, exitPrice: string | null, exitReason: ExitReason | null, id: string, limitOrderExpiresAt: string | null, limitPrice: string | null, orderType: OrderType, origin: JobOrigin, quoteAmount: string | null, reasonCode: ReasonCode | null, reasonMessage: string | null, side: OrderSide, status: JobStatus, symbol: string, tickAt: string | null, tradeMode: TradeMode, updatedAt: string, waitingSince: string | null, waitsForJobId: string | null } | null, position: { breakEvenAfterFirst: boolean, closeReason: CloseReason | null, closedAt: string | null, costQuote: string, createdAt: string, dustQty: string, dustValueQuote: string, entryPrice: string, exitPrice: string | null, feesQuote: string, id: string, lockSellByWebhook: boolean, minProfitPct: string | null, partialTpTriggered: boolean, priceKey: string, qtyRemaining: string, qtyReserved: string, qtyTotal: string, realizedPnl: string, shortfallQty: string, shortfallValueQuote: string, side: string, slEnabled: boolean, slPct: string | null, slTriggered: boolean, sourceId: string | null, sourceLabel: string | null, status: PositionStatus, symbol: string, timeStopHours: number | null, tpEnabled: boolean, tpPct: string | null, tpTriggered: boolean, tradeMode: TradeMode, trailingArmingPct: string | null, trailingDistancePct: string | null, trailingEnabled: boolean, trailingMaxPrice: string | null, trailingTriggered: boolean, unrealizedPnl: string | null, unrealizedPnlPct: string | null, unsellableAt: string | null, unsellableReason: ReasonCode | null, updatedAt: string } | null }
    | { __typename: 'Refused', field: string | null, message: string, reason: ReasonCode, numbers: Array<{ name: string, value: string }> }
   };

export type CompleteSetupMutationVariables = Exact<{
  input: CompleteSetupInput;
}>;


export type CompleteSetupMutation = { completeSetup: { recoveryCodes: Array<string>, user: { createdAt: string, email: string, entriesPausedAt: string | null, fullName: string | null, id: string, mustChangePassword: boolean, phone: string | null, roles: Array<UserRole> } } };

export type ConfirmCloseAllMutationVariables = Exact<{
  input: ConfirmCloseAllInput;
}>;


export type ConfirmCloseAllMutation = { confirmCloseAll: { bulkAction: { buysUnderWay: number, closesPositions: boolean, createdAt: string, expiresAt: string | null, finishedAt: string | null, id: string, isTerminal: boolean, kind: BulkActionKind, state: BulkActionState } } };

export type ConnectNotificationChannelMutationVariables = Exact<{
  input: ConnectNotificationChannelInput;
}>;


export type ConnectNotificationChannelMutation = { connectNotificationChannel: { channel: { addressHint: string, createdAt: string, disabledReason: ChannelDisabledReason | null, failingSince: string | null, failures: number, id: string, isEnabled: boolean, kind: NotificationChannelKind, label: string, lastError: string | null, lastSentAt: string | null, sourceId: string | null } } };

export type CopyTradeParametersMutationVariables = Exact<{
  input: CopyTradeParametersInput;
}>;


export type CopyTradeParametersMutation = { copyTradeParameters: { results: Array<{ accountId: string, outcome: ParameterOutcome, parameterId: string | null, reasonCode: ReasonCode | null, reasonMessage: string | null, side: ParameterSide, symbol: string }> } };

export type CreateApiTokenMutationVariables = Exact<{
  input: CreateApiTokenInput;
}>;


export type CreateApiTokenMutation = { createApiToken: { token: string, apiToken: { allowedIps: Array<string>, createdAt: string, expiresAt: string | null, hint: string, id: string, lastUsedAt: string | null, lastUsedIp: string | null, name: string, scopes: Array<ApiTokenScope> } } };

export type CreateExchangeAccountMutationVariables = Exact<{
  input: CreateExchangeAccountInput;
}>;


export type CreateExchangeAccountMutation = { createExchangeAccount: { account: { apiKeyHint: string | null, balancesFault: ExchangeFaultCode | null, balancesSyncedAt: string | null, createdAt: string, entriesPauseReason: EntriesPauseReason | null, entriesPausedAt: string | null, equityUsd: string | null, exchange: ExchangeName, hasKeys: boolean, id: string, isActive: boolean, isSimulation: boolean, label: string, priceVenue: PriceVenue, proxy: string | null, testnet: boolean, tradeMode: TradeMode, withdrawAcceptedAt: string | null } } };

export type CreatePasswordResetLinkMutationVariables = Exact<{
  input: ProvenUserIdInput;
}>;


export type CreatePasswordResetLinkMutation = { createPasswordResetLink: { expiresAt: string, link: string, user: { createdAt: string, email: string, fullName: string | null, hasTwoFactor: boolean, id: string, isActive: boolean, lastSignInAt: string | null, mustChangePassword: boolean, roles: Array<UserRole> } } };

export type CreateTradeParameterMutationVariables = Exact<{
  input: CreateTradeParameterInput;
}>;


export type CreateTradeParameterMutation = { createTradeParameter: { parameter: { createdAt: string, defaultBreakEven: boolean, defaultSlEnabled: boolean, defaultSlPct: string | null, defaultTimeStopHours: number | null, defaultTpEnabled: boolean, defaultTpPct: string | null, id: string, limitPriceBandPct: string, maxOrdersPerHour: number | null, minIntervalSec: number | null, minProfitPct: string | null, orderTypeDefault: OrderType, quoteAmountFixed: string | null, quoteAmountPctBalance: string | null, side: ParameterSide, slippageBps: number, symbol: string, trailingArmingPct: string | null, trailingDistancePct: string | null, trailingStopEnabled: boolean, updatedAt: string } } };

export type CreateUserMutationVariables = Exact<{
  input: CreateUserInput;
}>;


export type CreateUserMutation = { createUser: { user: { createdAt: string, email: string, fullName: string | null, hasTwoFactor: boolean, id: string, isActive: boolean, lastSignInAt: string | null, mustChangePassword: boolean, roles: Array<UserRole> } } };

export type CreateVaultMutationVariables = Exact<{
  input: CreateVaultInput;
}>;


export type CreateVaultMutation = { createVault: { vault: { createdAt: string, description: string | null, id: string, isActive: boolean, name: string, tradeMode: TradeMode } } };

export type CreateWebhookEndpointMutationVariables = Exact<{
  input: CreateWebhookEndpointInput;
}>;


export type CreateWebhookEndpointMutation = { createWebhookEndpoint: { secret: string, endpoint: { events: Array<NotificationType>, id: string, isOwnSelection: boolean, selection: string } } };

export type CreateWebhookSourceMutationVariables = Exact<{
  input: CreateWebhookSourceInput;
}>;


export type CreateWebhookSourceMutation = { createWebhookSource: { source: { adminLocked: boolean, allowedIps: Array<string>, createdAt: string, curlExample: string, dryRun: boolean, hasBodyToken: boolean, hasSigningSecret: boolean, id: string, identityWindowSec: number, isActive: boolean, label: string, maxLagSec: number | null, rateLimitPerMin: number, requireSignature: boolean, tradeMode: TradeMode, url: string, webhookCode: string } } };

export type DeactivateUserMutationVariables = Exact<{
  input: UserIdInput;
}>;


export type DeactivateUserMutation = { deactivateUser: { user: { createdAt: string, email: string, fullName: string | null, hasTwoFactor: boolean, id: string, isActive: boolean, lastSignInAt: string | null, mustChangePassword: boolean, roles: Array<UserRole> } } };

export type DeleteExchangeAccountMutationVariables = Exact<{
  input: DeleteExchangeAccountInput;
}>;


export type DeleteExchangeAccountMutation = { deleteExchangeAccount: { id: string, outcome: RemovalOutcome, reasonCode: ReasonCode | null, reasonMessage: string | null } };

export type DeleteTradeParameterMutationVariables = Exact<{
  input: DeleteTradeParameterInput;
}>;


export type DeleteTradeParameterMutation = { deleteTradeParameter: { id: string } };

export type DeleteVaultMutationVariables = Exact<{
  input: DeleteVaultInput;
}>;


export type DeleteVaultMutation = { deleteVault: { id: string, outcome: RemovalOutcome, reasonCode: ReasonCode | null, reasonMessage: string | null } };

export type DeleteWebhookSourceMutationVariables = Exact<{
  input: DeleteWebhookSourceInput;
}>;


export type DeleteWebhookSourceMutation = { deleteWebhookSource: { id: string, outcome: RemovalOutcome, reasonCode: ReasonCode | null, reasonMessage: string | null } };

export type DepositToVaultMutationVariables = Exact<{
  input: DepositToVaultInput;
}>;


export type DepositToVaultMutation = { depositToVault: { vault: { createdAt: string, description: string | null, id: string, isActive: boolean, name: string, tradeMode: TradeMode } } };

export type DisableTwoFactorMutationVariables = Exact<{
  input: TwoProofsInput;
}>;


export type DisableTwoFactorMutation = { disableTwoFactor: { twoFactor: { isOn: boolean, recoveryCodesLeft: number } } };

export type DismissExternalOrderMutationVariables = Exact<{
  input: DismissExternalOrderInput;
}>;


export type DismissExternalOrderMutation = { dismissExternalOrder: { externalOrder: { avgPrice: string | null, dismissedAt: string | null, exchangeOrderId: string, executedQty: string, id: string, limitPrice: string | null, orderType: OrderType | null, placedAt: string, positionId: string | null, quantity: string | null, side: OrderSide, status: string, symbol: string } } };

export type EnableTwoFactorMutationVariables = Exact<{
  input: EnableTwoFactorInput;
}>;


export type EnableTwoFactorMutation = { enableTwoFactor: { recoveryCodes: Array<string> } };

export type EndOtherSessionsMutationVariables = Exact<{ [key: string]: never; }>;


export type EndOtherSessionsMutation = { endOtherSessions: { ended: number } };

export type EndSessionMutationVariables = Exact<{
  input: EndSessionInput;
}>;


export type EndSessionMutation = { endSession: { sessions: Array<{ createdAt: string, expiresAt: string, id: string, ip: string | null, isCurrent: boolean, userAgent: string | null }> } };

export type ForgetPhraseMutationVariables = Exact<{
  input: ForgetPhraseInput;
}>;


export type ForgetPhraseMutation = { forgetPhrase: { source: { adminLocked: boolean, allowedIps: Array<string>, createdAt: string, dryRun: boolean, hasBodyToken: boolean, hasSigningSecret: boolean, id: string, identityWindowSec: number, isActive: boolean, label: string, maxLagSec: number | null, rateLimitPerMin: number, requireSignature: boolean, tradeMode: TradeMode } } };

export type HaltTradingMutationVariables = Exact<{
  input: HaltTradingInput;
}>;


export type HaltTradingMutation = { haltTrading: { tradingHalt: { haltedAt: string, reason: string } } };

export type InviteUserMutationVariables = Exact<{
  input: InviteUserInput;
}>;


export type InviteUserMutation = { inviteUser: { expiresAt: string, link: string, user: { createdAt: string, email: string, fullName: string | null, hasTwoFactor: boolean, id: string, isActive: boolean, lastSignInAt: string | null, mustChangePassword: boolean, roles: Array<UserRole> } } };

export type KillSwitchMutationVariables = Exact<{
  input: KillSwitchInput;
}>;


export type KillSwitchMutation = { killSwitch: { bulkAction: { buysUnderWay: number, closesPositions: boolean, createdAt: string, expiresAt: string | null, finishedAt: string | null, id: string, isTerminal: boolean, kind: BulkActionKind, state: BulkActionState } } };

export type PauseEntriesMutationVariables = Exact<{
  input: PauseEntriesInput;
}>;


export type PauseEntriesMutation = { pauseEntries: { account: { apiKeyHint: string | null, balancesFault: ExchangeFaultCode | null, balancesSyncedAt: string | null, createdAt: string, entriesPauseReason: EntriesPauseReason | null, entriesPausedAt: string | null, equityUsd: string | null, exchange: ExchangeName, hasKeys: boolean, id: string, isActive: boolean, isSimulation: boolean, label: string, priceVenue: PriceVenue, proxy: string | null, testnet: boolean, tradeMode: TradeMode, withdrawAcceptedAt: string | null } | null, user: { createdAt: string, email: string, entriesPausedAt: string | null, fullName: string | null, id: string, mustChangePassword: boolean, phone: string | null, roles: Array<UserRole> } } };

export type PauseScheduledJobMutationVariables = Exact<{
  input: ScheduledJobInput;
}>;


export type PauseScheduledJobMutation = { pauseScheduledJob: { scheduledJob: { description: string, id: string, intervalMaxMs: number, intervalMinMs: number, intervalMs: number, isRunning: boolean, isSafety: boolean, lastStartedAt: string | null, maxRetries: number, name: string, nextRunAt: string | null, status: ScheduledJobStatus, timeoutMs: number | null } } };

export type PlaceLimitSellMutationVariables = Exact<{
  input: PlaceLimitSellInput;
}>;


export type PlaceLimitSellMutation = { placeLimitSell:
    | { __typename: 'Placed', job: { baseQuantity: string | null, closesJobId: string | null, createdAt: string, decidedAt: string | null, distancePct: string | null, executedQty: string, exitPrice: string | null, exitReason: ExitReason | null, id: string, limitOrderExpiresAt: string | null, limitPrice: string | null, orderType: OrderType, origin: JobOrigin, quoteAmount: string | null, reasonCode: ReasonCode | null, reasonMessage: string | null, side: OrderSide, status: JobStatus, symbol: string, tickAt: string | null, tradeMode: TradeMode, updatedAt: string, waitingSince: string | null, waitsForJobId: string | null } | null, position: { breakEvenAfterFirst: boolean, closeReason: CloseReason | null, closedAt: string | null, costQuote: string, createdAt: string, dustQty: string, dustValueQuote: string, entryPrice: string, exitPrice: string | null, feesQuote: string, id: string, lockSellByWebhook: boolean, minProfitPct: string | null, partialTpTriggered: boolean, priceKey: string, qtyRemaining: string, qtyReserved: string, qtyTotal: string, realizedPnl: string, shortfallQty: string, shortfallValueQuote: string, side: string, slEnabled: boolean, slPct: string | null, slTriggered: boolean, sourceId: string | null, sourceLabel: string | null, status: PositionStatus, symbol: string, timeStopHours: number | null, tpEnabled: boolean, tpPct: string | null, tpTriggered: boolean, tradeMode: TradeMode, trailingArmingPct: string | null, trailingDistancePct: string | null, trailingEnabled: boolean, trailingMaxPrice: string | null, trailingTriggered: boolean, unrealizedPnl: string | null, unrealizedPnlPct: string | null, unsellableAt: string | null, unsellableReason: ReasonCode | null, updatedAt: string } | null }
    | { __typename: 'Refused', field: string | null, message: string, reason: ReasonCode, numbers: Array<{ name: string, value: string }> }
   };

export type PlaceOrderMutationVariables = Exact<{
  input: PlaceOrderInput;
}>;


export type PlaceOrderMutation = { placeOrder:
    | { __typename: 'Placed', job: { baseQuantity: string | null, closesJobId: string | null, createdAt: string, decidedAt: string | null, distancePct: string | null, executedQty: string, exitPrice: string | null, exitReason: ExitReason | null, id: string, limitOrderExpiresAt: string | null, limitPrice: string | null, orderType: OrderType, origin: JobOrigin, quoteAmount: string | null, reasonCode: ReasonCode | null, reasonMessage: string | null, side: OrderSide, status: JobStatus, symbol: string, tickAt: string | null, tradeMode: TradeMode, updatedAt: string, waitingSince: string | null, waitsForJobId: string | null } | null, position: { breakEvenAfterFirst: boolean, closeReason: CloseReason | null, closedAt: string | null, costQuote: string, createdAt: string, dustQty: string, dustValueQuote: string, entryPrice: string, exitPrice: string | null, feesQuote: string, id: string, lockSellByWebhook: boolean, minProfitPct: string | null, partialTpTriggered: boolean, priceKey: string, qtyRemaining: string, qtyReserved: string, qtyTotal: string, realizedPnl: string, shortfallQty: string, shortfallValueQuote: string, side: string, slEnabled: boolean, slPct: string | null, slTriggered: boolean, sourceId: string | null, sourceLabel: string | null, status: PositionStatus, symbol: string, timeStopHours: number | null, tpEnabled: boolean, tpPct: string | null, tpTriggered: boolean, tradeMode: TradeMode, trailingArmingPct: string | null, trailingDistancePct: string | null, trailingEnabled: boolean, trailingMaxPrice: string | null, trailingTriggered: boolean, unrealizedPnl: string | null, unrealizedPnlPct: string | null, unsellableAt: string | null, unsellableReason: ReasonCode | null, updatedAt: string } | null }
    | { __typename: 'Refused', field: string | null, message: string, reason: ReasonCode, numbers: Array<{ name: string, value: string }> }
   };

export type PreviewCloseAllMutationVariables = Exact<{
  input: PreviewCloseAllInput;
}>;


export type PreviewCloseAllMutation = { previewCloseAll: { bulkAction: { buysUnderWay: number, closesPositions: boolean, createdAt: string, expiresAt: string | null, finishedAt: string | null, id: string, isTerminal: boolean, kind: BulkActionKind, state: BulkActionState } } };

export type RegisterPasskeyMutationVariables = Exact<{
  input: RegisterPasskeyInput;
}>;


export type RegisterPasskeyMutation = { registerPasskey: { passkeys: Array<{ createdAt: string, id: string, isBackedUp: boolean, lastUsedAt: string | null, name: string }> } };

export type RemoveAccountKeysMutationVariables = Exact<{
  input: RemoveAccountKeysInput;
}>;


export type RemoveAccountKeysMutation = { removeAccountKeys: { account: { apiKeyHint: string | null, balancesFault: ExchangeFaultCode | null, balancesSyncedAt: string | null, createdAt: string, entriesPauseReason: EntriesPauseReason | null, entriesPausedAt: string | null, equityUsd: string | null, exchange: ExchangeName, hasKeys: boolean, id: string, isActive: boolean, isSimulation: boolean, label: string, priceVenue: PriceVenue, proxy: string | null, testnet: boolean, tradeMode: TradeMode, withdrawAcceptedAt: string | null } } };

export type RemoveNotificationChannelMutationVariables = Exact<{
  input: NotificationChannelInput;
}>;


export type RemoveNotificationChannelMutation = { removeNotificationChannel: { id: string } };

export type RemovePasskeyMutationVariables = Exact<{
  input: RemovePasskeyInput;
}>;


export type RemovePasskeyMutation = { removePasskey: { passkeys: Array<{ createdAt: string, id: string, isBackedUp: boolean, lastUsedAt: string | null, name: string }> } };

export type RemoveWebhookSecretMutationVariables = Exact<{
  input: RemoveWebhookSecretInput;
}>;


export type RemoveWebhookSecretMutation = { removeWebhookSecret: { source: { adminLocked: boolean, allowedIps: Array<string>, createdAt: string, curlExample: string, dryRun: boolean, hasBodyToken: boolean, hasSigningSecret: boolean, id: string, identityWindowSec: number, isActive: boolean, label: string, maxLagSec: number | null, rateLimitPerMin: number, requireSignature: boolean, tradeMode: TradeMode, url: string, webhookCode: string } } };

export type RenamePasskeyMutationVariables = Exact<{
  input: RenamePasskeyInput;
}>;


export type RenamePasskeyMutation = { renamePasskey: { passkeys: Array<{ createdAt: string, id: string, isBackedUp: boolean, lastUsedAt: string | null, name: string }> } };

export type ReplaceRecoveryCodesMutationVariables = Exact<{
  input: TwoProofsInput;
}>;


export type ReplaceRecoveryCodesMutation = { replaceRecoveryCodes: { recoveryCodes: Array<string> } };

export type RequirePasswordChangeMutationVariables = Exact<{
  input: UserIdInput;
}>;


export type RequirePasswordChangeMutation = { requirePasswordChange: { user: { createdAt: string, email: string, fullName: string | null, hasTwoFactor: boolean, id: string, isActive: boolean, lastSignInAt: string | null, mustChangePassword: boolean, roles: Array<UserRole> } } };

export type ResetUserTwoFactorMutationVariables = Exact<{
  input: ProvenUserIdInput;
}>;


export type ResetUserTwoFactorMutation = { resetUserTwoFactor: { user: { createdAt: string, email: string, fullName: string | null, hasTwoFactor: boolean, id: string, isActive: boolean, lastSignInAt: string | null, mustChangePassword: boolean, roles: Array<UserRole> } } };

export type ResolveAlertMutationVariables = Exact<{
  input: ResolveAlertInput;
}>;


export type ResolveAlertMutation = { resolveAlert: { alert: { acknowledgedAt: string | null, createdAt: string, escalatedAt: string | null, escalationLevel: number, id: string, isOperators: boolean, message: string, resolvedAt: string | null, resolvedByHand: boolean, severity: AlertSeverity, type: AlertType } } };

export type ResumeEntriesMutationVariables = Exact<{
  input: ResumeEntriesInput;
}>;


export type ResumeEntriesMutation = { resumeEntries: { account: { apiKeyHint: string | null, balancesFault: ExchangeFaultCode | null, balancesSyncedAt: string | null, createdAt: string, entriesPauseReason: EntriesPauseReason | null, entriesPausedAt: string | null, equityUsd: string | null, exchange: ExchangeName, hasKeys: boolean, id: string, isActive: boolean, isSimulation: boolean, label: string, priceVenue: PriceVenue, proxy: string | null, testnet: boolean, tradeMode: TradeMode, withdrawAcceptedAt: string | null } | null, user: { createdAt: string, email: string, entriesPausedAt: string | null, fullName: string | null, id: string, mustChangePassword: boolean, phone: string | null, roles: Array<UserRole> } } };

export type ResumeScheduledJobMutationVariables = Exact<{
  input: ScheduledJobInput;
}>;


export type ResumeScheduledJobMutation = { resumeScheduledJob: { scheduledJob: { description: string, id: string, intervalMaxMs: number, intervalMinMs: number, intervalMs: number, isRunning: boolean, isSafety: boolean, lastStartedAt: string | null, maxRetries: number, name: string, nextRunAt: string | null, status: ScheduledJobStatus, timeoutMs: number | null } } };

export type ResumeTradingMutationVariables = Exact<{
  input: ResumeTradingInput;
}>;


export type ResumeTradingMutation = { resumeTrading: { wasHalted: boolean } };

export type RetryBulkActionMutationVariables = Exact<{
  input: RetryBulkActionInput;
}>;


export type RetryBulkActionMutation = { retryBulkAction: { bulkAction: { buysUnderWay: number, closesPositions: boolean, createdAt: string, expiresAt: string | null, finishedAt: string | null, id: string, isTerminal: boolean, kind: BulkActionKind, state: BulkActionState } } };

export type RetryNotificationDeliveryMutationVariables = Exact<{
  input: RetryNotificationDeliveryInput;
}>;


export type RetryNotificationDeliveryMutation = { retryNotificationDelivery: { delivery: { attempts: number, createdAt: string, dueAt: string, error: string | null, id: string, sentAt: string | null, status: NotificationStatus, text: string | null } } };

export type RevokeApiTokenMutationVariables = Exact<{
  input: RevokeApiTokenInput;
}>;


export type RevokeApiTokenMutation = { revokeApiToken: { apiToken: { allowedIps: Array<string>, createdAt: string, expiresAt: string | null, hint: string, id: string, lastUsedAt: string | null, lastUsedIp: string | null, name: string, scopes: Array<ApiTokenScope> } } };

export type RevokeUserAccessMutationVariables = Exact<{
  input: UserIdInput;
}>;


export type RevokeUserAccessMutation = { revokeUserAccess: { sessions: number, tokens: number, user: { createdAt: string, email: string, fullName: string | null, hasTwoFactor: boolean, id: string, isActive: boolean, lastSignInAt: string | null, mustChangePassword: boolean, roles: Array<UserRole> } } };

export type RotateAccountKeysMutationVariables = Exact<{
  input: RotateAccountKeysInput;
}>;


export type RotateAccountKeysMutation = { rotateAccountKeys: { account: { apiKeyHint: string | null, balancesFault: ExchangeFaultCode | null, balancesSyncedAt: string | null, createdAt: string, entriesPauseReason: EntriesPauseReason | null, entriesPausedAt: string | null, equityUsd: string | null, exchange: ExchangeName, hasKeys: boolean, id: string, isActive: boolean, isSimulation: boolean, label: string, priceVenue: PriceVenue, proxy: string | null, testnet: boolean, tradeMode: TradeMode, withdrawAcceptedAt: string | null } } };

export type RotateWebhookEndpointSecretMutationVariables = Exact<{
  input: RotateWebhookEndpointSecretInput;
}>;


export type RotateWebhookEndpointSecretMutation = { rotateWebhookEndpointSecret: { oldValidUntil: string | null, secret: string } };

export type RotateWebhookSecretMutationVariables = Exact<{
  input: RotateWebhookSecretInput;
}>;


export type RotateWebhookSecretMutation = { rotateWebhookSecret: { secret: string, source: { adminLocked: boolean, allowedIps: Array<string>, createdAt: string, curlExample: string, dryRun: boolean, hasBodyToken: boolean, hasSigningSecret: boolean, id: string, identityWindowSec: number, isActive: boolean, label: string, maxLagSec: number | null, rateLimitPerMin: number, requireSignature: boolean, tradeMode: TradeMode, url: string, webhookCode: string } } };

export type RunScheduledJobMutationVariables = Exact<{
  input: ScheduledJobInput;
}>;


export type RunScheduledJobMutation = { runScheduledJob: { scheduledJob: { description: string, id: string, intervalMaxMs: number, intervalMinMs: number, intervalMs: number, isRunning: boolean, isSafety: boolean, lastStartedAt: string | null, maxRetries: number, name: string, nextRunAt: string | null, status: ScheduledJobStatus, timeoutMs: number | null } } };

export type SaveNotificationSettingsMutationVariables = Exact<{
  input: SaveNotificationSettingsInput;
}>;


export type SaveNotificationSettingsMutation = { saveNotificationSettings: { settings: { locale: NotificationLocale, timeZone: string } } };

export type SaveNotificationTemplateMutationVariables = Exact<{
  input: NotificationTemplateInput;
}>;


export type SaveNotificationTemplateMutation = { saveNotificationTemplate: { template: { body: string, isOwn: boolean, preview: string, standardBody: string, title: string, type: NotificationType } } };

export type SaveViewSettingsMutationVariables = Exact<{
  input: SaveViewSettingsInput;
}>;


export type SaveViewSettingsMutation = { saveViewSettings: { view: { name: string, settings: unknown, updatedAt: string } | null } };

export type SetLogLevelMutationVariables = Exact<{
  input: SetLogLevelInput;
}>;


export type SetLogLevelMutation = { setLogLevel: { allProcesses: boolean, level: LogLevel } };

export type SetMailServerMutationVariables = Exact<{
  input: SetMailServerInput;
}>;


export type SetMailServerMutation = { setMailServer: { servers: { hasWebPush: boolean } } };

export type SetPasswordWithLinkMutationVariables = Exact<{
  input: SetPasswordWithLinkInput;
}>;


export type SetPasswordWithLinkMutation = { setPasswordWithLink: { email: string } };

export type SetScheduledJobIntervalMutationVariables = Exact<{
  input: SetScheduledJobIntervalInput;
}>;


export type SetScheduledJobIntervalMutation = { setScheduledJobInterval: { scheduledJob: { description: string, id: string, intervalMaxMs: number, intervalMinMs: number, intervalMs: number, isRunning: boolean, isSafety: boolean, lastStartedAt: string | null, maxRetries: number, name: string, nextRunAt: string | null, status: ScheduledJobStatus, timeoutMs: number | null } } };

export type SetSellLockMutationVariables = Exact<{
  input: SetSellLockInput;
}>;


export type SetSellLockMutation = { setSellLock:
    | { __typename: 'PositionChanged', position: { breakEvenAfterFirst: boolean, closeReason: CloseReason | null, closedAt: string | null, costQuote: string, createdAt: string, dustQty: string, dustValueQuote: string, entryPrice: string, exitPrice: string | null, feesQuote: string, id: string, lockSellByWebhook: boolean, minProfitPct: string | null, partialTpTriggered: boolean, priceKey: string, qtyRemaining: string, qtyReserved: string, qtyTotal: string, realizedPnl: string, shortfallQty: string, shortfallValueQuote: string, side: string, slEnabled: boolean, slPct: string | null, slTriggered: boolean, sourceId: string | null, sourceLabel: string | null, status: PositionStatus, symbol: string, timeStopHours: number | null, tpEnabled: boolean, tpPct: string | null, tpTriggered: boolean, tradeMode: TradeMode, trailingArmingPct: string | null, trailingDistancePct: string | null, trailingEnabled: boolean, trailingMaxPrice: string | null, trailingTriggered: boolean, unrealizedPnl: string | null, unrealizedPnlPct: string | null, unsellableAt: string | null, unsellableReason: ReasonCode | null, updatedAt: string } }
    | { __typename: 'Refused', field: string | null, message: string, reason: ReasonCode, numbers: Array<{ name: string, value: string }> }
   };

export type SetSourceAlertGroupMutationVariables = Exact<{
  input: SetSourceAlertGroupInput;
}>;


export type SetSourceAlertGroupMutation = { setSourceAlertGroup: { groupId: string | null, sourceId: string } };

export type SetTradeParametersMutationVariables = Exact<{
  input: SetTradeParametersInput;
}>;


export type SetTradeParametersMutation = { setTradeParameters: { results: Array<{ accountId: string, outcome: ParameterOutcome, parameterId: string | null, reasonCode: ReasonCode | null, reasonMessage: string | null, side: ParameterSide, symbol: string }> } };

export type SetUserRolesMutationVariables = Exact<{
  input: SetUserRolesInput;
}>;


export type SetUserRolesMutation = { setUserRoles: { user: { createdAt: string, email: string, fullName: string | null, hasTwoFactor: boolean, id: string, isActive: boolean, lastSignInAt: string | null, mustChangePassword: boolean, roles: Array<UserRole> } } };

export type SetWhatsAppServerMutationVariables = Exact<{
  input: SetWhatsAppServerInput;
}>;


export type SetWhatsAppServerMutation = { setWhatsAppServer: { servers: { hasWebPush: boolean } } };

export type SignInMutationVariables = Exact<{
  input: SignInInput;
}>;


export type SignInMutation = { signIn: { user: { createdAt: string, email: string, entriesPausedAt: string | null, fullName: string | null, id: string, mustChangePassword: boolean, phone: string | null, roles: Array<UserRole> } } };

export type SignInWithPasskeyMutationVariables = Exact<{
  input: PasskeyProofInput;
}>;


export type SignInWithPasskeyMutation = { signInWithPasskey: { user: { createdAt: string, email: string, entriesPausedAt: string | null, fullName: string | null, id: string, mustChangePassword: boolean, phone: string | null, roles: Array<UserRole> } } };

export type SignOutMutationVariables = Exact<{ [key: string]: never; }>;


export type SignOutMutation = { signOut: { hadSession: boolean } };

export type StepUpMutationVariables = Exact<{
  input: StepUpInput;
}>;


export type StepUpMutation = { stepUp: { validUntil: string } };

export type SubscribeWebPushMutationVariables = Exact<{
  input: SubscribeWebPushInput;
}>;


export type SubscribeWebPushMutation = { subscribeWebPush: { channel: { addressHint: string, createdAt: string, disabledReason: ChannelDisabledReason | null, failingSince: string | null, failures: number, id: string, isEnabled: boolean, kind: NotificationChannelKind, label: string, lastError: string | null, lastSentAt: string | null, sourceId: string | null } } };

export type TeachPhraseMutationVariables = Exact<{
  input: TeachPhraseInput;
}>;


export type TeachPhraseMutation = { teachPhrase: { source: { adminLocked: boolean, allowedIps: Array<string>, createdAt: string, dryRun: boolean, hasBodyToken: boolean, hasSigningSecret: boolean, id: string, identityWindowSec: number, isActive: boolean, label: string, maxLagSec: number | null, rateLimitPerMin: number, requireSignature: boolean, tradeMode: TradeMode } } };

export type TestConnectionMutationVariables = Exact<{
  input: TestConnectionInput;
}>;


export type TestConnectionMutation = { testConnection: { account: { apiKeyHint: string | null, balancesFault: ExchangeFaultCode | null, balancesSyncedAt: string | null, createdAt: string, entriesPauseReason: EntriesPauseReason | null, entriesPausedAt: string | null, equityUsd: string | null, exchange: ExchangeName, hasKeys: boolean, id: string, isActive: boolean, isSimulation: boolean, label: string, priceVenue: PriceVenue, proxy: string | null, testnet: boolean, tradeMode: TradeMode, withdrawAcceptedAt: string | null } } };

export type TestNotificationChannelMutationVariables = Exact<{
  input: NotificationChannelInput;
}>;


export type TestNotificationChannelMutation = { testNotificationChannel: { delivery: { attempts: number, createdAt: string, dueAt: string, error: string | null, id: string, sentAt: string | null, status: NotificationStatus, text: string | null } } };

export type UnbindAccountMutationVariables = Exact<{
  input: UnbindAccountInput;
}>;


export type UnbindAccountMutation = { unbindAccount: { source: { adminLocked: boolean, allowedIps: Array<string>, createdAt: string, dryRun: boolean, hasBodyToken: boolean, hasSigningSecret: boolean, id: string, identityWindowSec: number, isActive: boolean, label: string, maxLagSec: number | null, rateLimitPerMin: number, requireSignature: boolean, tradeMode: TradeMode } } };

export type UnsubscribeWebPushMutationVariables = Exact<{
  input: UnsubscribeWebPushInput;
}>;


export type UnsubscribeWebPushMutation = { unsubscribeWebPush: { wasSubscribed: boolean } };

export type UpdateExchangeAccountMutationVariables = Exact<{
  input: UpdateExchangeAccountInput;
}>;


export type UpdateExchangeAccountMutation = { updateExchangeAccount: { account: { apiKeyHint: string | null, balancesFault: ExchangeFaultCode | null, balancesSyncedAt: string | null, createdAt: string, entriesPauseReason: EntriesPauseReason | null, entriesPausedAt: string | null, equityUsd: string | null, exchange: ExchangeName, hasKeys: boolean, id: string, isActive: boolean, isSimulation: boolean, label: string, priceVenue: PriceVenue, proxy: string | null, testnet: boolean, tradeMode: TradeMode, withdrawAcceptedAt: string | null } } };

export type UpdateNotificationChannelMutationVariables = Exact<{
  input: UpdateNotificationChannelInput;
}>;


export type UpdateNotificationChannelMutation = { updateNotificationChannel: { channel: { addressHint: string, createdAt: string, disabledReason: ChannelDisabledReason | null, failingSince: string | null, failures: number, id: string, isEnabled: boolean, kind: NotificationChannelKind, label: string, lastError: string | null, lastSentAt: string | null, sourceId: string | null } } };

export type UpdatePositionExitsMutationVariables = Exact<{
  input: UpdatePositionExitsInput;
}>;


export type UpdatePositionExitsMutation = { updatePositionExits:
    | { __typename: 'PositionChanged', position: { breakEvenAfterFirst: boolean, closeReason: CloseReason | null, closedAt: string | null, costQuote: string, createdAt: string, dustQty: string, dustValueQuote: string, entryPrice: string, exitPrice: string | null, feesQuote: string, id: string, lockSellByWebhook: boolean, minProfitPct: string | null, partialTpTriggered: boolean, priceKey: string, qtyRemaining: string, qtyReserved: string, qtyTotal: string, realizedPnl: string, shortfallQty: string, shortfallValueQuote: string, side: string, slEnabled: boolean, slPct: string | null, slTriggered: boolean, sourceId: string | null, sourceLabel: string | null, status: PositionStatus, symbol: string, timeStopHours: number | null, tpEnabled: boolean, tpPct: string | null, tpTriggered: boolean, tradeMode: TradeMode, trailingArmingPct: string | null, trailingDistancePct: string | null, trailingEnabled: boolean, trailingMaxPrice: string | null, trailingTriggered: boolean, unrealizedPnl: string | null, unrealizedPnlPct: string | null, unsellableAt: string | null, unsellableReason: ReasonCode | null, updatedAt: string } }
    | { __typename: 'Refused', field: string | null, message: string, reason: ReasonCode, numbers: Array<{ name: string, value: string }> }
   };

export type UpdateProfileMutationVariables = Exact<{
  input: UpdateProfileInput;
}>;


export type UpdateProfileMutation = { updateProfile: { user: { createdAt: string, email: string, entriesPausedAt: string | null, fullName: string | null, id: string, mustChangePassword: boolean, phone: string | null, roles: Array<UserRole> } } };

export type UpdateTradeParameterMutationVariables = Exact<{
  input: UpdateTradeParameterInput;
}>;


export type UpdateTradeParameterMutation = { updateTradeParameter: { parameter: { createdAt: string, defaultBreakEven: boolean, defaultSlEnabled: boolean, defaultSlPct: string | null, defaultTimeStopHours: number | null, defaultTpEnabled: boolean, defaultTpPct: string | null, id: string, limitPriceBandPct: string, maxOrdersPerHour: number | null, minIntervalSec: number | null, minProfitPct: string | null, orderTypeDefault: OrderType, quoteAmountFixed: string | null, quoteAmountPctBalance: string | null, side: ParameterSide, slippageBps: number, symbol: string, trailingArmingPct: string | null, trailingDistancePct: string | null, trailingStopEnabled: boolean, updatedAt: string } } };

export type UpdateVaultMutationVariables = Exact<{
  input: UpdateVaultInput;
}>;


export type UpdateVaultMutation = { updateVault: { vault: { createdAt: string, description: string | null, id: string, isActive: boolean, name: string, tradeMode: TradeMode } } };

export type UpdateWebhookEndpointMutationVariables = Exact<{
  input: UpdateWebhookEndpointInput;
}>;


export type UpdateWebhookEndpointMutation = { updateWebhookEndpoint: { endpoint: { events: Array<NotificationType>, id: string, isOwnSelection: boolean, selection: string } } };

export type UpdateWebhookSourceMutationVariables = Exact<{
  input: UpdateWebhookSourceInput;
}>;


export type UpdateWebhookSourceMutation = { updateWebhookSource: { source: { adminLocked: boolean, allowedIps: Array<string>, createdAt: string, dryRun: boolean, hasBodyToken: boolean, hasSigningSecret: boolean, id: string, identityWindowSec: number, isActive: boolean, label: string, maxLagSec: number | null, rateLimitPerMin: number, requireSignature: boolean, tradeMode: TradeMode } } };

export type WithdrawFromVaultMutationVariables = Exact<{
  input: WithdrawFromVaultInput;
}>;


export type WithdrawFromVaultMutation = { withdrawFromVault: { vault: { createdAt: string, description: string | null, id: string, isActive: boolean, name: string, tradeMode: TradeMode } } };

export type AccountChangedSubscriptionVariables = Exact<{
  after?: string | null | undefined;
  filter?: AccountEventFilter | null | undefined;
}>;


export type AccountChangedSubscription = { accountChanged: { cursor: string, account: { apiKeyHint: string | null, balancesFault: ExchangeFaultCode | null, balancesSyncedAt: string | null, createdAt: string, entriesPauseReason: EntriesPauseReason | null, entriesPausedAt: string | null, equityUsd: string | null, exchange: ExchangeName, hasKeys: boolean, id: string, isActive: boolean, isSimulation: boolean, label: string, priceVenue: PriceVenue, proxy: string | null, testnet: boolean, tradeMode: TradeMode, withdrawAcceptedAt: string | null, balances: Array<{ asset: string, free: string, lastSyncAt: string | null, locked: string, total: string, valueUsd: string | null }>, comparison: { error: string | null, failingSince: string | null, reconciledAt: string | null } | null, connection: { canRead: boolean, canTrade: boolean, canWithdraw: boolean | null, clockOffsetMs: number | null, exchangeCode: string | null, fault: ExchangeFaultCode | null, latencyMs: number | null, message: string | null, ok: boolean, testedAt: string } | null } } };

export type AlertChangedSubscriptionVariables = Exact<{
  after?: string | null | undefined;
  filter?: AlertEventFilter | null | undefined;
}>;


export type AlertChangedSubscription = { alertChanged: { cursor: string, alert: { acknowledgedAt: string | null, createdAt: string, escalatedAt: string | null, escalationLevel: number, id: string, isOperators: boolean, message: string, resolvedAt: string | null, resolvedByHand: boolean, severity: AlertSeverity, type: AlertType } } };

export type FillAddedSubscriptionVariables = Exact<{
  after?: string | null | undefined;
  filter?: LiveFilter | null | undefined;
}>;


export type FillAddedSubscription = { fillAdded: { cursor: string, fill: { feeAmount: string, feeAsset: string | null, filledAt: string, id: string, positionId: string, price: string, qty: string, realizedQuote: string, side: OrderSide, position: { breakEvenAfterFirst: boolean, closeReason: CloseReason | null, closedAt: string | null, costQuote: string, createdAt: string, dustQty: string, dustValueQuote: string, entryPrice: string, exitPrice: string | null, feesQuote: string, id: string, lockSellByWebhook: boolean, minProfitPct: string | null, partialTpTriggered: boolean, priceKey: string, qtyRemaining: string, qtyReserved: string, qtyTotal: string, realizedPnl: string, shortfallQty: string, shortfallValueQuote: string, side: string, slEnabled: boolean, slPct: string | null, slTriggered: boolean, sourceId: string | null, sourceLabel: string | null, status: PositionStatus, symbol: string, timeStopHours: number | null, tpEnabled: boolean, tpPct: string | null, tpTriggered: boolean, tradeMode: TradeMode, trailingArmingPct: string | null, trailingDistancePct: string | null, trailingEnabled: boolean, trailingMaxPrice: string | null, trailingTriggered: boolean, unrealizedPnl: string | null, unrealizedPnlPct: string | null, unsellableAt: string | null, unsellableReason: ReasonCode | null, updatedAt: string } } } };

export type JobChangedSubscriptionVariables = Exact<{
  after?: string | null | undefined;
  filter?: LiveFilter | null | undefined;
}>;


export type JobChangedSubscription = { jobChanged: { cursor: string, status: JobStatus, job: { baseQuantity: string | null, closesJobId: string | null, createdAt: string, decidedAt: string | null, distancePct: string | null, executedQty: string, exitPrice: string | null, exitReason: ExitReason | null, id: string, limitOrderExpiresAt: string | null, limitPrice: string | null, orderType: OrderType, origin: JobOrigin, quoteAmount: string | null, reasonCode: ReasonCode | null, reasonMessage: string | null, side: OrderSide, status: JobStatus, symbol: string, tickAt: string | null, tradeMode: TradeMode, updatedAt: string, waitingSince: string | null, waitsForJobId: string | null, account: { apiKeyHint: string | null, balancesFault: ExchangeFaultCode | null, balancesSyncedAt: string | null, createdAt: string, entriesPauseReason: EntriesPauseReason | null, entriesPausedAt: string | null, equityUsd: string | null, exchange: ExchangeName, hasKeys: boolean, id: string, isActive: boolean, isSimulation: boolean, label: string, priceVenue: PriceVenue, proxy: string | null, testnet: boolean, tradeMode: TradeMode, withdrawAcceptedAt: string | null }, event: { action: SignalAction, createdAt: string, eventUid: string, id: string, priceReference: string | null, processedAt: string | null, rawPayload: unknown, rawText: string | null, receipt: string | null, status: WebhookEventStatus, symbolNormalized: string, symbolRaw: string, timeframe: string | null, tradeMode: TradeMode, validationError: string | null } | null, executions: Array<{ acknowledgedAt: string | null, avgPrice: string, bookedAt: string | null, clientOrderId: string, createdAt: string, cummQuoteQty: string, errorMessage: string | null, exchange: ExchangeName, exchangeOrderId: string | null, executedQty: string, filledAt: string | null, id: string, jobId: string, orderType: OrderType, requestedQty: string, sentAt: string | null, side: OrderSide, status: ExecutionStatus, symbol: string, tradeMode: TradeMode }>, position: { breakEvenAfterFirst: boolean, closeReason: CloseReason | null, closedAt: string | null, costQuote: string, createdAt: string, dustQty: string, dustValueQuote: string, entryPrice: string, exitPrice: string | null, feesQuote: string, id: string, lockSellByWebhook: boolean, minProfitPct: string | null, partialTpTriggered: boolean, priceKey: string, qtyRemaining: string, qtyReserved: string, qtyTotal: string, realizedPnl: string, shortfallQty: string, shortfallValueQuote: string, side: string, slEnabled: boolean, slPct: string | null, slTriggered: boolean, sourceId: string | null, sourceLabel: string | null, status: PositionStatus, symbol: string, timeStopHours: number | null, tpEnabled: boolean, tpPct: string | null, tpTriggered: boolean, tradeMode: TradeMode, trailingArmingPct: string | null, trailingDistancePct: string | null, trailingEnabled: boolean, trailingMaxPrice: string | null, trailingTriggered: boolean, unrealizedPnl: string | null, unrealizedPnlPct: string | null, unsellableAt: string | null, unsellableReason: ReasonCode | null, updatedAt: string } | null, reservations: Array<{ isLive: boolean, positionId: string, qty: string, qtySold: string }>, timeline: Array<{ at: string, offsetMs: number, stage: TimelineStage }>, trace: Array<{ name: string, source: string, value: string }>, vault: { createdAt: string, description: string | null, id: string, isActive: boolean, name: string, tradeMode: TradeMode } | null } } };

export type PositionChangedSubscriptionVariables = Exact<{
  after?: string | null | undefined;
  filter?: LiveFilter | null | undefined;
}>;


export type PositionChangedSubscription = { positionChanged: { cursor: string, position: { breakEvenAfterFirst: boolean, closeReason: CloseReason | null, closedAt: string | null, costQuote: string, createdAt: string, dustQty: string, dustValueQuote: string, entryPrice: string, exitPrice: string | null, feesQuote: string, id: string, lockSellByWebhook: boolean, minProfitPct: string | null, partialTpTriggered: boolean, priceKey: string, qtyRemaining: string, qtyReserved: string, qtyTotal: string, realizedPnl: string, shortfallQty: string, shortfallValueQuote: string, side: string, slEnabled: boolean, slPct: string | null, slTriggered: boolean, sourceId: string | null, sourceLabel: string | null, status: PositionStatus, symbol: string, timeStopHours: number | null, tpEnabled: boolean, tpPct: string | null, tpTriggered: boolean, tradeMode: TradeMode, trailingArmingPct: string | null, trailingDistancePct: string | null, trailingEnabled: boolean, trailingMaxPrice: string | null, trailingTriggered: boolean, unrealizedPnl: string | null, unrealizedPnlPct: string | null, unsellableAt: string | null, unsellableReason: ReasonCode | null, updatedAt: string, account: { apiKeyHint: string | null, balancesFault: ExchangeFaultCode | null, balancesSyncedAt: string | null, createdAt: string, entriesPauseReason: EntriesPauseReason | null, entriesPausedAt: string | null, equityUsd: string | null, exchange: ExchangeName, hasKeys: boolean, id: string, isActive: boolean, isSimulation: boolean, label: string, priceVenue: PriceVenue, proxy: string | null, testnet: boolean, tradeMode: TradeMode, withdrawAcceptedAt: string | null }, decisions: Array<{ at: string, exitReason: ExitReason | null, kind: string }>, exitLevels: { distanceToStopPct: string | null, distanceToTargetPct: string | null, nextTargetPrice: string | null, stopPrice: string | null, takeProfitPrice: string | null, timeStopAt: string | null, trailingArmingPrice: string | null, trailingStopPrice: string | null } | null, fills: Array<{ feeAmount: string, feeAsset: string | null, filledAt: string, id: string, positionId: string, price: string, qty: string, realizedQuote: string, side: OrderSide }>, liveExits: Array<{ baseQuantity: string | null, closesJobId: string | null, createdAt: string, decidedAt: string | null, distancePct: string | null, executedQty: string, exitPrice: string | null, exitReason: ExitReason | null, id: string, limitOrderExpiresAt: string | null, limitPrice: string | null, orderType: OrderType, origin: JobOrigin, quoteAmount: string | null, reasonCode: ReasonCode | null, reasonMessage: string | null, side: OrderSide, status: JobStatus, symbol: string, tickAt: string | null, tradeMode: TradeMode, updatedAt: string, waitingSince: string | null, waitsForJobId: string | null }>, openJob: { baseQuantity: string | null, closesJobId: string | null, createdAt: string, decidedAt: string | null, distancePct: string | null, executedQty: string, exitPrice: string | null, exitReason: ExitReason | null, id: string, limitOrderExpiresAt: string | null, limitPrice: string | null, orderType: OrderType, origin: JobOrigin, quoteAmount: string | null, reasonCode: ReasonCode | null, reasonMessage: string | null, side: OrderSide, status: JobStatus, symbol: string, tickAt: string | null, tradeMode: TradeMode, updatedAt: string, waitingSince: string | null, waitsForJobId: string | null }, openOrders: Array<{ baseQuantity: string | null, closesJobId: string | null, createdAt: string, decidedAt: string | null, distancePct: string | null, executedQty: string, exitPrice: string | null, exitReason: ExitReason | null, id: string, limitOrderExpiresAt: string | null, limitPrice: string | null, orderType: OrderType, origin: JobOrigin, quoteAmount: string | null, reasonCode: ReasonCode | null, reasonMessage: string | null, side: OrderSide, status: JobStatus, symbol: string, tickAt: string | null, tradeMode: TradeMode, updatedAt: string, waitingSince: string | null, waitsForJobId: string | null }>, price: { ageMs: number, ask: string | null, at: string, bid: string | null, key: string, last: string, source: string, symbol: string, venue: PriceVenue } | null, targets: Array<{ id: string, jobId: string | null, ordinal: number, pct: string, price: string, sharePct: string, triggeredAt: string | null }>, vault: { createdAt: string, description: string | null, id: string, isActive: boolean, name: string, tradeMode: TradeMode } | null } } };

export type PricesChangedSubscriptionVariables = Exact<{
  symbols?: Array<string> | string | null | undefined;
  venues?: Array<PriceVenue> | PriceVenue | null | undefined;
}>;


export type PricesChangedSubscription = { pricesChanged: Array<{ ageMs: number, ask: string | null, at: string, bid: string | null, key: string, last: string, source: string, symbol: string, venue: PriceVenue }> };

export type ReceiptAddedSubscriptionVariables = Exact<{
  after?: string | null | undefined;
  filter?: ReceiptEventFilter | null | undefined;
}>;


export type ReceiptAddedSubscription = { receiptAdded: { cursor: string, receipt: { accounts: number, action: SignalAction | null, bodyBytes: number, dryRun: boolean, duplicates: number, eventUid: string | null, httpStatus: number, id: string, message: string | null, outcome: ReceiptOutcome, reasonCode: ReasonCode | null, reasonMessage: string | null, receipt: string, receivedAt: string, sourceIp: string | null, symbol: string | null, events: Array<{ action: SignalAction, createdAt: string, eventUid: string, id: string, priceReference: string | null, processedAt: string | null, rawPayload: unknown, rawText: string | null, receipt: string | null, status: WebhookEventStatus, symbolNormalized: string, symbolRaw: string, timeframe: string | null, tradeMode: TradeMode, validationError: string | null }>, result: { jobs: number, outcome: SignalOutcome, reasonCode: ReasonCode | null, reasonMessage: string | null, traded: number, wouldTrade: number }, source: { adminLocked: boolean, allowedIps: Array<string>, createdAt: string, dryRun: boolean, hasBodyToken: boolean, hasSigningSecret: boolean, id: string, identityWindowSec: number, isActive: boolean, label: string, maxLagSec: number | null, rateLimitPerMin: number, requireSignature: boolean, tradeMode: TradeMode }, timeline: Array<{ at: string, offsetMs: number, stage: TimelineStage }>, unread: Array<{ kind: UnreadKind, taughtAs: PhraseMeaning | null, text: string }> } } };

export type VaultChangedSubscriptionVariables = Exact<{
  after?: string | null | undefined;
  filter?: VaultEventFilter | null | undefined;
}>;


export type VaultChangedSubscription = { vaultChanged: { cursor: string, vault: { createdAt: string, description: string | null, id: string, isActive: boolean, name: string, tradeMode: TradeMode, balances: Array<{ asset: string, available: string, balance: string, reserved: string }>, shortfalls: Array<{ allocated: string, asset: string, held: string }> } } };

export const AccountHoldings: Operation<AccountHoldingsQuery, AccountHoldingsQueryVariables> = { name: 'AccountHoldings', text: "query AccountHoldings($accountId: ID!) { accountHoldings(accountId: $accountId) { adoptable asset free inPositions locked shortage } }" };
export const Alerts: Operation<AlertsQuery, AlertsQueryVariables> = { name: 'Alerts', text: "query Alerts($after: String, $before: String, $filter: AlertFilter, $first: Int, $last: Int, $sort: ListSort) { alerts( after: $after before: $before filter: $filter first: $first last: $last sort: $sort ) { edges { cursor node { acknowledgedAt createdAt escalatedAt escalationLevel id isOperators message resolvedAt resolvedByHand severity type } } pageInfo { endCursor hasNextPage hasPreviousPage startCursor } } }" };
export const ApiTokens: Operation<ApiTokensQuery, ApiTokensQueryVariables> = { name: 'ApiTokens', text: "query ApiTokens { apiTokens { allowedIps createdAt expiresAt hint id lastUsedAt lastUsedIp name scopes } }" };
export const AuditLog: Operation<AuditLogQuery, AuditLogQueryVariables> = { name: 'AuditLog', text: "query AuditLog($after: String, $before: String, $filter: AuditLogFilter, $first: Int, $last: Int, $sort: ListSort) { auditLog( after: $after before: $before filter: $filter first: $first last: $last sort: $sort ) { edges { cursor node { action actor changes createdAt entity entityId id ip requestId userAgent } } pageInfo { endCursor hasNextPage hasPreviousPage startCursor } } }" };
export const Backups: Operation<BackupsQuery, BackupsQueryVariables> = { name: 'Backups', text: "query Backups { backups { bytes isEncrypted isRestorePoint name } }" };
export const Balances: Operation<BalancesQuery, BalancesQueryVariables> = { name: 'Balances', text: "query Balances($accountId: ID!) { balances(accountId: $accountId) { asset free lastSyncAt locked total valueUsd } }" };
export const BulkAction: Operation<BulkActionQuery, BulkActionQueryVariables> = { name: 'BulkAction', text: "query BulkAction($id: ID!) { bulkAction(id: $id) { accounts { ordersCanceled ordersRefused ordersUnderWay pending positionsClosed positionsPartlySold positionsRefused positionsUnderWay } buysUnderWay closesPositions createdAt expiresAt finishedAt id isTerminal items { action doneAt id isStillOpen isTerminal outcome price profitQuote qty reasonCode reasonMessage soldQty soldQuote state symbol valueQuote } kind sold { asset positions value } state totals { asset positions profit unpricedPositions value } } }" };
export const BulkActionOfKey: Operation<BulkActionOfKeyQuery, BulkActionOfKeyQueryVariables> = { name: 'BulkActionOfKey', text: "query BulkActionOfKey($idempotencyKey: String!) { bulkActionOfKey(idempotencyKey: $idempotencyKey) { accounts { ordersCanceled ordersRefused ordersUnderWay pending positionsClosed positionsPartlySold positionsRefused positionsUnderWay } buysUnderWay closesPositions createdAt expiresAt finishedAt id isTerminal items { action doneAt id isStillOpen isTerminal outcome price profitQuote qty reasonCode reasonMessage soldQty soldQuote state symbol valueQuote } kind sold { asset positions value } state totals { asset positions profit unpricedPositions value } } }" };
export const BulkActions: Operation<BulkActionsQuery, BulkActionsQueryVariables> = { name: 'BulkActions', text: "query BulkActions($after: String, $before: String, $filter: BulkActionFilter, $first: Int, $last: Int, $sort: ListSort) { bulkActions( after: $after before: $before filter: $filter first: $first last: $last sort: $sort ) { edges { cursor node { buysUnderWay closesPositions createdAt expiresAt finishedAt id isTerminal kind state } } pageInfo { endCursor hasNextPage hasPreviousPage startCursor } } }" };
export const Candles: Operation<CandlesQuery, CandlesQueryVariables> = { name: 'Candles', text: "query Candles($before: DateTime, $first: Int, $interval: CandleInterval!, $symbol: String!) { candles(before: $before, first: $first, interval: $interval, symbol: $symbol) { at close high low open } }" };
export const Dashboard: Operation<DashboardQuery, DashboardQueryVariables> = { name: 'Dashboard', text: "query Dashboard($filter: DashboardFilter, $timeZone: String, $tradeMode: TradeMode!) { dashboard(filter: $filter, timeZone: $timeZone, tradeMode: $tradeMode) { equityUsd losses openPositions openValue realizedToday realizedTotal reservedUsd timeZone tradeMode unrealizedPnl wins } }" };
export const DryRunSignal: Operation<DryRunSignalQuery, DryRunSignalQueryVariables> = { name: 'DryRunSignal', text: "query DryRunSignal($input: DryRunSignalInput!) { dryRunSignal(input: $input) { accounts { baseQuantity limitPrice orderType quoteAmount reasonCode reasonMessage side wouldTrade } eventUid reading { action matchedTokens price symbol symbolRaw timeframe } reasonCode reasonMessage wouldBeDuplicate } }" };
export const DryRunWebhook: Operation<DryRunWebhookQuery, DryRunWebhookQueryVariables> = { name: 'DryRunWebhook', text: "query DryRunWebhook($input: DryRunWebhookInput!) { dryRunWebhook(input: $input) { faults payload } }" };
export const ExchangeAccount: Operation<ExchangeAccountQuery, ExchangeAccountQueryVariables> = { name: 'ExchangeAccount', text: "query ExchangeAccount($id: ID!) { exchangeAccount(id: $id) { apiKeyHint balances { asset free lastSyncAt locked total valueUsd } balancesFault balancesSyncedAt comparison { error failingSince reconciledAt } connection { canRead canTrade canWithdraw clockOffsetMs exchangeCode fault latencyMs message ok testedAt } createdAt entriesPauseReason entriesPausedAt equityUsd exchange hasKeys id isActive isSimulation label priceVenue proxy testnet tradeMode withdrawAcceptedAt } }" };
export const ExchangeAccounts: Operation<ExchangeAccountsQuery, ExchangeAccountsQueryVariables> = { name: 'ExchangeAccounts', text: "query ExchangeAccounts($after: String, $before: String, $filter: ExchangeAccountFilter, $first: Int, $last: Int, $sort: ListSort) { exchangeAccounts( after: $after before: $before filter: $filter first: $first last: $last sort: $sort ) { edges { cursor node { apiKeyHint balancesFault balancesSyncedAt comparison { error failingSince reconciledAt } connection { canRead canTrade canWithdraw clockOffsetMs exchangeCode fault latencyMs message ok testedAt } createdAt entriesPauseReason entriesPausedAt equityUsd exchange hasKeys id isActive isSimulation label priceVenue proxy testnet tradeMode withdrawAcceptedAt } } pageInfo { endCursor hasNextPage hasPreviousPage startCursor } totalCount } }" };
export const ExchangeRules: Operation<ExchangeRulesQuery, ExchangeRulesQueryVariables> = { name: 'ExchangeRules', text: "query ExchangeRules { exchangeRules { exchange hasTestnet needsPassphrase } }" };
export const ExternalOrders: Operation<ExternalOrdersQuery, ExternalOrdersQueryVariables> = { name: 'ExternalOrders', text: "query ExternalOrders($after: String, $before: String, $filter: ExternalOrderFilter, $first: Int, $last: Int, $sort: ListSort) { externalOrders( after: $after before: $before filter: $filter first: $first last: $last sort: $sort ) { edges { cursor node { account { apiKeyHint balancesFault balancesSyncedAt createdAt entriesPauseReason entriesPausedAt equityUsd exchange hasKeys id isActive isSimulation label priceVenue proxy testnet tradeMode withdrawAcceptedAt } avgPrice dismissedAt exchangeOrderId executedQty id limitPrice orderType placedAt positionId quantity side status symbol } } pageInfo { endCursor hasNextPage hasPreviousPage startCursor } } }" };
export const LimitOrders: Operation<LimitOrdersQuery, LimitOrdersQueryVariables> = { name: 'LimitOrders', text: "query LimitOrders($after: String, $before: String, $filter: LimitOrderFilter, $first: Int, $last: Int, $sort: ListSort) { limitOrders( after: $after before: $before filter: $filter first: $first last: $last sort: $sort ) { edges { cursor node { account { apiKeyHint balancesFault balancesSyncedAt createdAt entriesPauseReason entriesPausedAt equityUsd exchange hasKeys id isActive isSimulation label priceVenue proxy testnet tradeMode withdrawAcceptedAt } baseQuantity closesJobId createdAt decidedAt distancePct event { action createdAt eventUid id priceReference processedAt rawPayload rawText receipt status symbolNormalized symbolRaw timeframe tradeMode validationError } executedQty exitPrice exitReason id limitOrderExpiresAt limitPrice orderType origin position { breakEvenAfterFirst closeReason closedAt costQuote createdAt dustQty dustValueQuote entryPrice exitPrice feesQuote id lockSellByWebhook minProfitPct partialTpTriggered priceKey qtyRemaining qtyReserved qtyTotal realizedPnl shortfallQty shortfallValueQuote side slEnabled slPct slTriggered sourceId sourceLabel status symbol timeStopHours tpEnabled tpPct tpTriggered tradeMode trailingArmingPct trailingDistancePct trailingEnabled trailingMaxPrice trailingTriggered unrealizedPnl unrealizedPnlPct unsellableAt unsellableReason updatedAt } quoteAmount reasonCode reasonMessage side status symbol tickAt tradeMode updatedAt vault { createdAt description id isActive name tradeMode } waitingSince waitsForJobId } } pageInfo { endCursor hasNextPage hasPreviousPage startCursor } } }" };
export const LiveCursor: Operation<LiveCursorQuery, LiveCursorQueryVariables> = { name: 'LiveCursor', text: "query LiveCursor { liveCursor }" };
export const LoginHistory: Operation<LoginHistoryQuery, LoginHistoryQueryVariables> = { name: 'LoginHistory', text: "query LoginHistory($after: String, $before: String, $filter: LoginAttemptFilter, $first: Int, $last: Int, $sort: ListSort) { loginHistory( after: $after before: $before filter: $filter first: $first last: $last sort: $sort ) { edges { cursor node { createdAt id ip success userAgent } } pageInfo { endCursor hasNextPage hasPreviousPage startCursor } } }" };
export const Markets: Operation<MarketsQuery, MarketsQueryVariables> = { name: 'Markets', text: "query Markets { markets { base minNotional minQty quote stepSize symbol tickSize } }" };
export const Me: Operation<MeQuery, MeQueryVariables> = { name: 'Me', text: "query Me { me { createdAt email entriesPausedAt fullName id mustChangePassword phone roles } }" };
export const MonitoringLogs: Operation<MonitoringLogsQuery, MonitoringLogsQueryVariables> = { name: 'MonitoringLogs', text: "query MonitoringLogs($after: String, $before: String, $filter: MonitoringLogFilter, $first: Int, $last: Int, $sort: ListSort) { monitoringLogs( after: $after before: $before filter: $filter first: $first last: $last sort: $sort ) { edges { cursor node { at cpuPct id memoryPct metrics processId service status } } pageInfo { endCursor hasNextPage hasPreviousPage startCursor } } }" };
export const NotificationChannels: Operation<NotificationChannelsQuery, NotificationChannelsQueryVariables> = { name: 'NotificationChannels', text: "query NotificationChannels { notificationChannels { addressHint createdAt disabledReason failingSince failures id isEnabled kind label lastError lastSentAt sourceId } }" };
export const NotificationDeliveries: Operation<NotificationDeliveriesQuery, NotificationDeliveriesQueryVariables> = { name: 'NotificationDeliveries', text: "query NotificationDeliveries($after: String, $before: String, $filter: NotificationDeliveryFilter, $first: Int, $last: Int, $sort: ListSort) { notificationDeliveries( after: $after before: $before filter: $filter first: $first last: $last sort: $sort ) { edges { cursor node { attempts channel { addressHint createdAt disabledReason failingSince failures id isEnabled kind label lastError lastSentAt sourceId } createdAt dueAt error event { id occurredAt text title type } id sentAt status text } } pageInfo { endCursor hasNextPage hasPreviousPage startCursor } } }" };
export const NotificationEvent: Operation<NotificationEventQuery, NotificationEventQueryVariables> = { name: 'NotificationEvent', text: "query NotificationEvent($id: ID!) { notificationEvent(id: $id) { alert { acknowledgedAt createdAt escalatedAt escalationLevel id isOperators message resolvedAt resolvedByHand severity type } facts { name value } fill { feeAmount feeAsset filledAt id positionId price qty realizedQuote side } id job { baseQuantity closesJobId createdAt decidedAt distancePct executedQty exitPrice exitReason id limitOrderExpiresAt limitPrice orderType origin quoteAmount reasonCode reasonMessage side status symbol tickAt tradeMode updatedAt waitingSince waitsForJobId } occurredAt position { breakEvenAfterFirst closeReason closedAt costQuote createdAt dustQty dustValueQuote entryPrice exitPrice feesQuote id lockSellByWebhook minProfitPct partialTpTriggered priceKey qtyRemaining qtyReserved qtyTotal realizedPnl shortfallQty shortfallValueQuote side slEnabled slPct slTriggered sourceId sourceLabel status symbol timeStopHours tpEnabled tpPct tpTriggered tradeMode trailingArmingPct trailingDistancePct trailingEnabled trailingMaxPrice trailingTriggered unrealizedPnl unrealizedPnlPct unsellableAt unsellableReason updatedAt } text title type } }" };
export const NotificationLog: Operation<NotificationLogQuery, NotificationLogQueryVariables> = { name: 'NotificationLog', text: "query NotificationLog($after: String, $before: String, $filter: NotificationLogFilter, $first: Int, $last: Int, $sort: ListSort) { notificationLog( after: $after before: $before filter: $filter first: $first last: $last sort: $sort ) { edges { cursor node { attempts createdAt email error httpStatus id kind sentAt status type } } pageInfo { endCursor hasNextPage hasPreviousPage startCursor } } }" };
export const NotificationServers: Operation<NotificationServersQuery, NotificationServersQueryVariables> = { name: 'NotificationServers', text: "query NotificationServers { notificationServers { hasWebPush mail { from server } whatsApp { address checkedAt hasKey instanceName isActive state usesOldBody } } }" };
export const NotificationSettings: Operation<NotificationSettingsQuery, NotificationSettingsQueryVariables> = { name: 'NotificationSettings', text: "query NotificationSettings { notificationSettings { digest { at everyHours } locale quietHours { from to } rules { channelIds ignoresQuietHours mode type } templates { body isOwn preview standardBody title type } timeZone whatsApp { positionAlerts positionClosed positionOpened stopLoss takeProfit vaultAlerts } } }" };
export const PasskeyProofOptions: Operation<PasskeyProofOptionsQuery, PasskeyProofOptionsQueryVariables> = { name: 'PasskeyProofOptions', text: "query PasskeyProofOptions { passkeyProofOptions { options state } }" };
export const PasskeySignInOptions: Operation<PasskeySignInOptionsQuery, PasskeySignInOptionsQueryVariables> = { name: 'PasskeySignInOptions', text: "query PasskeySignInOptions { passkeySignInOptions { options state } }" };
export const Passkeys: Operation<PasskeysQuery, PasskeysQueryVariables> = { name: 'Passkeys', text: "query Passkeys { passkeys { createdAt id isBackedUp lastUsedAt name } }" };
export const Position: Operation<PositionQuery, PositionQueryVariables> = { name: 'Position', text: "query Position($id: ID!) { position(id: $id) { account { apiKeyHint balancesFault balancesSyncedAt createdAt entriesPauseReason entriesPausedAt equityUsd exchange hasKeys id isActive isSimulation label priceVenue proxy testnet tradeMode withdrawAcceptedAt } breakEvenAfterFirst closeReason closedAt costQuote createdAt decisions { at exitReason kind } dustQty dustValueQuote entryPrice exitLevels { distanceToStopPct distanceToTargetPct nextTargetPrice stopPrice takeProfitPrice timeStopAt trailingArmingPrice trailingStopPrice } exitPrice feesQuote fills { feeAmount feeAsset filledAt id positionId price qty realizedQuote side } id liveExits { baseQuantity closesJobId createdAt decidedAt distancePct executedQty exitPrice exitReason id limitOrderExpiresAt limitPrice orderType origin quoteAmount reasonCode reasonMessage side status symbol tickAt tradeMode updatedAt waitingSince waitsForJobId } lockSellByWebhook minProfitPct openJob { baseQuantity closesJobId createdAt decidedAt distancePct executedQty exitPrice exitReason id limitOrderExpiresAt limitPrice orderType origin quoteAmount reasonCode reasonMessage side status symbol tickAt tradeMode updatedAt waitingSince waitsForJobId } openOrders { baseQuantity closesJobId createdAt decidedAt distancePct executedQty exitPrice exitReason id limitOrderExpiresAt limitPrice orderType origin quoteAmount reasonCode reasonMessage side status symbol tickAt tradeMode updatedAt waitingSince waitsForJobId } partialTpTriggered price { ageMs ask at bid key last source symbol venue } priceKey qtyRemaining qtyReserved qtyTotal realizedPnl shortfallQty shortfallValueQuote side slEnabled slPct slTriggered sourceId sourceLabel status symbol targets { id jobId ordinal pct price sharePct triggeredAt } timeStopHours tpEnabled tpPct tpTriggered tradeMode trailingArmingPct trailingDistancePct trailingEnabled trailingMaxPrice trailingTriggered unrealizedPnl unrealizedPnlPct unsellableAt unsellableReason updatedAt vault { createdAt description id isActive name tradeMode } } }" };
export const PositionFills: Operation<PositionFillsQuery, PositionFillsQueryVariables> = { name: 'PositionFills', text: "query PositionFills($after: String, $before: String, $filter: PositionFillFilter, $first: Int, $last: Int, $sort: ListSort) { positionFills( after: $after before: $before filter: $filter first: $first last: $last sort: $sort ) { edges { cursor node { feeAmount feeAsset filledAt id position { breakEvenAfterFirst closeReason closedAt costQuote createdAt dustQty dustValueQuote entryPrice exitPrice feesQuote id lockSellByWebhook minProfitPct partialTpTriggered priceKey qtyRemaining qtyReserved qtyTotal realizedPnl shortfallQty shortfallValueQuote side slEnabled slPct slTriggered sourceId sourceLabel status symbol timeStopHours tpEnabled tpPct tpTriggered tradeMode trailingArmingPct trailingDistancePct trailingEnabled trailingMaxPrice trailingTriggered unrealizedPnl unrealizedPnlPct unsellableAt unsellableReason updatedAt } positionId price qty realizedQuote side } } pageInfo { endCursor hasNextPage hasPreviousPage startCursor } } }" };
export const Positions: Operation<PositionsQuery, PositionsQueryVariables> = { name: 'Positions', text: "query Positions($after: String, $before: String, $filter: PositionFilter, $first: Int, $last: Int, $sort: ListSort) { positions( after: $after before: $before filter: $filter first: $first last: $last sort: $sort ) { edges { cursor node { account { apiKeyHint balancesFault balancesSyncedAt createdAt entriesPauseReason entriesPausedAt equityUsd exchange hasKeys id isActive isSimulation label priceVenue proxy testnet tradeMode withdrawAcceptedAt } breakEvenAfterFirst closeReason closedAt costQuote createdAt dustQty dustValueQuote entryPrice exitLevels { distanceToStopPct distanceToTargetPct nextTargetPrice stopPrice takeProfitPrice timeStopAt trailingArmingPrice trailingStopPrice } exitPrice feesQuote id lockSellByWebhook minProfitPct openJob { baseQuantity closesJobId createdAt decidedAt distancePct executedQty exitPrice exitReason id limitOrderExpiresAt limitPrice orderType origin quoteAmount reasonCode reasonMessage side status symbol tickAt tradeMode updatedAt waitingSince waitsForJobId } partialTpTriggered price { ageMs ask at bid key last source symbol venue } priceKey qtyRemaining qtyReserved qtyTotal realizedPnl shortfallQty shortfallValueQuote side slEnabled slPct slTriggered sourceId sourceLabel status symbol timeStopHours tpEnabled tpPct tpTriggered tradeMode trailingArmingPct trailingDistancePct trailingEnabled trailingMaxPrice trailingTriggered unrealizedPnl unrealizedPnlPct unsellableAt unsellableReason updatedAt vault { createdAt description id isActive name tradeMode } } } pageInfo { endCursor hasNextPage hasPreviousPage startCursor } } }" };
export const PreviewNotificationTemplate: Operation<PreviewNotificationTemplateQuery, PreviewNotificationTemplateQueryVariables> = { name: 'PreviewNotificationTemplate', text: "query PreviewNotificationTemplate($input: NotificationTemplateInput!) { previewNotificationTemplate(input: $input) { faults text } }" };
export const PreviewOrder: Operation<PreviewOrderQuery, PreviewOrderQueryVariables> = { name: 'PreviewOrder', text: "query PreviewOrder($input: OrderInput!) { previewOrder(input: $input) { __typename ... on OrderPreview { available cost costMax limitPrice orderType price quantity reserve slippageBps stopPrice symbol trace { name source value } tradeMode } ... on Refused { field message numbers { name value } reason } } }" };
export const PreviewPhrase: Operation<PreviewPhraseQuery, PreviewPhraseQueryVariables> = { name: 'PreviewPhrase', text: "query PreviewPhrase($input: PreviewPhraseInput!) { previewPhrase(input: $input) { changed changes { count from to } examples { message receipt receivedAt } isComplete lostSells newBuys read unread } }" };
export const PriceHistory: Operation<PriceHistoryQuery, PriceHistoryQueryVariables> = { name: 'PriceHistory', text: "query PriceHistory($symbol: String!) { priceHistory(symbol: $symbol) { at price } }" };
export const Prices: Operation<PricesQuery, PricesQueryVariables> = { name: 'Prices', text: "query Prices($symbols: [String!], $venues: [PriceVenue!]) { prices(symbols: $symbols, venues: $venues) { ageMs ask at bid key last source symbol venue } }" };
export const Queues: Operation<QueuesQuery, QueuesQueryVariables> = { name: 'Queues', text: "query Queues { queues { active completed delayed failed isReachable name waiting } }" };
export const Report: Operation<ReportQuery, ReportQueryVariables> = { name: 'Report', text: "query Report($input: ReportInput!) { report(input: $input) { byAccount { averageHoldingSec averageLoss averageWin breakEven expectancy fees grossLoss grossProfit invested losses net profitFactor quote returnPct trades winRatePct wins } byDay { averageHoldingSec averageLoss averageWin breakEven day expectancy fees grossLoss grossProfit invested losses net profitFactor quote realized returnPct trades winRatePct wins } byResult { averageHoldingSec averageLoss averageWin breakEven expectancy fees fromPct grossLoss grossProfit invested losses net profitFactor quote returnPct toPct trades winRatePct wins } bySource { averageHoldingSec averageLoss averageWin breakEven expectancy fees grossLoss grossProfit invested label losses net profitFactor quote returnPct sourceId trades winRatePct wins } bySymbol { averageHoldingSec averageLoss averageWin breakEven expectancy fees grossLoss grossProfit invested losses net profitFactor quote returnPct symbol trades winRatePct wins } comparison { id label } equityCurve { day drawdown quote realized total } fees { amount asset fills side } openExposure { cost positions price quantity quote symbol unrealized value } summary { averageHoldingSec averageLoss averageWin breakEven expectancy fees grossLoss grossProfit invested losses maxDrawdown net profitFactor quote realized returnPct sharpe trades winRatePct wins } timeZone tradeMode vaults { asset balance deposits reserved returned spent withdrawals } webhooks { accepted failed filled jobs label received refused repeats skipped sourceId unread } } }" };
export const ScheduledJobRuns: Operation<ScheduledJobRunsQuery, ScheduledJobRunsQueryVariables> = { name: 'ScheduledJobRuns', text: "query ScheduledJobRuns($after: String, $before: String, $first: Int, $last: Int, $name: String!, $sort: ListSort, $status: [JobRunStatus!]) { scheduledJobRuns( after: $after before: $before first: $first last: $last name: $name sort: $sort status: $status ) { edges { cursor node { durationMs error finishedAt id result startedAt status trigger } } pageInfo { endCursor hasNextPage hasPreviousPage startCursor } } }" };
export const ScheduledJobs: Operation<ScheduledJobsQuery, ScheduledJobsQueryVariables> = { name: 'ScheduledJobs', text: "query ScheduledJobs { scheduledJobs { description id intervalMaxMs intervalMinMs intervalMs isRunning isSafety lastStartedAt maxRetries name nextRunAt status timeoutMs } }" };
export const ServerInfo: Operation<ServerInfoQuery, ServerInfoQueryVariables> = { name: 'ServerInfo', text: "query ServerInfo { serverInfo { clock clockSkewMs errorCodes priceFeed realTrading roles stalePriceMs time version wrongClocks { host pid roles skewMs trades } } }" };
export const Sessions: Operation<SessionsQuery, SessionsQueryVariables> = { name: 'Sessions', text: "query Sessions { sessions { createdAt expiresAt id ip isCurrent userAgent } }" };
export const Settings: Operation<SettingsQuery, SettingsQueryVariables> = { name: 'Settings', text: "query Settings { settings { isConfidential isSet name value } }" };
export const Setup: Operation<SetupQuery, SetupQueryVariables> = { name: 'Setup', text: "query Setup { setup { isNeeded } }" };
export const TradeExecutions: Operation<TradeExecutionsQuery, TradeExecutionsQueryVariables> = { name: 'TradeExecutions', text: "query TradeExecutions($after: String, $before: String, $filter: TradeExecutionFilter, $first: Int, $last: Int, $sort: ListSort) { tradeExecutions( after: $after before: $before filter: $filter first: $first last: $last sort: $sort ) { edges { cursor node { account { apiKeyHint balancesFault balancesSyncedAt createdAt entriesPauseReason entriesPausedAt equityUsd exchange hasKeys id isActive isSimulation label priceVenue proxy testnet tradeMode withdrawAcceptedAt } acknowledgedAt avgPrice bookedAt clientOrderId createdAt cummQuoteQty errorMessage exchange exchangeOrderId executedQty filledAt id jobId orderType requestedQty sentAt side status symbol tradeMode } } pageInfo { endCursor hasNextPage hasPreviousPage startCursor } } }" };
export const TradeJob: Operation<TradeJobQuery, TradeJobQueryVariables> = { name: 'TradeJob', text: "query TradeJob($id: ID!) { tradeJob(id: $id) { account { apiKeyHint balancesFault balancesSyncedAt createdAt entriesPauseReason entriesPausedAt equityUsd exchange hasKeys id isActive isSimulation label priceVenue proxy testnet tradeMode withdrawAcceptedAt } baseQuantity closesJobId createdAt decidedAt distancePct event { action createdAt eventUid id priceReference processedAt rawPayload rawText receipt status symbolNormalized symbolRaw timeframe tradeMode validationError } executedQty executions { acknowledgedAt avgPrice bookedAt clientOrderId createdAt cummQuoteQty errorMessage exchange exchangeOrderId executedQty filledAt id jobId orderType requestedQty sentAt side status symbol tradeMode } exitPrice exitReason id limitOrderExpiresAt limitPrice orderType origin position { breakEvenAfterFirst closeReason closedAt costQuote createdAt dustQty dustValueQuote entryPrice exitPrice feesQuote id lockSellByWebhook minProfitPct partialTpTriggered priceKey qtyRemaining qtyReserved qtyTotal realizedPnl shortfallQty shortfallValueQuote side slEnabled slPct slTriggered sourceId sourceLabel status symbol timeStopHours tpEnabled tpPct tpTriggered tradeMode trailingArmingPct trailingDistancePct trailingEnabled trailingMaxPrice trailingTriggered unrealizedPnl unrealizedPnlPct unsellableAt unsellableReason updatedAt } quoteAmount reasonCode reasonMessage reservations { isLive positionId qty qtySold } side status symbol tickAt timeline { at offsetMs stage } trace { name source value } tradeMode updatedAt vault { createdAt description id isActive name tradeMode } waitingSince waitsForJobId } }" };
export const TradeJobs: Operation<TradeJobsQuery, TradeJobsQueryVariables> = { name: 'TradeJobs', text: "query TradeJobs($after: String, $before: String, $filter: TradeJobFilter, $first: Int, $last: Int, $sort: ListSort) { tradeJobs( after: $after before: $before filter: $filter first: $first last: $last sort: $sort ) { edges { cursor node { account { apiKeyHint balancesFault balancesSyncedAt createdAt entriesPauseReason entriesPausedAt equityUsd exchange hasKeys id isActive isSimulation label priceVenue proxy testnet tradeMode withdrawAcceptedAt } baseQuantity closesJobId createdAt decidedAt distancePct event { action createdAt eventUid id priceReference processedAt rawPayload rawText receipt status symbolNormalized symbolRaw timeframe tradeMode validationError } executedQty exitPrice exitReason id limitOrderExpiresAt limitPrice orderType origin position { breakEvenAfterFirst closeReason closedAt costQuote createdAt dustQty dustValueQuote entryPrice exitPrice feesQuote id lockSellByWebhook minProfitPct partialTpTriggered priceKey qtyRemaining qtyReserved qtyTotal realizedPnl shortfallQty shortfallValueQuote side slEnabled slPct slTriggered sourceId sourceLabel status symbol timeStopHours tpEnabled tpPct tpTriggered tradeMode trailingArmingPct trailingDistancePct trailingEnabled trailingMaxPrice trailingTriggered unrealizedPnl unrealizedPnlPct unsellableAt unsellableReason updatedAt } quoteAmount reasonCode reasonMessage side status symbol tickAt tradeMode updatedAt vault { createdAt description id isActive name tradeMode } waitingSince waitsForJobId } } pageInfo { endCursor hasNextPage hasPreviousPage startCursor } } }" };
export const TradeParameters: Operation<TradeParametersQuery, TradeParametersQueryVariables> = { name: 'TradeParameters', text: "query TradeParameters($after: String, $before: String, $filter: TradeParameterFilter, $first: Int, $last: Int, $sort: ListSort) { tradeParameters( after: $after before: $before filter: $filter first: $first last: $last sort: $sort ) { edges { cursor node { account { apiKeyHint balancesFault balancesSyncedAt createdAt entriesPauseReason entriesPausedAt equityUsd exchange hasKeys id isActive isSimulation label priceVenue proxy testnet tradeMode withdrawAcceptedAt } createdAt defaultBreakEven defaultSlEnabled defaultSlPct defaultTimeStopHours defaultTpEnabled defaultTpPct id limitPriceBandPct maxOrdersPerHour minIntervalSec minProfitPct orderTypeDefault quoteAmountFixed quoteAmountPctBalance side slippageBps symbol trailingArmingPct trailingDistancePct trailingStopEnabled updatedAt vault { createdAt description id isActive name tradeMode } } } pageInfo { endCursor hasNextPage hasPreviousPage startCursor } totalCount } }" };
export const TradingGates: Operation<TradingGatesQuery, TradingGatesQueryVariables> = { name: 'TradingGates', text: "query TradingGates($input: TradingGatesInput!) { tradingGates(input: $input) { account { apiKeyHint balancesFault balancesSyncedAt createdAt entriesPauseReason entriesPausedAt equityUsd exchange hasKeys id isActive isSimulation label priceVenue proxy testnet tradeMode withdrawAcceptedAt } blockedBy { code limit reasonCode reasonMessage refused state unit value } gates { code limit reasonCode reasonMessage refused state unit value } isOpen lastSignalAt order { baseQuantity limitPrice orderType quoteAmount } price source { adminLocked allowedIps createdAt dryRun hasBodyToken hasSigningSecret id identityWindowSec isActive label maxLagSec rateLimitPerMin requireSignature tradeMode } symbol } }" };
export const TradingHalt: Operation<TradingHaltQuery, TradingHaltQueryVariables> = { name: 'TradingHalt', text: "query TradingHalt { tradingHalt { haltedAt reason } }" };
export const TriggerLatency: Operation<TriggerLatencyQuery, TriggerLatencyQueryVariables> = { name: 'TriggerLatency', text: "query TriggerLatency($last: Int) { triggerLatency(last: $last) { decidedToSent { exits maxMs p50Ms p95Ms } exits sentToAcknowledged { exits maxMs p50Ms p95Ms } tickToAcknowledged { exits maxMs p50Ms p95Ms } tickToDecided { exits maxMs p50Ms p95Ms } } }" };
export const TwoFactor: Operation<TwoFactorQuery, TwoFactorQueryVariables> = { name: 'TwoFactor', text: "query TwoFactor { twoFactor { isOn recoveryCodesLeft } }" };
export const Users: Operation<UsersQuery, UsersQueryVariables> = { name: 'Users', text: "query Users($after: String, $before: String, $first: Int, $isActive: Boolean, $last: Int, $sort: ListSort) { users( after: $after before: $before first: $first isActive: $isActive last: $last sort: $sort ) { edges { cursor node { createdAt email fullName hasTwoFactor id isActive lastSignInAt mustChangePassword roles } } pageInfo { endCursor hasNextPage hasPreviousPage startCursor } } }" };
export const Vault: Operation<VaultQuery, VaultQueryVariables> = { name: 'Vault', text: "query Vault($id: ID!) { vault(id: $id) { balances { asset available balance reserved } createdAt description id isActive name shortfalls { allocated asset held } tradeMode transactions { edges { cursor node { amount asset balanceDelta createdAt id jobId reservedDelta type } } pageInfo { endCursor hasNextPage hasPreviousPage startCursor } } } }" };
export const VaultTransactions: Operation<VaultTransactionsQuery, VaultTransactionsQueryVariables> = { name: 'VaultTransactions', text: "query VaultTransactions($after: String, $before: String, $filter: VaultTransactionFilter, $first: Int, $last: Int, $sort: ListSort) { vaultTransactions( after: $after before: $before filter: $filter first: $first last: $last sort: $sort ) { edges { cursor node { amount asset balanceDelta createdAt id jobId reservedDelta type } } pageInfo { endCursor hasNextPage hasPreviousPage startCursor } } }" };
export const Vaults: Operation<VaultsQuery, VaultsQueryVariables> = { name: 'Vaults', text: "query Vaults($after: String, $before: String, $filter: VaultFilter, $first: Int, $last: Int, $sort: ListSort) { vaults( after: $after before: $before filter: $filter first: $first last: $last sort: $sort ) { edges { cursor node { createdAt description id isActive name tradeMode } } pageInfo { endCursor hasNextPage hasPreviousPage startCursor } totalCount } }" };
export const VerifyAuditLog: Operation<VerifyAuditLogQuery, VerifyAuditLogQueryVariables> = { name: 'VerifyAuditLog', text: "query VerifyAuditLog { verifyAuditLog { entries faults isIntact lastId unprotected } }" };
export const ViewSettings: Operation<ViewSettingsQuery, ViewSettingsQueryVariables> = { name: 'ViewSettings', text: "query ViewSettings($names: [String!]) { viewSettings(names: $names) { name settings updatedAt } }" };
export const WebPushKey: Operation<WebPushKeyQuery, WebPushKeyQueryVariables> = { name: 'WebPushKey', text: "query WebPushKey { webPushKey }" };
export const WebhookBindings: Operation<WebhookBindingsQuery, WebhookBindingsQueryVariables> = { name: 'WebhookBindings', text: "query WebhookBindings($after: String, $before: String, $filter: WebhookBindingFilter, $first: Int, $last: Int, $sort: ListSort) { webhookBindings( after: $after before: $before filter: $filter first: $first last: $last sort: $sort ) { edges { cursor node { account { apiKeyHint balancesFault balancesSyncedAt createdAt entriesPauseReason entriesPausedAt equityUsd exchange hasKeys id isActive isSimulation label priceVenue proxy testnet tradeMode withdrawAcceptedAt } id isActive sourceId weight } } pageInfo { endCursor hasNextPage hasPreviousPage startCursor } } }" };
export const WebhookBlockedAttempts: Operation<WebhookBlockedAttemptsQuery, WebhookBlockedAttemptsQueryVariables> = { name: 'WebhookBlockedAttempts', text: "query WebhookBlockedAttempts($after: String, $before: String, $filter: WebhookBlockedAttemptFilter, $first: Int, $last: Int, $sort: ListSort) { webhookBlockedAttempts( after: $after before: $before filter: $filter first: $first last: $last sort: $sort ) { edges { cursor node { createdAt id ip reasonCode reasonMessage receipt { accounts action bodyBytes dryRun duplicates eventUid httpStatus id message outcome reasonCode reasonMessage receipt receivedAt sourceIp symbol } source { adminLocked allowedIps createdAt dryRun hasBodyToken hasSigningSecret id identityWindowSec isActive label maxLagSec rateLimitPerMin requireSignature tradeMode } userAgent } } pageInfo { endCursor hasNextPage hasPreviousPage startCursor } } }" };
export const WebhookEndpoints: Operation<WebhookEndpointsQuery, WebhookEndpointsQueryVariables> = { name: 'WebhookEndpoints', text: "query WebhookEndpoints { webhookEndpoints { channel { addressHint createdAt disabledReason failingSince failures id isEnabled kind label lastError lastSentAt sourceId } events id isOwnSelection selection } }" };
export const WebhookEvent: Operation<WebhookEventQuery, WebhookEventQueryVariables> = { name: 'WebhookEvent', text: "query WebhookEvent($id: ID!) { webhookEvent(id: $id) { account { apiKeyHint balancesFault balancesSyncedAt createdAt entriesPauseReason entriesPausedAt equityUsd exchange hasKeys id isActive isSimulation label priceVenue proxy testnet tradeMode withdrawAcceptedAt } action createdAt dryRun { baseQuantity decidedAt limitPrice orderType price quoteAmount reasonCode reasonMessage side status symbol } eventUid id jobs { baseQuantity closesJobId createdAt decidedAt distancePct executedQty exitPrice exitReason id limitOrderExpiresAt limitPrice orderType origin quoteAmount reasonCode reasonMessage side status symbol tickAt tradeMode updatedAt waitingSince waitsForJobId } priceReference processedAt rawPayload rawText receipt status symbolNormalized symbolRaw timeframe timeline { at offsetMs stage } tradeMode validationError } }" };
export const WebhookEvents: Operation<WebhookEventsQuery, WebhookEventsQueryVariables> = { name: 'WebhookEvents', text: "query WebhookEvents($after: String, $before: String, $filter: WebhookEventFilter, $first: Int, $last: Int, $sort: ListSort) { webhookEvents( after: $after before: $before filter: $filter first: $first last: $last sort: $sort ) { edges { cursor node { account { apiKeyHint balancesFault balancesSyncedAt createdAt entriesPauseReason entriesPausedAt equityUsd exchange hasKeys id isActive isSimulation label priceVenue proxy testnet tradeMode withdrawAcceptedAt } action createdAt dryRun { baseQuantity decidedAt limitPrice orderType price quoteAmount reasonCode reasonMessage side status symbol } eventUid id priceReference processedAt rawPayload rawText receipt status symbolNormalized symbolRaw timeframe tradeMode validationError } } pageInfo { endCursor hasNextPage hasPreviousPage startCursor } } }" };
export const WebhookReceipt: Operation<WebhookReceiptQuery, WebhookReceiptQueryVariables> = { name: 'WebhookReceipt', text: "query WebhookReceipt($receipt: String!) { webhookReceipt(receipt: $receipt) { accounts action bodyBytes dryRun duplicates eventUid events { action createdAt eventUid id priceReference processedAt rawPayload rawText receipt status symbolNormalized symbolRaw timeframe tradeMode validationError } httpStatus id message outcome reasonCode reasonMessage receipt receivedAt result { jobs outcome reasonCode reasonMessage traded wouldTrade } source { adminLocked allowedIps createdAt dryRun hasBodyToken hasSigningSecret id identityWindowSec isActive label maxLagSec rateLimitPerMin requireSignature tradeMode } sourceIp symbol timeline { at offsetMs stage } unread { kind taughtAs text } } }" };
export const WebhookReceipts: Operation<WebhookReceiptsQuery, WebhookReceiptsQueryVariables> = { name: 'WebhookReceipts', text: "query WebhookReceipts($after: String, $before: String, $filter: WebhookReceiptFilter, $first: Int, $last: Int, $sort: ListSort) { webhookReceipts( after: $after before: $before filter: $filter first: $first last: $last sort: $sort ) { edges { cursor node { accounts action bodyBytes dryRun duplicates eventUid httpStatus id message outcome reasonCode reasonMessage receipt receivedAt result { jobs outcome reasonCode reasonMessage traded wouldTrade } source { adminLocked allowedIps createdAt dryRun hasBodyToken hasSigningSecret id identityWindowSec isActive label maxLagSec rateLimitPerMin requireSignature tradeMode } sourceIp symbol } } pageInfo { endCursor hasNextPage hasPreviousPage startCursor } } }" };
export const WebhookSource: Operation<WebhookSourceQuery, WebhookSourceQueryVariables> = { name: 'WebhookSource', text: "query WebhookSource($id: ID!) { webhookSource(id: $id) { adminLocked allowedIps bindings { id isActive sourceId weight } createdAt dryRun hasBodyToken hasSigningSecret id identityWindowSec isActive label maxLagSec phrases { comparedAs createdAt id meaning phrase } rateLimitPerMin refusalCounts { minute reasonCode refused } requireSignature tradeMode } }" };
export const WebhookSources: Operation<WebhookSourcesQuery, WebhookSourcesQueryVariables> = { name: 'WebhookSources', text: "query WebhookSources($after: String, $before: String, $filter: WebhookSourceFilter, $first: Int, $last: Int, $sort: ListSort) { webhookSources( after: $after before: $before filter: $filter first: $first last: $last sort: $sort ) { edges { cursor node { adminLocked allowedIps createdAt dryRun hasBodyToken hasSigningSecret id identityWindowSec isActive label maxLagSec rateLimitPerMin requireSignature tradeMode } } pageInfo { endCursor hasNextPage hasPreviousPage startCursor } totalCount } }" };
export const AcknowledgeAlert: Operation<AcknowledgeAlertMutation, AcknowledgeAlertMutationVariables> = { name: 'AcknowledgeAlert', text: "mutation AcknowledgeAlert($input: AcknowledgeAlertInput!) { acknowledgeAlert(input: $input) { alert { acknowledgedAt createdAt escalatedAt escalationLevel id isOperators message resolvedAt resolvedByHand severity type } } }" };
export const ActivateUser: Operation<ActivateUserMutation, ActivateUserMutationVariables> = { name: 'ActivateUser', text: "mutation ActivateUser($input: ProvenUserIdInput!) { activateUser(input: $input) { user { createdAt email fullName hasTwoFactor id isActive lastSignInAt mustChangePassword roles } } }" };
export const AdoptHolding: Operation<AdoptHoldingMutation, AdoptHoldingMutationVariables> = { name: 'AdoptHolding', text: "mutation AdoptHolding($input: AdoptHoldingInput!) { adoptHolding(input: $input) { position { breakEvenAfterFirst closeReason closedAt costQuote createdAt dustQty dustValueQuote entryPrice exitPrice feesQuote id lockSellByWebhook minProfitPct partialTpTriggered priceKey qtyRemaining qtyReserved qtyTotal realizedPnl shortfallQty shortfallValueQuote side slEnabled slPct slTriggered sourceId sourceLabel status symbol timeStopHours tpEnabled tpPct tpTriggered tradeMode trailingArmingPct trailingDistancePct trailingEnabled trailingMaxPrice trailingTriggered unrealizedPnl unrealizedPnlPct unsellableAt unsellableReason updatedAt } } }" };
export const BeginPasskeyRegistration: Operation<BeginPasskeyRegistrationMutation, BeginPasskeyRegistrationMutationVariables> = { name: 'BeginPasskeyRegistration', text: "mutation BeginPasskeyRegistration($input: BeginPasskeyRegistrationInput!) { beginPasskeyRegistration(input: $input) { options state } }" };
export const BeginSetup: Operation<BeginSetupMutation, BeginSetupMutationVariables> = { name: 'BeginSetup', text: "mutation BeginSetup($input: BeginSetupInput!) { beginSetup(input: $input) { qrCode secret uri } }" };
export const BeginTwoFactor: Operation<BeginTwoFactorMutation, BeginTwoFactorMutationVariables> = { name: 'BeginTwoFactor', text: "mutation BeginTwoFactor($input: BeginTwoFactorInput!) { beginTwoFactor(input: $input) { qrCode secret uri } }" };
export const BindAccount: Operation<BindAccountMutation, BindAccountMutationVariables> = { name: 'BindAccount', text: "mutation BindAccount($input: BindAccountInput!) { bindAccount(input: $input) { source { adminLocked allowedIps createdAt dryRun hasBodyToken hasSigningSecret id identityWindowSec isActive label maxLagSec rateLimitPerMin requireSignature tradeMode } } }" };
export const CancelOrder: Operation<CancelOrderMutation, CancelOrderMutationVariables> = { name: 'CancelOrder', text: "mutation CancelOrder($input: CancelOrderInput!) { cancelOrder(input: $input) { __typename ... on Canceled { job { baseQuantity closesJobId createdAt decidedAt distancePct executedQty exitPrice exitReason id limitOrderExpiresAt limitPrice orderType origin quoteAmount reasonCode reasonMessage side status symbol tickAt tradeMode updatedAt waitingSince waitsForJobId } } ... on Refused { field message numbers { name value } reason } } }" };
export const ChangePassword: Operation<ChangePasswordMutation, ChangePasswordMutationVariables> = { name: 'ChangePassword', text: "mutation ChangePassword($input: ChangePasswordInput!) { changePassword(input: $input) { user { createdAt email entriesPausedAt fullName id mustChangePassword phone roles } } }" };
export const CheckNotificationServers: Operation<CheckNotificationServersMutation, CheckNotificationServersMutationVariables> = { name: 'CheckNotificationServers', text: "mutation CheckNotificationServers { checkNotificationServers { mail servers { hasWebPush } whatsApp } }" };
export const CheckSetupCode: Operation<CheckSetupCodeMutation, CheckSetupCodeMutationVariables> = { name: 'CheckSetupCode', text: "mutation CheckSetupCode($input: CheckSetupCodeInput!) { checkSetupCode(input: $input) { backups { bytes isEncrypted isRestorePoint name } expiresAt } }" };
export const CloseAsReconciled: Operation<CloseAsReconciledMutation, CloseAsReconciledMutationVariables> = { name: 'CloseAsReconciled', text: "mutation CloseAsReconciled($input: CloseAsReconciledInput!) { closeAsReconciled(input: $input) { position { breakEvenAfterFirst closeReason closedAt costQuote createdAt dustQty dustValueQuote entryPrice exitPrice feesQuote id lockSellByWebhook minProfitPct partialTpTriggered priceKey qtyRemaining qtyReserved qtyTotal realizedPnl shortfallQty shortfallValueQuote side slEnabled slPct slTriggered sourceId sourceLabel status symbol timeStopHours tpEnabled tpPct tpTriggered tradeMode trailingArmingPct trailingDistancePct trailingEnabled trailingMaxPrice trailingTriggered unrealizedPnl unrealizedPnlPct unsellableAt unsellableReason updatedAt } } }" };
export const ClosePosition: Operation<ClosePositionMutation, ClosePositionMutationVariables> = { name: 'ClosePosition', text: "mutation ClosePosition($input: ClosePositionInput!) { closePosition(input: $input) { __typename ... on Placed { job { baseQuantity closesJobId createdAt decidedAt distancePct executedQty exitPrice exitReason id limitOrderExpiresAt limitPrice orderType origin quoteAmount reasonCode reasonMessage side status symbol tickAt tradeMode updatedAt waitingSince waitsForJobId } position { breakEvenAfterFirst closeReason closedAt costQuote createdAt dustQty dustValueQuote entryPrice exitPrice feesQuote id lockSellByWebhook minProfitPct partialTpTriggered priceKey qtyRemaining qtyReserved qtyTotal realizedPnl shortfallQty shortfallValueQuote side slEnabled slPct slTriggered sourceId sourceLabel status symbol timeStopHours tpEnabled tpPct tpTriggered tradeMode trailingArmingPct trailingDistancePct trailingEnabled trailingMaxPrice trailingTriggered unrealizedPnl unrealizedPnlPct unsellableAt unsellableReason updatedAt } } ... on Refused { field message numbers { name value } reason } } }" };
export const CompleteSetup: Operation<CompleteSetupMutation, CompleteSetupMutationVariables> = { name: 'CompleteSetup', text: "mutation CompleteSetup($input: CompleteSetupInput!) { completeSetup(input: $input) { recoveryCodes user { createdAt email entriesPausedAt fullName id mustChangePassword phone roles } } }" };
export const ConfirmCloseAll: Operation<ConfirmCloseAllMutation, ConfirmCloseAllMutationVariables> = { name: 'ConfirmCloseAll', text: "mutation ConfirmCloseAll($input: ConfirmCloseAllInput!) { confirmCloseAll(input: $input) { bulkAction { buysUnderWay closesPositions createdAt expiresAt finishedAt id isTerminal kind state } } }" };
export const ConnectNotificationChannel: Operation<ConnectNotificationChannelMutation, ConnectNotificationChannelMutationVariables> = { name: 'ConnectNotificationChannel', text: "mutation ConnectNotificationChannel($input: ConnectNotificationChannelInput!) { connectNotificationChannel(input: $input) { channel { addressHint createdAt disabledReason failingSince failures id isEnabled kind label lastError lastSentAt sourceId } } }" };
export const CopyTradeParameters: Operation<CopyTradeParametersMutation, CopyTradeParametersMutationVariables> = { name: 'CopyTradeParameters', text: "mutation CopyTradeParameters($input: CopyTradeParametersInput!) { copyTradeParameters(input: $input) { results { accountId outcome parameterId reasonCode reasonMessage side symbol } } }" };
export const CreateApiToken: Operation<CreateApiTokenMutation, CreateApiTokenMutationVariables> = { name: 'CreateApiToken', text: "mutation CreateApiToken($input: CreateApiTokenInput!) { createApiToken(input: $input) { apiToken { allowedIps createdAt expiresAt hint id lastUsedAt lastUsedIp name scopes } token } }" };
export const CreateExchangeAccount: Operation<CreateExchangeAccountMutation, CreateExchangeAccountMutationVariables> = { name: 'CreateExchangeAccount', text: "mutation CreateExchangeAccount($input: CreateExchangeAccountInput!) { createExchangeAccount(input: $input) { account { apiKeyHint balancesFault balancesSyncedAt createdAt entriesPauseReason entriesPausedAt equityUsd exchange hasKeys id isActive isSimulation label priceVenue proxy testnet tradeMode withdrawAcceptedAt } } }" };
export const CreatePasswordResetLink: Operation<CreatePasswordResetLinkMutation, CreatePasswordResetLinkMutationVariables> = { name: 'CreatePasswordResetLink', text: "mutation CreatePasswordResetLink($input: ProvenUserIdInput!) { createPasswordResetLink(input: $input) { expiresAt link user { createdAt email fullName hasTwoFactor id isActive lastSignInAt mustChangePassword roles } } }" };
export const CreateTradeParameter: Operation<CreateTradeParameterMutation, CreateTradeParameterMutationVariables> = { name: 'CreateTradeParameter', text: "mutation CreateTradeParameter($input: CreateTradeParameterInput!) { createTradeParameter(input: $input) { parameter { createdAt defaultBreakEven defaultSlEnabled defaultSlPct defaultTimeStopHours defaultTpEnabled defaultTpPct id limitPriceBandPct maxOrdersPerHour minIntervalSec minProfitPct orderTypeDefault quoteAmountFixed quoteAmountPctBalance side slippageBps symbol trailingArmingPct trailingDistancePct trailingStopEnabled updatedAt } } }" };
export const CreateUser: Operation<CreateUserMutation, CreateUserMutationVariables> = { name: 'CreateUser', text: "mutation CreateUser($input: CreateUserInput!) { createUser(input: $input) { user { createdAt email fullName hasTwoFactor id isActive lastSignInAt mustChangePassword roles } } }" };
export const CreateVault: Operation<CreateVaultMutation, CreateVaultMutationVariables> = { name: 'CreateVault', text: "mutation CreateVault($input: CreateVaultInput!) { createVault(input: $input) { vault { createdAt description id isActive name tradeMode } } }" };
export const CreateWebhookEndpoint: Operation<CreateWebhookEndpointMutation, CreateWebhookEndpointMutationVariables> = { name: 'CreateWebhookEndpoint', text: "mutation CreateWebhookEndpoint($input: CreateWebhookEndpointInput!) { createWebhookEndpoint(input: $input) { endpoint { events id isOwnSelection selection } secret } }" };
export const CreateWebhookSource: Operation<CreateWebhookSourceMutation, CreateWebhookSourceMutationVariables> = { name: 'CreateWebhookSource', text: "mutation CreateWebhookSource($input: CreateWebhookSourceInput!) { createWebhookSource(input: $input) { source { adminLocked allowedIps createdAt curlExample dryRun hasBodyToken hasSigningSecret id identityWindowSec isActive label maxLagSec rateLimitPerMin requireSignature tradeMode url webhookCode } } }" };
export const DeactivateUser: Operation<DeactivateUserMutation, DeactivateUserMutationVariables> = { name: 'DeactivateUser', text: "mutation DeactivateUser($input: UserIdInput!) { deactivateUser(input: $input) { user { createdAt email fullName hasTwoFactor id isActive lastSignInAt mustChangePassword roles } } }" };
export const DeleteExchangeAccount: Operation<DeleteExchangeAccountMutation, DeleteExchangeAccountMutationVariables> = { name: 'DeleteExchangeAccount', text: "mutation DeleteExchangeAccount($input: DeleteExchangeAccountInput!) { deleteExchangeAccount(input: $input) { id outcome reasonCode reasonMessage } }" };
export const DeleteTradeParameter: Operation<DeleteTradeParameterMutation, DeleteTradeParameterMutationVariables> = { name: 'DeleteTradeParameter', text: "mutation DeleteTradeParameter($input: DeleteTradeParameterInput!) { deleteTradeParameter(input: $input) { id } }" };
export const DeleteVault: Operation<DeleteVaultMutation, DeleteVaultMutationVariables> = { name: 'DeleteVault', text: "mutation DeleteVault($input: DeleteVaultInput!) { deleteVault(input: $input) { id outcome reasonCode reasonMessage } }" };
export const DeleteWebhookSource: Operation<DeleteWebhookSourceMutation, DeleteWebhookSourceMutationVariables> = { name: 'DeleteWebhookSource', text: "mutation DeleteWebhookSource($input: DeleteWebhookSourceInput!) { deleteWebhookSource(input: $input) { id outcome reasonCode reasonMessage } }" };
export const DepositToVault: Operation<DepositToVaultMutation, DepositToVaultMutationVariables> = { name: 'DepositToVault', text: "mutation DepositToVault($input: DepositToVaultInput!) { depositToVault(input: $input) { vault { createdAt description id isActive name tradeMode } } }" };
export const DisableTwoFactor: Operation<DisableTwoFactorMutation, DisableTwoFactorMutationVariables> = { name: 'DisableTwoFactor', text: "mutation DisableTwoFactor($input: TwoProofsInput!) { disableTwoFactor(input: $input) { twoFactor { isOn recoveryCodesLeft } } }" };
export const DismissExternalOrder: Operation<DismissExternalOrderMutation, DismissExternalOrderMutationVariables> = { name: 'DismissExternalOrder', text: "mutation DismissExternalOrder($input: DismissExternalOrderInput!) { dismissExternalOrder(input: $input) { externalOrder { avgPrice dismissedAt exchangeOrderId executedQty id limitPrice orderType placedAt positionId quantity side status symbol } } }" };
export const EnableTwoFactor: Operation<EnableTwoFactorMutation, EnableTwoFactorMutationVariables> = { name: 'EnableTwoFactor', text: "mutation EnableTwoFactor($input: EnableTwoFactorInput!) { enableTwoFactor(input: $input) { recoveryCodes } }" };
export const EndOtherSessions: Operation<EndOtherSessionsMutation, EndOtherSessionsMutationVariables> = { name: 'EndOtherSessions', text: "mutation EndOtherSessions { endOtherSessions { ended } }" };
export const EndSession: Operation<EndSessionMutation, EndSessionMutationVariables> = { name: 'EndSession', text: "mutation EndSession($input: EndSessionInput!) { endSession(input: $input) { sessions { createdAt expiresAt id ip isCurrent userAgent } } }" };
export const ForgetPhrase: Operation<ForgetPhraseMutation, ForgetPhraseMutationVariables> = { name: 'ForgetPhrase', text: "mutation ForgetPhrase($input: ForgetPhraseInput!) { forgetPhrase(input: $input) { source { adminLocked allowedIps createdAt dryRun hasBodyToken hasSigningSecret id identityWindowSec isActive label maxLagSec rateLimitPerMin requireSignature tradeMode } } }" };
export const HaltTrading: Operation<HaltTradingMutation, HaltTradingMutationVariables> = { name: 'HaltTrading', text: "mutation HaltTrading($input: HaltTradingInput!) { haltTrading(input: $input) { tradingHalt { haltedAt reason } } }" };
export const InviteUser: Operation<InviteUserMutation, InviteUserMutationVariables> = { name: 'InviteUser', text: "mutation InviteUser($input: InviteUserInput!) { inviteUser(input: $input) { expiresAt link user { createdAt email fullName hasTwoFactor id isActive lastSignInAt mustChangePassword roles } } }" };
export const KillSwitch: Operation<KillSwitchMutation, KillSwitchMutationVariables> = { name: 'KillSwitch', text: "mutation KillSwitch($input: KillSwitchInput!) { killSwitch(input: $input) { bulkAction { buysUnderWay closesPositions createdAt expiresAt finishedAt id isTerminal kind state } } }" };
export const PauseEntries: Operation<PauseEntriesMutation, PauseEntriesMutationVariables> = { name: 'PauseEntries', text: "mutation PauseEntries($input: PauseEntriesInput!) { pauseEntries(input: $input) { account { apiKeyHint balancesFault balancesSyncedAt createdAt entriesPauseReason entriesPausedAt equityUsd exchange hasKeys id isActive isSimulation label priceVenue proxy testnet tradeMode withdrawAcceptedAt } user { createdAt email entriesPausedAt fullName id mustChangePassword phone roles } } }" };
export const PauseScheduledJob: Operation<PauseScheduledJobMutation, PauseScheduledJobMutationVariables> = { name: 'PauseScheduledJob', text: "mutation PauseScheduledJob($input: ScheduledJobInput!) { pauseScheduledJob(input: $input) { scheduledJob { description id intervalMaxMs intervalMinMs intervalMs isRunning isSafety lastStartedAt maxRetries name nextRunAt status timeoutMs } } }" };
export const PlaceLimitSell: Operation<PlaceLimitSellMutation, PlaceLimitSellMutationVariables> = { name: 'PlaceLimitSell', text: "mutation PlaceLimitSell($input: PlaceLimitSellInput!) { placeLimitSell(input: $input) { __typename ... on Placed { job { baseQuantity closesJobId createdAt decidedAt distancePct executedQty exitPrice exitReason id limitOrderExpiresAt limitPrice orderType origin quoteAmount reasonCode reasonMessage side status symbol tickAt tradeMode updatedAt waitingSince waitsForJobId } position { breakEvenAfterFirst closeReason closedAt costQuote createdAt dustQty dustValueQuote entryPrice exitPrice feesQuote id lockSellByWebhook minProfitPct partialTpTriggered priceKey qtyRemaining qtyReserved qtyTotal realizedPnl shortfallQty shortfallValueQuote side slEnabled slPct slTriggered sourceId sourceLabel status symbol timeStopHours tpEnabled tpPct tpTriggered tradeMode trailingArmingPct trailingDistancePct trailingEnabled trailingMaxPrice trailingTriggered unrealizedPnl unrealizedPnlPct unsellableAt unsellableReason updatedAt } } ... on Refused { field message numbers { name value } reason } } }" };
export const PlaceOrder: Operation<PlaceOrderMutation, PlaceOrderMutationVariables> = { name: 'PlaceOrder', text: "mutation PlaceOrder($input: PlaceOrderInput!) { placeOrder(input: $input) { __typename ... on Placed { job { baseQuantity closesJobId createdAt decidedAt distancePct executedQty exitPrice exitReason id limitOrderExpiresAt limitPrice orderType origin quoteAmount reasonCode reasonMessage side status symbol tickAt tradeMode updatedAt waitingSince waitsForJobId } position { breakEvenAfterFirst closeReason closedAt costQuote createdAt dustQty dustValueQuote entryPrice exitPrice feesQuote id lockSellByWebhook minProfitPct partialTpTriggered priceKey qtyRemaining qtyReserved qtyTotal realizedPnl shortfallQty shortfallValueQuote side slEnabled slPct slTriggered sourceId sourceLabel status symbol timeStopHours tpEnabled tpPct tpTriggered tradeMode trailingArmingPct trailingDistancePct trailingEnabled trailingMaxPrice trailingTriggered unrealizedPnl unrealizedPnlPct unsellableAt unsellableReason updatedAt } } ... on Refused { field message numbers { name value } reason } } }" };
export const PreviewCloseAll: Operation<PreviewCloseAllMutation, PreviewCloseAllMutationVariables> = { name: 'PreviewCloseAll', text: "mutation PreviewCloseAll($input: PreviewCloseAllInput!) { previewCloseAll(input: $input) { bulkAction { buysUnderWay closesPositions createdAt expiresAt finishedAt id isTerminal kind state } } }" };
export const RegisterPasskey: Operation<RegisterPasskeyMutation, RegisterPasskeyMutationVariables> = { name: 'RegisterPasskey', text: "mutation RegisterPasskey($input: RegisterPasskeyInput!) { registerPasskey(input: $input) { passkeys { createdAt id isBackedUp lastUsedAt name } } }" };
export const RemoveAccountKeys: Operation<RemoveAccountKeysMutation, RemoveAccountKeysMutationVariables> = { name: 'RemoveAccountKeys', text: "mutation RemoveAccountKeys($input: RemoveAccountKeysInput!) { removeAccountKeys(input: $input) { account { apiKeyHint balancesFault balancesSyncedAt createdAt entriesPauseReason entriesPausedAt equityUsd exchange hasKeys id isActive isSimulation label priceVenue proxy testnet tradeMode withdrawAcceptedAt } } }" };
export const RemoveNotificationChannel: Operation<RemoveNotificationChannelMutation, RemoveNotificationChannelMutationVariables> = { name: 'RemoveNotificationChannel', text: "mutation RemoveNotificationChannel($input: NotificationChannelInput!) { removeNotificationChannel(input: $input) { id } }" };
export const RemovePasskey: Operation<RemovePasskeyMutation, RemovePasskeyMutationVariables> = { name: 'RemovePasskey', text: "mutation RemovePasskey($input: RemovePasskeyInput!) { removePasskey(input: $input) { passkeys { createdAt id isBackedUp lastUsedAt name } } }" };
export const RemoveWebhookSecret: Operation<RemoveWebhookSecretMutation, RemoveWebhookSecretMutationVariables> = { name: 'RemoveWebhookSecret', text: "mutation RemoveWebhookSecret($input: RemoveWebhookSecretInput!) { removeWebhookSecret(input: $input) { source { adminLocked allowedIps createdAt curlExample dryRun hasBodyToken hasSigningSecret id identityWindowSec isActive label maxLagSec rateLimitPerMin requireSignature tradeMode url webhookCode } } }" };
export const RenamePasskey: Operation<RenamePasskeyMutation, RenamePasskeyMutationVariables> = { name: 'RenamePasskey', text: "mutation RenamePasskey($input: RenamePasskeyInput!) { renamePasskey(input: $input) { passkeys { createdAt id isBackedUp lastUsedAt name } } }" };
export const ReplaceRecoveryCodes: Operation<ReplaceRecoveryCodesMutation, ReplaceRecoveryCodesMutationVariables> = { name: 'ReplaceRecoveryCodes', text: "mutation ReplaceRecoveryCodes($input: TwoProofsInput!) { replaceRecoveryCodes(input: $input) { recoveryCodes } }" };
export const RequirePasswordChange: Operation<RequirePasswordChangeMutation, RequirePasswordChangeMutationVariables> = { name: 'RequirePasswordChange', text: "mutation RequirePasswordChange($input: UserIdInput!) { requirePasswordChange(input: $input) { user { createdAt email fullName hasTwoFactor id isActive lastSignInAt mustChangePassword roles } } }" };
export const ResetUserTwoFactor: Operation<ResetUserTwoFactorMutation, ResetUserTwoFactorMutationVariables> = { name: 'ResetUserTwoFactor', text: "mutation ResetUserTwoFactor($input: ProvenUserIdInput!) { resetUserTwoFactor(input: $input) { user { createdAt email fullName hasTwoFactor id isActive lastSignInAt mustChangePassword roles } } }" };
export const ResolveAlert: Operation<ResolveAlertMutation, ResolveAlertMutationVariables> = { name: 'ResolveAlert', text: "mutation ResolveAlert($input: ResolveAlertInput!) { resolveAlert(input: $input) { alert { acknowledgedAt createdAt escalatedAt escalationLevel id isOperators message resolvedAt resolvedByHand severity type } } }" };
export const ResumeEntries: Operation<ResumeEntriesMutation, ResumeEntriesMutationVariables> = { name: 'ResumeEntries', text: "mutation ResumeEntries($input: ResumeEntriesInput!) { resumeEntries(input: $input) { account { apiKeyHint balancesFault balancesSyncedAt createdAt entriesPauseReason entriesPausedAt equityUsd exchange hasKeys id isActive isSimulation label priceVenue proxy testnet tradeMode withdrawAcceptedAt } user { createdAt email entriesPausedAt fullName id mustChangePassword phone roles } } }" };
export const ResumeScheduledJob: Operation<ResumeScheduledJobMutation, ResumeScheduledJobMutationVariables> = { name: 'ResumeScheduledJob', text: "mutation ResumeScheduledJob($input: ScheduledJobInput!) { resumeScheduledJob(input: $input) { scheduledJob { description id intervalMaxMs intervalMinMs intervalMs isRunning isSafety lastStartedAt maxRetries name nextRunAt status timeoutMs } } }" };
export const ResumeTrading: Operation<ResumeTradingMutation, ResumeTradingMutationVariables> = { name: 'ResumeTrading', text: "mutation ResumeTrading($input: ResumeTradingInput!) { resumeTrading(input: $input) { wasHalted } }" };
export const RetryBulkAction: Operation<RetryBulkActionMutation, RetryBulkActionMutationVariables> = { name: 'RetryBulkAction', text: "mutation RetryBulkAction($input: RetryBulkActionInput!) { retryBulkAction(input: $input) { bulkAction { buysUnderWay closesPositions createdAt expiresAt finishedAt id isTerminal kind state } } }" };
export const RetryNotificationDelivery: Operation<RetryNotificationDeliveryMutation, RetryNotificationDeliveryMutationVariables> = { name: 'RetryNotificationDelivery', text: "mutation RetryNotificationDelivery($input: RetryNotificationDeliveryInput!) { retryNotificationDelivery(input: $input) { delivery { attempts createdAt dueAt error id sentAt status text } } }" };
export const RevokeApiToken: Operation<RevokeApiTokenMutation, RevokeApiTokenMutationVariables> = { name: 'RevokeApiToken', text: "mutation RevokeApiToken($input: RevokeApiTokenInput!) { revokeApiToken(input: $input) { apiToken { allowedIps createdAt expiresAt hint id lastUsedAt lastUsedIp name scopes } } }" };
export const RevokeUserAccess: Operation<RevokeUserAccessMutation, RevokeUserAccessMutationVariables> = { name: 'RevokeUserAccess', text: "mutation RevokeUserAccess($input: UserIdInput!) { revokeUserAccess(input: $input) { sessions tokens user { createdAt email fullName hasTwoFactor id isActive lastSignInAt mustChangePassword roles } } }" };
export const RotateAccountKeys: Operation<RotateAccountKeysMutation, RotateAccountKeysMutationVariables> = { name: 'RotateAccountKeys', text: "mutation RotateAccountKeys($input: RotateAccountKeysInput!) { rotateAccountKeys(input: $input) { account { apiKeyHint balancesFault balancesSyncedAt createdAt entriesPauseReason entriesPausedAt equityUsd exchange hasKeys id isActive isSimulation label priceVenue proxy testnet tradeMode withdrawAcceptedAt } } }" };
export const RotateWebhookEndpointSecret: Operation<RotateWebhookEndpointSecretMutation, RotateWebhookEndpointSecretMutationVariables> = { name: 'RotateWebhookEndpointSecret', text: "mutation RotateWebhookEndpointSecret($input: RotateWebhookEndpointSecretInput!) { rotateWebhookEndpointSecret(input: $input) { oldValidUntil secret } }" };
export const RotateWebhookSecret: Operation<RotateWebhookSecretMutation, RotateWebhookSecretMutationVariables> = { name: 'RotateWebhookSecret', text: "mutation RotateWebhookSecret($input: RotateWebhookSecretInput!) { rotateWebhookSecret(input: $input) { secret source { adminLocked allowedIps createdAt curlExample dryRun hasBodyToken hasSigningSecret id identityWindowSec isActive label maxLagSec rateLimitPerMin requireSignature tradeMode url webhookCode } } }" };
export const RunScheduledJob: Operation<RunScheduledJobMutation, RunScheduledJobMutationVariables> = { name: 'RunScheduledJob', text: "mutation RunScheduledJob($input: ScheduledJobInput!) { runScheduledJob(input: $input) { scheduledJob { description id intervalMaxMs intervalMinMs intervalMs isRunning isSafety lastStartedAt maxRetries name nextRunAt status timeoutMs } } }" };
export const SaveNotificationSettings: Operation<SaveNotificationSettingsMutation, SaveNotificationSettingsMutationVariables> = { name: 'SaveNotificationSettings', text: "mutation SaveNotificationSettings($input: SaveNotificationSettingsInput!) { saveNotificationSettings(input: $input) { settings { locale timeZone } } }" };
export const SaveNotificationTemplate: Operation<SaveNotificationTemplateMutation, SaveNotificationTemplateMutationVariables> = { name: 'SaveNotificationTemplate', text: "mutation SaveNotificationTemplate($input: NotificationTemplateInput!) { saveNotificationTemplate(input: $input) { template { body isOwn preview standardBody title type } } }" };
export const SaveViewSettings: Operation<SaveViewSettingsMutation, SaveViewSettingsMutationVariables> = { name: 'SaveViewSettings', text: "mutation SaveViewSettings($input: SaveViewSettingsInput!) { saveViewSettings(input: $input) { view { name settings updatedAt } } }" };
export const SetLogLevel: Operation<SetLogLevelMutation, SetLogLevelMutationVariables> = { name: 'SetLogLevel', text: "mutation SetLogLevel($input: SetLogLevelInput!) { setLogLevel(input: $input) { allProcesses level } }" };
export const SetMailServer: Operation<SetMailServerMutation, SetMailServerMutationVariables> = { name: 'SetMailServer', text: "mutation SetMailServer($input: SetMailServerInput!) { setMailServer(input: $input) { servers { hasWebPush } } }" };
export const SetPasswordWithLink: Operation<SetPasswordWithLinkMutation, SetPasswordWithLinkMutationVariables> = { name: 'SetPasswordWithLink', text: "mutation SetPasswordWithLink($input: SetPasswordWithLinkInput!) { setPasswordWithLink(input: $input) { email } }" };
export const SetScheduledJobInterval: Operation<SetScheduledJobIntervalMutation, SetScheduledJobIntervalMutationVariables> = { name: 'SetScheduledJobInterval', text: "mutation SetScheduledJobInterval($input: SetScheduledJobIntervalInput!) { setScheduledJobInterval(input: $input) { scheduledJob { description id intervalMaxMs intervalMinMs intervalMs isRunning isSafety lastStartedAt maxRetries name nextRunAt status timeoutMs } } }" };
export const SetSellLock: Operation<SetSellLockMutation, SetSellLockMutationVariables> = { name: 'SetSellLock', text: "mutation SetSellLock($input: SetSellLockInput!) { setSellLock(input: $input) { __typename ... on PositionChanged { position { breakEvenAfterFirst closeReason closedAt costQuote createdAt dustQty dustValueQuote entryPrice exitPrice feesQuote id lockSellByWebhook minProfitPct partialTpTriggered priceKey qtyRemaining qtyReserved qtyTotal realizedPnl shortfallQty shortfallValueQuote side slEnabled slPct slTriggered sourceId sourceLabel status symbol timeStopHours tpEnabled tpPct tpTriggered tradeMode trailingArmingPct trailingDistancePct trailingEnabled trailingMaxPrice trailingTriggered unrealizedPnl unrealizedPnlPct unsellableAt unsellableReason updatedAt } } ... on Refused { field message numbers { name value } reason } } }" };
export const SetSourceAlertGroup: Operation<SetSourceAlertGroupMutation, SetSourceAlertGroupMutationVariables> = { name: 'SetSourceAlertGroup', text: "mutation SetSourceAlertGroup($input: SetSourceAlertGroupInput!) { setSourceAlertGroup(input: $input) { groupId sourceId } }" };
export const SetTradeParameters: Operation<SetTradeParametersMutation, SetTradeParametersMutationVariables> = { name: 'SetTradeParameters', text: "mutation SetTradeParameters($input: SetTradeParametersInput!) { setTradeParameters(input: $input) { results { accountId outcome parameterId reasonCode reasonMessage side symbol } } }" };
export const SetUserRoles: Operation<SetUserRolesMutation, SetUserRolesMutationVariables> = { name: 'SetUserRoles', text: "mutation SetUserRoles($input: SetUserRolesInput!) { setUserRoles(input: $input) { user { createdAt email fullName hasTwoFactor id isActive lastSignInAt mustChangePassword roles } } }" };
export const SetWhatsAppServer: Operation<SetWhatsAppServerMutation, SetWhatsAppServerMutationVariables> = { name: 'SetWhatsAppServer', text: "mutation SetWhatsAppServer($input: SetWhatsAppServerInput!) { setWhatsAppServer(input: $input) { servers { hasWebPush } } }" };
export const SignIn: Operation<SignInMutation, SignInMutationVariables> = { name: 'SignIn', text: "mutation SignIn($input: SignInInput!) { signIn(input: $input) { user { createdAt email entriesPausedAt fullName id mustChangePassword phone roles } } }" };
export const SignInWithPasskey: Operation<SignInWithPasskeyMutation, SignInWithPasskeyMutationVariables> = { name: 'SignInWithPasskey', text: "mutation SignInWithPasskey($input: PasskeyProofInput!) { signInWithPasskey(input: $input) { user { createdAt email entriesPausedAt fullName id mustChangePassword phone roles } } }" };
export const SignOut: Operation<SignOutMutation, SignOutMutationVariables> = { name: 'SignOut', text: "mutation SignOut { signOut { hadSession } }" };
export const StepUp: Operation<StepUpMutation, StepUpMutationVariables> = { name: 'StepUp', text: "mutation StepUp($input: StepUpInput!) { stepUp(input: $input) { validUntil } }" };
export const SubscribeWebPush: Operation<SubscribeWebPushMutation, SubscribeWebPushMutationVariables> = { name: 'SubscribeWebPush', text: "mutation SubscribeWebPush($input: SubscribeWebPushInput!) { subscribeWebPush(input: $input) { channel { addressHint createdAt disabledReason failingSince failures id isEnabled kind label lastError lastSentAt sourceId } } }" };
export const TeachPhrase: Operation<TeachPhraseMutation, TeachPhraseMutationVariables> = { name: 'TeachPhrase', text: "mutation TeachPhrase($input: TeachPhraseInput!) { teachPhrase(input: $input) { source { adminLocked allowedIps createdAt dryRun hasBodyToken hasSigningSecret id identityWindowSec isActive label maxLagSec rateLimitPerMin requireSignature tradeMode } } }" };
export const TestConnection: Operation<TestConnectionMutation, TestConnectionMutationVariables> = { name: 'TestConnection', text: "mutation TestConnection($input: TestConnectionInput!) { testConnection(input: $input) { account { apiKeyHint balancesFault balancesSyncedAt createdAt entriesPauseReason entriesPausedAt equityUsd exchange hasKeys id isActive isSimulation label priceVenue proxy testnet tradeMode withdrawAcceptedAt } } }" };
export const TestNotificationChannel: Operation<TestNotificationChannelMutation, TestNotificationChannelMutationVariables> = { name: 'TestNotificationChannel', text: "mutation TestNotificationChannel($input: NotificationChannelInput!) { testNotificationChannel(input: $input) { delivery { attempts createdAt dueAt error id sentAt status text } } }" };
export const UnbindAccount: Operation<UnbindAccountMutation, UnbindAccountMutationVariables> = { name: 'UnbindAccount', text: "mutation UnbindAccount($input: UnbindAccountInput!) { unbindAccount(input: $input) { source { adminLocked allowedIps createdAt dryRun hasBodyToken hasSigningSecret id identityWindowSec isActive label maxLagSec rateLimitPerMin requireSignature tradeMode } } }" };
export const UnsubscribeWebPush: Operation<UnsubscribeWebPushMutation, UnsubscribeWebPushMutationVariables> = { name: 'UnsubscribeWebPush', text: "mutation UnsubscribeWebPush($input: UnsubscribeWebPushInput!) { unsubscribeWebPush(input: $input) { wasSubscribed } }" };
export const UpdateExchangeAccount: Operation<UpdateExchangeAccountMutation, UpdateExchangeAccountMutationVariables> = { name: 'UpdateExchangeAccount', text: "mutation UpdateExchangeAccount($input: UpdateExchangeAccountInput!) { updateExchangeAccount(input: $input) { account { apiKeyHint balancesFault balancesSyncedAt createdAt entriesPauseReason entriesPausedAt equityUsd exchange hasKeys id isActive isSimulation label priceVenue proxy testnet tradeMode withdrawAcceptedAt } } }" };
export const UpdateNotificationChannel: Operation<UpdateNotificationChannelMutation, UpdateNotificationChannelMutationVariables> = { name: 'UpdateNotificationChannel', text: "mutation UpdateNotificationChannel($input: UpdateNotificationChannelInput!) { updateNotificationChannel(input: $input) { channel { addressHint createdAt disabledReason failingSince failures id isEnabled kind label lastError lastSentAt sourceId } } }" };
export const UpdatePositionExits: Operation<UpdatePositionExitsMutation, UpdatePositionExitsMutationVariables> = { name: 'UpdatePositionExits', text: "mutation UpdatePositionExits($input: UpdatePositionExitsInput!) { updatePositionExits(input: $input) { __typename ... on PositionChanged { position { breakEvenAfterFirst closeReason closedAt costQuote createdAt dustQty dustValueQuote entryPrice exitPrice feesQuote id lockSellByWebhook minProfitPct partialTpTriggered priceKey qtyRemaining qtyReserved qtyTotal realizedPnl shortfallQty shortfallValueQuote side slEnabled slPct slTriggered sourceId sourceLabel status symbol timeStopHours tpEnabled tpPct tpTriggered tradeMode trailingArmingPct trailingDistancePct trailingEnabled trailingMaxPrice trailingTriggered unrealizedPnl unrealizedPnlPct unsellableAt unsellableReason updatedAt } } ... on Refused { field message numbers { name value } reason } } }" };
export const UpdateProfile: Operation<UpdateProfileMutation, UpdateProfileMutationVariables> = { name: 'UpdateProfile', text: "mutation UpdateProfile($input: UpdateProfileInput!) { updateProfile(input: $input) { user { createdAt email entriesPausedAt fullName id mustChangePassword phone roles } } }" };
export const UpdateTradeParameter: Operation<UpdateTradeParameterMutation, UpdateTradeParameterMutationVariables> = { name: 'UpdateTradeParameter', text: "mutation UpdateTradeParameter($input: UpdateTradeParameterInput!) { updateTradeParameter(input: $input) { parameter { createdAt defaultBreakEven defaultSlEnabled defaultSlPct defaultTimeStopHours defaultTpEnabled defaultTpPct id limitPriceBandPct maxOrdersPerHour minIntervalSec minProfitPct orderTypeDefault quoteAmountFixed quoteAmountPctBalance side slippageBps symbol trailingArmingPct trailingDistancePct trailingStopEnabled updatedAt } } }" };
export const UpdateVault: Operation<UpdateVaultMutation, UpdateVaultMutationVariables> = { name: 'UpdateVault', text: "mutation UpdateVault($input: UpdateVaultInput!) { updateVault(input: $input) { vault { createdAt description id isActive name tradeMode } } }" };
export const UpdateWebhookEndpoint: Operation<UpdateWebhookEndpointMutation, UpdateWebhookEndpointMutationVariables> = { name: 'UpdateWebhookEndpoint', text: "mutation UpdateWebhookEndpoint($input: UpdateWebhookEndpointInput!) { updateWebhookEndpoint(input: $input) { endpoint { events id isOwnSelection selection } } }" };
export const UpdateWebhookSource: Operation<UpdateWebhookSourceMutation, UpdateWebhookSourceMutationVariables> = { name: 'UpdateWebhookSource', text: "mutation UpdateWebhookSource($input: UpdateWebhookSourceInput!) { updateWebhookSource(input: $input) { source { adminLocked allowedIps createdAt dryRun hasBodyToken hasSigningSecret id identityWindowSec isActive label maxLagSec rateLimitPerMin requireSignature tradeMode } } }" };
export const WithdrawFromVault: Operation<WithdrawFromVaultMutation, WithdrawFromVaultMutationVariables> = { name: 'WithdrawFromVault', text: "mutation WithdrawFromVault($input: WithdrawFromVaultInput!) { withdrawFromVault(input: $input) { vault { createdAt description id isActive name tradeMode } } }" };
export const AccountChanged: Operation<AccountChangedSubscription, AccountChangedSubscriptionVariables> = { name: 'AccountChanged', text: "subscription AccountChanged($after: String, $filter: AccountEventFilter) { accountChanged(after: $after, filter: $filter) { account { apiKeyHint balances { asset free lastSyncAt locked total valueUsd } balancesFault balancesSyncedAt comparison { error failingSince reconciledAt } connection { canRead canTrade canWithdraw clockOffsetMs exchangeCode fault latencyMs message ok testedAt } createdAt entriesPauseReason entriesPausedAt equityUsd exchange hasKeys id isActive isSimulation label priceVenue proxy testnet tradeMode withdrawAcceptedAt } cursor } }" };
export const AlertChanged: Operation<AlertChangedSubscription, AlertChangedSubscriptionVariables> = { name: 'AlertChanged', text: "subscription AlertChanged($after: String, $filter: AlertEventFilter) { alertChanged(after: $after, filter: $filter) { alert { acknowledgedAt createdAt escalatedAt escalationLevel id isOperators message resolvedAt resolvedByHand severity type } cursor } }" };
export const FillAdded: Operation<FillAddedSubscription, FillAddedSubscriptionVariables> = { name: 'FillAdded', text: "subscription FillAdded($after: String, $filter: LiveFilter) { fillAdded(after: $after, filter: $filter) { cursor fill { feeAmount feeAsset filledAt id position { breakEvenAfterFirst closeReason closedAt costQuote createdAt dustQty dustValueQuote entryPrice exitPrice feesQuote id lockSellByWebhook minProfitPct partialTpTriggered priceKey qtyRemaining qtyReserved qtyTotal realizedPnl shortfallQty shortfallValueQuote side slEnabled slPct slTriggered sourceId sourceLabel status symbol timeStopHours tpEnabled tpPct tpTriggered tradeMode trailingArmingPct trailingDistancePct trailingEnabled trailingMaxPrice trailingTriggered unrealizedPnl unrealizedPnlPct unsellableAt unsellableReason updatedAt } positionId price qty realizedQuote side } } }" };
export const JobChanged: Operation<JobChangedSubscription, JobChangedSubscriptionVariables> = { name: 'JobChanged', text: "subscription JobChanged($after: String, $filter: LiveFilter) { jobChanged(after: $after, filter: $filter) { cursor job { account { apiKeyHint balancesFault balancesSyncedAt createdAt entriesPauseReason entriesPausedAt equityUsd exchange hasKeys id isActive isSimulation label priceVenue proxy testnet tradeMode withdrawAcceptedAt } baseQuantity closesJobId createdAt decidedAt distancePct event { action createdAt eventUid id priceReference processedAt rawPayload rawText receipt status symbolNormalized symbolRaw timeframe tradeMode validationError } executedQty executions { acknowledgedAt avgPrice bookedAt clientOrderId createdAt cummQuoteQty errorMessage exchange exchangeOrderId executedQty filledAt id jobId orderType requestedQty sentAt side status symbol tradeMode } exitPrice exitReason id limitOrderExpiresAt limitPrice orderType origin position { breakEvenAfterFirst closeReason closedAt costQuote createdAt dustQty dustValueQuote entryPrice exitPrice feesQuote id lockSellByWebhook minProfitPct partialTpTriggered priceKey qtyRemaining qtyReserved qtyTotal realizedPnl shortfallQty shortfallValueQuote side slEnabled slPct slTriggered sourceId sourceLabel status symbol timeStopHours tpEnabled tpPct tpTriggered tradeMode trailingArmingPct trailingDistancePct trailingEnabled trailingMaxPrice trailingTriggered unrealizedPnl unrealizedPnlPct unsellableAt unsellableReason updatedAt } quoteAmount reasonCode reasonMessage reservations { isLive positionId qty qtySold } side status symbol tickAt timeline { at offsetMs stage } trace { name source value } tradeMode updatedAt vault { createdAt description id isActive name tradeMode } waitingSince waitsForJobId } status } }" };
export const PositionChanged: Operation<PositionChangedSubscription, PositionChangedSubscriptionVariables> = { name: 'PositionChanged', text: "subscription PositionChanged($after: String, $filter: LiveFilter) { positionChanged(after: $after, filter: $filter) { cursor position { account { apiKeyHint balancesFault balancesSyncedAt createdAt entriesPauseReason entriesPausedAt equityUsd exchange hasKeys id isActive isSimulation label priceVenue proxy testnet tradeMode withdrawAcceptedAt } breakEvenAfterFirst closeReason closedAt costQuote createdAt decisions { at exitReason kind } dustQty dustValueQuote entryPrice exitLevels { distanceToStopPct distanceToTargetPct nextTargetPrice stopPrice takeProfitPrice timeStopAt trailingArmingPrice trailingStopPrice } exitPrice feesQuote fills { feeAmount feeAsset filledAt id positionId price qty realizedQuote side } id liveExits { baseQuantity closesJobId createdAt decidedAt distancePct executedQty exitPrice exitReason id limitOrderExpiresAt limitPrice orderType origin quoteAmount reasonCode reasonMessage side status symbol tickAt tradeMode updatedAt waitingSince waitsForJobId } lockSellByWebhook minProfitPct openJob { baseQuantity closesJobId createdAt decidedAt distancePct executedQty exitPrice exitReason id limitOrderExpiresAt limitPrice orderType origin quoteAmount reasonCode reasonMessage side status symbol tickAt tradeMode updatedAt waitingSince waitsForJobId } openOrders { baseQuantity closesJobId createdAt decidedAt distancePct executedQty exitPrice exitReason id limitOrderExpiresAt limitPrice orderType origin quoteAmount reasonCode reasonMessage side status symbol tickAt tradeMode updatedAt waitingSince waitsForJobId } partialTpTriggered price { ageMs ask at bid key last source symbol venue } priceKey qtyRemaining qtyReserved qtyTotal realizedPnl shortfallQty shortfallValueQuote side slEnabled slPct slTriggered sourceId sourceLabel status symbol targets { id jobId ordinal pct price sharePct triggeredAt } timeStopHours tpEnabled tpPct tpTriggered tradeMode trailingArmingPct trailingDistancePct trailingEnabled trailingMaxPrice trailingTriggered unrealizedPnl unrealizedPnlPct unsellableAt unsellableReason updatedAt vault { createdAt description id isActive name tradeMode } } } }" };
export const PricesChanged: Operation<PricesChangedSubscription, PricesChangedSubscriptionVariables> = { name: 'PricesChanged', text: "subscription PricesChanged($symbols: [String!], $venues: [PriceVenue!]) { pricesChanged(symbols: $symbols, venues: $venues) { ageMs ask at bid key last source symbol venue } }" };
export const ReceiptAdded: Operation<ReceiptAddedSubscription, ReceiptAddedSubscriptionVariables> = { name: 'ReceiptAdded', text: "subscription ReceiptAdded($after: String, $filter: ReceiptEventFilter) { receiptAdded(after: $after, filter: $filter) { cursor receipt { accounts action bodyBytes dryRun duplicates eventUid events { action createdAt eventUid id priceReference processedAt rawPayload rawText receipt status symbolNormalized symbolRaw timeframe tradeMode validationError } httpStatus id message outcome reasonCode reasonMessage receipt receivedAt result { jobs outcome reasonCode reasonMessage traded wouldTrade } source { adminLocked allowedIps createdAt dryRun hasBodyToken hasSigningSecret id identityWindowSec isActive label maxLagSec rateLimitPerMin requireSignature tradeMode } sourceIp symbol timeline { at offsetMs stage } unread { kind taughtAs text } } } }" };
export const VaultChanged: Operation<VaultChangedSubscription, VaultChangedSubscriptionVariables> = { name: 'VaultChanged', text: "subscription VaultChanged($after: String, $filter: VaultEventFilter) { vaultChanged(after: $after, filter: $filter) { cursor vault { balances { asset available balance reserved } createdAt description id isActive name shortfalls { allocated asset held } tradeMode } } }" };