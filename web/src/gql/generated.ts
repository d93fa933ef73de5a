/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import { mutationHook, queryHook, subscriptionHook } from '../lib/apollo-hooks';
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';
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

/** What an item of a bulk action does. */
export type BulkActionItemKind =
  /** Cancels a resting order. */
  | 'CANCEL_ORDER'
  /** Sells a position at the market. */
  | 'CLOSE_POSITION';

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

/** A trade parameter to delete. */
export type DeleteTradeParameterInput = {
  /** The parameter. */
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

/** What an attempt to send came to. */
export type NotificationAttemptOutcome =
  /** The other side took it. */
  | 'ACCEPTED'
  /** The other side refused it. */
  | 'REFUSED'
  /** It has not ended, or its process died. */
  | 'SENDING'
  /** No answer came; it may have arrived. */
  | 'UNKNOWN'
  /** Nothing left this machine. */
  | 'UNSENT';

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

export type BulkActionFieldsFragment = { __typename: 'BulkAction', id: string, state: BulkActionState, isTerminal: boolean, closesPositions: boolean, expiresAt: string | null, finishedAt: string | null, buysUnderWay: number, totals: Array<{ __typename: 'BulkActionTotal', asset: string, positions: number, value: string, profit: string, unpricedPositions: number }>, sold: Array<{ __typename: 'BulkActionSold', asset: string, positions: number, value: string }>, accounts: Array<{ __typename: 'BulkActionAccountResult', positionsClosed: number, positionsPartlySold: number, positionsUnderWay: number, positionsRefused: number, ordersCanceled: number, ordersUnderWay: number, ordersRefused: number, pending: number, account: { __typename: 'ExchangeAccount', id: string, label: string, tradeMode: TradeMode }, sold: Array<{ __typename: 'BulkActionSold', asset: string, positions: number, value: string }> }>, items: Array<{ __typename: 'BulkActionItem', id: string, action: BulkActionItemKind, symbol: string, state: BulkActionItemState, isTerminal: boolean, isStillOpen: boolean, soldQty: string, soldQuote: string, reasonCode: ReasonCode | null, reasonMessage: string | null, account: { __typename: 'ExchangeAccount', id: string, label: string }, job: { __typename: 'TradeJob', id: string } | null }> };

export type BulkActionQueryVariables = Exact<{
  id: string | number;
}>;


export type BulkActionQuery = { bulkAction: { __typename: 'BulkAction', id: string, state: BulkActionState, isTerminal: boolean, closesPositions: boolean, expiresAt: string | null, finishedAt: string | null, buysUnderWay: number, totals: Array<{ __typename: 'BulkActionTotal', asset: string, positions: number, value: string, profit: string, unpricedPositions: number }>, sold: Array<{ __typename: 'BulkActionSold', asset: string, positions: number, value: string }>, accounts: Array<{ __typename: 'BulkActionAccountResult', positionsClosed: number, positionsPartlySold: number, positionsUnderWay: number, positionsRefused: number, ordersCanceled: number, ordersUnderWay: number, ordersRefused: number, pending: number, account: { __typename: 'ExchangeAccount', id: string, label: string, tradeMode: TradeMode }, sold: Array<{ __typename: 'BulkActionSold', asset: string, positions: number, value: string }> }>, items: Array<{ __typename: 'BulkActionItem', id: string, action: BulkActionItemKind, symbol: string, state: BulkActionItemState, isTerminal: boolean, isStillOpen: boolean, soldQty: string, soldQuote: string, reasonCode: ReasonCode | null, reasonMessage: string | null, account: { __typename: 'ExchangeAccount', id: string, label: string }, job: { __typename: 'TradeJob', id: string } | null }> } | null };

export type BulkActionOfKeyQueryVariables = Exact<{
  idempotencyKey: string;
}>;


export type BulkActionOfKeyQuery = { bulkActionOfKey: { __typename: 'BulkAction', id: string, state: BulkActionState, isTerminal: boolean, closesPositions: boolean, expiresAt: string | null, finishedAt: string | null, buysUnderWay: number, totals: Array<{ __typename: 'BulkActionTotal', asset: string, positions: number, value: string, profit: string, unpricedPositions: number }>, sold: Array<{ __typename: 'BulkActionSold', asset: string, positions: number, value: string }>, accounts: Array<{ __typename: 'BulkActionAccountResult', positionsClosed: number, positionsPartlySold: number, positionsUnderWay: number, positionsRefused: number, ordersCanceled: number, ordersUnderWay: number, ordersRefused: number, pending: number, account: { __typename: 'ExchangeAccount', id: string, label: string, tradeMode: TradeMode }, sold: Array<{ __typename: 'BulkActionSold', asset: string, positions: number, value: string }> }>, items: Array<{ __typename: 'BulkActionItem', id: string, action: BulkActionItemKind, symbol: string, state: BulkActionItemState, isTerminal: boolean, isStillOpen: boolean, soldQty: string, soldQuote: string, reasonCode: ReasonCode | null, reasonMessage: string | null, account: { __typename: 'ExchangeAccount', id: string, label: string }, job: { __typename: 'TradeJob', id: string } | null }> } | null };

export type RetryBulkActionMutationVariables = Exact<{
  input: RetryBulkActionInput;
}>;


export type RetryBulkActionMutation = { retryBulkAction: { __typename: 'RetryBulkActionPayload', bulkAction: { __typename: 'BulkAction', id: string, state: BulkActionState, isTerminal: boolean, closesPositions: boolean, expiresAt: string | null, finishedAt: string | null, buysUnderWay: number, totals: Array<{ __typename: 'BulkActionTotal', asset: string, positions: number, value: string, profit: string, unpricedPositions: number }>, sold: Array<{ __typename: 'BulkActionSold', asset: string, positions: number, value: string }>, accounts: Array<{ __typename: 'BulkActionAccountResult', positionsClosed: number, positionsPartlySold: number, positionsUnderWay: number, positionsRefused: number, ordersCanceled: number, ordersUnderWay: number, ordersRefused: number, pending: number, account: { __typename: 'ExchangeAccount', id: string, label: string, tradeMode: TradeMode }, sold: Array<{ __typename: 'BulkActionSold', asset: string, positions: number, value: string }> }>, items: Array<{ __typename: 'BulkActionItem', id: string, action: BulkActionItemKind, symbol: string, state: BulkActionItemState, isTerminal: boolean, isStillOpen: boolean, soldQty: string, soldQuote: string, reasonCode: ReasonCode | null, reasonMessage: string | null, account: { __typename: 'ExchangeAccount', id: string, label: string }, job: { __typename: 'TradeJob', id: string } | null }> } } };

export type EntriesPauseQueryVariables = Exact<{ [key: string]: never; }>;


export type EntriesPauseQuery = { me: { __typename: 'User', id: string, entriesPausedAt: string | null } | null, exchangeAccounts: { __typename: 'ExchangeAccountConnection', edges: Array<{ __typename: 'ExchangeAccountEdge', cursor: string, node: { __typename: 'ExchangeAccount', id: string, label: string, tradeMode: TradeMode, entriesPausedAt: string | null } }>, pageInfo: { __typename: 'PageInfo', hasNextPage: boolean, endCursor: string | null } } };

export type CloseAllChoicesQueryVariables = Exact<{
  tradeMode: TradeMode;
}>;


export type CloseAllChoicesQuery = { exchangeAccounts: { __typename: 'ExchangeAccountConnection', edges: Array<{ __typename: 'ExchangeAccountEdge', cursor: string, node: { __typename: 'ExchangeAccount', id: string, label: string } }>, pageInfo: { __typename: 'PageInfo', hasNextPage: boolean, endCursor: string | null } }, webhookSources: { __typename: 'WebhookSourceConnection', edges: Array<{ __typename: 'WebhookSourceEdge', cursor: string, node: { __typename: 'WebhookSource', id: string, label: string } }> } };

export type PauseEntriesMutationVariables = Exact<{
  input: PauseEntriesInput;
}>;


export type PauseEntriesMutation = { pauseEntries: { __typename: 'PauseEntriesPayload', user: { __typename: 'User', id: string, entriesPausedAt: string | null }, account: { __typename: 'ExchangeAccount', id: string, entriesPausedAt: string | null } | null } };

export type ResumeEntriesMutationVariables = Exact<{
  input: ResumeEntriesInput;
}>;


export type ResumeEntriesMutation = { resumeEntries: { __typename: 'ResumeEntriesPayload', user: { __typename: 'User', id: string, entriesPausedAt: string | null }, account: { __typename: 'ExchangeAccount', id: string, entriesPausedAt: string | null } | null } };

export type PreviewCloseAllMutationVariables = Exact<{
  input: PreviewCloseAllInput;
}>;


export type PreviewCloseAllMutation = { previewCloseAll: { __typename: 'PreviewCloseAllPayload', bulkAction: { __typename: 'BulkAction', id: string, state: BulkActionState, isTerminal: boolean, closesPositions: boolean, expiresAt: string | null, finishedAt: string | null, buysUnderWay: number, totals: Array<{ __typename: 'BulkActionTotal', asset: string, positions: number, value: string, profit: string, unpricedPositions: number }>, sold: Array<{ __typename: 'BulkActionSold', asset: string, positions: number, value: string }>, accounts: Array<{ __typename: 'BulkActionAccountResult', positionsClosed: number, positionsPartlySold: number, positionsUnderWay: number, positionsRefused: number, ordersCanceled: number, ordersUnderWay: number, ordersRefused: number, pending: number, account: { __typename: 'ExchangeAccount', id: string, label: string, tradeMode: TradeMode }, sold: Array<{ __typename: 'BulkActionSold', asset: string, positions: number, value: string }> }>, items: Array<{ __typename: 'BulkActionItem', id: string, action: BulkActionItemKind, symbol: string, state: BulkActionItemState, isTerminal: boolean, isStillOpen: boolean, soldQty: string, soldQuote: string, reasonCode: ReasonCode | null, reasonMessage: string | null, account: { __typename: 'ExchangeAccount', id: string, label: string }, job: { __typename: 'TradeJob', id: string } | null }> } } };

export type ConfirmCloseAllMutationVariables = Exact<{
  input: ConfirmCloseAllInput;
}>;


export type ConfirmCloseAllMutation = { confirmCloseAll: { __typename: 'ConfirmCloseAllPayload', bulkAction: { __typename: 'BulkAction', id: string, state: BulkActionState, isTerminal: boolean, closesPositions: boolean, expiresAt: string | null, finishedAt: string | null, buysUnderWay: number, totals: Array<{ __typename: 'BulkActionTotal', asset: string, positions: number, value: string, profit: string, unpricedPositions: number }>, sold: Array<{ __typename: 'BulkActionSold', asset: string, positions: number, value: string }>, accounts: Array<{ __typename: 'BulkActionAccountResult', positionsClosed: number, positionsPartlySold: number, positionsUnderWay: number, positionsRefused: number, ordersCanceled: number, ordersUnderWay: number, ordersRefused: number, pending: number, account: { __typename: 'ExchangeAccount', id: string, label: string, tradeMode: TradeMode }, sold: Array<{ __typename: 'BulkActionSold', asset: string, positions: number, value: string }> }>, items: Array<{ __typename: 'BulkActionItem', id: string, action: BulkActionItemKind, symbol: string, state: BulkActionItemState, isTerminal: boolean, isStillOpen: boolean, soldQty: string, soldQuote: string, reasonCode: ReasonCode | null, reasonMessage: string | null, account: { __typename: 'ExchangeAccount', id: string, label: string }, job: { __typename: 'TradeJob', id: string } | null }> } } };

export type KillSwitchMutationVariables = Exact<{
  input: KillSwitchInput;
}>;


export type KillSwitchMutation = { killSwitch: { __typename: 'KillSwitchPayload', bulkAction: { __typename: 'BulkAction', id: string, state: BulkActionState, isTerminal: boolean, closesPositions: boolean, expiresAt: string | null, finishedAt: string | null, buysUnderWay: number, totals: Array<{ __typename: 'BulkActionTotal', asset: string, positions: number, value: string, profit: string, unpricedPositions: number }>, sold: Array<{ __typename: 'BulkActionSold', asset: string, positions: number, value: string }>, accounts: Array<{ __typename: 'BulkActionAccountResult', positionsClosed: number, positionsPartlySold: number, positionsUnderWay: number, positionsRefused: number, ordersCanceled: number, ordersUnderWay: number, ordersRefused: number, pending: number, account: { __typename: 'ExchangeAccount', id: string, label: string, tradeMode: TradeMode }, sold: Array<{ __typename: 'BulkActionSold', asset: string, positions: number, value: string }> }>, items: Array<{ __typename: 'BulkActionItem', id: string, action: BulkActionItemKind, symbol: string, state: BulkActionItemState, isTerminal: boolean, isStillOpen: boolean, soldQty: string, soldQuote: string, reasonCode: ReasonCode | null, reasonMessage: string | null, account: { __typename: 'ExchangeAccount', id: string, label: string }, job: { __typename: 'TradeJob', id: string } | null }> } } };

export type SessionUserFragment = { __typename: 'User', id: string, email: string, fullName: string | null, roles: Array<UserRole>, mustChangePassword: boolean, entriesPausedAt: string | null };

export type MeQueryVariables = Exact<{ [key: string]: never; }>;


export type MeQuery = { me: { __typename: 'User', id: string, email: string, fullName: string | null, roles: Array<UserRole>, mustChangePassword: boolean, entriesPausedAt: string | null } | null };

export type SignOutMutationVariables = Exact<{ [key: string]: never; }>;


export type SignOutMutation = { signOut: { __typename: 'SignOutPayload', hadSession: boolean } };

export type SetupQueryVariables = Exact<{ [key: string]: never; }>;


export type SetupQuery = { setup: { __typename: 'Setup', isNeeded: boolean } };

export type ServerTimeQueryVariables = Exact<{ [key: string]: never; }>;


export type ServerTimeQuery = { serverInfo: { __typename: 'ServerInfo', time: string } };

export type AccountRowFragment = { __typename: 'ExchangeAccount', id: string, exchange: ExchangeName, label: string, tradeMode: TradeMode, isSimulation: boolean, testnet: boolean, isActive: boolean, entriesPausedAt: string | null, entriesPauseReason: EntriesPauseReason | null, hasKeys: boolean, apiKeyHint: string | null, proxy: string | null, balancesSyncedAt: string | null, balancesFault: ExchangeFaultCode | null, equityUsd: string | null, createdAt: string, connection: { __typename: 'ConnectionTest', ok: boolean, testedAt: string, canRead: boolean, canTrade: boolean, canWithdraw: boolean | null, latencyMs: number | null, clockOffsetMs: number | null, fault: ExchangeFaultCode | null, message: string | null, exchangeCode: string | null } | null, balances: Array<{ __typename: 'Balance', asset: string, free: string, locked: string, total: string, valueUsd: string | null, lastSyncAt: string | null }> };

export type ExchangeAccountsQueryVariables = Exact<{
  tradeMode: TradeMode;
  after?: string | null | undefined;
}>;


export type ExchangeAccountsQuery = { exchangeAccounts: { __typename: 'ExchangeAccountConnection', edges: Array<{ __typename: 'ExchangeAccountEdge', cursor: string, node: { __typename: 'ExchangeAccount', id: string, exchange: ExchangeName, label: string, tradeMode: TradeMode, isSimulation: boolean, testnet: boolean, isActive: boolean, entriesPausedAt: string | null, entriesPauseReason: EntriesPauseReason | null, hasKeys: boolean, apiKeyHint: string | null, proxy: string | null, balancesSyncedAt: string | null, balancesFault: ExchangeFaultCode | null, equityUsd: string | null, createdAt: string, connection: { __typename: 'ConnectionTest', ok: boolean, testedAt: string, canRead: boolean, canTrade: boolean, canWithdraw: boolean | null, latencyMs: number | null, clockOffsetMs: number | null, fault: ExchangeFaultCode | null, message: string | null, exchangeCode: string | null } | null, balances: Array<{ __typename: 'Balance', asset: string, free: string, locked: string, total: string, valueUsd: string | null, lastSyncAt: string | null }> } }>, pageInfo: { __typename: 'PageInfo', hasNextPage: boolean, endCursor: string | null } } };

export type CreateExchangeAccountMutationVariables = Exact<{
  input: CreateExchangeAccountInput;
}>;


export type CreateExchangeAccountMutation = { createExchangeAccount: { __typename: 'CreateExchangeAccountPayload', account: { __typename: 'ExchangeAccount', id: string, exchange: ExchangeName, label: string, tradeMode: TradeMode, isSimulation: boolean, testnet: boolean, isActive: boolean, entriesPausedAt: string | null, entriesPauseReason: EntriesPauseReason | null, hasKeys: boolean, apiKeyHint: string | null, proxy: string | null, balancesSyncedAt: string | null, balancesFault: ExchangeFaultCode | null, equityUsd: string | null, createdAt: string, connection: { __typename: 'ConnectionTest', ok: boolean, testedAt: string, canRead: boolean, canTrade: boolean, canWithdraw: boolean | null, latencyMs: number | null, clockOffsetMs: number | null, fault: ExchangeFaultCode | null, message: string | null, exchangeCode: string | null } | null, balances: Array<{ __typename: 'Balance', asset: string, free: string, locked: string, total: string, valueUsd: string | null, lastSyncAt: string | null }> } } };

export type UpdateExchangeAccountMutationVariables = Exact<{
  input: UpdateExchangeAccountInput;
}>;


export type UpdateExchangeAccountMutation = { updateExchangeAccount: { __typename: 'UpdateExchangeAccountPayload', account: { __typename: 'ExchangeAccount', id: string, exchange: ExchangeName, label: string, tradeMode: TradeMode, isSimulation: boolean, testnet: boolean, isActive: boolean, entriesPausedAt: string | null, entriesPauseReason: EntriesPauseReason | null, hasKeys: boolean, apiKeyHint: string | null, proxy: string | null, balancesSyncedAt: string | null, balancesFault: ExchangeFaultCode | null, equityUsd: string | null, createdAt: string, connection: { __typename: 'ConnectionTest', ok: boolean, testedAt: string, canRead: boolean, canTrade: boolean, canWithdraw: boolean | null, latencyMs: number | null, clockOffsetMs: number | null, fault: ExchangeFaultCode | null, message: string | null, exchangeCode: string | null } | null, balances: Array<{ __typename: 'Balance', asset: string, free: string, locked: string, total: string, valueUsd: string | null, lastSyncAt: string | null }> } } };

export type ExchangeRulesQueryVariables = Exact<{ [key: string]: never; }>;


export type ExchangeRulesQuery = { exchangeRules: Array<{ __typename: 'ExchangeRules', exchange: ExchangeName, needsPassphrase: boolean, hasTestnet: boolean }> };

export type RotateAccountKeysMutationVariables = Exact<{
  input: RotateAccountKeysInput;
}>;


export type RotateAccountKeysMutation = { rotateAccountKeys: { __typename: 'RotateAccountKeysPayload', account: { __typename: 'ExchangeAccount', id: string, exchange: ExchangeName, label: string, tradeMode: TradeMode, isSimulation: boolean, testnet: boolean, isActive: boolean, entriesPausedAt: string | null, entriesPauseReason: EntriesPauseReason | null, hasKeys: boolean, apiKeyHint: string | null, proxy: string | null, balancesSyncedAt: string | null, balancesFault: ExchangeFaultCode | null, equityUsd: string | null, createdAt: string, connection: { __typename: 'ConnectionTest', ok: boolean, testedAt: string, canRead: boolean, canTrade: boolean, canWithdraw: boolean | null, latencyMs: number | null, clockOffsetMs: number | null, fault: ExchangeFaultCode | null, message: string | null, exchangeCode: string | null } | null, balances: Array<{ __typename: 'Balance', asset: string, free: string, locked: string, total: string, valueUsd: string | null, lastSyncAt: string | null }> } } };

export type RemoveAccountKeysMutationVariables = Exact<{
  input: RemoveAccountKeysInput;
}>;


export type RemoveAccountKeysMutation = { removeAccountKeys: { __typename: 'RemoveAccountKeysPayload', account: { __typename: 'ExchangeAccount', id: string, exchange: ExchangeName, label: string, tradeMode: TradeMode, isSimulation: boolean, testnet: boolean, isActive: boolean, entriesPausedAt: string | null, entriesPauseReason: EntriesPauseReason | null, hasKeys: boolean, apiKeyHint: string | null, proxy: string | null, balancesSyncedAt: string | null, balancesFault: ExchangeFaultCode | null, equityUsd: string | null, createdAt: string, connection: { __typename: 'ConnectionTest', ok: boolean, testedAt: string, canRead: boolean, canTrade: boolean, canWithdraw: boolean | null, latencyMs: number | null, clockOffsetMs: number | null, fault: ExchangeFaultCode | null, message: string | null, exchangeCode: string | null } | null, balances: Array<{ __typename: 'Balance', asset: string, free: string, locked: string, total: string, valueUsd: string | null, lastSyncAt: string | null }> } } };

export type TestConnectionMutationVariables = Exact<{
  input: TestConnectionInput;
}>;


export type TestConnectionMutation = { testConnection: { __typename: 'TestConnectionPayload', account: { __typename: 'ExchangeAccount', id: string, exchange: ExchangeName, label: string, tradeMode: TradeMode, isSimulation: boolean, testnet: boolean, isActive: boolean, entriesPausedAt: string | null, entriesPauseReason: EntriesPauseReason | null, hasKeys: boolean, apiKeyHint: string | null, proxy: string | null, balancesSyncedAt: string | null, balancesFault: ExchangeFaultCode | null, equityUsd: string | null, createdAt: string, connection: { __typename: 'ConnectionTest', ok: boolean, testedAt: string, canRead: boolean, canTrade: boolean, canWithdraw: boolean | null, latencyMs: number | null, clockOffsetMs: number | null, fault: ExchangeFaultCode | null, message: string | null, exchangeCode: string | null } | null, balances: Array<{ __typename: 'Balance', asset: string, free: string, locked: string, total: string, valueUsd: string | null, lastSyncAt: string | null }> } } };

export type PersonRowFragment = { __typename: 'Person', id: string, email: string, fullName: string | null, roles: Array<UserRole>, isActive: boolean, hasTwoFactor: boolean, mustChangePassword: boolean, lastSignInAt: string | null, createdAt: string };

export type PeopleQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
}>;


export type PeopleQuery = { users: { __typename: 'PersonConnection', edges: Array<{ __typename: 'PersonEdge', cursor: string, node: { __typename: 'Person', id: string, email: string, fullName: string | null, roles: Array<UserRole>, isActive: boolean, hasTwoFactor: boolean, mustChangePassword: boolean, lastSignInAt: string | null, createdAt: string } }>, pageInfo: { __typename: 'PageInfo', hasNextPage: boolean, endCursor: string | null } } };

export type InviteUserMutationVariables = Exact<{
  input: InviteUserInput;
}>;


export type InviteUserMutation = { inviteUser: { __typename: 'InviteUserPayload', link: string, expiresAt: string, user: { __typename: 'Person', id: string, email: string, fullName: string | null, roles: Array<UserRole>, isActive: boolean, hasTwoFactor: boolean, mustChangePassword: boolean, lastSignInAt: string | null, createdAt: string } } };

export type CreatePasswordResetLinkMutationVariables = Exact<{
  input: ProvenUserIdInput;
}>;


export type CreatePasswordResetLinkMutation = { createPasswordResetLink: { __typename: 'CreatePasswordResetLinkPayload', link: string, expiresAt: string } };

export type ActivateUserMutationVariables = Exact<{
  input: ProvenUserIdInput;
}>;


export type ActivateUserMutation = { activateUser: { __typename: 'ActivateUserPayload', user: { __typename: 'Person', id: string, email: string, fullName: string | null, roles: Array<UserRole>, isActive: boolean, hasTwoFactor: boolean, mustChangePassword: boolean, lastSignInAt: string | null, createdAt: string } } };

export type DeactivateUserMutationVariables = Exact<{
  input: UserIdInput;
}>;


export type DeactivateUserMutation = { deactivateUser: { __typename: 'DeactivateUserPayload', user: { __typename: 'Person', id: string, email: string, fullName: string | null, roles: Array<UserRole>, isActive: boolean, hasTwoFactor: boolean, mustChangePassword: boolean, lastSignInAt: string | null, createdAt: string } } };

export type RevokeUserAccessMutationVariables = Exact<{
  input: UserIdInput;
}>;


export type RevokeUserAccessMutation = { revokeUserAccess: { __typename: 'RevokeUserAccessPayload', sessions: number, tokens: number } };

export type ResetUserTwoFactorMutationVariables = Exact<{
  input: ProvenUserIdInput;
}>;


export type ResetUserTwoFactorMutation = { resetUserTwoFactor: { __typename: 'ResetUserTwoFactorPayload', user: { __typename: 'Person', id: string, email: string, fullName: string | null, roles: Array<UserRole>, isActive: boolean, hasTwoFactor: boolean, mustChangePassword: boolean, lastSignInAt: string | null, createdAt: string } } };

export type SetUserRolesMutationVariables = Exact<{
  input: SetUserRolesInput;
}>;


export type SetUserRolesMutation = { setUserRoles: { __typename: 'SetUserRolesPayload', user: { __typename: 'Person', id: string, email: string, fullName: string | null, roles: Array<UserRole>, isActive: boolean, hasTwoFactor: boolean, mustChangePassword: boolean, lastSignInAt: string | null, createdAt: string } } };

export type ScheduledJobRowFragment = { __typename: 'ScheduledJob', id: string, name: string, description: string, status: ScheduledJobStatus, isRunning: boolean, isSafety: boolean, intervalMs: number, intervalMinMs: number, intervalMaxMs: number, lastStartedAt: string | null, nextRunAt: string | null };

export type ScheduledJobsQueryVariables = Exact<{ [key: string]: never; }>;


export type ScheduledJobsQuery = { scheduledJobs: Array<{ __typename: 'ScheduledJob', id: string, name: string, description: string, status: ScheduledJobStatus, isRunning: boolean, isSafety: boolean, intervalMs: number, intervalMinMs: number, intervalMaxMs: number, lastStartedAt: string | null, nextRunAt: string | null }> };

export type ScheduledJobRunsQueryVariables = Exact<{
  name: string;
  first: number;
  after?: string | null | undefined;
}>;


export type ScheduledJobRunsQuery = { scheduledJobRuns: { __typename: 'ScheduledJobRunConnection', edges: Array<{ __typename: 'ScheduledJobRunEdge', cursor: string, node: { __typename: 'ScheduledJobRun', id: string, status: JobRunStatus, trigger: JobRunTrigger, startedAt: string, durationMs: number | null, error: string | null, result: unknown } }>, pageInfo: { __typename: 'PageInfo', hasNextPage: boolean, endCursor: string | null } } };

export type RunScheduledJobMutationVariables = Exact<{
  input: ScheduledJobInput;
}>;


export type RunScheduledJobMutation = { runScheduledJob: { __typename: 'RunScheduledJobPayload', scheduledJob: { __typename: 'ScheduledJob', id: string, name: string, description: string, status: ScheduledJobStatus, isRunning: boolean, isSafety: boolean, intervalMs: number, intervalMinMs: number, intervalMaxMs: number, lastStartedAt: string | null, nextRunAt: string | null } } };

export type PauseScheduledJobMutationVariables = Exact<{
  input: ScheduledJobInput;
}>;


export type PauseScheduledJobMutation = { pauseScheduledJob: { __typename: 'PauseScheduledJobPayload', scheduledJob: { __typename: 'ScheduledJob', id: string, name: string, description: string, status: ScheduledJobStatus, isRunning: boolean, isSafety: boolean, intervalMs: number, intervalMinMs: number, intervalMaxMs: number, lastStartedAt: string | null, nextRunAt: string | null } } };

export type ResumeScheduledJobMutationVariables = Exact<{
  input: ScheduledJobInput;
}>;


export type ResumeScheduledJobMutation = { resumeScheduledJob: { __typename: 'ResumeScheduledJobPayload', scheduledJob: { __typename: 'ScheduledJob', id: string, name: string, description: string, status: ScheduledJobStatus, isRunning: boolean, isSafety: boolean, intervalMs: number, intervalMinMs: number, intervalMaxMs: number, lastStartedAt: string | null, nextRunAt: string | null } } };

export type SetScheduledJobIntervalMutationVariables = Exact<{
  input: SetScheduledJobIntervalInput;
}>;


export type SetScheduledJobIntervalMutation = { setScheduledJobInterval: { __typename: 'SetScheduledJobIntervalPayload', scheduledJob: { __typename: 'ScheduledJob', id: string, name: string, description: string, status: ScheduledJobStatus, isRunning: boolean, isSafety: boolean, intervalMs: number, intervalMinMs: number, intervalMaxMs: number, lastStartedAt: string | null, nextRunAt: string | null } } };

export type AuditLogQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
  filter?: AuditLogFilter | null | undefined;
}>;


export type AuditLogQuery = { auditLog: { __typename: 'AuditEntryConnection', edges: Array<{ __typename: 'AuditEntryEdge', cursor: string, node: { __typename: 'AuditEntry', id: string, createdAt: string, actor: string | null, action: string, entity: string, entityId: string | null, changes: unknown, ip: string | null, requestId: string | null, userAgent: string | null } }>, pageInfo: { __typename: 'PageInfo', hasNextPage: boolean, endCursor: string | null } } };

export type VerifyAuditLogQueryVariables = Exact<{ [key: string]: never; }>;


export type VerifyAuditLogQuery = { verifyAuditLog: { __typename: 'AuditVerdict', isIntact: boolean, entries: number, unprotected: number, faults: number, lastId: string } };

export type HaltTradingMutationVariables = Exact<{
  input: HaltTradingInput;
}>;


export type HaltTradingMutation = { haltTrading: { __typename: 'HaltTradingPayload', tradingHalt: { __typename: 'TradingHalt', haltedAt: string, reason: string } } };

export type ResumeTradingMutationVariables = Exact<{
  input: ResumeTradingInput;
}>;


export type ResumeTradingMutation = { resumeTrading: { __typename: 'ResumeTradingPayload', wasHalted: boolean } };

export type BackupsQueryVariables = Exact<{ [key: string]: never; }>;


export type BackupsQuery = { backups: Array<{ __typename: 'Backup', name: string, bytes: number, isEncrypted: boolean, isRestorePoint: boolean }> };

export type ProcessReportsQueryVariables = Exact<{ [key: string]: never; }>;


export type ProcessReportsQuery = { monitoringLogs: { __typename: 'MonitoringLogConnection', edges: Array<{ __typename: 'MonitoringLogEdge', node: { __typename: 'MonitoringLog', id: string, at: string, service: ServiceName, status: ProcessStatus, processId: number | null, cpuPct: string | null, memoryPct: string | null, metrics: unknown } }> } };

export type QueuesQueryVariables = Exact<{ [key: string]: never; }>;


export type QueuesQuery = { queues: Array<{ __typename: 'QueueState', name: string, isReachable: boolean, waiting: number | null, active: number | null, delayed: number | null, failed: number | null, completed: number | null }> };

export type SettingsQueryVariables = Exact<{ [key: string]: never; }>;


export type SettingsQuery = { settings: Array<{ __typename: 'Setting', name: string, value: string | null, isSet: boolean, isConfidential: boolean }> };

export type AlertRowFragment = { __typename: 'Alert', id: string, type: AlertType, severity: AlertSeverity, message: string, isOperators: boolean, createdAt: string, acknowledgedAt: string | null, escalatedAt: string | null, escalationLevel: number, resolvedAt: string | null, resolvedByHand: boolean };

export type AlertsQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
  filter?: AlertFilter | null | undefined;
}>;


export type AlertsQuery = { alerts: { __typename: 'AlertConnection', edges: Array<{ __typename: 'AlertEdge', cursor: string, node: { __typename: 'Alert', id: string, type: AlertType, severity: AlertSeverity, message: string, isOperators: boolean, createdAt: string, acknowledgedAt: string | null, escalatedAt: string | null, escalationLevel: number, resolvedAt: string | null, resolvedByHand: boolean } }>, pageInfo: { __typename: 'PageInfo', hasNextPage: boolean, endCursor: string | null } } };

export type AcknowledgeAlertMutationVariables = Exact<{
  input: AcknowledgeAlertInput;
}>;


export type AcknowledgeAlertMutation = { acknowledgeAlert: { __typename: 'AcknowledgeAlertPayload', alert: { __typename: 'Alert', id: string, type: AlertType, severity: AlertSeverity, message: string, isOperators: boolean, createdAt: string, acknowledgedAt: string | null, escalatedAt: string | null, escalationLevel: number, resolvedAt: string | null, resolvedByHand: boolean } } };

export type CloseAlertMutationVariables = Exact<{
  input: ResolveAlertInput;
}>;


export type CloseAlertMutation = { resolveAlert: { __typename: 'ResolveAlertPayload', alert: { __typename: 'Alert', id: string, type: AlertType, severity: AlertSeverity, message: string, isOperators: boolean, createdAt: string, acknowledgedAt: string | null, escalatedAt: string | null, escalationLevel: number, resolvedAt: string | null, resolvedByHand: boolean } } };

export type SignInMutationVariables = Exact<{
  input: SignInInput;
}>;


export type SignInMutation = { signIn: { __typename: 'SignInPayload', user: { __typename: 'User', id: string, email: string, fullName: string | null, roles: Array<UserRole>, mustChangePassword: boolean, entriesPausedAt: string | null } } };

export type ChangePasswordMutationVariables = Exact<{
  input: ChangePasswordInput;
}>;


export type ChangePasswordMutation = { changePassword: { __typename: 'ChangePasswordPayload', user: { __typename: 'User', id: string } } };

export type SetPasswordWithLinkMutationVariables = Exact<{
  input: SetPasswordWithLinkInput;
}>;


export type SetPasswordWithLinkMutation = { setPasswordWithLink: { __typename: 'SetPasswordWithLinkPayload', email: string } };

export type PasskeySignInOptionsQueryVariables = Exact<{ [key: string]: never; }>;


export type PasskeySignInOptionsQuery = { passkeySignInOptions: { __typename: 'PasskeyOptions', options: string, state: string } };

export type SignInWithPasskeyMutationVariables = Exact<{
  input: PasskeyProofInput;
}>;


export type SignInWithPasskeyMutation = { signInWithPasskey: { __typename: 'SignInWithPasskeyPayload', user: { __typename: 'User', id: string, email: string, fullName: string | null, roles: Array<UserRole>, mustChangePassword: boolean, entriesPausedAt: string | null } } };

export type DashboardQueryVariables = Exact<{
  tradeMode: TradeMode;
  timeZone: string;
  filter?: DashboardFilter | null | undefined;
}>;


export type DashboardQuery = { dashboard: { __typename: 'Dashboard', tradeMode: TradeMode, equityUsd: string | null, unrealizedPnl: string, realizedToday: string, realizedTotal: string, timeZone: string, openPositions: number, openValue: string, reservedUsd: string, wins: number, losses: number } };

export type DashboardResultsQueryVariables = Exact<{
  input: ReportInput;
}>;


export type DashboardResultsQuery = { report: { __typename: 'Report', equityCurve: Array<{ __typename: 'EquityPoint', quote: string, day: string, total: string, drawdown: string }>, byDay: Array<{ __typename: 'DayReport', quote: string, day: string, trades: number, wins: number, losses: number, net: string, realized: string, fees: string }> } };

export type RecentJobsQueryVariables = Exact<{
  filter: TradeJobFilter;
}>;


export type RecentJobsQuery = { tradeJobs: { __typename: 'TradeJobConnection', edges: Array<{ __typename: 'TradeJobEdge', cursor: string, node: { __typename: 'TradeJob', id: string, tradeMode: TradeMode, symbol: string, side: OrderSide, orderType: OrderType, origin: JobOrigin, quoteAmount: string | null, baseQuantity: string | null, limitPrice: string | null, status: JobStatus, reasonCode: ReasonCode | null, reasonMessage: string | null, createdAt: string, updatedAt: string, account: { __typename: 'ExchangeAccount', id: string, label: string } } }> } };

export type RecentReceiptsQueryVariables = Exact<{
  filter: WebhookReceiptFilter;
}>;


export type RecentReceiptsQuery = { webhookReceipts: { __typename: 'WebhookReceiptConnection', edges: Array<{ __typename: 'WebhookReceiptEdge', cursor: string, node: { __typename: 'WebhookReceipt', id: string, receipt: string, action: SignalAction | null, symbol: string | null, accounts: number, duplicates: number, receivedAt: string, result: { __typename: 'SignalResult', outcome: SignalOutcome, reasonCode: ReasonCode | null, reasonMessage: string | null, traded: number, jobs: number }, source: { __typename: 'WebhookSource', id: string, label: string } } }> } };

export type FirstStepsQueryVariables = Exact<{
  tradeMode: TradeMode;
  after?: string | null | undefined;
}>;


export type FirstStepsQuery = { webhookSources: { __typename: 'WebhookSourceConnection', edges: Array<{ __typename: 'WebhookSourceEdge', cursor: string, node: { __typename: 'WebhookSource', id: string, label: string, isActive: boolean, curlExample: string } }>, pageInfo: { __typename: 'PageInfo', hasNextPage: boolean, endCursor: string | null } } };

export type OpenAlertsQueryVariables = Exact<{ [key: string]: never; }>;


export type OpenAlertsQuery = { alerts: { __typename: 'AlertConnection', edges: Array<{ __typename: 'AlertEdge', node: { __typename: 'Alert', id: string, type: AlertType, severity: AlertSeverity, message: string, isOperators: boolean, createdAt: string } }> } };

export type ResolveAlertMutationVariables = Exact<{
  input: ResolveAlertInput;
}>;


export type ResolveAlertMutation = { resolveAlert: { __typename: 'ResolveAlertPayload', alert: { __typename: 'Alert', id: string, resolvedAt: string | null } } };

export type GatesChoicesQueryVariables = Exact<{
  tradeMode: TradeMode;
}>;


export type GatesChoicesQuery = { webhookSources: { __typename: 'WebhookSourceConnection', edges: Array<{ __typename: 'WebhookSourceEdge', node: { __typename: 'WebhookSource', id: string, label: string, bindings: Array<{ __typename: 'WebhookBinding', id: string, isActive: boolean, account: { __typename: 'ExchangeAccount', id: string } }> } }> }, exchangeAccounts: { __typename: 'ExchangeAccountConnection', edges: Array<{ __typename: 'ExchangeAccountEdge', node: { __typename: 'ExchangeAccount', id: string, label: string } }> } };

export type GatesSymbolsQueryVariables = Exact<{
  accountId: string | number;
}>;


export type GatesSymbolsQuery = { tradeParameters: { __typename: 'TradeParameterConnection', edges: Array<{ __typename: 'TradeParameterEdge', node: { __typename: 'TradeParameter', id: string, symbol: string, side: ParameterSide } }> } };

export type GateRowFragment = { __typename: 'TradingGate', code: TradingGateCode, state: GateState, value: string | null, limit: string | null, unit: string | null, reasonCode: ReasonCode | null, reasonMessage: string | null, refused: number };

export type TradingGatesQueryVariables = Exact<{
  input: TradingGatesInput;
}>;


export type TradingGatesQuery = { tradingGates: { __typename: 'TradingGates', isOpen: boolean, symbol: string | null, price: string | null, lastSignalAt: string | null, blockedBy: { __typename: 'TradingGate', code: TradingGateCode, state: GateState, value: string | null, limit: string | null, unit: string | null, reasonCode: ReasonCode | null, reasonMessage: string | null, refused: number } | null, gates: Array<{ __typename: 'TradingGate', code: TradingGateCode, state: GateState, value: string | null, limit: string | null, unit: string | null, reasonCode: ReasonCode | null, reasonMessage: string | null, refused: number }>, order: { __typename: 'GatesOrder', orderType: OrderType, quoteAmount: string, baseQuantity: string, limitPrice: string | null } | null, source: { __typename: 'WebhookSource', id: string, label: string } | null, account: { __typename: 'ExchangeAccount', id: string, label: string } | null } };

export type TradeJobsQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
  filter?: TradeJobFilter | null | undefined;
}>;


export type TradeJobsQuery = { tradeJobs: { __typename: 'TradeJobConnection', edges: Array<{ __typename: 'TradeJobEdge', cursor: string, node: { __typename: 'TradeJob', id: string, tradeMode: TradeMode, symbol: string, side: OrderSide, orderType: OrderType, origin: JobOrigin, quoteAmount: string | null, baseQuantity: string | null, limitPrice: string | null, status: JobStatus, reasonCode: ReasonCode | null, reasonMessage: string | null, createdAt: string, updatedAt: string, account: { __typename: 'ExchangeAccount', id: string, label: string } } }>, pageInfo: { __typename: 'PageInfo', hasNextPage: boolean, endCursor: string | null } } };

export type TradeJobQueryVariables = Exact<{
  id: string | number;
}>;


export type TradeJobQuery = { tradeJob: { __typename: 'TradeJob', limitOrderExpiresAt: string | null, executedQty: string, exitReason: ExitReason | null, exitPrice: string | null, tickAt: string | null, decidedAt: string | null, waitsForJobId: string | null, closesJobId: string | null, id: string, tradeMode: TradeMode, symbol: string, side: OrderSide, orderType: OrderType, origin: JobOrigin, quoteAmount: string | null, baseQuantity: string | null, limitPrice: string | null, status: JobStatus, reasonCode: ReasonCode | null, reasonMessage: string | null, createdAt: string, updatedAt: string, vault: { __typename: 'Vault', id: string, name: string } | null, position: { __typename: 'Position', id: string, symbol: string, status: PositionStatus } | null, event: { __typename: 'WebhookEvent', id: string, receipt: string | null, symbolRaw: string, action: SignalAction, rawText: string | null, createdAt: string } | null, executions: Array<{ __typename: 'TradeExecution', id: string, exchange: ExchangeName, exchangeOrderId: string | null, clientOrderId: string, side: OrderSide, orderType: OrderType, status: ExecutionStatus, requestedQty: string, executedQty: string, cummQuoteQty: string, avgPrice: string, errorMessage: string | null, createdAt: string }>, timeline: Array<{ __typename: 'TimelineEntry', stage: TimelineStage, at: string, offsetMs: number }>, trace: Array<{ __typename: 'TraceEntry', name: string, value: string, source: string }>, account: { __typename: 'ExchangeAccount', id: string, label: string } } | null };

export type EndpointRowFragment = { __typename: 'WebhookEndpoint', id: string, events: Array<NotificationType>, selection: string, isOwnSelection: boolean, channel: { __typename: 'NotificationChannel', id: string, kind: NotificationChannelKind, label: string, addressHint: string, isEnabled: boolean, disabledReason: ChannelDisabledReason | null, failingSince: string | null, lastError: string | null, lastSentAt: string | null } };

export type WebhookEndpointsQueryVariables = Exact<{ [key: string]: never; }>;


export type WebhookEndpointsQuery = { webhookEndpoints: Array<{ __typename: 'WebhookEndpoint', id: string, events: Array<NotificationType>, selection: string, isOwnSelection: boolean, channel: { __typename: 'NotificationChannel', id: string, kind: NotificationChannelKind, label: string, addressHint: string, isEnabled: boolean, disabledReason: ChannelDisabledReason | null, failingSince: string | null, lastError: string | null, lastSentAt: string | null } }> };

export type DryRunWebhookQueryVariables = Exact<{
  input: DryRunWebhookInput;
}>;


export type DryRunWebhookQuery = { dryRunWebhook: { __typename: 'DryRunWebhook', faults: Array<string>, payload: unknown } };

export type CreateWebhookEndpointMutationVariables = Exact<{
  input: CreateWebhookEndpointInput;
}>;


export type CreateWebhookEndpointMutation = { createWebhookEndpoint: { __typename: 'CreateWebhookEndpointPayload', secret: string, endpoint: { __typename: 'WebhookEndpoint', id: string } } };

export type UpdateWebhookEndpointMutationVariables = Exact<{
  input: UpdateWebhookEndpointInput;
}>;


export type UpdateWebhookEndpointMutation = { updateWebhookEndpoint: { __typename: 'UpdateWebhookEndpointPayload', endpoint: { __typename: 'WebhookEndpoint', id: string, events: Array<NotificationType>, selection: string, isOwnSelection: boolean, channel: { __typename: 'NotificationChannel', id: string, kind: NotificationChannelKind, label: string, addressHint: string, isEnabled: boolean, disabledReason: ChannelDisabledReason | null, failingSince: string | null, lastError: string | null, lastSentAt: string | null } } } };

export type RotateWebhookEndpointSecretMutationVariables = Exact<{
  input: RotateWebhookEndpointSecretInput;
}>;


export type RotateWebhookEndpointSecretMutation = { rotateWebhookEndpointSecret: { __typename: 'RotateWebhookEndpointSecretPayload', secret: string, oldValidUntil: string | null } };

export type ChannelRowFragment = { __typename: 'NotificationChannel', id: string, kind: NotificationChannelKind, label: string, addressHint: string, isEnabled: boolean, disabledReason: ChannelDisabledReason | null, failingSince: string | null, lastError: string | null, lastSentAt: string | null };

export type RuleRowFragment = { __typename: 'NotificationRule', type: NotificationType, mode: NotificationMode, channelIds: Array<string> | null, ignoresQuietHours: boolean };

export type NotificationChannelsQueryVariables = Exact<{ [key: string]: never; }>;


export type NotificationChannelsQuery = { notificationChannels: Array<{ __typename: 'NotificationChannel', id: string, kind: NotificationChannelKind, label: string, addressHint: string, isEnabled: boolean, disabledReason: ChannelDisabledReason | null, failingSince: string | null, lastError: string | null, lastSentAt: string | null }> };

export type NotificationSettingsQueryVariables = Exact<{ [key: string]: never; }>;


export type NotificationSettingsQuery = { notificationSettings: { __typename: 'NotificationSettings', locale: NotificationLocale, timeZone: string, quietHours: { __typename: 'QuietHours', from: string, to: string } | null, digest: { __typename: 'NotificationDigest', everyHours: number, at: string }, rules: Array<{ __typename: 'NotificationRule', type: NotificationType, mode: NotificationMode, channelIds: Array<string> | null, ignoresQuietHours: boolean }>, whatsApp: { __typename: 'WhatsAppSwitches', positionAlerts: boolean, positionOpened: boolean, positionClosed: boolean, stopLoss: boolean, takeProfit: boolean, vaultAlerts: boolean } } };

export type NotificationTemplatesQueryVariables = Exact<{ [key: string]: never; }>;


export type NotificationTemplatesQuery = { notificationSettings: { __typename: 'NotificationSettings', templates: Array<{ __typename: 'NotificationTemplate', type: NotificationType, body: string, isOwn: boolean, standardBody: string, variables: Array<{ __typename: 'TemplateVariable', name: string, example: string }> }> } };

export type PreviewNotificationTemplateQueryVariables = Exact<{
  input: NotificationTemplateInput;
}>;


export type PreviewNotificationTemplateQuery = { previewNotificationTemplate: { __typename: 'NotificationTemplatePreview', text: string, faults: Array<string> } };

export type SaveNotificationTemplateMutationVariables = Exact<{
  input: NotificationTemplateInput;
}>;


export type SaveNotificationTemplateMutation = { saveNotificationTemplate: { __typename: 'SaveNotificationTemplatePayload', template: { __typename: 'NotificationTemplate', type: NotificationType, isOwn: boolean } } };

export type SaveNotificationSettingsMutationVariables = Exact<{
  input: SaveNotificationSettingsInput;
}>;


export type SaveNotificationSettingsMutation = { saveNotificationSettings: { __typename: 'SaveNotificationSettingsPayload', settings: { __typename: 'NotificationSettings', locale: NotificationLocale } } };

export type ConnectNotificationChannelMutationVariables = Exact<{
  input: ConnectNotificationChannelInput;
}>;


export type ConnectNotificationChannelMutation = { connectNotificationChannel: { __typename: 'ConnectNotificationChannelPayload', channel: { __typename: 'NotificationChannel', id: string } } };

export type UpdateNotificationChannelMutationVariables = Exact<{
  input: UpdateNotificationChannelInput;
}>;


export type UpdateNotificationChannelMutation = { updateNotificationChannel: { __typename: 'UpdateNotificationChannelPayload', channel: { __typename: 'NotificationChannel', id: string, kind: NotificationChannelKind, label: string, addressHint: string, isEnabled: boolean, disabledReason: ChannelDisabledReason | null, failingSince: string | null, lastError: string | null, lastSentAt: string | null } } };

export type RemoveNotificationChannelMutationVariables = Exact<{
  input: NotificationChannelInput;
}>;


export type RemoveNotificationChannelMutation = { removeNotificationChannel: { __typename: 'RemoveNotificationChannelPayload', id: string } };

export type TestNotificationChannelMutationVariables = Exact<{
  input: NotificationChannelInput;
}>;


export type TestNotificationChannelMutation = { testNotificationChannel: { __typename: 'TestNotificationChannelPayload', delivery: { __typename: 'NotificationDelivery', id: string, status: NotificationStatus, error: string | null, channel: { __typename: 'NotificationChannel', id: string, kind: NotificationChannelKind, label: string, addressHint: string, isEnabled: boolean, disabledReason: ChannelDisabledReason | null, failingSince: string | null, lastError: string | null, lastSentAt: string | null } } } };

export type NotificationDeliveriesQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
  filter?: NotificationDeliveryFilter | null | undefined;
}>;


export type NotificationDeliveriesQuery = { notificationDeliveries: { __typename: 'NotificationDeliveryConnection', edges: Array<{ __typename: 'NotificationDeliveryEdge', cursor: string, node: { __typename: 'NotificationDelivery', id: string, status: NotificationStatus, createdAt: string, dueAt: string, sentAt: string | null, attempts: number, error: string | null, text: string | null, channel: { __typename: 'NotificationChannel', id: string, label: string }, event: { __typename: 'NotificationEvent', id: string, type: NotificationType }, history: Array<{ __typename: 'NotificationAttempt', attempt: number, outcome: NotificationAttemptOutcome, startedAt: string, durationMs: number | null, httpStatus: number | null, answer: string | null }> } }>, pageInfo: { __typename: 'PageInfo', hasNextPage: boolean, endCursor: string | null } } };

export type RetryNotificationDeliveryMutationVariables = Exact<{
  input: RetryNotificationDeliveryInput;
}>;


export type RetryNotificationDeliveryMutation = { retryNotificationDelivery: { __typename: 'RetryNotificationDeliveryPayload', delivery: { __typename: 'NotificationDelivery', id: string, status: NotificationStatus, dueAt: string } } };

export type ServersFragment = { __typename: 'NotificationServers', hasWebPush: boolean, whatsApp: { __typename: 'WhatsAppServer', address: string, instanceName: string, hasKey: boolean, isActive: boolean, usesOldBody: boolean, state: WhatsAppConnectionState | null, checkedAt: string | null } | null, mail: { __typename: 'MailServer', server: string, from: string } | null };

export type NotificationServersQueryVariables = Exact<{ [key: string]: never; }>;


export type NotificationServersQuery = { notificationServers: { __typename: 'NotificationServers', hasWebPush: boolean, whatsApp: { __typename: 'WhatsAppServer', address: string, instanceName: string, hasKey: boolean, isActive: boolean, usesOldBody: boolean, state: WhatsAppConnectionState | null, checkedAt: string | null } | null, mail: { __typename: 'MailServer', server: string, from: string } | null } };

export type SetWhatsAppServerMutationVariables = Exact<{
  input: SetWhatsAppServerInput;
}>;


export type SetWhatsAppServerMutation = { setWhatsAppServer: { __typename: 'SetWhatsAppServerPayload', servers: { __typename: 'NotificationServers', hasWebPush: boolean, whatsApp: { __typename: 'WhatsAppServer', address: string, instanceName: string, hasKey: boolean, isActive: boolean, usesOldBody: boolean, state: WhatsAppConnectionState | null, checkedAt: string | null } | null, mail: { __typename: 'MailServer', server: string, from: string } | null } } };

export type SetMailServerMutationVariables = Exact<{
  input: SetMailServerInput;
}>;


export type SetMailServerMutation = { setMailServer: { __typename: 'SetMailServerPayload', servers: { __typename: 'NotificationServers', hasWebPush: boolean, whatsApp: { __typename: 'WhatsAppServer', address: string, instanceName: string, hasKey: boolean, isActive: boolean, usesOldBody: boolean, state: WhatsAppConnectionState | null, checkedAt: string | null } | null, mail: { __typename: 'MailServer', server: string, from: string } | null } } };

export type CheckNotificationServersMutationVariables = Exact<{ [key: string]: never; }>;


export type CheckNotificationServersMutation = { checkNotificationServers: { __typename: 'CheckNotificationServersPayload', whatsApp: string | null, mail: string | null, servers: { __typename: 'NotificationServers', hasWebPush: boolean, whatsApp: { __typename: 'WhatsAppServer', address: string, instanceName: string, hasKey: boolean, isActive: boolean, usesOldBody: boolean, state: WhatsAppConnectionState | null, checkedAt: string | null } | null, mail: { __typename: 'MailServer', server: string, from: string } | null } } };

export type NotificationLogQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
  filter?: NotificationLogFilter | null | undefined;
}>;


export type NotificationLogQuery = { notificationLog: { __typename: 'NotificationLogEntryConnection', edges: Array<{ __typename: 'NotificationLogEntryEdge', cursor: string, node: { __typename: 'NotificationLogEntry', id: string, email: string, kind: NotificationChannelKind, type: NotificationType, status: NotificationStatus, attempts: number, httpStatus: number | null, error: string | null, sentAt: string | null, createdAt: string } }>, pageInfo: { __typename: 'PageInfo', hasNextPage: boolean, endCursor: string | null } } };

export type ExternalOrderRowFragment = { __typename: 'ExternalOrder', id: string, symbol: string, exchangeOrderId: string, side: OrderSide, orderType: OrderType | null, status: string, quantity: string | null, limitPrice: string | null, executedQty: string, avgPrice: string | null, placedAt: string, dismissedAt: string | null, positionId: string | null, account: { __typename: 'ExchangeAccount', id: string, label: string, tradeMode: TradeMode } };

export type ExternalOrdersQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
  filter?: ExternalOrderFilter | null | undefined;
}>;


export type ExternalOrdersQuery = { externalOrders: { __typename: 'ExternalOrderConnection', edges: Array<{ __typename: 'ExternalOrderEdge', cursor: string, node: { __typename: 'ExternalOrder', id: string, symbol: string, exchangeOrderId: string, side: OrderSide, orderType: OrderType | null, status: string, quantity: string | null, limitPrice: string | null, executedQty: string, avgPrice: string | null, placedAt: string, dismissedAt: string | null, positionId: string | null, account: { __typename: 'ExchangeAccount', id: string, label: string, tradeMode: TradeMode } } }>, pageInfo: { __typename: 'PageInfo', hasNextPage: boolean, endCursor: string | null } } };

export type DismissExternalOrderMutationVariables = Exact<{
  input: DismissExternalOrderInput;
}>;


export type DismissExternalOrderMutation = { dismissExternalOrder: { __typename: 'DismissExternalOrderPayload', externalOrder: { __typename: 'ExternalOrder', id: string, symbol: string, exchangeOrderId: string, side: OrderSide, orderType: OrderType | null, status: string, quantity: string | null, limitPrice: string | null, executedQty: string, avgPrice: string | null, placedAt: string, dismissedAt: string | null, positionId: string | null, account: { __typename: 'ExchangeAccount', id: string, label: string, tradeMode: TradeMode } } } };

export type AccountHoldingsQueryVariables = Exact<{
  accountId: string | number;
}>;


export type AccountHoldingsQuery = { accountHoldings: Array<{ __typename: 'AccountHolding', asset: string, free: string, locked: string, inPositions: string, adoptable: string, shortage: string }> };

export type AdoptHoldingMutationVariables = Exact<{
  input: AdoptHoldingInput;
}>;


export type AdoptHoldingMutation = { adoptHolding: { __typename: 'AdoptHoldingPayload', position: { __typename: 'Position', id: string, tradeMode: TradeMode, symbol: string, priceKey: string, side: string, status: PositionStatus, qtyTotal: string, qtyRemaining: string, entryPrice: string, realizedPnl: string, feesQuote: string, dustQty: string, dustValueQuote: string, costQuote: string, shortfallQty: string, shortfallValueQuote: string, unsellableReason: ReasonCode | null, slEnabled: boolean, slPct: string | null, tpEnabled: boolean, tpPct: string | null, trailingEnabled: boolean, trailingDistancePct: string | null, trailingMaxPrice: string | null, trailingArmingPct: string | null, timeStopHours: number | null, breakEvenAfterFirst: boolean, qtyReserved: string, minProfitPct: string | null, lockSellByWebhook: boolean, closeReason: CloseReason | null, closedAt: string | null, sourceId: string | null, sourceLabel: string | null, createdAt: string, updatedAt: string, exitLevels: { __typename: 'ExitLevels', stopPrice: string | null, trailingStopPrice: string | null, trailingArmingPrice: string | null, takeProfitPrice: string | null, nextTargetPrice: string | null, timeStopAt: string | null } | null, account: { __typename: 'ExchangeAccount', id: string, label: string } } } };

export type RestingOrderFragment = { __typename: 'TradeJob', executedQty: string, limitOrderExpiresAt: string | null, distancePct: string | null, id: string, tradeMode: TradeMode, symbol: string, side: OrderSide, orderType: OrderType, origin: JobOrigin, quoteAmount: string | null, baseQuantity: string | null, limitPrice: string | null, status: JobStatus, reasonCode: ReasonCode | null, reasonMessage: string | null, createdAt: string, updatedAt: string, reservations: Array<{ __typename: 'ReservedQuantity', positionId: string }>, account: { __typename: 'ExchangeAccount', id: string, label: string } };

export type LimitOrdersQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
  filter?: LimitOrderFilter | null | undefined;
}>;


export type LimitOrdersQuery = { limitOrders: { __typename: 'TradeJobConnection', edges: Array<{ __typename: 'TradeJobEdge', cursor: string, node: { __typename: 'TradeJob', executedQty: string, limitOrderExpiresAt: string | null, distancePct: string | null, id: string, tradeMode: TradeMode, symbol: string, side: OrderSide, orderType: OrderType, origin: JobOrigin, quoteAmount: string | null, baseQuantity: string | null, limitPrice: string | null, status: JobStatus, reasonCode: ReasonCode | null, reasonMessage: string | null, createdAt: string, updatedAt: string, reservations: Array<{ __typename: 'ReservedQuantity', positionId: string }>, account: { __typename: 'ExchangeAccount', id: string, label: string } } }>, pageInfo: { __typename: 'PageInfo', hasNextPage: boolean, endCursor: string | null } } };

export type CancelOrderMutationVariables = Exact<{
  input: CancelOrderInput;
}>;


export type CancelOrderMutation = { cancelOrder:
    | { __typename: 'Canceled', job: { __typename: 'TradeJob', executedQty: string, id: string, tradeMode: TradeMode, symbol: string, side: OrderSide, orderType: OrderType, origin: JobOrigin, quoteAmount: string | null, baseQuantity: string | null, limitPrice: string | null, status: JobStatus, reasonCode: ReasonCode | null, reasonMessage: string | null, createdAt: string, updatedAt: string, account: { __typename: 'ExchangeAccount', id: string, label: string } } }
    | { __typename: 'Refused', reason: ReasonCode, message: string }
   };

export type ParameterRowFragment = { __typename: 'TradeParameter', id: string, symbol: string, side: ParameterSide, quoteAmountFixed: string | null, quoteAmountPctBalance: string | null, maxOrdersPerHour: number | null, minIntervalSec: number | null, orderTypeDefault: OrderType, slippageBps: number, limitPriceBandPct: string, defaultSlEnabled: boolean, defaultSlPct: string | null, defaultTpEnabled: boolean, defaultTpPct: string | null, trailingStopEnabled: boolean, trailingDistancePct: string | null, trailingArmingPct: string | null, defaultBreakEven: boolean, defaultTimeStopHours: number | null, minProfitPct: string | null, updatedAt: string, defaultTargets: Array<{ __typename: 'ExitTarget', pct: string, sharePct: string }>, account: { __typename: 'ExchangeAccount', id: string, label: string, exchange: ExchangeName, tradeMode: TradeMode }, vault: { __typename: 'Vault', id: string, name: string } | null };

export type TradeParametersQueryVariables = Exact<{
  after?: string | null | undefined;
}>;


export type TradeParametersQuery = { tradeParameters: { __typename: 'TradeParameterConnection', edges: Array<{ __typename: 'TradeParameterEdge', cursor: string, node: { __typename: 'TradeParameter', id: string, symbol: string, side: ParameterSide, quoteAmountFixed: string | null, quoteAmountPctBalance: string | null, maxOrdersPerHour: number | null, minIntervalSec: number | null, orderTypeDefault: OrderType, slippageBps: number, limitPriceBandPct: string, defaultSlEnabled: boolean, defaultSlPct: string | null, defaultTpEnabled: boolean, defaultTpPct: string | null, trailingStopEnabled: boolean, trailingDistancePct: string | null, trailingArmingPct: string | null, defaultBreakEven: boolean, defaultTimeStopHours: number | null, minProfitPct: string | null, updatedAt: string, defaultTargets: Array<{ __typename: 'ExitTarget', pct: string, sharePct: string }>, account: { __typename: 'ExchangeAccount', id: string, label: string, exchange: ExchangeName, tradeMode: TradeMode }, vault: { __typename: 'Vault', id: string, name: string } | null } }>, pageInfo: { __typename: 'PageInfo', hasNextPage: boolean, endCursor: string | null } } };

export type ParameterChoicesQueryVariables = Exact<{
  tradeMode: TradeMode;
}>;


export type ParameterChoicesQuery = { exchangeAccounts: { __typename: 'ExchangeAccountConnection', edges: Array<{ __typename: 'ExchangeAccountEdge', cursor: string, node: { __typename: 'ExchangeAccount', id: string, label: string, exchange: ExchangeName, isActive: boolean } }>, pageInfo: { __typename: 'PageInfo', hasNextPage: boolean, endCursor: string | null } }, vaults: { __typename: 'VaultConnection', edges: Array<{ __typename: 'VaultEdge', cursor: string, node: { __typename: 'Vault', id: string, name: string, isActive: boolean } }> }, markets: Array<{ __typename: 'Market', symbol: string, base: string, quote: string, minNotional: string }> };

export type CreateTradeParameterMutationVariables = Exact<{
  input: CreateTradeParameterInput;
}>;


export type CreateTradeParameterMutation = { createTradeParameter: { __typename: 'CreateTradeParameterPayload', parameter: { __typename: 'TradeParameter', id: string, symbol: string, side: ParameterSide, quoteAmountFixed: string | null, quoteAmountPctBalance: string | null, maxOrdersPerHour: number | null, minIntervalSec: number | null, orderTypeDefault: OrderType, slippageBps: number, limitPriceBandPct: string, defaultSlEnabled: boolean, defaultSlPct: string | null, defaultTpEnabled: boolean, defaultTpPct: string | null, trailingStopEnabled: boolean, trailingDistancePct: string | null, trailingArmingPct: string | null, defaultBreakEven: boolean, defaultTimeStopHours: number | null, minProfitPct: string | null, updatedAt: string, defaultTargets: Array<{ __typename: 'ExitTarget', pct: string, sharePct: string }>, account: { __typename: 'ExchangeAccount', id: string, label: string, exchange: ExchangeName, tradeMode: TradeMode }, vault: { __typename: 'Vault', id: string, name: string } | null } } };

export type UpdateTradeParameterMutationVariables = Exact<{
  input: UpdateTradeParameterInput;
}>;


export type UpdateTradeParameterMutation = { updateTradeParameter: { __typename: 'UpdateTradeParameterPayload', parameter: { __typename: 'TradeParameter', id: string, symbol: string, side: ParameterSide, quoteAmountFixed: string | null, quoteAmountPctBalance: string | null, maxOrdersPerHour: number | null, minIntervalSec: number | null, orderTypeDefault: OrderType, slippageBps: number, limitPriceBandPct: string, defaultSlEnabled: boolean, defaultSlPct: string | null, defaultTpEnabled: boolean, defaultTpPct: string | null, trailingStopEnabled: boolean, trailingDistancePct: string | null, trailingArmingPct: string | null, defaultBreakEven: boolean, defaultTimeStopHours: number | null, minProfitPct: string | null, updatedAt: string, defaultTargets: Array<{ __typename: 'ExitTarget', pct: string, sharePct: string }>, account: { __typename: 'ExchangeAccount', id: string, label: string, exchange: ExchangeName, tradeMode: TradeMode }, vault: { __typename: 'Vault', id: string, name: string } | null } } };

export type DeleteTradeParameterMutationVariables = Exact<{
  input: DeleteTradeParameterInput;
}>;


export type DeleteTradeParameterMutation = { deleteTradeParameter: { __typename: 'DeleteTradeParameterPayload', id: string } };

export type BuyChoicesQueryVariables = Exact<{
  tradeMode: TradeMode;
}>;


export type BuyChoicesQuery = { exchangeAccounts: { __typename: 'ExchangeAccountConnection', edges: Array<{ __typename: 'ExchangeAccountEdge', cursor: string, node: { __typename: 'ExchangeAccount', id: string, label: string, tradeMode: TradeMode } }>, pageInfo: { __typename: 'PageInfo', hasNextPage: boolean, endCursor: string | null } }, vaults: { __typename: 'VaultConnection', edges: Array<{ __typename: 'VaultEdge', node: { __typename: 'Vault', id: string, name: string } }> } };

export type PreviewOrderQueryVariables = Exact<{
  input: OrderInput;
}>;


export type PreviewOrderQuery = { previewOrder:
    | { __typename: 'OrderPreview', symbol: string, tradeMode: TradeMode, orderType: OrderType, quantity: string, price: string, limitPrice: string | null, cost: string, costMax: string, slippageBps: number, available: string, reserve: string | null, stopPrice: string | null }
    | { __typename: 'Refused', reason: ReasonCode, message: string }
   };

export type PlaceOrderMutationVariables = Exact<{
  input: PlaceOrderInput;
}>;


export type PlaceOrderMutation = { placeOrder:
    | { __typename: 'Placed', job: { __typename: 'TradeJob', id: string, tradeMode: TradeMode, symbol: string, side: OrderSide, orderType: OrderType, origin: JobOrigin, quoteAmount: string | null, baseQuantity: string | null, limitPrice: string | null, status: JobStatus, reasonCode: ReasonCode | null, reasonMessage: string | null, createdAt: string, updatedAt: string, account: { __typename: 'ExchangeAccount', id: string, label: string } } | null }
    | { __typename: 'Refused', reason: ReasonCode, message: string }
   };

export type ClosePositionMutationVariables = Exact<{
  input: ClosePositionInput;
}>;


export type ClosePositionMutation = { closePosition:
    | { __typename: 'Placed', position: { __typename: 'Position', id: string, tradeMode: TradeMode, symbol: string, priceKey: string, side: string, status: PositionStatus, qtyTotal: string, qtyRemaining: string, entryPrice: string, realizedPnl: string, feesQuote: string, dustQty: string, dustValueQuote: string, costQuote: string, shortfallQty: string, shortfallValueQuote: string, unsellableReason: ReasonCode | null, slEnabled: boolean, slPct: string | null, tpEnabled: boolean, tpPct: string | null, trailingEnabled: boolean, trailingDistancePct: string | null, trailingMaxPrice: string | null, trailingArmingPct: string | null, timeStopHours: number | null, breakEvenAfterFirst: boolean, qtyReserved: string, minProfitPct: string | null, lockSellByWebhook: boolean, closeReason: CloseReason | null, closedAt: string | null, sourceId: string | null, sourceLabel: string | null, createdAt: string, updatedAt: string, exitLevels: { __typename: 'ExitLevels', stopPrice: string | null, trailingStopPrice: string | null, trailingArmingPrice: string | null, takeProfitPrice: string | null, nextTargetPrice: string | null, timeStopAt: string | null } | null, account: { __typename: 'ExchangeAccount', id: string, label: string } } | null, job: { __typename: 'TradeJob', id: string, tradeMode: TradeMode, symbol: string, side: OrderSide, orderType: OrderType, origin: JobOrigin, quoteAmount: string | null, baseQuantity: string | null, limitPrice: string | null, status: JobStatus, reasonCode: ReasonCode | null, reasonMessage: string | null, createdAt: string, updatedAt: string, account: { __typename: 'ExchangeAccount', id: string, label: string } } | null }
    | { __typename: 'Refused', reason: ReasonCode, message: string }
   };

export type PlaceLimitSellMutationVariables = Exact<{
  input: PlaceLimitSellInput;
}>;


export type PlaceLimitSellMutation = { placeLimitSell:
    | { __typename: 'Placed', position: { __typename: 'Position', id: string, tradeMode: TradeMode, symbol: string, priceKey: string, side: string, status: PositionStatus, qtyTotal: string, qtyRemaining: string, entryPrice: string, realizedPnl: string, feesQuote: string, dustQty: string, dustValueQuote: string, costQuote: string, shortfallQty: string, shortfallValueQuote: string, unsellableReason: ReasonCode | null, slEnabled: boolean, slPct: string | null, tpEnabled: boolean, tpPct: string | null, trailingEnabled: boolean, trailingDistancePct: string | null, trailingMaxPrice: string | null, trailingArmingPct: string | null, timeStopHours: number | null, breakEvenAfterFirst: boolean, qtyReserved: string, minProfitPct: string | null, lockSellByWebhook: boolean, closeReason: CloseReason | null, closedAt: string | null, sourceId: string | null, sourceLabel: string | null, createdAt: string, updatedAt: string, exitLevels: { __typename: 'ExitLevels', stopPrice: string | null, trailingStopPrice: string | null, trailingArmingPrice: string | null, takeProfitPrice: string | null, nextTargetPrice: string | null, timeStopAt: string | null } | null, account: { __typename: 'ExchangeAccount', id: string, label: string } } | null, job: { __typename: 'TradeJob', id: string, tradeMode: TradeMode, symbol: string, side: OrderSide, orderType: OrderType, origin: JobOrigin, quoteAmount: string | null, baseQuantity: string | null, limitPrice: string | null, status: JobStatus, reasonCode: ReasonCode | null, reasonMessage: string | null, createdAt: string, updatedAt: string, account: { __typename: 'ExchangeAccount', id: string, label: string } } | null }
    | { __typename: 'Refused', reason: ReasonCode, message: string }
   };

export type UpdatePositionExitsMutationVariables = Exact<{
  input: UpdatePositionExitsInput;
}>;


export type UpdatePositionExitsMutation = { updatePositionExits:
    | { __typename: 'PositionChanged', position: { __typename: 'Position', id: string, tradeMode: TradeMode, symbol: string, priceKey: string, side: string, status: PositionStatus, qtyTotal: string, qtyRemaining: string, entryPrice: string, realizedPnl: string, feesQuote: string, dustQty: string, dustValueQuote: string, costQuote: string, shortfallQty: string, shortfallValueQuote: string, unsellableReason: ReasonCode | null, slEnabled: boolean, slPct: string | null, tpEnabled: boolean, tpPct: string | null, trailingEnabled: boolean, trailingDistancePct: string | null, trailingMaxPrice: string | null, trailingArmingPct: string | null, timeStopHours: number | null, breakEvenAfterFirst: boolean, qtyReserved: string, minProfitPct: string | null, lockSellByWebhook: boolean, closeReason: CloseReason | null, closedAt: string | null, sourceId: string | null, sourceLabel: string | null, createdAt: string, updatedAt: string, targets: Array<{ __typename: 'PositionTarget', id: string, ordinal: number, pct: string, sharePct: string, price: string, triggeredAt: string | null }>, exitLevels: { __typename: 'ExitLevels', stopPrice: string | null, trailingStopPrice: string | null, trailingArmingPrice: string | null, takeProfitPrice: string | null, nextTargetPrice: string | null, timeStopAt: string | null } | null, account: { __typename: 'ExchangeAccount', id: string, label: string } } }
    | { __typename: 'Refused', reason: ReasonCode, message: string }
   };

export type SetSellLockMutationVariables = Exact<{
  input: SetSellLockInput;
}>;


export type SetSellLockMutation = { setSellLock:
    | { __typename: 'PositionChanged', position: { __typename: 'Position', id: string, tradeMode: TradeMode, symbol: string, priceKey: string, side: string, status: PositionStatus, qtyTotal: string, qtyRemaining: string, entryPrice: string, realizedPnl: string, feesQuote: string, dustQty: string, dustValueQuote: string, costQuote: string, shortfallQty: string, shortfallValueQuote: string, unsellableReason: ReasonCode | null, slEnabled: boolean, slPct: string | null, tpEnabled: boolean, tpPct: string | null, trailingEnabled: boolean, trailingDistancePct: string | null, trailingMaxPrice: string | null, trailingArmingPct: string | null, timeStopHours: number | null, breakEvenAfterFirst: boolean, qtyReserved: string, minProfitPct: string | null, lockSellByWebhook: boolean, closeReason: CloseReason | null, closedAt: string | null, sourceId: string | null, sourceLabel: string | null, createdAt: string, updatedAt: string, exitLevels: { __typename: 'ExitLevels', stopPrice: string | null, trailingStopPrice: string | null, trailingArmingPrice: string | null, takeProfitPrice: string | null, nextTargetPrice: string | null, timeStopAt: string | null } | null, account: { __typename: 'ExchangeAccount', id: string, label: string } } }
    | { __typename: 'Refused', reason: ReasonCode, message: string }
   };

export type CloseAsReconciledMutationVariables = Exact<{
  input: CloseAsReconciledInput;
}>;


export type CloseAsReconciledMutation = { closeAsReconciled: { __typename: 'CloseAsReconciledPayload', position: { __typename: 'Position', id: string, tradeMode: TradeMode, symbol: string, priceKey: string, side: string, status: PositionStatus, qtyTotal: string, qtyRemaining: string, entryPrice: string, realizedPnl: string, feesQuote: string, dustQty: string, dustValueQuote: string, costQuote: string, shortfallQty: string, shortfallValueQuote: string, unsellableReason: ReasonCode | null, slEnabled: boolean, slPct: string | null, tpEnabled: boolean, tpPct: string | null, trailingEnabled: boolean, trailingDistancePct: string | null, trailingMaxPrice: string | null, trailingArmingPct: string | null, timeStopHours: number | null, breakEvenAfterFirst: boolean, qtyReserved: string, minProfitPct: string | null, lockSellByWebhook: boolean, closeReason: CloseReason | null, closedAt: string | null, sourceId: string | null, sourceLabel: string | null, createdAt: string, updatedAt: string, exitLevels: { __typename: 'ExitLevels', stopPrice: string | null, trailingStopPrice: string | null, trailingArmingPrice: string | null, takeProfitPrice: string | null, nextTargetPrice: string | null, timeStopAt: string | null } | null, account: { __typename: 'ExchangeAccount', id: string, label: string } } } };

export type PositionExitsQueryVariables = Exact<{
  id: string | number;
}>;


export type PositionExitsQuery = { position: { __typename: 'Position', id: string, tradeMode: TradeMode, symbol: string, priceKey: string, side: string, status: PositionStatus, qtyTotal: string, qtyRemaining: string, entryPrice: string, realizedPnl: string, feesQuote: string, dustQty: string, dustValueQuote: string, costQuote: string, shortfallQty: string, shortfallValueQuote: string, unsellableReason: ReasonCode | null, slEnabled: boolean, slPct: string | null, tpEnabled: boolean, tpPct: string | null, trailingEnabled: boolean, trailingDistancePct: string | null, trailingMaxPrice: string | null, trailingArmingPct: string | null, timeStopHours: number | null, breakEvenAfterFirst: boolean, qtyReserved: string, minProfitPct: string | null, lockSellByWebhook: boolean, closeReason: CloseReason | null, closedAt: string | null, sourceId: string | null, sourceLabel: string | null, createdAt: string, updatedAt: string, targets: Array<{ __typename: 'PositionTarget', id: string, ordinal: number, pct: string, sharePct: string, price: string, triggeredAt: string | null }>, exitLevels: { __typename: 'ExitLevels', stopPrice: string | null, trailingStopPrice: string | null, trailingArmingPrice: string | null, takeProfitPrice: string | null, nextTargetPrice: string | null, timeStopAt: string | null } | null, account: { __typename: 'ExchangeAccount', id: string, label: string } } | null };

export type JobStateQueryVariables = Exact<{
  id: string | number;
}>;


export type JobStateQuery = { tradeJob: { __typename: 'TradeJob', executedQty: string, id: string, tradeMode: TradeMode, symbol: string, side: OrderSide, orderType: OrderType, origin: JobOrigin, quoteAmount: string | null, baseQuantity: string | null, limitPrice: string | null, status: JobStatus, reasonCode: ReasonCode | null, reasonMessage: string | null, createdAt: string, updatedAt: string, account: { __typename: 'ExchangeAccount', id: string, label: string } } | null };

export type TriggerLatencyQueryVariables = Exact<{ [key: string]: never; }>;


export type TriggerLatencyQuery = { triggerLatency: { __typename: 'TriggerLatency', exits: number, tickToDecided: { __typename: 'LatencyStage', p50Ms: number | null, p95Ms: number | null }, tickToAcknowledged: { __typename: 'LatencyStage', p50Ms: number | null, p95Ms: number | null } } };

export type ClosedPositionFragment = { __typename: 'Position', id: string, exitPrice: string | null };

export type PositionsQueryVariables = Exact<{
  filter: PositionFilter;
  first: number;
  after?: string | null | undefined;
}>;


export type PositionsQuery = { positions: { __typename: 'PositionConnection', edges: Array<{ __typename: 'PositionEdge', cursor: string, node: { __typename: 'Position', id: string, tradeMode: TradeMode, symbol: string, priceKey: string, side: string, status: PositionStatus, qtyTotal: string, qtyRemaining: string, entryPrice: string, realizedPnl: string, feesQuote: string, dustQty: string, dustValueQuote: string, costQuote: string, shortfallQty: string, shortfallValueQuote: string, unsellableReason: ReasonCode | null, slEnabled: boolean, slPct: string | null, tpEnabled: boolean, tpPct: string | null, trailingEnabled: boolean, trailingDistancePct: string | null, trailingMaxPrice: string | null, trailingArmingPct: string | null, timeStopHours: number | null, breakEvenAfterFirst: boolean, qtyReserved: string, minProfitPct: string | null, lockSellByWebhook: boolean, closeReason: CloseReason | null, closedAt: string | null, sourceId: string | null, sourceLabel: string | null, createdAt: string, updatedAt: string, exitPrice: string | null, exitLevels: { __typename: 'ExitLevels', stopPrice: string | null, trailingStopPrice: string | null, trailingArmingPrice: string | null, takeProfitPrice: string | null, nextTargetPrice: string | null, timeStopAt: string | null } | null, account: { __typename: 'ExchangeAccount', id: string, label: string } } }>, pageInfo: { __typename: 'PageInfo', hasNextPage: boolean, endCursor: string | null } } };

export type ExitPriceQueryVariables = Exact<{
  id: string | number;
}>;


export type ExitPriceQuery = { position: { __typename: 'Position', id: string, exitPrice: string | null } | null };

export type PositionDetailQueryVariables = Exact<{
  id: string | number;
}>;


export type PositionDetailQuery = { position: { __typename: 'Position', id: string, tradeMode: TradeMode, symbol: string, priceKey: string, side: string, status: PositionStatus, qtyTotal: string, qtyRemaining: string, entryPrice: string, realizedPnl: string, feesQuote: string, dustQty: string, dustValueQuote: string, costQuote: string, shortfallQty: string, shortfallValueQuote: string, unsellableReason: ReasonCode | null, slEnabled: boolean, slPct: string | null, tpEnabled: boolean, tpPct: string | null, trailingEnabled: boolean, trailingDistancePct: string | null, trailingMaxPrice: string | null, trailingArmingPct: string | null, timeStopHours: number | null, breakEvenAfterFirst: boolean, qtyReserved: string, minProfitPct: string | null, lockSellByWebhook: boolean, closeReason: CloseReason | null, closedAt: string | null, sourceId: string | null, sourceLabel: string | null, createdAt: string, updatedAt: string, exitPrice: string | null, vault: { __typename: 'Vault', id: string, name: string } | null, fills: Array<{ __typename: 'PositionFill', id: string, positionId: string, side: OrderSide, qty: string, price: string, feeAmount: string, feeAsset: string | null, realizedQuote: string, filledAt: string }>, targets: Array<{ __typename: 'PositionTarget', id: string, ordinal: number, pct: string, sharePct: string, price: string, triggeredAt: string | null }>, openOrders: Array<{ __typename: 'TradeJob', executedQty: string, limitOrderExpiresAt: string | null, id: string, tradeMode: TradeMode, symbol: string, side: OrderSide, orderType: OrderType, origin: JobOrigin, quoteAmount: string | null, baseQuantity: string | null, limitPrice: string | null, status: JobStatus, reasonCode: ReasonCode | null, reasonMessage: string | null, createdAt: string, updatedAt: string, account: { __typename: 'ExchangeAccount', id: string, label: string } }>, decisions: Array<{ __typename: 'PositionDecision', kind: string, at: string, exitReason: ExitReason | null, job: { __typename: 'TradeJob', id: string, side: OrderSide, status: JobStatus } | null, trace: Array<{ __typename: 'TraceEntry', name: string, value: string, source: string }> }>, openJob: { __typename: 'TradeJob', id: string, tradeMode: TradeMode, symbol: string, side: OrderSide, orderType: OrderType, origin: JobOrigin, quoteAmount: string | null, baseQuantity: string | null, limitPrice: string | null, status: JobStatus, reasonCode: ReasonCode | null, reasonMessage: string | null, createdAt: string, updatedAt: string, event: { __typename: 'WebhookEvent', id: string, eventUid: string, symbolRaw: string, action: SignalAction, rawText: string | null, createdAt: string } | null, executions: Array<{ __typename: 'TradeExecution', id: string, clientOrderId: string, exchangeOrderId: string | null, status: ExecutionStatus, requestedQty: string, executedQty: string, avgPrice: string }>, timeline: Array<{ __typename: 'TimelineEntry', stage: TimelineStage, at: string, offsetMs: number }>, account: { __typename: 'ExchangeAccount', id: string, label: string } }, exitLevels: { __typename: 'ExitLevels', stopPrice: string | null, trailingStopPrice: string | null, trailingArmingPrice: string | null, takeProfitPrice: string | null, nextTargetPrice: string | null, timeStopAt: string | null } | null, account: { __typename: 'ExchangeAccount', id: string, label: string } } | null };

export type CandlesQueryVariables = Exact<{
  symbol: string;
  interval: CandleInterval;
  before?: string | null | undefined;
}>;


export type CandlesQuery = { candles: Array<{ __typename: 'Candle', at: string, open: string, high: string, low: string, close: string }> };

export type ChartAccountFragment = { __typename: 'ExchangeAccount', id: string, label: string, priceVenue: PriceVenue };

export type ChartAccountsQueryVariables = Exact<{
  tradeMode: TradeMode;
}>;


export type ChartAccountsQuery = { exchangeAccounts: { __typename: 'ExchangeAccountConnection', edges: Array<{ __typename: 'ExchangeAccountEdge', cursor: string, node: { __typename: 'ExchangeAccount', id: string, label: string, priceVenue: PriceVenue } }>, pageInfo: { __typename: 'PageInfo', hasNextPage: boolean, endCursor: string | null } } };

export type SymbolFillsQueryVariables = Exact<{
  filter: PositionFillFilter;
}>;


export type SymbolFillsQuery = { positionFills: { __typename: 'PositionFillConnection', edges: Array<{ __typename: 'PositionFillEdge', cursor: string, node: { __typename: 'PositionFill', id: string, positionId: string, side: OrderSide, qty: string, price: string, feeAmount: string, feeAsset: string | null, realizedQuote: string, filledAt: string } }>, pageInfo: { __typename: 'PageInfo', hasNextPage: boolean, endCursor: string | null } } };

export type PositionSheetQueryVariables = Exact<{
  id: string | number;
}>;


export type PositionSheetQuery = { position: { __typename: 'Position', id: string, tradeMode: TradeMode, symbol: string, priceKey: string, side: string, status: PositionStatus, qtyTotal: string, qtyRemaining: string, entryPrice: string, realizedPnl: string, feesQuote: string, dustQty: string, dustValueQuote: string, costQuote: string, shortfallQty: string, shortfallValueQuote: string, unsellableReason: ReasonCode | null, slEnabled: boolean, slPct: string | null, tpEnabled: boolean, tpPct: string | null, trailingEnabled: boolean, trailingDistancePct: string | null, trailingMaxPrice: string | null, trailingArmingPct: string | null, timeStopHours: number | null, breakEvenAfterFirst: boolean, qtyReserved: string, minProfitPct: string | null, lockSellByWebhook: boolean, closeReason: CloseReason | null, closedAt: string | null, sourceId: string | null, sourceLabel: string | null, createdAt: string, updatedAt: string, openOrders: Array<{ __typename: 'TradeJob', executedQty: string, limitOrderExpiresAt: string | null, id: string, tradeMode: TradeMode, symbol: string, side: OrderSide, orderType: OrderType, origin: JobOrigin, quoteAmount: string | null, baseQuantity: string | null, limitPrice: string | null, status: JobStatus, reasonCode: ReasonCode | null, reasonMessage: string | null, createdAt: string, updatedAt: string, account: { __typename: 'ExchangeAccount', id: string, label: string } }>, exitLevels: { __typename: 'ExitLevels', stopPrice: string | null, trailingStopPrice: string | null, trailingArmingPrice: string | null, takeProfitPrice: string | null, nextTargetPrice: string | null, timeStopAt: string | null } | null, account: { __typename: 'ExchangeAccount', id: string, label: string } } | null };

export type PasskeyRowFragment = { __typename: 'Passkey', id: string, name: string, createdAt: string, lastUsedAt: string | null, isBackedUp: boolean };

export type PasskeysQueryVariables = Exact<{ [key: string]: never; }>;


export type PasskeysQuery = { passkeys: Array<{ __typename: 'Passkey', id: string, name: string, createdAt: string, lastUsedAt: string | null, isBackedUp: boolean }> };

export type BeginPasskeyRegistrationMutationVariables = Exact<{
  input: BeginPasskeyRegistrationInput;
}>;


export type BeginPasskeyRegistrationMutation = { beginPasskeyRegistration: { __typename: 'BeginPasskeyRegistrationPayload', options: string, state: string } };

export type RegisterPasskeyMutationVariables = Exact<{
  input: RegisterPasskeyInput;
}>;


export type RegisterPasskeyMutation = { registerPasskey: { __typename: 'RegisterPasskeyPayload', passkeys: Array<{ __typename: 'Passkey', id: string }> } };

export type RenamePasskeyMutationVariables = Exact<{
  input: RenamePasskeyInput;
}>;


export type RenamePasskeyMutation = { renamePasskey: { __typename: 'RenamePasskeyPayload', passkeys: Array<{ __typename: 'Passkey', id: string, name: string, createdAt: string, lastUsedAt: string | null, isBackedUp: boolean }> } };

export type RemovePasskeyMutationVariables = Exact<{
  input: RemovePasskeyInput;
}>;


export type RemovePasskeyMutation = { removePasskey: { __typename: 'RemovePasskeyPayload', passkeys: Array<{ __typename: 'Passkey', id: string }> } };

export type OwnProfileFragment = { __typename: 'User', id: string, fullName: string | null, phone: string | null };

export type ProfileQueryVariables = Exact<{ [key: string]: never; }>;


export type ProfileQuery = { me: { __typename: 'User', id: string, fullName: string | null, phone: string | null } | null };

export type UpdateProfileMutationVariables = Exact<{
  input: UpdateProfileInput;
}>;


export type UpdateProfileMutation = { updateProfile: { __typename: 'UpdateProfilePayload', user: { __typename: 'User', id: string, fullName: string | null, phone: string | null } } };

export type SessionRowFragment = { __typename: 'Session', id: string, createdAt: string, expiresAt: string, ip: string | null, userAgent: string | null, isCurrent: boolean };

export type TokenRowFragment = { __typename: 'ApiToken', id: string, name: string, hint: string, scopes: Array<ApiTokenScope>, allowedIps: Array<string>, createdAt: string, expiresAt: string | null, lastUsedAt: string | null, lastUsedIp: string | null };

export type SessionsQueryVariables = Exact<{ [key: string]: never; }>;


export type SessionsQuery = { sessions: Array<{ __typename: 'Session', id: string, createdAt: string, expiresAt: string, ip: string | null, userAgent: string | null, isCurrent: boolean }> };

export type EndSessionMutationVariables = Exact<{
  input: EndSessionInput;
}>;


export type EndSessionMutation = { endSession: { __typename: 'EndSessionPayload', sessions: Array<{ __typename: 'Session', id: string, createdAt: string, expiresAt: string, ip: string | null, userAgent: string | null, isCurrent: boolean }> } };

export type EndOtherSessionsMutationVariables = Exact<{ [key: string]: never; }>;


export type EndOtherSessionsMutation = { endOtherSessions: { __typename: 'EndOtherSessionsPayload', ended: number } };

export type TwoFactorStateQueryVariables = Exact<{ [key: string]: never; }>;


export type TwoFactorStateQuery = { twoFactor: { __typename: 'TwoFactor', isOn: boolean, recoveryCodesLeft: number } };

export type BeginTwoFactorMutationVariables = Exact<{
  input: BeginTwoFactorInput;
}>;


export type BeginTwoFactorMutation = { beginTwoFactor: { __typename: 'BeginTwoFactorPayload', qrCode: string, secret: string } };

export type EnableTwoFactorMutationVariables = Exact<{
  input: EnableTwoFactorInput;
}>;


export type EnableTwoFactorMutation = { enableTwoFactor: { __typename: 'EnableTwoFactorPayload', recoveryCodes: Array<string> } };

export type DisableTwoFactorMutationVariables = Exact<{
  input: TwoProofsInput;
}>;


export type DisableTwoFactorMutation = { disableTwoFactor: { __typename: 'DisableTwoFactorPayload', twoFactor: { __typename: 'TwoFactor', isOn: boolean, recoveryCodesLeft: number } } };

export type ReplaceRecoveryCodesMutationVariables = Exact<{
  input: TwoProofsInput;
}>;


export type ReplaceRecoveryCodesMutation = { replaceRecoveryCodes: { __typename: 'ReplaceRecoveryCodesPayload', recoveryCodes: Array<string> } };

export type ApiTokensQueryVariables = Exact<{ [key: string]: never; }>;


export type ApiTokensQuery = { apiTokens: Array<{ __typename: 'ApiToken', id: string, name: string, hint: string, scopes: Array<ApiTokenScope>, allowedIps: Array<string>, createdAt: string, expiresAt: string | null, lastUsedAt: string | null, lastUsedIp: string | null }> };

export type CreateApiTokenMutationVariables = Exact<{
  input: CreateApiTokenInput;
}>;


export type CreateApiTokenMutation = { createApiToken: { __typename: 'CreateApiTokenPayload', token: string, apiToken: { __typename: 'ApiToken', id: string, name: string, hint: string, scopes: Array<ApiTokenScope>, allowedIps: Array<string>, createdAt: string, expiresAt: string | null, lastUsedAt: string | null, lastUsedIp: string | null } } };

export type RevokeApiTokenMutationVariables = Exact<{
  input: RevokeApiTokenInput;
}>;


export type RevokeApiTokenMutation = { revokeApiToken: { __typename: 'RevokeApiTokenPayload', apiToken: { __typename: 'ApiToken', id: string } } };

export type LoginHistoryQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
}>;


export type LoginHistoryQuery = { loginHistory: { __typename: 'LoginAttemptConnection', edges: Array<{ __typename: 'LoginAttemptEdge', cursor: string, node: { __typename: 'LoginAttempt', id: string, createdAt: string, success: boolean, ip: string | null, userAgent: string | null } }>, pageInfo: { __typename: 'PageInfo', hasNextPage: boolean, endCursor: string | null } } };

export type ComparedGroupFragment = { __typename: 'ComparedGroup', id: string | null, label: string | null, signals: { __typename: 'ComparedSignals', received: number, unread: number, jobs: number, filled: number, skipped: number, failed: number } | null, results: Array<{ __typename: 'ComparedResult', quote: string, trades: number, wins: number, losses: number, net: string, fees: string, winRatePct: string | null, returnPct: string | null, profitFactor: string | null, expectancy: string | null, averageHoldingSec: number | null, realized: string, maxDrawdown: string, curve: Array<{ __typename: 'EquityPoint', day: string, total: string }> }> };

export type ReportQueryVariables = Exact<{
  input: ReportInput;
}>;


export type ReportQuery = { report: { __typename: 'Report', timeZone: string, summary: Array<{ __typename: 'ReportSummary', quote: string, trades: number, wins: number, losses: number, breakEven: number, net: string, realized: string, fees: string, winRatePct: string | null, profitFactor: string | null, expectancy: string | null, averageWin: string | null, averageLoss: string | null, maxDrawdown: string, returnPct: string | null, averageHoldingSec: number | null, sharpe: string | null }>, equityCurve: Array<{ __typename: 'EquityPoint', quote: string, day: string, realized: string, total: string, drawdown: string }>, byDay: Array<{ __typename: 'DayReport', quote: string, day: string, trades: number, wins: number, losses: number, net: string, realized: string, fees: string }>, byResult: Array<{ __typename: 'ResultReport', quote: string, fromPct: string | null, toPct: string | null, trades: number, net: string }>, bySymbol: Array<{ __typename: 'SymbolReport', quote: string, symbol: string, trades: number, wins: number, losses: number, net: string, fees: string, winRatePct: string | null, profitFactor: string | null, expectancy: string | null }>, sources: Array<{ __typename: 'ComparedGroup', id: string | null, label: string | null, signals: { __typename: 'ComparedSignals', received: number, unread: number, jobs: number, filled: number, skipped: number, failed: number } | null, results: Array<{ __typename: 'ComparedResult', quote: string, trades: number, wins: number, losses: number, net: string, fees: string, winRatePct: string | null, returnPct: string | null, profitFactor: string | null, expectancy: string | null, averageHoldingSec: number | null, realized: string, maxDrawdown: string, curve: Array<{ __typename: 'EquityPoint', day: string, total: string }> }> }>, accounts: Array<{ __typename: 'ComparedGroup', id: string | null, label: string | null, signals: { __typename: 'ComparedSignals', received: number, unread: number, jobs: number, filled: number, skipped: number, failed: number } | null, results: Array<{ __typename: 'ComparedResult', quote: string, trades: number, wins: number, losses: number, net: string, fees: string, winRatePct: string | null, returnPct: string | null, profitFactor: string | null, expectancy: string | null, averageHoldingSec: number | null, realized: string, maxDrawdown: string, curve: Array<{ __typename: 'EquityPoint', day: string, total: string }> }> }> } };

export type CheckSetupCodeMutationVariables = Exact<{
  input: CheckSetupCodeInput;
}>;


export type CheckSetupCodeMutation = { checkSetupCode: { __typename: 'CheckSetupCodePayload', expiresAt: string, backups: Array<{ __typename: 'Backup', name: string, bytes: number, isEncrypted: boolean }> } };

export type BeginSetupMutationVariables = Exact<{
  input: BeginSetupInput;
}>;


export type BeginSetupMutation = { beginSetup: { __typename: 'BeginSetupPayload', secret: string, qrCode: string } };

export type CompleteSetupMutationVariables = Exact<{
  input: CompleteSetupInput;
}>;


export type CompleteSetupMutation = { completeSetup: { __typename: 'CompleteSetupPayload', recoveryCodes: Array<string>, user: { __typename: 'User', id: string, email: string, fullName: string | null, roles: Array<UserRole>, mustChangePassword: boolean, entriesPausedAt: string | null } } };

export type VaultRowFragment = { __typename: 'Vault', id: string, name: string, description: string | null, tradeMode: TradeMode, isActive: boolean, createdAt: string, balances: Array<{ __typename: 'VaultBalance', asset: string, balance: string, reserved: string, available: string }>, shortfalls: Array<{ __typename: 'VaultShortfall', asset: string, allocated: string, held: string }> };

export type VaultsQueryVariables = Exact<{
  tradeMode: TradeMode;
  after?: string | null | undefined;
}>;


export type VaultsQuery = { vaults: { __typename: 'VaultConnection', edges: Array<{ __typename: 'VaultEdge', cursor: string, node: { __typename: 'Vault', id: string, name: string, description: string | null, tradeMode: TradeMode, isActive: boolean, createdAt: string, balances: Array<{ __typename: 'VaultBalance', asset: string, balance: string, reserved: string, available: string }>, shortfalls: Array<{ __typename: 'VaultShortfall', asset: string, allocated: string, held: string }> } }>, pageInfo: { __typename: 'PageInfo', hasNextPage: boolean, endCursor: string | null } } };

export type VaultQueryVariables = Exact<{
  id: string | number;
}>;


export type VaultQuery = { vault: { __typename: 'Vault', id: string, name: string, description: string | null, tradeMode: TradeMode, isActive: boolean, createdAt: string, balances: Array<{ __typename: 'VaultBalance', asset: string, balance: string, reserved: string, available: string }>, shortfalls: Array<{ __typename: 'VaultShortfall', asset: string, allocated: string, held: string }> } | null };

export type VaultTransactionsQueryVariables = Exact<{
  id: string | number;
  first: number;
  after?: string | null | undefined;
}>;


export type VaultTransactionsQuery = { vault: { __typename: 'Vault', id: string, transactions: { __typename: 'VaultTransactionConnection', edges: Array<{ __typename: 'VaultTransactionEdge', cursor: string, node: { __typename: 'VaultTransaction', id: string, type: VaultTransactionType, asset: string, amount: string, balanceDelta: string, reservedDelta: string, jobId: string | null, createdAt: string } }>, pageInfo: { __typename: 'PageInfo', hasNextPage: boolean, endCursor: string | null } } } | null };

export type CreateVaultMutationVariables = Exact<{
  input: CreateVaultInput;
}>;


export type CreateVaultMutation = { createVault: { __typename: 'CreateVaultPayload', vault: { __typename: 'Vault', id: string, name: string, description: string | null, tradeMode: TradeMode, isActive: boolean, createdAt: string, balances: Array<{ __typename: 'VaultBalance', asset: string, balance: string, reserved: string, available: string }>, shortfalls: Array<{ __typename: 'VaultShortfall', asset: string, allocated: string, held: string }> } } };

export type UpdateVaultMutationVariables = Exact<{
  input: UpdateVaultInput;
}>;


export type UpdateVaultMutation = { updateVault: { __typename: 'UpdateVaultPayload', vault: { __typename: 'Vault', id: string, name: string, description: string | null, tradeMode: TradeMode, isActive: boolean, createdAt: string, balances: Array<{ __typename: 'VaultBalance', asset: string, balance: string, reserved: string, available: string }>, shortfalls: Array<{ __typename: 'VaultShortfall', asset: string, allocated: string, held: string }> } } };

export type DepositToVaultMutationVariables = Exact<{
  input: DepositToVaultInput;
}>;


export type DepositToVaultMutation = { depositToVault: { __typename: 'DepositToVaultPayload', vault: { __typename: 'Vault', id: string, name: string, description: string | null, tradeMode: TradeMode, isActive: boolean, createdAt: string, balances: Array<{ __typename: 'VaultBalance', asset: string, balance: string, reserved: string, available: string }>, shortfalls: Array<{ __typename: 'VaultShortfall', asset: string, allocated: string, held: string }> } } };

export type WithdrawFromVaultMutationVariables = Exact<{
  input: WithdrawFromVaultInput;
}>;


export type WithdrawFromVaultMutation = { withdrawFromVault: { __typename: 'WithdrawFromVaultPayload', vault: { __typename: 'Vault', id: string, name: string, description: string | null, tradeMode: TradeMode, isActive: boolean, createdAt: string, balances: Array<{ __typename: 'VaultBalance', asset: string, balance: string, reserved: string, available: string }>, shortfalls: Array<{ __typename: 'VaultShortfall', asset: string, allocated: string, held: string }> } } };

export type SourcePhrasesFragment = { __typename: 'WebhookSource', id: string, phrases: Array<{ __typename: 'SourcePhrase', id: string, phrase: string, comparedAs: string, meaning: PhraseMeaning, createdAt: string }> };

export type SourcePhrasesQueryVariables = Exact<{
  sourceId: string | number;
}>;


export type SourcePhrasesQuery = { webhookSource: { __typename: 'WebhookSource', id: string, phrases: Array<{ __typename: 'SourcePhrase', id: string, phrase: string, comparedAs: string, meaning: PhraseMeaning, createdAt: string }> } | null };

export type PreviewPhraseQueryVariables = Exact<{
  input: PreviewPhraseInput;
}>;


export type PreviewPhraseQuery = { previewPhrase: { __typename: 'PhrasePreview', read: number, changed: number, newBuys: number, lostSells: number, unread: number, isComplete: boolean, changes: Array<{ __typename: 'ReadingChange', from: SignalAction, to: SignalAction, count: number }>, examples: Array<{ __typename: 'ChangedMessage', receipt: string, receivedAt: string, message: string, before: { __typename: 'TradedReading', action: SignalAction, symbol: string | null, price: string | null }, after: { __typename: 'TradedReading', action: SignalAction, symbol: string | null, price: string | null } }> } };

export type TeachPhraseMutationVariables = Exact<{
  input: TeachPhraseInput;
}>;


export type TeachPhraseMutation = { teachPhrase: { __typename: 'TeachPhrasePayload', source: { __typename: 'WebhookSource', id: string, phrases: Array<{ __typename: 'SourcePhrase', id: string, phrase: string, comparedAs: string, meaning: PhraseMeaning, createdAt: string }> } } };

export type ForgetPhraseMutationVariables = Exact<{
  input: ForgetPhraseInput;
}>;


export type ForgetPhraseMutation = { forgetPhrase: { __typename: 'ForgetPhrasePayload', source: { __typename: 'WebhookSource', id: string, phrases: Array<{ __typename: 'SourcePhrase', id: string, phrase: string, comparedAs: string, meaning: PhraseMeaning, createdAt: string }> } } };

export type SourceRowFragment = { __typename: 'WebhookSource', id: string, label: string, webhookCode: string, url: string, tradeMode: TradeMode, allowedIps: Array<string>, requireSignature: boolean, hasSigningSecret: boolean, hasBodyToken: boolean, rateLimitPerMin: number, identityWindowSec: number, maxLagSec: number | null, isActive: boolean, dryRun: boolean, adminLocked: boolean, createdAt: string, bindings: Array<{ __typename: 'WebhookBinding', id: string, isActive: boolean, weight: string | null, account: { __typename: 'ExchangeAccount', id: string, label: string, exchange: ExchangeName, isActive: boolean } }> };

export type SourceDetailFragment = { __typename: 'WebhookSource', curlExample: string, id: string, label: string, webhookCode: string, url: string, tradeMode: TradeMode, allowedIps: Array<string>, requireSignature: boolean, hasSigningSecret: boolean, hasBodyToken: boolean, rateLimitPerMin: number, identityWindowSec: number, maxLagSec: number | null, isActive: boolean, dryRun: boolean, adminLocked: boolean, createdAt: string, bindings: Array<{ __typename: 'WebhookBinding', id: string, isActive: boolean, weight: string | null, account: { __typename: 'ExchangeAccount', id: string, label: string, exchange: ExchangeName, isActive: boolean } }> };

export type WebhookSourcesQueryVariables = Exact<{
  tradeMode: TradeMode;
  after?: string | null | undefined;
}>;


export type WebhookSourcesQuery = { webhookSources: { __typename: 'WebhookSourceConnection', edges: Array<{ __typename: 'WebhookSourceEdge', cursor: string, node: { __typename: 'WebhookSource', id: string, label: string, webhookCode: string, url: string, tradeMode: TradeMode, allowedIps: Array<string>, requireSignature: boolean, hasSigningSecret: boolean, hasBodyToken: boolean, rateLimitPerMin: number, identityWindowSec: number, maxLagSec: number | null, isActive: boolean, dryRun: boolean, adminLocked: boolean, createdAt: string, bindings: Array<{ __typename: 'WebhookBinding', id: string, isActive: boolean, weight: string | null, account: { __typename: 'ExchangeAccount', id: string, label: string, exchange: ExchangeName, isActive: boolean } }> } }>, pageInfo: { __typename: 'PageInfo', hasNextPage: boolean, endCursor: string | null } } };

export type WebhookSourceQueryVariables = Exact<{
  id: string | number;
}>;


export type WebhookSourceQuery = { webhookSource: { __typename: 'WebhookSource', curlExample: string, id: string, label: string, webhookCode: string, url: string, tradeMode: TradeMode, allowedIps: Array<string>, requireSignature: boolean, hasSigningSecret: boolean, hasBodyToken: boolean, rateLimitPerMin: number, identityWindowSec: number, maxLagSec: number | null, isActive: boolean, dryRun: boolean, adminLocked: boolean, createdAt: string, bindings: Array<{ __typename: 'WebhookBinding', id: string, isActive: boolean, weight: string | null, account: { __typename: 'ExchangeAccount', id: string, label: string, exchange: ExchangeName, isActive: boolean } }> } | null };

export type BindableAccountsQueryVariables = Exact<{
  tradeMode: TradeMode;
  after?: string | null | undefined;
}>;


export type BindableAccountsQuery = { exchangeAccounts: { __typename: 'ExchangeAccountConnection', edges: Array<{ __typename: 'ExchangeAccountEdge', cursor: string, node: { __typename: 'ExchangeAccount', id: string, label: string, exchange: ExchangeName, isActive: boolean } }>, pageInfo: { __typename: 'PageInfo', hasNextPage: boolean, endCursor: string | null } } };

export type CreateWebhookSourceMutationVariables = Exact<{
  input: CreateWebhookSourceInput;
}>;


export type CreateWebhookSourceMutation = { createWebhookSource: { __typename: 'CreateWebhookSourcePayload', source: { __typename: 'WebhookSource', curlExample: string, id: string, label: string, webhookCode: string, url: string, tradeMode: TradeMode, allowedIps: Array<string>, requireSignature: boolean, hasSigningSecret: boolean, hasBodyToken: boolean, rateLimitPerMin: number, identityWindowSec: number, maxLagSec: number | null, isActive: boolean, dryRun: boolean, adminLocked: boolean, createdAt: string, bindings: Array<{ __typename: 'WebhookBinding', id: string, isActive: boolean, weight: string | null, account: { __typename: 'ExchangeAccount', id: string, label: string, exchange: ExchangeName, isActive: boolean } }> } } };

export type UpdateWebhookSourceMutationVariables = Exact<{
  input: UpdateWebhookSourceInput;
}>;


export type UpdateWebhookSourceMutation = { updateWebhookSource: { __typename: 'UpdateWebhookSourcePayload', source: { __typename: 'WebhookSource', curlExample: string, id: string, label: string, webhookCode: string, url: string, tradeMode: TradeMode, allowedIps: Array<string>, requireSignature: boolean, hasSigningSecret: boolean, hasBodyToken: boolean, rateLimitPerMin: number, identityWindowSec: number, maxLagSec: number | null, isActive: boolean, dryRun: boolean, adminLocked: boolean, createdAt: string, bindings: Array<{ __typename: 'WebhookBinding', id: string, isActive: boolean, weight: string | null, account: { __typename: 'ExchangeAccount', id: string, label: string, exchange: ExchangeName, isActive: boolean } }> } } };

export type RotateWebhookSecretMutationVariables = Exact<{
  input: RotateWebhookSecretInput;
}>;


export type RotateWebhookSecretMutation = { rotateWebhookSecret: { __typename: 'RotateWebhookSecretPayload', secret: string, source: { __typename: 'WebhookSource', curlExample: string, id: string, label: string, webhookCode: string, url: string, tradeMode: TradeMode, allowedIps: Array<string>, requireSignature: boolean, hasSigningSecret: boolean, hasBodyToken: boolean, rateLimitPerMin: number, identityWindowSec: number, maxLagSec: number | null, isActive: boolean, dryRun: boolean, adminLocked: boolean, createdAt: string, bindings: Array<{ __typename: 'WebhookBinding', id: string, isActive: boolean, weight: string | null, account: { __typename: 'ExchangeAccount', id: string, label: string, exchange: ExchangeName, isActive: boolean } }> } } };

export type RemoveWebhookSecretMutationVariables = Exact<{
  input: RemoveWebhookSecretInput;
}>;


export type RemoveWebhookSecretMutation = { removeWebhookSecret: { __typename: 'RemoveWebhookSecretPayload', source: { __typename: 'WebhookSource', curlExample: string, id: string, label: string, webhookCode: string, url: string, tradeMode: TradeMode, allowedIps: Array<string>, requireSignature: boolean, hasSigningSecret: boolean, hasBodyToken: boolean, rateLimitPerMin: number, identityWindowSec: number, maxLagSec: number | null, isActive: boolean, dryRun: boolean, adminLocked: boolean, createdAt: string, bindings: Array<{ __typename: 'WebhookBinding', id: string, isActive: boolean, weight: string | null, account: { __typename: 'ExchangeAccount', id: string, label: string, exchange: ExchangeName, isActive: boolean } }> } } };

export type BindAccountMutationVariables = Exact<{
  input: BindAccountInput;
}>;


export type BindAccountMutation = { bindAccount: { __typename: 'BindAccountPayload', source: { __typename: 'WebhookSource', curlExample: string, id: string, label: string, webhookCode: string, url: string, tradeMode: TradeMode, allowedIps: Array<string>, requireSignature: boolean, hasSigningSecret: boolean, hasBodyToken: boolean, rateLimitPerMin: number, identityWindowSec: number, maxLagSec: number | null, isActive: boolean, dryRun: boolean, adminLocked: boolean, createdAt: string, bindings: Array<{ __typename: 'WebhookBinding', id: string, isActive: boolean, weight: string | null, account: { __typename: 'ExchangeAccount', id: string, label: string, exchange: ExchangeName, isActive: boolean } }> } } };

export type UnbindAccountMutationVariables = Exact<{
  input: UnbindAccountInput;
}>;


export type UnbindAccountMutation = { unbindAccount: { __typename: 'UnbindAccountPayload', source: { __typename: 'WebhookSource', curlExample: string, id: string, label: string, webhookCode: string, url: string, tradeMode: TradeMode, allowedIps: Array<string>, requireSignature: boolean, hasSigningSecret: boolean, hasBodyToken: boolean, rateLimitPerMin: number, identityWindowSec: number, maxLagSec: number | null, isActive: boolean, dryRun: boolean, adminLocked: boolean, createdAt: string, bindings: Array<{ __typename: 'WebhookBinding', id: string, isActive: boolean, weight: string | null, account: { __typename: 'ExchangeAccount', id: string, label: string, exchange: ExchangeName, isActive: boolean } }> } } };

export type ReceiptRowFragment = { __typename: 'WebhookReceipt', id: string, receipt: string, outcome: ReceiptOutcome, httpStatus: number, reasonCode: ReasonCode | null, reasonMessage: string | null, action: SignalAction | null, symbol: string | null, accounts: number, duplicates: number, sourceIp: string | null, dryRun: boolean, receivedAt: string, result: { __typename: 'SignalResult', outcome: SignalOutcome, reasonCode: ReasonCode | null, reasonMessage: string | null, traded: number, jobs: number, wouldTrade: number }, source: { __typename: 'WebhookSource', id: string, label: string, tradeMode: TradeMode } };

export type WebhookReceiptsQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
  filter?: WebhookReceiptFilter | null | undefined;
}>;


export type WebhookReceiptsQuery = { webhookReceipts: { __typename: 'WebhookReceiptConnection', edges: Array<{ __typename: 'WebhookReceiptEdge', cursor: string, node: { __typename: 'WebhookReceipt', id: string, receipt: string, outcome: ReceiptOutcome, httpStatus: number, reasonCode: ReasonCode | null, reasonMessage: string | null, action: SignalAction | null, symbol: string | null, accounts: number, duplicates: number, sourceIp: string | null, dryRun: boolean, receivedAt: string, result: { __typename: 'SignalResult', outcome: SignalOutcome, reasonCode: ReasonCode | null, reasonMessage: string | null, traded: number, jobs: number, wouldTrade: number }, source: { __typename: 'WebhookSource', id: string, label: string, tradeMode: TradeMode } } }>, pageInfo: { __typename: 'PageInfo', hasNextPage: boolean, endCursor: string | null } } };

export type ReceiptEventFragment = { __typename: 'WebhookEvent', id: string, symbolRaw: string, symbolNormalized: string, action: SignalAction, timeframe: string | null, priceReference: string | null, rawText: string | null, rawPayload: unknown, status: WebhookEventStatus, validationError: string | null, account: { __typename: 'ExchangeAccount', id: string, label: string } | null, dryRun: { __typename: 'DryRun', status: DryRunStatus, symbol: string, side: OrderSide, orderType: OrderType | null, quoteAmount: string | null, baseQuantity: string | null, limitPrice: string | null, price: string | null, reasonCode: ReasonCode | null, reasonMessage: string | null, trace: Array<{ __typename: 'TraceEntry', name: string, value: string, source: string }> } | null, jobs: Array<{ __typename: 'TradeJob', id: string, tradeMode: TradeMode, symbol: string, side: OrderSide, orderType: OrderType, origin: JobOrigin, quoteAmount: string | null, baseQuantity: string | null, limitPrice: string | null, status: JobStatus, reasonCode: ReasonCode | null, reasonMessage: string | null, createdAt: string, updatedAt: string, position: { __typename: 'Position', id: string } | null, executions: Array<{ __typename: 'TradeExecution', id: string, status: ExecutionStatus, executedQty: string, avgPrice: string, cummQuoteQty: string }>, account: { __typename: 'ExchangeAccount', id: string, label: string } }> };

export type WebhookReceiptQueryVariables = Exact<{
  receipt: string;
}>;


export type WebhookReceiptQuery = { webhookReceipt: { __typename: 'WebhookReceipt', eventUid: string | null, bodyBytes: number, message: string | null, id: string, receipt: string, outcome: ReceiptOutcome, httpStatus: number, reasonCode: ReasonCode | null, reasonMessage: string | null, action: SignalAction | null, symbol: string | null, accounts: number, duplicates: number, sourceIp: string | null, dryRun: boolean, receivedAt: string, unread: Array<{ __typename: 'UnreadPart', kind: UnreadKind, text: string, taughtAs: PhraseMeaning | null }>, timeline: Array<{ __typename: 'TimelineEntry', stage: TimelineStage, at: string, offsetMs: number }>, events: Array<{ __typename: 'WebhookEvent', id: string, symbolRaw: string, symbolNormalized: string, action: SignalAction, timeframe: string | null, priceReference: string | null, rawText: string | null, rawPayload: unknown, status: WebhookEventStatus, validationError: string | null, account: { __typename: 'ExchangeAccount', id: string, label: string } | null, dryRun: { __typename: 'DryRun', status: DryRunStatus, symbol: string, side: OrderSide, orderType: OrderType | null, quoteAmount: string | null, baseQuantity: string | null, limitPrice: string | null, price: string | null, reasonCode: ReasonCode | null, reasonMessage: string | null, trace: Array<{ __typename: 'TraceEntry', name: string, value: string, source: string }> } | null, jobs: Array<{ __typename: 'TradeJob', id: string, tradeMode: TradeMode, symbol: string, side: OrderSide, orderType: OrderType, origin: JobOrigin, quoteAmount: string | null, baseQuantity: string | null, limitPrice: string | null, status: JobStatus, reasonCode: ReasonCode | null, reasonMessage: string | null, createdAt: string, updatedAt: string, position: { __typename: 'Position', id: string } | null, executions: Array<{ __typename: 'TradeExecution', id: string, status: ExecutionStatus, executedQty: string, avgPrice: string, cummQuoteQty: string }>, account: { __typename: 'ExchangeAccount', id: string, label: string } }> }>, result: { __typename: 'SignalResult', outcome: SignalOutcome, reasonCode: ReasonCode | null, reasonMessage: string | null, traded: number, jobs: number, wouldTrade: number }, source: { __typename: 'WebhookSource', id: string, label: string, tradeMode: TradeMode } } | null };

export type DryRunSignalQueryVariables = Exact<{
  input: DryRunSignalInput;
}>;


export type DryRunSignalQuery = { dryRunSignal: { __typename: 'SignalDryRun', eventUid: string, wouldBeDuplicate: boolean, reasonCode: ReasonCode | null, reasonMessage: string | null, reading: { __typename: 'SignalReading', action: SignalAction, symbolRaw: string | null, symbol: string | null, timeframe: string | null, price: string | null, matchedTokens: Array<string>, unread: Array<{ __typename: 'UnreadPart', kind: UnreadKind, text: string, taughtAs: PhraseMeaning | null }> }, accounts: Array<{ __typename: 'DryRunAccount', wouldTrade: boolean, side: OrderSide | null, orderType: OrderType | null, quoteAmount: string | null, baseQuantity: string | null, limitPrice: string | null, reasonCode: ReasonCode | null, reasonMessage: string | null, account: { __typename: 'ExchangeAccount', id: string, label: string, exchange: ExchangeName }, trace: Array<{ __typename: 'TraceEntry', name: string, value: string, source: string }> }> } };

export type FilterChoicesQueryVariables = Exact<{
  tradeMode: TradeMode;
  afterAccount?: string | null | undefined;
  afterSource?: string | null | undefined;
}>;


export type FilterChoicesQuery = { exchangeAccounts: { __typename: 'ExchangeAccountConnection', edges: Array<{ __typename: 'ExchangeAccountEdge', cursor: string, node: { __typename: 'ExchangeAccount', id: string, label: string } }>, pageInfo: { __typename: 'PageInfo', hasNextPage: boolean, endCursor: string | null } }, webhookSources: { __typename: 'WebhookSourceConnection', edges: Array<{ __typename: 'WebhookSourceEdge', cursor: string, node: { __typename: 'WebhookSource', id: string, label: string } }>, pageInfo: { __typename: 'PageInfo', hasNextPage: boolean, endCursor: string | null } } };

export type LivePositionFragment = { __typename: 'Position', id: string, tradeMode: TradeMode, symbol: string, priceKey: string, side: string, status: PositionStatus, qtyTotal: string, qtyRemaining: string, entryPrice: string, realizedPnl: string, feesQuote: string, dustQty: string, dustValueQuote: string, costQuote: string, shortfallQty: string, shortfallValueQuote: string, unsellableReason: ReasonCode | null, slEnabled: boolean, slPct: string | null, tpEnabled: boolean, tpPct: string | null, trailingEnabled: boolean, trailingDistancePct: string | null, trailingMaxPrice: string | null, trailingArmingPct: string | null, timeStopHours: number | null, breakEvenAfterFirst: boolean, qtyReserved: string, minProfitPct: string | null, lockSellByWebhook: boolean, closeReason: CloseReason | null, closedAt: string | null, sourceId: string | null, sourceLabel: string | null, createdAt: string, updatedAt: string, exitLevels: { __typename: 'ExitLevels', stopPrice: string | null, trailingStopPrice: string | null, trailingArmingPrice: string | null, takeProfitPrice: string | null, nextTargetPrice: string | null, timeStopAt: string | null } | null, account: { __typename: 'ExchangeAccount', id: string, label: string } };

export type LiveJobFragment = { __typename: 'TradeJob', id: string, tradeMode: TradeMode, symbol: string, side: OrderSide, orderType: OrderType, origin: JobOrigin, quoteAmount: string | null, baseQuantity: string | null, limitPrice: string | null, status: JobStatus, reasonCode: ReasonCode | null, reasonMessage: string | null, createdAt: string, updatedAt: string, account: { __typename: 'ExchangeAccount', id: string, label: string } };

export type LiveFillFragment = { __typename: 'PositionFill', id: string, positionId: string, side: OrderSide, qty: string, price: string, feeAmount: string, feeAsset: string | null, realizedQuote: string, filledAt: string };

export type LivePriceFragment = { __typename: 'Price', key: string, last: string, ageMs: number };

export type LiveCursorQueryVariables = Exact<{ [key: string]: never; }>;


export type LiveCursorQuery = { liveCursor: string };

export type OpenPositionsQueryVariables = Exact<{
  tradeMode: TradeMode;
}>;


export type OpenPositionsQuery = { positions: { __typename: 'PositionConnection', edges: Array<{ __typename: 'PositionEdge', cursor: string, node: { __typename: 'Position', id: string, tradeMode: TradeMode, symbol: string, priceKey: string, side: string, status: PositionStatus, qtyTotal: string, qtyRemaining: string, entryPrice: string, realizedPnl: string, feesQuote: string, dustQty: string, dustValueQuote: string, costQuote: string, shortfallQty: string, shortfallValueQuote: string, unsellableReason: ReasonCode | null, slEnabled: boolean, slPct: string | null, tpEnabled: boolean, tpPct: string | null, trailingEnabled: boolean, trailingDistancePct: string | null, trailingMaxPrice: string | null, trailingArmingPct: string | null, timeStopHours: number | null, breakEvenAfterFirst: boolean, qtyReserved: string, minProfitPct: string | null, lockSellByWebhook: boolean, closeReason: CloseReason | null, closedAt: string | null, sourceId: string | null, sourceLabel: string | null, createdAt: string, updatedAt: string, exitLevels: { __typename: 'ExitLevels', stopPrice: string | null, trailingStopPrice: string | null, trailingArmingPrice: string | null, takeProfitPrice: string | null, nextTargetPrice: string | null, timeStopAt: string | null } | null, account: { __typename: 'ExchangeAccount', id: string, label: string } } }>, pageInfo: { __typename: 'PageInfo', hasNextPage: boolean, endCursor: string | null } } };

export type TrailingStopFragment = { __typename: 'Position', id: string, trailingMaxPrice: string | null, exitLevels: { __typename: 'ExitLevels', trailingStopPrice: string | null, trailingArmingPrice: string | null } | null };

export type TrailingStopsQueryVariables = Exact<{
  tradeMode: TradeMode;
}>;


export type TrailingStopsQuery = { positions: { __typename: 'PositionConnection', edges: Array<{ __typename: 'PositionEdge', node: { __typename: 'Position', id: string, trailingMaxPrice: string | null, exitLevels: { __typename: 'ExitLevels', trailingStopPrice: string | null, trailingArmingPrice: string | null } | null } }> } };

export type ServerInfoQueryVariables = Exact<{ [key: string]: never; }>;


export type ServerInfoQuery = { serverInfo: { __typename: 'ServerInfo', version: string, time: string, priceFeed: string, roles: Array<string>, stalePriceMs: number, realTrading: boolean } };

export type WrongClocksQueryVariables = Exact<{ [key: string]: never; }>;


export type WrongClocksQuery = { serverInfo: { __typename: 'ServerInfo', wrongClocks: Array<{ __typename: 'WrongClock', host: string, pid: number, skewMs: number, trades: boolean }> } };

export type TradingHaltQueryVariables = Exact<{ [key: string]: never; }>;


export type TradingHaltQuery = { tradingHalt: { __typename: 'TradingHalt', haltedAt: string, reason: string } | null };

export type OperatorAlertsQueryVariables = Exact<{ [key: string]: never; }>;


export type OperatorAlertsQuery = { alerts: { __typename: 'AlertConnection', edges: Array<{ __typename: 'AlertEdge', node: { __typename: 'Alert', id: string, type: AlertType, message: string, isOperators: boolean } }> } };

export type OpenAlertCountQueryVariables = Exact<{ [key: string]: never; }>;


export type OpenAlertCountQuery = { alerts: { __typename: 'AlertConnection', edges: Array<{ __typename: 'AlertEdge', node: { __typename: 'Alert', id: string, severity: AlertSeverity, acknowledgedAt: string | null } }> } };

export type MarketsQueryVariables = Exact<{ [key: string]: never; }>;


export type MarketsQuery = { markets: Array<{ __typename: 'Market', symbol: string, base: string, quote: string, tickSize: string, stepSize: string }> };

export type PriceVenuesQueryVariables = Exact<{
  after?: string | null | undefined;
}>;


export type PriceVenuesQuery = { exchangeAccounts: { __typename: 'ExchangeAccountConnection', edges: Array<{ __typename: 'ExchangeAccountEdge', cursor: string, node: { __typename: 'ExchangeAccount', id: string, priceVenue: PriceVenue } }>, pageInfo: { __typename: 'PageInfo', hasNextPage: boolean, endCursor: string | null } } };

export type PricesQueryVariables = Exact<{
  venues: Array<PriceVenue> | PriceVenue;
}>;


export type PricesQuery = { prices: Array<{ __typename: 'Price', key: string, last: string, ageMs: number }> };

export type PositionChangedSubscriptionVariables = Exact<{
  after?: string | null | undefined;
}>;


export type PositionChangedSubscription = { positionChanged: { __typename: 'PositionEvent', cursor: string, position: { __typename: 'Position', id: string, tradeMode: TradeMode, symbol: string, priceKey: string, side: string, status: PositionStatus, qtyTotal: string, qtyRemaining: string, entryPrice: string, realizedPnl: string, feesQuote: string, dustQty: string, dustValueQuote: string, costQuote: string, shortfallQty: string, shortfallValueQuote: string, unsellableReason: ReasonCode | null, slEnabled: boolean, slPct: string | null, tpEnabled: boolean, tpPct: string | null, trailingEnabled: boolean, trailingDistancePct: string | null, trailingMaxPrice: string | null, trailingArmingPct: string | null, timeStopHours: number | null, breakEvenAfterFirst: boolean, qtyReserved: string, minProfitPct: string | null, lockSellByWebhook: boolean, closeReason: CloseReason | null, closedAt: string | null, sourceId: string | null, sourceLabel: string | null, createdAt: string, updatedAt: string, exitLevels: { __typename: 'ExitLevels', stopPrice: string | null, trailingStopPrice: string | null, trailingArmingPrice: string | null, takeProfitPrice: string | null, nextTargetPrice: string | null, timeStopAt: string | null } | null, account: { __typename: 'ExchangeAccount', id: string, label: string } } } };

export type JobChangedSubscriptionVariables = Exact<{
  after?: string | null | undefined;
}>;


export type JobChangedSubscription = { jobChanged: { __typename: 'JobEvent', cursor: string, job: { __typename: 'TradeJob', id: string, tradeMode: TradeMode, symbol: string, side: OrderSide, orderType: OrderType, origin: JobOrigin, quoteAmount: string | null, baseQuantity: string | null, limitPrice: string | null, status: JobStatus, reasonCode: ReasonCode | null, reasonMessage: string | null, createdAt: string, updatedAt: string, account: { __typename: 'ExchangeAccount', id: string, label: string } } } };

export type FillAddedSubscriptionVariables = Exact<{
  after?: string | null | undefined;
}>;


export type FillAddedSubscription = { fillAdded: { __typename: 'FillEvent', cursor: string, fill: { __typename: 'PositionFill', id: string, positionId: string, side: OrderSide, qty: string, price: string, feeAmount: string, feeAsset: string | null, realizedQuote: string, filledAt: string } } };

export type AccountChangedSubscriptionVariables = Exact<{
  after?: string | null | undefined;
}>;


export type AccountChangedSubscription = { accountChanged: { __typename: 'AccountEvent', cursor: string, account: { __typename: 'ExchangeAccount', id: string, exchange: ExchangeName, label: string, tradeMode: TradeMode, isSimulation: boolean, testnet: boolean, isActive: boolean, entriesPausedAt: string | null, entriesPauseReason: EntriesPauseReason | null, hasKeys: boolean, apiKeyHint: string | null, proxy: string | null, balancesSyncedAt: string | null, balancesFault: ExchangeFaultCode | null, equityUsd: string | null, createdAt: string, connection: { __typename: 'ConnectionTest', ok: boolean, testedAt: string, canRead: boolean, canTrade: boolean, canWithdraw: boolean | null, latencyMs: number | null, clockOffsetMs: number | null, fault: ExchangeFaultCode | null, message: string | null, exchangeCode: string | null } | null, balances: Array<{ __typename: 'Balance', asset: string, free: string, locked: string, total: string, valueUsd: string | null, lastSyncAt: string | null }> } } };

export type AlertChangedSubscriptionVariables = Exact<{
  after?: string | null | undefined;
}>;


export type AlertChangedSubscription = { alertChanged: { __typename: 'AlertEvent', cursor: string, alert: { __typename: 'Alert', id: string, type: AlertType, severity: AlertSeverity, message: string, createdAt: string, resolvedAt: string | null } } };

export type PricesChangedSubscriptionVariables = Exact<{
  venues: Array<PriceVenue> | PriceVenue;
}>;


export type PricesChangedSubscription = { pricesChanged: Array<{ __typename: 'Price', key: string, last: string, ageMs: number }> };

export type WebPushKeyQueryVariables = Exact<{ [key: string]: never; }>;


export type WebPushKeyQuery = { webPushKey: string | null };

export type SubscribeWebPushMutationVariables = Exact<{
  input: SubscribeWebPushInput;
}>;


export type SubscribeWebPushMutation = { subscribeWebPush: { __typename: 'SubscribeWebPushPayload', channel: { __typename: 'NotificationChannel', id: string, kind: NotificationChannelKind, label: string, addressHint: string, isEnabled: boolean, disabledReason: ChannelDisabledReason | null, failingSince: string | null, lastError: string | null, lastSentAt: string | null } } };

export type UnsubscribeWebPushMutationVariables = Exact<{
  input: UnsubscribeWebPushInput;
}>;


export type UnsubscribeWebPushMutation = { unsubscribeWebPush: { __typename: 'UnsubscribeWebPushPayload', wasSubscribed: boolean } };

export type ViewSettingsQueryVariables = Exact<{
  names: Array<string> | string;
}>;


export type ViewSettingsQuery = { viewSettings: Array<{ __typename: 'ViewSettings', name: string, settings: unknown }> };

export type SaveViewSettingsMutationVariables = Exact<{
  input: SaveViewSettingsInput;
}>;


export type SaveViewSettingsMutation = { saveViewSettings: { __typename: 'SaveViewSettingsPayload', view: { __typename: 'ViewSettings', name: string, settings: unknown } | null } };

export const BulkActionFieldsFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"BulkActionFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"BulkAction"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"isTerminal"}},{"kind":"Field","name":{"kind":"Name","value":"closesPositions"}},{"kind":"Field","name":{"kind":"Name","value":"expiresAt"}},{"kind":"Field","name":{"kind":"Name","value":"finishedAt"}},{"kind":"Field","name":{"kind":"Name","value":"buysUnderWay"}},{"kind":"Field","name":{"kind":"Name","value":"totals"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"asset"}},{"kind":"Field","name":{"kind":"Name","value":"positions"}},{"kind":"Field","name":{"kind":"Name","value":"value"}},{"kind":"Field","name":{"kind":"Name","value":"profit"}},{"kind":"Field","name":{"kind":"Name","value":"unpricedPositions"}}]}},{"kind":"Field","name":{"kind":"Name","value":"sold"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"asset"}},{"kind":"Field","name":{"kind":"Name","value":"positions"}},{"kind":"Field","name":{"kind":"Name","value":"value"}}]}},{"kind":"Field","name":{"kind":"Name","value":"accounts"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}}]}},{"kind":"Field","name":{"kind":"Name","value":"positionsClosed"}},{"kind":"Field","name":{"kind":"Name","value":"positionsPartlySold"}},{"kind":"Field","name":{"kind":"Name","value":"positionsUnderWay"}},{"kind":"Field","name":{"kind":"Name","value":"positionsRefused"}},{"kind":"Field","name":{"kind":"Name","value":"ordersCanceled"}},{"kind":"Field","name":{"kind":"Name","value":"ordersUnderWay"}},{"kind":"Field","name":{"kind":"Name","value":"ordersRefused"}},{"kind":"Field","name":{"kind":"Name","value":"pending"}},{"kind":"Field","name":{"kind":"Name","value":"sold"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"asset"}},{"kind":"Field","name":{"kind":"Name","value":"positions"}},{"kind":"Field","name":{"kind":"Name","value":"value"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"items"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"action"}},{"kind":"Field","name":{"kind":"Name","value":"symbol"}},{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"isTerminal"}},{"kind":"Field","name":{"kind":"Name","value":"isStillOpen"}},{"kind":"Field","name":{"kind":"Name","value":"soldQty"}},{"kind":"Field","name":{"kind":"Name","value":"soldQuote"}},{"kind":"Field","name":{"kind":"Name","value":"reasonCode"}},{"kind":"Field","name":{"kind":"Name","value":"reasonMessage"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}}]}},{"kind":"Field","name":{"kind":"Name","value":"job"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}}]}}]}}]} as unknown as DocumentNode<BulkActionFieldsFragment, unknown>;
export const SessionUserFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"SessionUser"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"User"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"email"}},{"kind":"Field","name":{"kind":"Name","value":"fullName"}},{"kind":"Field","name":{"kind":"Name","value":"roles"}},{"kind":"Field","name":{"kind":"Name","value":"mustChangePassword"}},{"kind":"Field","name":{"kind":"Name","value":"entriesPausedAt"}}]}}]} as unknown as DocumentNode<SessionUserFragment, unknown>;
export const AccountRowFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"AccountRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ExchangeAccount"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"exchange"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"isSimulation"}},{"kind":"Field","name":{"kind":"Name","value":"testnet"}},{"kind":"Field","name":{"kind":"Name","value":"isActive"}},{"kind":"Field","name":{"kind":"Name","value":"entriesPausedAt"}},{"kind":"Field","name":{"kind":"Name","value":"entriesPauseReason"}},{"kind":"Field","name":{"kind":"Name","value":"hasKeys"}},{"kind":"Field","name":{"kind":"Name","value":"apiKeyHint"}},{"kind":"Field","name":{"kind":"Name","value":"proxy"}},{"kind":"Field","name":{"kind":"Name","value":"balancesSyncedAt"}},{"kind":"Field","name":{"kind":"Name","value":"balancesFault"}},{"kind":"Field","name":{"kind":"Name","value":"connection"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"ok"}},{"kind":"Field","name":{"kind":"Name","value":"testedAt"}},{"kind":"Field","name":{"kind":"Name","value":"canRead"}},{"kind":"Field","name":{"kind":"Name","value":"canTrade"}},{"kind":"Field","name":{"kind":"Name","value":"canWithdraw"}},{"kind":"Field","name":{"kind":"Name","value":"latencyMs"}},{"kind":"Field","name":{"kind":"Name","value":"clockOffsetMs"}},{"kind":"Field","name":{"kind":"Name","value":"fault"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"exchangeCode"}}]}},{"kind":"Field","name":{"kind":"Name","value":"equityUsd"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"balances"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"asset"}},{"kind":"Field","name":{"kind":"Name","value":"free"}},{"kind":"Field","name":{"kind":"Name","value":"locked"}},{"kind":"Field","name":{"kind":"Name","value":"total"}},{"kind":"Field","name":{"kind":"Name","value":"valueUsd"}},{"kind":"Field","name":{"kind":"Name","value":"lastSyncAt"}}]}}]}}]} as unknown as DocumentNode<AccountRowFragment, unknown>;
export const PersonRowFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"PersonRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Person"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"email"}},{"kind":"Field","name":{"kind":"Name","value":"fullName"}},{"kind":"Field","name":{"kind":"Name","value":"roles"}},{"kind":"Field","name":{"kind":"Name","value":"isActive"}},{"kind":"Field","name":{"kind":"Name","value":"hasTwoFactor"}},{"kind":"Field","name":{"kind":"Name","value":"mustChangePassword"}},{"kind":"Field","name":{"kind":"Name","value":"lastSignInAt"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}}]}}]} as unknown as DocumentNode<PersonRowFragment, unknown>;
export const ScheduledJobRowFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ScheduledJobRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ScheduledJob"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"description"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"isRunning"}},{"kind":"Field","name":{"kind":"Name","value":"isSafety"}},{"kind":"Field","name":{"kind":"Name","value":"intervalMs"}},{"kind":"Field","name":{"kind":"Name","value":"intervalMinMs"}},{"kind":"Field","name":{"kind":"Name","value":"intervalMaxMs"}},{"kind":"Field","name":{"kind":"Name","value":"lastStartedAt"}},{"kind":"Field","name":{"kind":"Name","value":"nextRunAt"}}]}}]} as unknown as DocumentNode<ScheduledJobRowFragment, unknown>;
export const AlertRowFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"AlertRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Alert"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"severity"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"isOperators"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"acknowledgedAt"}},{"kind":"Field","name":{"kind":"Name","value":"escalatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"escalationLevel"}},{"kind":"Field","name":{"kind":"Name","value":"resolvedAt"}},{"kind":"Field","name":{"kind":"Name","value":"resolvedByHand"}}]}}]} as unknown as DocumentNode<AlertRowFragment, unknown>;
export const GateRowFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"GateRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"TradingGate"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"value"}},{"kind":"Field","name":{"kind":"Name","value":"limit"}},{"kind":"Field","name":{"kind":"Name","value":"unit"}},{"kind":"Field","name":{"kind":"Name","value":"reasonCode"}},{"kind":"Field","name":{"kind":"Name","value":"reasonMessage"}},{"kind":"Field","name":{"kind":"Name","value":"refused"}}]}}]} as unknown as DocumentNode<GateRowFragment, unknown>;
export const ChannelRowFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ChannelRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"NotificationChannel"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"addressHint"}},{"kind":"Field","name":{"kind":"Name","value":"isEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"disabledReason"}},{"kind":"Field","name":{"kind":"Name","value":"failingSince"}},{"kind":"Field","name":{"kind":"Name","value":"lastError"}},{"kind":"Field","name":{"kind":"Name","value":"lastSentAt"}}]}}]} as unknown as DocumentNode<ChannelRowFragment, unknown>;
export const EndpointRowFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"EndpointRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"WebhookEndpoint"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"events"}},{"kind":"Field","name":{"kind":"Name","value":"selection"}},{"kind":"Field","name":{"kind":"Name","value":"isOwnSelection"}},{"kind":"Field","name":{"kind":"Name","value":"channel"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ChannelRow"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ChannelRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"NotificationChannel"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"addressHint"}},{"kind":"Field","name":{"kind":"Name","value":"isEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"disabledReason"}},{"kind":"Field","name":{"kind":"Name","value":"failingSince"}},{"kind":"Field","name":{"kind":"Name","value":"lastError"}},{"kind":"Field","name":{"kind":"Name","value":"lastSentAt"}}]}}]} as unknown as DocumentNode<EndpointRowFragment, unknown>;
export const RuleRowFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"RuleRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"NotificationRule"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"mode"}},{"kind":"Field","name":{"kind":"Name","value":"channelIds"}},{"kind":"Field","name":{"kind":"Name","value":"ignoresQuietHours"}}]}}]} as unknown as DocumentNode<RuleRowFragment, unknown>;
export const ServersFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Servers"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"NotificationServers"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"whatsApp"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"address"}},{"kind":"Field","name":{"kind":"Name","value":"instanceName"}},{"kind":"Field","name":{"kind":"Name","value":"hasKey"}},{"kind":"Field","name":{"kind":"Name","value":"isActive"}},{"kind":"Field","name":{"kind":"Name","value":"usesOldBody"}},{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"checkedAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"mail"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"server"}},{"kind":"Field","name":{"kind":"Name","value":"from"}}]}},{"kind":"Field","name":{"kind":"Name","value":"hasWebPush"}}]}}]} as unknown as DocumentNode<ServersFragment, unknown>;
export const ExternalOrderRowFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ExternalOrderRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ExternalOrder"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"symbol"}},{"kind":"Field","name":{"kind":"Name","value":"exchangeOrderId"}},{"kind":"Field","name":{"kind":"Name","value":"side"}},{"kind":"Field","name":{"kind":"Name","value":"orderType"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"quantity"}},{"kind":"Field","name":{"kind":"Name","value":"limitPrice"}},{"kind":"Field","name":{"kind":"Name","value":"executedQty"}},{"kind":"Field","name":{"kind":"Name","value":"avgPrice"}},{"kind":"Field","name":{"kind":"Name","value":"placedAt"}},{"kind":"Field","name":{"kind":"Name","value":"dismissedAt"}},{"kind":"Field","name":{"kind":"Name","value":"positionId"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}}]}}]}}]} as unknown as DocumentNode<ExternalOrderRowFragment, unknown>;
export const LiveJobFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"LiveJob"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"TradeJob"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"symbol"}},{"kind":"Field","name":{"kind":"Name","value":"side"}},{"kind":"Field","name":{"kind":"Name","value":"orderType"}},{"kind":"Field","name":{"kind":"Name","value":"origin"}},{"kind":"Field","name":{"kind":"Name","value":"quoteAmount"}},{"kind":"Field","name":{"kind":"Name","value":"baseQuantity"}},{"kind":"Field","name":{"kind":"Name","value":"limitPrice"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"reasonCode"}},{"kind":"Field","name":{"kind":"Name","value":"reasonMessage"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}}]}}]}}]} as unknown as DocumentNode<LiveJobFragment, unknown>;
export const RestingOrderFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"RestingOrder"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"TradeJob"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"LiveJob"}},{"kind":"Field","name":{"kind":"Name","value":"executedQty"}},{"kind":"Field","name":{"kind":"Name","value":"limitOrderExpiresAt"}},{"kind":"Field","name":{"kind":"Name","value":"distancePct"}},{"kind":"Field","name":{"kind":"Name","value":"reservations"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"positionId"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"LiveJob"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"TradeJob"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"symbol"}},{"kind":"Field","name":{"kind":"Name","value":"side"}},{"kind":"Field","name":{"kind":"Name","value":"orderType"}},{"kind":"Field","name":{"kind":"Name","value":"origin"}},{"kind":"Field","name":{"kind":"Name","value":"quoteAmount"}},{"kind":"Field","name":{"kind":"Name","value":"baseQuantity"}},{"kind":"Field","name":{"kind":"Name","value":"limitPrice"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"reasonCode"}},{"kind":"Field","name":{"kind":"Name","value":"reasonMessage"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}}]}}]}}]} as unknown as DocumentNode<RestingOrderFragment, unknown>;
export const ParameterRowFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ParameterRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"TradeParameter"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"symbol"}},{"kind":"Field","name":{"kind":"Name","value":"side"}},{"kind":"Field","name":{"kind":"Name","value":"quoteAmountFixed"}},{"kind":"Field","name":{"kind":"Name","value":"quoteAmountPctBalance"}},{"kind":"Field","name":{"kind":"Name","value":"maxOrdersPerHour"}},{"kind":"Field","name":{"kind":"Name","value":"minIntervalSec"}},{"kind":"Field","name":{"kind":"Name","value":"orderTypeDefault"}},{"kind":"Field","name":{"kind":"Name","value":"slippageBps"}},{"kind":"Field","name":{"kind":"Name","value":"limitPriceBandPct"}},{"kind":"Field","name":{"kind":"Name","value":"defaultSlEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"defaultSlPct"}},{"kind":"Field","name":{"kind":"Name","value":"defaultTpEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"defaultTpPct"}},{"kind":"Field","name":{"kind":"Name","value":"trailingStopEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"trailingDistancePct"}},{"kind":"Field","name":{"kind":"Name","value":"trailingArmingPct"}},{"kind":"Field","name":{"kind":"Name","value":"defaultTargets"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"pct"}},{"kind":"Field","name":{"kind":"Name","value":"sharePct"}}]}},{"kind":"Field","name":{"kind":"Name","value":"defaultBreakEven"}},{"kind":"Field","name":{"kind":"Name","value":"defaultTimeStopHours"}},{"kind":"Field","name":{"kind":"Name","value":"minProfitPct"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"exchange"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}}]}},{"kind":"Field","name":{"kind":"Name","value":"vault"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}}]} as unknown as DocumentNode<ParameterRowFragment, unknown>;
export const ClosedPositionFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ClosedPosition"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Position"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"exitPrice"}}]}}]} as unknown as DocumentNode<ClosedPositionFragment, unknown>;
export const ChartAccountFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ChartAccount"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ExchangeAccount"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"priceVenue"}}]}}]} as unknown as DocumentNode<ChartAccountFragment, unknown>;
export const PasskeyRowFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"PasskeyRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Passkey"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"lastUsedAt"}},{"kind":"Field","name":{"kind":"Name","value":"isBackedUp"}}]}}]} as unknown as DocumentNode<PasskeyRowFragment, unknown>;
export const OwnProfileFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"OwnProfile"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"User"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"fullName"}},{"kind":"Field","name":{"kind":"Name","value":"phone"}}]}}]} as unknown as DocumentNode<OwnProfileFragment, unknown>;
export const SessionRowFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"SessionRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Session"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"expiresAt"}},{"kind":"Field","name":{"kind":"Name","value":"ip"}},{"kind":"Field","name":{"kind":"Name","value":"userAgent"}},{"kind":"Field","name":{"kind":"Name","value":"isCurrent"}}]}}]} as unknown as DocumentNode<SessionRowFragment, unknown>;
export const TokenRowFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"TokenRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ApiToken"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"hint"}},{"kind":"Field","name":{"kind":"Name","value":"scopes"}},{"kind":"Field","name":{"kind":"Name","value":"allowedIps"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"expiresAt"}},{"kind":"Field","name":{"kind":"Name","value":"lastUsedAt"}},{"kind":"Field","name":{"kind":"Name","value":"lastUsedIp"}}]}}]} as unknown as DocumentNode<TokenRowFragment, unknown>;
export const ComparedGroupFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ComparedGroup"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ComparedGroup"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"signals"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"received"}},{"kind":"Field","name":{"kind":"Name","value":"unread"}},{"kind":"Field","name":{"kind":"Name","value":"jobs"}},{"kind":"Field","name":{"kind":"Name","value":"filled"}},{"kind":"Field","name":{"kind":"Name","value":"skipped"}},{"kind":"Field","name":{"kind":"Name","value":"failed"}}]}},{"kind":"Field","name":{"kind":"Name","value":"results"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"quote"}},{"kind":"Field","name":{"kind":"Name","value":"trades"}},{"kind":"Field","name":{"kind":"Name","value":"wins"}},{"kind":"Field","name":{"kind":"Name","value":"losses"}},{"kind":"Field","name":{"kind":"Name","value":"net"}},{"kind":"Field","name":{"kind":"Name","value":"fees"}},{"kind":"Field","name":{"kind":"Name","value":"winRatePct"}},{"kind":"Field","name":{"kind":"Name","value":"returnPct"}},{"kind":"Field","name":{"kind":"Name","value":"profitFactor"}},{"kind":"Field","name":{"kind":"Name","value":"expectancy"}},{"kind":"Field","name":{"kind":"Name","value":"averageHoldingSec"}},{"kind":"Field","name":{"kind":"Name","value":"realized"}},{"kind":"Field","name":{"kind":"Name","value":"maxDrawdown"}},{"kind":"Field","name":{"kind":"Name","value":"curve"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"day"}},{"kind":"Field","name":{"kind":"Name","value":"total"}}]}}]}}]}}]} as unknown as DocumentNode<ComparedGroupFragment, unknown>;
export const VaultRowFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"VaultRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Vault"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"description"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"isActive"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"balances"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"asset"}},{"kind":"Field","name":{"kind":"Name","value":"balance"}},{"kind":"Field","name":{"kind":"Name","value":"reserved"}},{"kind":"Field","name":{"kind":"Name","value":"available"}}]}},{"kind":"Field","name":{"kind":"Name","value":"shortfalls"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"asset"}},{"kind":"Field","name":{"kind":"Name","value":"allocated"}},{"kind":"Field","name":{"kind":"Name","value":"held"}}]}}]}}]} as unknown as DocumentNode<VaultRowFragment, unknown>;
export const SourcePhrasesFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"SourcePhrases"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"WebhookSource"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"phrases"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"phrase"}},{"kind":"Field","name":{"kind":"Name","value":"comparedAs"}},{"kind":"Field","name":{"kind":"Name","value":"meaning"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}}]}}]}}]} as unknown as DocumentNode<SourcePhrasesFragment, unknown>;
export const SourceRowFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"SourceRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"WebhookSource"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"webhookCode"}},{"kind":"Field","name":{"kind":"Name","value":"url"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"allowedIps"}},{"kind":"Field","name":{"kind":"Name","value":"requireSignature"}},{"kind":"Field","name":{"kind":"Name","value":"hasSigningSecret"}},{"kind":"Field","name":{"kind":"Name","value":"hasBodyToken"}},{"kind":"Field","name":{"kind":"Name","value":"rateLimitPerMin"}},{"kind":"Field","name":{"kind":"Name","value":"identityWindowSec"}},{"kind":"Field","name":{"kind":"Name","value":"maxLagSec"}},{"kind":"Field","name":{"kind":"Name","value":"isActive"}},{"kind":"Field","name":{"kind":"Name","value":"dryRun"}},{"kind":"Field","name":{"kind":"Name","value":"adminLocked"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"bindings"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"isActive"}},{"kind":"Field","name":{"kind":"Name","value":"weight"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"exchange"}},{"kind":"Field","name":{"kind":"Name","value":"isActive"}}]}}]}}]}}]} as unknown as DocumentNode<SourceRowFragment, unknown>;
export const SourceDetailFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"SourceDetail"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"WebhookSource"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"SourceRow"}},{"kind":"Field","name":{"kind":"Name","value":"curlExample"}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"SourceRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"WebhookSource"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"webhookCode"}},{"kind":"Field","name":{"kind":"Name","value":"url"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"allowedIps"}},{"kind":"Field","name":{"kind":"Name","value":"requireSignature"}},{"kind":"Field","name":{"kind":"Name","value":"hasSigningSecret"}},{"kind":"Field","name":{"kind":"Name","value":"hasBodyToken"}},{"kind":"Field","name":{"kind":"Name","value":"rateLimitPerMin"}},{"kind":"Field","name":{"kind":"Name","value":"identityWindowSec"}},{"kind":"Field","name":{"kind":"Name","value":"maxLagSec"}},{"kind":"Field","name":{"kind":"Name","value":"isActive"}},{"kind":"Field","name":{"kind":"Name","value":"dryRun"}},{"kind":"Field","name":{"kind":"Name","value":"adminLocked"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"bindings"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"isActive"}},{"kind":"Field","name":{"kind":"Name","value":"weight"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"exchange"}},{"kind":"Field","name":{"kind":"Name","value":"isActive"}}]}}]}}]}}]} as unknown as DocumentNode<SourceDetailFragment, unknown>;
export const ReceiptRowFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ReceiptRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"WebhookReceipt"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"receipt"}},{"kind":"Field","name":{"kind":"Name","value":"outcome"}},{"kind":"Field","name":{"kind":"Name","value":"httpStatus"}},{"kind":"Field","name":{"kind":"Name","value":"reasonCode"}},{"kind":"Field","name":{"kind":"Name","value":"reasonMessage"}},{"kind":"Field","name":{"kind":"Name","value":"action"}},{"kind":"Field","name":{"kind":"Name","value":"symbol"}},{"kind":"Field","name":{"kind":"Name","value":"accounts"}},{"kind":"Field","name":{"kind":"Name","value":"duplicates"}},{"kind":"Field","name":{"kind":"Name","value":"sourceIp"}},{"kind":"Field","name":{"kind":"Name","value":"dryRun"}},{"kind":"Field","name":{"kind":"Name","value":"receivedAt"}},{"kind":"Field","name":{"kind":"Name","value":"result"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"outcome"}},{"kind":"Field","name":{"kind":"Name","value":"reasonCode"}},{"kind":"Field","name":{"kind":"Name","value":"reasonMessage"}},{"kind":"Field","name":{"kind":"Name","value":"traded"}},{"kind":"Field","name":{"kind":"Name","value":"jobs"}},{"kind":"Field","name":{"kind":"Name","value":"wouldTrade"}}]}},{"kind":"Field","name":{"kind":"Name","value":"source"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}}]}}]}}]} as unknown as DocumentNode<ReceiptRowFragment, unknown>;
export const ReceiptEventFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ReceiptEvent"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"WebhookEvent"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}}]}},{"kind":"Field","name":{"kind":"Name","value":"symbolRaw"}},{"kind":"Field","name":{"kind":"Name","value":"symbolNormalized"}},{"kind":"Field","name":{"kind":"Name","value":"action"}},{"kind":"Field","name":{"kind":"Name","value":"timeframe"}},{"kind":"Field","name":{"kind":"Name","value":"priceReference"}},{"kind":"Field","name":{"kind":"Name","value":"rawText"}},{"kind":"Field","name":{"kind":"Name","value":"rawPayload"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"validationError"}},{"kind":"Field","name":{"kind":"Name","value":"dryRun"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"symbol"}},{"kind":"Field","name":{"kind":"Name","value":"side"}},{"kind":"Field","name":{"kind":"Name","value":"orderType"}},{"kind":"Field","name":{"kind":"Name","value":"quoteAmount"}},{"kind":"Field","name":{"kind":"Name","value":"baseQuantity"}},{"kind":"Field","name":{"kind":"Name","value":"limitPrice"}},{"kind":"Field","name":{"kind":"Name","value":"price"}},{"kind":"Field","name":{"kind":"Name","value":"reasonCode"}},{"kind":"Field","name":{"kind":"Name","value":"reasonMessage"}},{"kind":"Field","name":{"kind":"Name","value":"trace"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"value"}},{"kind":"Field","name":{"kind":"Name","value":"source"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"jobs"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"LiveJob"}},{"kind":"Field","name":{"kind":"Name","value":"position"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}},{"kind":"Field","name":{"kind":"Name","value":"executions"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"executedQty"}},{"kind":"Field","name":{"kind":"Name","value":"avgPrice"}},{"kind":"Field","name":{"kind":"Name","value":"cummQuoteQty"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"LiveJob"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"TradeJob"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"symbol"}},{"kind":"Field","name":{"kind":"Name","value":"side"}},{"kind":"Field","name":{"kind":"Name","value":"orderType"}},{"kind":"Field","name":{"kind":"Name","value":"origin"}},{"kind":"Field","name":{"kind":"Name","value":"quoteAmount"}},{"kind":"Field","name":{"kind":"Name","value":"baseQuantity"}},{"kind":"Field","name":{"kind":"Name","value":"limitPrice"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"reasonCode"}},{"kind":"Field","name":{"kind":"Name","value":"reasonMessage"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}}]}}]}}]} as unknown as DocumentNode<ReceiptEventFragment, unknown>;
export const LivePositionFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"LivePosition"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Position"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"symbol"}},{"kind":"Field","name":{"kind":"Name","value":"priceKey"}},{"kind":"Field","name":{"kind":"Name","value":"side"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"qtyTotal"}},{"kind":"Field","name":{"kind":"Name","value":"qtyRemaining"}},{"kind":"Field","name":{"kind":"Name","value":"entryPrice"}},{"kind":"Field","name":{"kind":"Name","value":"realizedPnl"}},{"kind":"Field","name":{"kind":"Name","value":"feesQuote"}},{"kind":"Field","name":{"kind":"Name","value":"dustQty"}},{"kind":"Field","name":{"kind":"Name","value":"dustValueQuote"}},{"kind":"Field","name":{"kind":"Name","value":"costQuote"}},{"kind":"Field","name":{"kind":"Name","value":"shortfallQty"}},{"kind":"Field","name":{"kind":"Name","value":"shortfallValueQuote"}},{"kind":"Field","name":{"kind":"Name","value":"unsellableReason"}},{"kind":"Field","name":{"kind":"Name","value":"slEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"slPct"}},{"kind":"Field","name":{"kind":"Name","value":"tpEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"tpPct"}},{"kind":"Field","name":{"kind":"Name","value":"trailingEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"trailingDistancePct"}},{"kind":"Field","name":{"kind":"Name","value":"trailingMaxPrice"}},{"kind":"Field","name":{"kind":"Name","value":"trailingArmingPct"}},{"kind":"Field","name":{"kind":"Name","value":"timeStopHours"}},{"kind":"Field","name":{"kind":"Name","value":"breakEvenAfterFirst"}},{"kind":"Field","name":{"kind":"Name","value":"qtyReserved"}},{"kind":"Field","name":{"kind":"Name","value":"exitLevels"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"stopPrice"}},{"kind":"Field","name":{"kind":"Name","value":"trailingStopPrice"}},{"kind":"Field","name":{"kind":"Name","value":"trailingArmingPrice"}},{"kind":"Field","name":{"kind":"Name","value":"takeProfitPrice"}},{"kind":"Field","name":{"kind":"Name","value":"nextTargetPrice"}},{"kind":"Field","name":{"kind":"Name","value":"timeStopAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"minProfitPct"}},{"kind":"Field","name":{"kind":"Name","value":"lockSellByWebhook"}},{"kind":"Field","name":{"kind":"Name","value":"closeReason"}},{"kind":"Field","name":{"kind":"Name","value":"closedAt"}},{"kind":"Field","name":{"kind":"Name","value":"sourceId"}},{"kind":"Field","name":{"kind":"Name","value":"sourceLabel"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}}]}}]}}]} as unknown as DocumentNode<LivePositionFragment, unknown>;
export const LiveFillFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"LiveFill"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"PositionFill"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"positionId"}},{"kind":"Field","name":{"kind":"Name","value":"side"}},{"kind":"Field","name":{"kind":"Name","value":"qty"}},{"kind":"Field","name":{"kind":"Name","value":"price"}},{"kind":"Field","name":{"kind":"Name","value":"feeAmount"}},{"kind":"Field","name":{"kind":"Name","value":"feeAsset"}},{"kind":"Field","name":{"kind":"Name","value":"realizedQuote"}},{"kind":"Field","name":{"kind":"Name","value":"filledAt"}}]}}]} as unknown as DocumentNode<LiveFillFragment, unknown>;
export const LivePriceFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"LivePrice"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Price"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"key"}},{"kind":"Field","name":{"kind":"Name","value":"last"}},{"kind":"Field","name":{"kind":"Name","value":"ageMs"}}]}}]} as unknown as DocumentNode<LivePriceFragment, unknown>;
export const TrailingStopFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"TrailingStop"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Position"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"trailingMaxPrice"}},{"kind":"Field","name":{"kind":"Name","value":"exitLevels"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"trailingStopPrice"}},{"kind":"Field","name":{"kind":"Name","value":"trailingArmingPrice"}}]}}]}}]} as unknown as DocumentNode<TrailingStopFragment, unknown>;
export const BulkActionDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"BulkAction"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"bulkAction"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"BulkActionFields"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"BulkActionFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"BulkAction"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"isTerminal"}},{"kind":"Field","name":{"kind":"Name","value":"closesPositions"}},{"kind":"Field","name":{"kind":"Name","value":"expiresAt"}},{"kind":"Field","name":{"kind":"Name","value":"finishedAt"}},{"kind":"Field","name":{"kind":"Name","value":"buysUnderWay"}},{"kind":"Field","name":{"kind":"Name","value":"totals"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"asset"}},{"kind":"Field","name":{"kind":"Name","value":"positions"}},{"kind":"Field","name":{"kind":"Name","value":"value"}},{"kind":"Field","name":{"kind":"Name","value":"profit"}},{"kind":"Field","name":{"kind":"Name","value":"unpricedPositions"}}]}},{"kind":"Field","name":{"kind":"Name","value":"sold"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"asset"}},{"kind":"Field","name":{"kind":"Name","value":"positions"}},{"kind":"Field","name":{"kind":"Name","value":"value"}}]}},{"kind":"Field","name":{"kind":"Name","value":"accounts"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}}]}},{"kind":"Field","name":{"kind":"Name","value":"positionsClosed"}},{"kind":"Field","name":{"kind":"Name","value":"positionsPartlySold"}},{"kind":"Field","name":{"kind":"Name","value":"positionsUnderWay"}},{"kind":"Field","name":{"kind":"Name","value":"positionsRefused"}},{"kind":"Field","name":{"kind":"Name","value":"ordersCanceled"}},{"kind":"Field","name":{"kind":"Name","value":"ordersUnderWay"}},{"kind":"Field","name":{"kind":"Name","value":"ordersRefused"}},{"kind":"Field","name":{"kind":"Name","value":"pending"}},{"kind":"Field","name":{"kind":"Name","value":"sold"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"asset"}},{"kind":"Field","name":{"kind":"Name","value":"positions"}},{"kind":"Field","name":{"kind":"Name","value":"value"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"items"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"action"}},{"kind":"Field","name":{"kind":"Name","value":"symbol"}},{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"isTerminal"}},{"kind":"Field","name":{"kind":"Name","value":"isStillOpen"}},{"kind":"Field","name":{"kind":"Name","value":"soldQty"}},{"kind":"Field","name":{"kind":"Name","value":"soldQuote"}},{"kind":"Field","name":{"kind":"Name","value":"reasonCode"}},{"kind":"Field","name":{"kind":"Name","value":"reasonMessage"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}}]}},{"kind":"Field","name":{"kind":"Name","value":"job"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}}]}}]}}]} as unknown as DocumentNode<BulkActionQuery, BulkActionQueryVariables>;
export const BulkActionOfKeyDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"BulkActionOfKey"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"idempotencyKey"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"bulkActionOfKey"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"idempotencyKey"},"value":{"kind":"Variable","name":{"kind":"Name","value":"idempotencyKey"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"BulkActionFields"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"BulkActionFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"BulkAction"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"isTerminal"}},{"kind":"Field","name":{"kind":"Name","value":"closesPositions"}},{"kind":"Field","name":{"kind":"Name","value":"expiresAt"}},{"kind":"Field","name":{"kind":"Name","value":"finishedAt"}},{"kind":"Field","name":{"kind":"Name","value":"buysUnderWay"}},{"kind":"Field","name":{"kind":"Name","value":"totals"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"asset"}},{"kind":"Field","name":{"kind":"Name","value":"positions"}},{"kind":"Field","name":{"kind":"Name","value":"value"}},{"kind":"Field","name":{"kind":"Name","value":"profit"}},{"kind":"Field","name":{"kind":"Name","value":"unpricedPositions"}}]}},{"kind":"Field","name":{"kind":"Name","value":"sold"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"asset"}},{"kind":"Field","name":{"kind":"Name","value":"positions"}},{"kind":"Field","name":{"kind":"Name","value":"value"}}]}},{"kind":"Field","name":{"kind":"Name","value":"accounts"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}}]}},{"kind":"Field","name":{"kind":"Name","value":"positionsClosed"}},{"kind":"Field","name":{"kind":"Name","value":"positionsPartlySold"}},{"kind":"Field","name":{"kind":"Name","value":"positionsUnderWay"}},{"kind":"Field","name":{"kind":"Name","value":"positionsRefused"}},{"kind":"Field","name":{"kind":"Name","value":"ordersCanceled"}},{"kind":"Field","name":{"kind":"Name","value":"ordersUnderWay"}},{"kind":"Field","name":{"kind":"Name","value":"ordersRefused"}},{"kind":"Field","name":{"kind":"Name","value":"pending"}},{"kind":"Field","name":{"kind":"Name","value":"sold"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"asset"}},{"kind":"Field","name":{"kind":"Name","value":"positions"}},{"kind":"Field","name":{"kind":"Name","value":"value"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"items"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"action"}},{"kind":"Field","name":{"kind":"Name","value":"symbol"}},{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"isTerminal"}},{"kind":"Field","name":{"kind":"Name","value":"isStillOpen"}},{"kind":"Field","name":{"kind":"Name","value":"soldQty"}},{"kind":"Field","name":{"kind":"Name","value":"soldQuote"}},{"kind":"Field","name":{"kind":"Name","value":"reasonCode"}},{"kind":"Field","name":{"kind":"Name","value":"reasonMessage"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}}]}},{"kind":"Field","name":{"kind":"Name","value":"job"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}}]}}]}}]} as unknown as DocumentNode<BulkActionOfKeyQuery, BulkActionOfKeyQueryVariables>;
export const RetryBulkActionDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"RetryBulkAction"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"RetryBulkActionInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"retryBulkAction"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"bulkAction"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"BulkActionFields"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"BulkActionFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"BulkAction"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"isTerminal"}},{"kind":"Field","name":{"kind":"Name","value":"closesPositions"}},{"kind":"Field","name":{"kind":"Name","value":"expiresAt"}},{"kind":"Field","name":{"kind":"Name","value":"finishedAt"}},{"kind":"Field","name":{"kind":"Name","value":"buysUnderWay"}},{"kind":"Field","name":{"kind":"Name","value":"totals"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"asset"}},{"kind":"Field","name":{"kind":"Name","value":"positions"}},{"kind":"Field","name":{"kind":"Name","value":"value"}},{"kind":"Field","name":{"kind":"Name","value":"profit"}},{"kind":"Field","name":{"kind":"Name","value":"unpricedPositions"}}]}},{"kind":"Field","name":{"kind":"Name","value":"sold"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"asset"}},{"kind":"Field","name":{"kind":"Name","value":"positions"}},{"kind":"Field","name":{"kind":"Name","value":"value"}}]}},{"kind":"Field","name":{"kind":"Name","value":"accounts"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}}]}},{"kind":"Field","name":{"kind":"Name","value":"positionsClosed"}},{"kind":"Field","name":{"kind":"Name","value":"positionsPartlySold"}},{"kind":"Field","name":{"kind":"Name","value":"positionsUnderWay"}},{"kind":"Field","name":{"kind":"Name","value":"positionsRefused"}},{"kind":"Field","name":{"kind":"Name","value":"ordersCanceled"}},{"kind":"Field","name":{"kind":"Name","value":"ordersUnderWay"}},{"kind":"Field","name":{"kind":"Name","value":"ordersRefused"}},{"kind":"Field","name":{"kind":"Name","value":"pending"}},{"kind":"Field","name":{"kind":"Name","value":"sold"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"asset"}},{"kind":"Field","name":{"kind":"Name","value":"positions"}},{"kind":"Field","name":{"kind":"Name","value":"value"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"items"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"action"}},{"kind":"Field","name":{"kind":"Name","value":"symbol"}},{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"isTerminal"}},{"kind":"Field","name":{"kind":"Name","value":"isStillOpen"}},{"kind":"Field","name":{"kind":"Name","value":"soldQty"}},{"kind":"Field","name":{"kind":"Name","value":"soldQuote"}},{"kind":"Field","name":{"kind":"Name","value":"reasonCode"}},{"kind":"Field","name":{"kind":"Name","value":"reasonMessage"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}}]}},{"kind":"Field","name":{"kind":"Name","value":"job"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}}]}}]}}]} as unknown as DocumentNode<RetryBulkActionMutation, RetryBulkActionMutationVariables>;
export const EntriesPauseDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"EntriesPause"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"me"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"entriesPausedAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"exchangeAccounts"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"100"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"entriesPausedAt"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}}]} as unknown as DocumentNode<EntriesPauseQuery, EntriesPauseQueryVariables>;
export const CloseAllChoicesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"CloseAllChoices"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"tradeMode"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"TradeMode"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"exchangeAccounts"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"100"}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"tradeMode"},"value":{"kind":"Variable","name":{"kind":"Name","value":"tradeMode"}}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"webhookSources"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"100"}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"tradeMode"},"value":{"kind":"Variable","name":{"kind":"Name","value":"tradeMode"}}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}}]}}]}}]}}]}}]} as unknown as DocumentNode<CloseAllChoicesQuery, CloseAllChoicesQueryVariables>;
export const PauseEntriesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"PauseEntries"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"PauseEntriesInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"pauseEntries"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"user"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"entriesPausedAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"entriesPausedAt"}}]}}]}}]}}]} as unknown as DocumentNode<PauseEntriesMutation, PauseEntriesMutationVariables>;
export const ResumeEntriesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"ResumeEntries"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ResumeEntriesInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"resumeEntries"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"user"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"entriesPausedAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"entriesPausedAt"}}]}}]}}]}}]} as unknown as DocumentNode<ResumeEntriesMutation, ResumeEntriesMutationVariables>;
export const PreviewCloseAllDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"PreviewCloseAll"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"PreviewCloseAllInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"previewCloseAll"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"bulkAction"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"BulkActionFields"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"BulkActionFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"BulkAction"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"isTerminal"}},{"kind":"Field","name":{"kind":"Name","value":"closesPositions"}},{"kind":"Field","name":{"kind":"Name","value":"expiresAt"}},{"kind":"Field","name":{"kind":"Name","value":"finishedAt"}},{"kind":"Field","name":{"kind":"Name","value":"buysUnderWay"}},{"kind":"Field","name":{"kind":"Name","value":"totals"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"asset"}},{"kind":"Field","name":{"kind":"Name","value":"positions"}},{"kind":"Field","name":{"kind":"Name","value":"value"}},{"kind":"Field","name":{"kind":"Name","value":"profit"}},{"kind":"Field","name":{"kind":"Name","value":"unpricedPositions"}}]}},{"kind":"Field","name":{"kind":"Name","value":"sold"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"asset"}},{"kind":"Field","name":{"kind":"Name","value":"positions"}},{"kind":"Field","name":{"kind":"Name","value":"value"}}]}},{"kind":"Field","name":{"kind":"Name","value":"accounts"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}}]}},{"kind":"Field","name":{"kind":"Name","value":"positionsClosed"}},{"kind":"Field","name":{"kind":"Name","value":"positionsPartlySold"}},{"kind":"Field","name":{"kind":"Name","value":"positionsUnderWay"}},{"kind":"Field","name":{"kind":"Name","value":"positionsRefused"}},{"kind":"Field","name":{"kind":"Name","value":"ordersCanceled"}},{"kind":"Field","name":{"kind":"Name","value":"ordersUnderWay"}},{"kind":"Field","name":{"kind":"Name","value":"ordersRefused"}},{"kind":"Field","name":{"kind":"Name","value":"pending"}},{"kind":"Field","name":{"kind":"Name","value":"sold"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"asset"}},{"kind":"Field","name":{"kind":"Name","value":"positions"}},{"kind":"Field","name":{"kind":"Name","value":"value"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"items"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"action"}},{"kind":"Field","name":{"kind":"Name","value":"symbol"}},{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"isTerminal"}},{"kind":"Field","name":{"kind":"Name","value":"isStillOpen"}},{"kind":"Field","name":{"kind":"Name","value":"soldQty"}},{"kind":"Field","name":{"kind":"Name","value":"soldQuote"}},{"kind":"Field","name":{"kind":"Name","value":"reasonCode"}},{"kind":"Field","name":{"kind":"Name","value":"reasonMessage"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}}]}},{"kind":"Field","name":{"kind":"Name","value":"job"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}}]}}]}}]} as unknown as DocumentNode<PreviewCloseAllMutation, PreviewCloseAllMutationVariables>;
export const ConfirmCloseAllDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"ConfirmCloseAll"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ConfirmCloseAllInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"confirmCloseAll"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"bulkAction"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"BulkActionFields"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"BulkActionFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"BulkAction"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"isTerminal"}},{"kind":"Field","name":{"kind":"Name","value":"closesPositions"}},{"kind":"Field","name":{"kind":"Name","value":"expiresAt"}},{"kind":"Field","name":{"kind":"Name","value":"finishedAt"}},{"kind":"Field","name":{"kind":"Name","value":"buysUnderWay"}},{"kind":"Field","name":{"kind":"Name","value":"totals"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"asset"}},{"kind":"Field","name":{"kind":"Name","value":"positions"}},{"kind":"Field","name":{"kind":"Name","value":"value"}},{"kind":"Field","name":{"kind":"Name","value":"profit"}},{"kind":"Field","name":{"kind":"Name","value":"unpricedPositions"}}]}},{"kind":"Field","name":{"kind":"Name","value":"sold"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"asset"}},{"kind":"Field","name":{"kind":"Name","value":"positions"}},{"kind":"Field","name":{"kind":"Name","value":"value"}}]}},{"kind":"Field","name":{"kind":"Name","value":"accounts"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}}]}},{"kind":"Field","name":{"kind":"Name","value":"positionsClosed"}},{"kind":"Field","name":{"kind":"Name","value":"positionsPartlySold"}},{"kind":"Field","name":{"kind":"Name","value":"positionsUnderWay"}},{"kind":"Field","name":{"kind":"Name","value":"positionsRefused"}},{"kind":"Field","name":{"kind":"Name","value":"ordersCanceled"}},{"kind":"Field","name":{"kind":"Name","value":"ordersUnderWay"}},{"kind":"Field","name":{"kind":"Name","value":"ordersRefused"}},{"kind":"Field","name":{"kind":"Name","value":"pending"}},{"kind":"Field","name":{"kind":"Name","value":"sold"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"asset"}},{"kind":"Field","name":{"kind":"Name","value":"positions"}},{"kind":"Field","name":{"kind":"Name","value":"value"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"items"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"action"}},{"kind":"Field","name":{"kind":"Name","value":"symbol"}},{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"isTerminal"}},{"kind":"Field","name":{"kind":"Name","value":"isStillOpen"}},{"kind":"Field","name":{"kind":"Name","value":"soldQty"}},{"kind":"Field","name":{"kind":"Name","value":"soldQuote"}},{"kind":"Field","name":{"kind":"Name","value":"reasonCode"}},{"kind":"Field","name":{"kind":"Name","value":"reasonMessage"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}}]}},{"kind":"Field","name":{"kind":"Name","value":"job"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}}]}}]}}]} as unknown as DocumentNode<ConfirmCloseAllMutation, ConfirmCloseAllMutationVariables>;
export const KillSwitchDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"KillSwitch"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"KillSwitchInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"killSwitch"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"bulkAction"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"BulkActionFields"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"BulkActionFields"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"BulkAction"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"isTerminal"}},{"kind":"Field","name":{"kind":"Name","value":"closesPositions"}},{"kind":"Field","name":{"kind":"Name","value":"expiresAt"}},{"kind":"Field","name":{"kind":"Name","value":"finishedAt"}},{"kind":"Field","name":{"kind":"Name","value":"buysUnderWay"}},{"kind":"Field","name":{"kind":"Name","value":"totals"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"asset"}},{"kind":"Field","name":{"kind":"Name","value":"positions"}},{"kind":"Field","name":{"kind":"Name","value":"value"}},{"kind":"Field","name":{"kind":"Name","value":"profit"}},{"kind":"Field","name":{"kind":"Name","value":"unpricedPositions"}}]}},{"kind":"Field","name":{"kind":"Name","value":"sold"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"asset"}},{"kind":"Field","name":{"kind":"Name","value":"positions"}},{"kind":"Field","name":{"kind":"Name","value":"value"}}]}},{"kind":"Field","name":{"kind":"Name","value":"accounts"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}}]}},{"kind":"Field","name":{"kind":"Name","value":"positionsClosed"}},{"kind":"Field","name":{"kind":"Name","value":"positionsPartlySold"}},{"kind":"Field","name":{"kind":"Name","value":"positionsUnderWay"}},{"kind":"Field","name":{"kind":"Name","value":"positionsRefused"}},{"kind":"Field","name":{"kind":"Name","value":"ordersCanceled"}},{"kind":"Field","name":{"kind":"Name","value":"ordersUnderWay"}},{"kind":"Field","name":{"kind":"Name","value":"ordersRefused"}},{"kind":"Field","name":{"kind":"Name","value":"pending"}},{"kind":"Field","name":{"kind":"Name","value":"sold"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"asset"}},{"kind":"Field","name":{"kind":"Name","value":"positions"}},{"kind":"Field","name":{"kind":"Name","value":"value"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"items"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"action"}},{"kind":"Field","name":{"kind":"Name","value":"symbol"}},{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"isTerminal"}},{"kind":"Field","name":{"kind":"Name","value":"isStillOpen"}},{"kind":"Field","name":{"kind":"Name","value":"soldQty"}},{"kind":"Field","name":{"kind":"Name","value":"soldQuote"}},{"kind":"Field","name":{"kind":"Name","value":"reasonCode"}},{"kind":"Field","name":{"kind":"Name","value":"reasonMessage"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}}]}},{"kind":"Field","name":{"kind":"Name","value":"job"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}}]}}]}}]} as unknown as DocumentNode<KillSwitchMutation, KillSwitchMutationVariables>;
export const MeDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Me"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"me"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"SessionUser"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"SessionUser"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"User"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"email"}},{"kind":"Field","name":{"kind":"Name","value":"fullName"}},{"kind":"Field","name":{"kind":"Name","value":"roles"}},{"kind":"Field","name":{"kind":"Name","value":"mustChangePassword"}},{"kind":"Field","name":{"kind":"Name","value":"entriesPausedAt"}}]}}]} as unknown as DocumentNode<MeQuery, MeQueryVariables>;
export const SignOutDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"SignOut"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"signOut"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hadSession"}}]}}]}}]} as unknown as DocumentNode<SignOutMutation, SignOutMutationVariables>;
export const SetupDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Setup"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"setup"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"isNeeded"}}]}}]}}]} as unknown as DocumentNode<SetupQuery, SetupQueryVariables>;
export const ServerTimeDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"ServerTime"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"serverInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"time"}}]}}]}}]} as unknown as DocumentNode<ServerTimeQuery, ServerTimeQueryVariables>;
export const ExchangeAccountsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"ExchangeAccounts"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"tradeMode"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"TradeMode"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"exchangeAccounts"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"100"}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"tradeMode"},"value":{"kind":"Variable","name":{"kind":"Name","value":"tradeMode"}}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"AccountRow"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"AccountRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ExchangeAccount"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"exchange"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"isSimulation"}},{"kind":"Field","name":{"kind":"Name","value":"testnet"}},{"kind":"Field","name":{"kind":"Name","value":"isActive"}},{"kind":"Field","name":{"kind":"Name","value":"entriesPausedAt"}},{"kind":"Field","name":{"kind":"Name","value":"entriesPauseReason"}},{"kind":"Field","name":{"kind":"Name","value":"hasKeys"}},{"kind":"Field","name":{"kind":"Name","value":"apiKeyHint"}},{"kind":"Field","name":{"kind":"Name","value":"proxy"}},{"kind":"Field","name":{"kind":"Name","value":"balancesSyncedAt"}},{"kind":"Field","name":{"kind":"Name","value":"balancesFault"}},{"kind":"Field","name":{"kind":"Name","value":"connection"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"ok"}},{"kind":"Field","name":{"kind":"Name","value":"testedAt"}},{"kind":"Field","name":{"kind":"Name","value":"canRead"}},{"kind":"Field","name":{"kind":"Name","value":"canTrade"}},{"kind":"Field","name":{"kind":"Name","value":"canWithdraw"}},{"kind":"Field","name":{"kind":"Name","value":"latencyMs"}},{"kind":"Field","name":{"kind":"Name","value":"clockOffsetMs"}},{"kind":"Field","name":{"kind":"Name","value":"fault"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"exchangeCode"}}]}},{"kind":"Field","name":{"kind":"Name","value":"equityUsd"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"balances"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"asset"}},{"kind":"Field","name":{"kind":"Name","value":"free"}},{"kind":"Field","name":{"kind":"Name","value":"locked"}},{"kind":"Field","name":{"kind":"Name","value":"total"}},{"kind":"Field","name":{"kind":"Name","value":"valueUsd"}},{"kind":"Field","name":{"kind":"Name","value":"lastSyncAt"}}]}}]}}]} as unknown as DocumentNode<ExchangeAccountsQuery, ExchangeAccountsQueryVariables>;
export const CreateExchangeAccountDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"CreateExchangeAccount"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"CreateExchangeAccountInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"createExchangeAccount"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"AccountRow"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"AccountRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ExchangeAccount"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"exchange"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"isSimulation"}},{"kind":"Field","name":{"kind":"Name","value":"testnet"}},{"kind":"Field","name":{"kind":"Name","value":"isActive"}},{"kind":"Field","name":{"kind":"Name","value":"entriesPausedAt"}},{"kind":"Field","name":{"kind":"Name","value":"entriesPauseReason"}},{"kind":"Field","name":{"kind":"Name","value":"hasKeys"}},{"kind":"Field","name":{"kind":"Name","value":"apiKeyHint"}},{"kind":"Field","name":{"kind":"Name","value":"proxy"}},{"kind":"Field","name":{"kind":"Name","value":"balancesSyncedAt"}},{"kind":"Field","name":{"kind":"Name","value":"balancesFault"}},{"kind":"Field","name":{"kind":"Name","value":"connection"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"ok"}},{"kind":"Field","name":{"kind":"Name","value":"testedAt"}},{"kind":"Field","name":{"kind":"Name","value":"canRead"}},{"kind":"Field","name":{"kind":"Name","value":"canTrade"}},{"kind":"Field","name":{"kind":"Name","value":"canWithdraw"}},{"kind":"Field","name":{"kind":"Name","value":"latencyMs"}},{"kind":"Field","name":{"kind":"Name","value":"clockOffsetMs"}},{"kind":"Field","name":{"kind":"Name","value":"fault"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"exchangeCode"}}]}},{"kind":"Field","name":{"kind":"Name","value":"equityUsd"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"balances"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"asset"}},{"kind":"Field","name":{"kind":"Name","value":"free"}},{"kind":"Field","name":{"kind":"Name","value":"locked"}},{"kind":"Field","name":{"kind":"Name","value":"total"}},{"kind":"Field","name":{"kind":"Name","value":"valueUsd"}},{"kind":"Field","name":{"kind":"Name","value":"lastSyncAt"}}]}}]}}]} as unknown as DocumentNode<CreateExchangeAccountMutation, CreateExchangeAccountMutationVariables>;
export const UpdateExchangeAccountDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"UpdateExchangeAccount"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"UpdateExchangeAccountInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"updateExchangeAccount"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"AccountRow"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"AccountRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ExchangeAccount"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"exchange"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"isSimulation"}},{"kind":"Field","name":{"kind":"Name","value":"testnet"}},{"kind":"Field","name":{"kind":"Name","value":"isActive"}},{"kind":"Field","name":{"kind":"Name","value":"entriesPausedAt"}},{"kind":"Field","name":{"kind":"Name","value":"entriesPauseReason"}},{"kind":"Field","name":{"kind":"Name","value":"hasKeys"}},{"kind":"Field","name":{"kind":"Name","value":"apiKeyHint"}},{"kind":"Field","name":{"kind":"Name","value":"proxy"}},{"kind":"Field","name":{"kind":"Name","value":"balancesSyncedAt"}},{"kind":"Field","name":{"kind":"Name","value":"balancesFault"}},{"kind":"Field","name":{"kind":"Name","value":"connection"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"ok"}},{"kind":"Field","name":{"kind":"Name","value":"testedAt"}},{"kind":"Field","name":{"kind":"Name","value":"canRead"}},{"kind":"Field","name":{"kind":"Name","value":"canTrade"}},{"kind":"Field","name":{"kind":"Name","value":"canWithdraw"}},{"kind":"Field","name":{"kind":"Name","value":"latencyMs"}},{"kind":"Field","name":{"kind":"Name","value":"clockOffsetMs"}},{"kind":"Field","name":{"kind":"Name","value":"fault"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"exchangeCode"}}]}},{"kind":"Field","name":{"kind":"Name","value":"equityUsd"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"balances"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"asset"}},{"kind":"Field","name":{"kind":"Name","value":"free"}},{"kind":"Field","name":{"kind":"Name","value":"locked"}},{"kind":"Field","name":{"kind":"Name","value":"total"}},{"kind":"Field","name":{"kind":"Name","value":"valueUsd"}},{"kind":"Field","name":{"kind":"Name","value":"lastSyncAt"}}]}}]}}]} as unknown as DocumentNode<UpdateExchangeAccountMutation, UpdateExchangeAccountMutationVariables>;
export const ExchangeRulesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"ExchangeRules"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"exchangeRules"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"exchange"}},{"kind":"Field","name":{"kind":"Name","value":"needsPassphrase"}},{"kind":"Field","name":{"kind":"Name","value":"hasTestnet"}}]}}]}}]} as unknown as DocumentNode<ExchangeRulesQuery, ExchangeRulesQueryVariables>;
export const RotateAccountKeysDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"RotateAccountKeys"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"RotateAccountKeysInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"rotateAccountKeys"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"AccountRow"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"AccountRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ExchangeAccount"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"exchange"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"isSimulation"}},{"kind":"Field","name":{"kind":"Name","value":"testnet"}},{"kind":"Field","name":{"kind":"Name","value":"isActive"}},{"kind":"Field","name":{"kind":"Name","value":"entriesPausedAt"}},{"kind":"Field","name":{"kind":"Name","value":"entriesPauseReason"}},{"kind":"Field","name":{"kind":"Name","value":"hasKeys"}},{"kind":"Field","name":{"kind":"Name","value":"apiKeyHint"}},{"kind":"Field","name":{"kind":"Name","value":"proxy"}},{"kind":"Field","name":{"kind":"Name","value":"balancesSyncedAt"}},{"kind":"Field","name":{"kind":"Name","value":"balancesFault"}},{"kind":"Field","name":{"kind":"Name","value":"connection"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"ok"}},{"kind":"Field","name":{"kind":"Name","value":"testedAt"}},{"kind":"Field","name":{"kind":"Name","value":"canRead"}},{"kind":"Field","name":{"kind":"Name","value":"canTrade"}},{"kind":"Field","name":{"kind":"Name","value":"canWithdraw"}},{"kind":"Field","name":{"kind":"Name","value":"latencyMs"}},{"kind":"Field","name":{"kind":"Name","value":"clockOffsetMs"}},{"kind":"Field","name":{"kind":"Name","value":"fault"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"exchangeCode"}}]}},{"kind":"Field","name":{"kind":"Name","value":"equityUsd"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"balances"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"asset"}},{"kind":"Field","name":{"kind":"Name","value":"free"}},{"kind":"Field","name":{"kind":"Name","value":"locked"}},{"kind":"Field","name":{"kind":"Name","value":"total"}},{"kind":"Field","name":{"kind":"Name","value":"valueUsd"}},{"kind":"Field","name":{"kind":"Name","value":"lastSyncAt"}}]}}]}}]} as unknown as DocumentNode<RotateAccountKeysMutation, RotateAccountKeysMutationVariables>;
export const RemoveAccountKeysDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"RemoveAccountKeys"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"RemoveAccountKeysInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"removeAccountKeys"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"AccountRow"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"AccountRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ExchangeAccount"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"exchange"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"isSimulation"}},{"kind":"Field","name":{"kind":"Name","value":"testnet"}},{"kind":"Field","name":{"kind":"Name","value":"isActive"}},{"kind":"Field","name":{"kind":"Name","value":"entriesPausedAt"}},{"kind":"Field","name":{"kind":"Name","value":"entriesPauseReason"}},{"kind":"Field","name":{"kind":"Name","value":"hasKeys"}},{"kind":"Field","name":{"kind":"Name","value":"apiKeyHint"}},{"kind":"Field","name":{"kind":"Name","value":"proxy"}},{"kind":"Field","name":{"kind":"Name","value":"balancesSyncedAt"}},{"kind":"Field","name":{"kind":"Name","value":"balancesFault"}},{"kind":"Field","name":{"kind":"Name","value":"connection"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"ok"}},{"kind":"Field","name":{"kind":"Name","value":"testedAt"}},{"kind":"Field","name":{"kind":"Name","value":"canRead"}},{"kind":"Field","name":{"kind":"Name","value":"canTrade"}},{"kind":"Field","name":{"kind":"Name","value":"canWithdraw"}},{"kind":"Field","name":{"kind":"Name","value":"latencyMs"}},{"kind":"Field","name":{"kind":"Name","value":"clockOffsetMs"}},{"kind":"Field","name":{"kind":"Name","value":"fault"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"exchangeCode"}}]}},{"kind":"Field","name":{"kind":"Name","value":"equityUsd"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"balances"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"asset"}},{"kind":"Field","name":{"kind":"Name","value":"free"}},{"kind":"Field","name":{"kind":"Name","value":"locked"}},{"kind":"Field","name":{"kind":"Name","value":"total"}},{"kind":"Field","name":{"kind":"Name","value":"valueUsd"}},{"kind":"Field","name":{"kind":"Name","value":"lastSyncAt"}}]}}]}}]} as unknown as DocumentNode<RemoveAccountKeysMutation, RemoveAccountKeysMutationVariables>;
export const TestConnectionDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"TestConnection"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"TestConnectionInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"testConnection"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"AccountRow"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"AccountRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ExchangeAccount"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"exchange"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"isSimulation"}},{"kind":"Field","name":{"kind":"Name","value":"testnet"}},{"kind":"Field","name":{"kind":"Name","value":"isActive"}},{"kind":"Field","name":{"kind":"Name","value":"entriesPausedAt"}},{"kind":"Field","name":{"kind":"Name","value":"entriesPauseReason"}},{"kind":"Field","name":{"kind":"Name","value":"hasKeys"}},{"kind":"Field","name":{"kind":"Name","value":"apiKeyHint"}},{"kind":"Field","name":{"kind":"Name","value":"proxy"}},{"kind":"Field","name":{"kind":"Name","value":"balancesSyncedAt"}},{"kind":"Field","name":{"kind":"Name","value":"balancesFault"}},{"kind":"Field","name":{"kind":"Name","value":"connection"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"ok"}},{"kind":"Field","name":{"kind":"Name","value":"testedAt"}},{"kind":"Field","name":{"kind":"Name","value":"canRead"}},{"kind":"Field","name":{"kind":"Name","value":"canTrade"}},{"kind":"Field","name":{"kind":"Name","value":"canWithdraw"}},{"kind":"Field","name":{"kind":"Name","value":"latencyMs"}},{"kind":"Field","name":{"kind":"Name","value":"clockOffsetMs"}},{"kind":"Field","name":{"kind":"Name","value":"fault"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"exchangeCode"}}]}},{"kind":"Field","name":{"kind":"Name","value":"equityUsd"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"balances"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"asset"}},{"kind":"Field","name":{"kind":"Name","value":"free"}},{"kind":"Field","name":{"kind":"Name","value":"locked"}},{"kind":"Field","name":{"kind":"Name","value":"total"}},{"kind":"Field","name":{"kind":"Name","value":"valueUsd"}},{"kind":"Field","name":{"kind":"Name","value":"lastSyncAt"}}]}}]}}]} as unknown as DocumentNode<TestConnectionMutation, TestConnectionMutationVariables>;
export const PeopleDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"People"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"users"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"PersonRow"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"PersonRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Person"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"email"}},{"kind":"Field","name":{"kind":"Name","value":"fullName"}},{"kind":"Field","name":{"kind":"Name","value":"roles"}},{"kind":"Field","name":{"kind":"Name","value":"isActive"}},{"kind":"Field","name":{"kind":"Name","value":"hasTwoFactor"}},{"kind":"Field","name":{"kind":"Name","value":"mustChangePassword"}},{"kind":"Field","name":{"kind":"Name","value":"lastSignInAt"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}}]}}]} as unknown as DocumentNode<PeopleQuery, PeopleQueryVariables>;
export const InviteUserDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"InviteUser"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"InviteUserInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"inviteUser"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"link"}},{"kind":"Field","name":{"kind":"Name","value":"expiresAt"}},{"kind":"Field","name":{"kind":"Name","value":"user"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"PersonRow"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"PersonRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Person"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"email"}},{"kind":"Field","name":{"kind":"Name","value":"fullName"}},{"kind":"Field","name":{"kind":"Name","value":"roles"}},{"kind":"Field","name":{"kind":"Name","value":"isActive"}},{"kind":"Field","name":{"kind":"Name","value":"hasTwoFactor"}},{"kind":"Field","name":{"kind":"Name","value":"mustChangePassword"}},{"kind":"Field","name":{"kind":"Name","value":"lastSignInAt"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}}]}}]} as unknown as DocumentNode<InviteUserMutation, InviteUserMutationVariables>;
export const CreatePasswordResetLinkDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"CreatePasswordResetLink"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ProvenUserIdInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"createPasswordResetLink"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"link"}},{"kind":"Field","name":{"kind":"Name","value":"expiresAt"}}]}}]}}]} as unknown as DocumentNode<CreatePasswordResetLinkMutation, CreatePasswordResetLinkMutationVariables>;
export const ActivateUserDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"ActivateUser"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ProvenUserIdInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"activateUser"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"user"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"PersonRow"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"PersonRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Person"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"email"}},{"kind":"Field","name":{"kind":"Name","value":"fullName"}},{"kind":"Field","name":{"kind":"Name","value":"roles"}},{"kind":"Field","name":{"kind":"Name","value":"isActive"}},{"kind":"Field","name":{"kind":"Name","value":"hasTwoFactor"}},{"kind":"Field","name":{"kind":"Name","value":"mustChangePassword"}},{"kind":"Field","name":{"kind":"Name","value":"lastSignInAt"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}}]}}]} as unknown as DocumentNode<ActivateUserMutation, ActivateUserMutationVariables>;
export const DeactivateUserDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"DeactivateUser"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"UserIdInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"deactivateUser"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"user"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"PersonRow"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"PersonRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Person"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"email"}},{"kind":"Field","name":{"kind":"Name","value":"fullName"}},{"kind":"Field","name":{"kind":"Name","value":"roles"}},{"kind":"Field","name":{"kind":"Name","value":"isActive"}},{"kind":"Field","name":{"kind":"Name","value":"hasTwoFactor"}},{"kind":"Field","name":{"kind":"Name","value":"mustChangePassword"}},{"kind":"Field","name":{"kind":"Name","value":"lastSignInAt"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}}]}}]} as unknown as DocumentNode<DeactivateUserMutation, DeactivateUserMutationVariables>;
export const RevokeUserAccessDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"RevokeUserAccess"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"UserIdInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"revokeUserAccess"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"sessions"}},{"kind":"Field","name":{"kind":"Name","value":"tokens"}}]}}]}}]} as unknown as DocumentNode<RevokeUserAccessMutation, RevokeUserAccessMutationVariables>;
export const ResetUserTwoFactorDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"ResetUserTwoFactor"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ProvenUserIdInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"resetUserTwoFactor"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"user"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"PersonRow"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"PersonRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Person"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"email"}},{"kind":"Field","name":{"kind":"Name","value":"fullName"}},{"kind":"Field","name":{"kind":"Name","value":"roles"}},{"kind":"Field","name":{"kind":"Name","value":"isActive"}},{"kind":"Field","name":{"kind":"Name","value":"hasTwoFactor"}},{"kind":"Field","name":{"kind":"Name","value":"mustChangePassword"}},{"kind":"Field","name":{"kind":"Name","value":"lastSignInAt"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}}]}}]} as unknown as DocumentNode<ResetUserTwoFactorMutation, ResetUserTwoFactorMutationVariables>;
export const SetUserRolesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"SetUserRoles"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"SetUserRolesInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"setUserRoles"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"user"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"PersonRow"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"PersonRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Person"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"email"}},{"kind":"Field","name":{"kind":"Name","value":"fullName"}},{"kind":"Field","name":{"kind":"Name","value":"roles"}},{"kind":"Field","name":{"kind":"Name","value":"isActive"}},{"kind":"Field","name":{"kind":"Name","value":"hasTwoFactor"}},{"kind":"Field","name":{"kind":"Name","value":"mustChangePassword"}},{"kind":"Field","name":{"kind":"Name","value":"lastSignInAt"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}}]}}]} as unknown as DocumentNode<SetUserRolesMutation, SetUserRolesMutationVariables>;
export const ScheduledJobsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"ScheduledJobs"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"scheduledJobs"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ScheduledJobRow"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ScheduledJobRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ScheduledJob"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"description"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"isRunning"}},{"kind":"Field","name":{"kind":"Name","value":"isSafety"}},{"kind":"Field","name":{"kind":"Name","value":"intervalMs"}},{"kind":"Field","name":{"kind":"Name","value":"intervalMinMs"}},{"kind":"Field","name":{"kind":"Name","value":"intervalMaxMs"}},{"kind":"Field","name":{"kind":"Name","value":"lastStartedAt"}},{"kind":"Field","name":{"kind":"Name","value":"nextRunAt"}}]}}]} as unknown as DocumentNode<ScheduledJobsQuery, ScheduledJobsQueryVariables>;
export const ScheduledJobRunsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"ScheduledJobRuns"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"name"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"scheduledJobRuns"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"name"},"value":{"kind":"Variable","name":{"kind":"Name","value":"name"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"trigger"}},{"kind":"Field","name":{"kind":"Name","value":"startedAt"}},{"kind":"Field","name":{"kind":"Name","value":"durationMs"}},{"kind":"Field","name":{"kind":"Name","value":"error"}},{"kind":"Field","name":{"kind":"Name","value":"result"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}}]} as unknown as DocumentNode<ScheduledJobRunsQuery, ScheduledJobRunsQueryVariables>;
export const RunScheduledJobDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"RunScheduledJob"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ScheduledJobInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"runScheduledJob"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"scheduledJob"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ScheduledJobRow"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ScheduledJobRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ScheduledJob"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"description"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"isRunning"}},{"kind":"Field","name":{"kind":"Name","value":"isSafety"}},{"kind":"Field","name":{"kind":"Name","value":"intervalMs"}},{"kind":"Field","name":{"kind":"Name","value":"intervalMinMs"}},{"kind":"Field","name":{"kind":"Name","value":"intervalMaxMs"}},{"kind":"Field","name":{"kind":"Name","value":"lastStartedAt"}},{"kind":"Field","name":{"kind":"Name","value":"nextRunAt"}}]}}]} as unknown as DocumentNode<RunScheduledJobMutation, RunScheduledJobMutationVariables>;
export const PauseScheduledJobDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"PauseScheduledJob"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ScheduledJobInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"pauseScheduledJob"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"scheduledJob"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ScheduledJobRow"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ScheduledJobRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ScheduledJob"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"description"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"isRunning"}},{"kind":"Field","name":{"kind":"Name","value":"isSafety"}},{"kind":"Field","name":{"kind":"Name","value":"intervalMs"}},{"kind":"Field","name":{"kind":"Name","value":"intervalMinMs"}},{"kind":"Field","name":{"kind":"Name","value":"intervalMaxMs"}},{"kind":"Field","name":{"kind":"Name","value":"lastStartedAt"}},{"kind":"Field","name":{"kind":"Name","value":"nextRunAt"}}]}}]} as unknown as DocumentNode<PauseScheduledJobMutation, PauseScheduledJobMutationVariables>;
export const ResumeScheduledJobDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"ResumeScheduledJob"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ScheduledJobInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"resumeScheduledJob"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"scheduledJob"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ScheduledJobRow"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ScheduledJobRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ScheduledJob"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"description"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"isRunning"}},{"kind":"Field","name":{"kind":"Name","value":"isSafety"}},{"kind":"Field","name":{"kind":"Name","value":"intervalMs"}},{"kind":"Field","name":{"kind":"Name","value":"intervalMinMs"}},{"kind":"Field","name":{"kind":"Name","value":"intervalMaxMs"}},{"kind":"Field","name":{"kind":"Name","value":"lastStartedAt"}},{"kind":"Field","name":{"kind":"Name","value":"nextRunAt"}}]}}]} as unknown as DocumentNode<ResumeScheduledJobMutation, ResumeScheduledJobMutationVariables>;
export const SetScheduledJobIntervalDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"SetScheduledJobInterval"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"SetScheduledJobIntervalInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"setScheduledJobInterval"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"scheduledJob"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ScheduledJobRow"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ScheduledJobRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ScheduledJob"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"description"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"isRunning"}},{"kind":"Field","name":{"kind":"Name","value":"isSafety"}},{"kind":"Field","name":{"kind":"Name","value":"intervalMs"}},{"kind":"Field","name":{"kind":"Name","value":"intervalMinMs"}},{"kind":"Field","name":{"kind":"Name","value":"intervalMaxMs"}},{"kind":"Field","name":{"kind":"Name","value":"lastStartedAt"}},{"kind":"Field","name":{"kind":"Name","value":"nextRunAt"}}]}}]} as unknown as DocumentNode<SetScheduledJobIntervalMutation, SetScheduledJobIntervalMutationVariables>;
export const AuditLogDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"AuditLog"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"AuditLogFilter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"auditLog"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"actor"}},{"kind":"Field","name":{"kind":"Name","value":"action"}},{"kind":"Field","name":{"kind":"Name","value":"entity"}},{"kind":"Field","name":{"kind":"Name","value":"entityId"}},{"kind":"Field","name":{"kind":"Name","value":"changes"}},{"kind":"Field","name":{"kind":"Name","value":"ip"}},{"kind":"Field","name":{"kind":"Name","value":"requestId"}},{"kind":"Field","name":{"kind":"Name","value":"userAgent"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}}]} as unknown as DocumentNode<AuditLogQuery, AuditLogQueryVariables>;
export const VerifyAuditLogDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"VerifyAuditLog"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"verifyAuditLog"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"isIntact"}},{"kind":"Field","name":{"kind":"Name","value":"entries"}},{"kind":"Field","name":{"kind":"Name","value":"unprotected"}},{"kind":"Field","name":{"kind":"Name","value":"faults"}},{"kind":"Field","name":{"kind":"Name","value":"lastId"}}]}}]}}]} as unknown as DocumentNode<VerifyAuditLogQuery, VerifyAuditLogQueryVariables>;
export const HaltTradingDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"HaltTrading"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"HaltTradingInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"haltTrading"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"tradingHalt"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"haltedAt"}},{"kind":"Field","name":{"kind":"Name","value":"reason"}}]}}]}}]}}]} as unknown as DocumentNode<HaltTradingMutation, HaltTradingMutationVariables>;
export const ResumeTradingDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"ResumeTrading"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ResumeTradingInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"resumeTrading"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"wasHalted"}}]}}]}}]} as unknown as DocumentNode<ResumeTradingMutation, ResumeTradingMutationVariables>;
export const BackupsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Backups"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"backups"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"bytes"}},{"kind":"Field","name":{"kind":"Name","value":"isEncrypted"}},{"kind":"Field","name":{"kind":"Name","value":"isRestorePoint"}}]}}]}}]} as unknown as DocumentNode<BackupsQuery, BackupsQueryVariables>;
export const ProcessReportsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"ProcessReports"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"monitoringLogs"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"60"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"at"}},{"kind":"Field","name":{"kind":"Name","value":"service"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"processId"}},{"kind":"Field","name":{"kind":"Name","value":"cpuPct"}},{"kind":"Field","name":{"kind":"Name","value":"memoryPct"}},{"kind":"Field","name":{"kind":"Name","value":"metrics"}}]}}]}}]}}]}}]} as unknown as DocumentNode<ProcessReportsQuery, ProcessReportsQueryVariables>;
export const QueuesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Queues"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"queues"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"isReachable"}},{"kind":"Field","name":{"kind":"Name","value":"waiting"}},{"kind":"Field","name":{"kind":"Name","value":"active"}},{"kind":"Field","name":{"kind":"Name","value":"delayed"}},{"kind":"Field","name":{"kind":"Name","value":"failed"}},{"kind":"Field","name":{"kind":"Name","value":"completed"}}]}}]}}]} as unknown as DocumentNode<QueuesQuery, QueuesQueryVariables>;
export const SettingsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Settings"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"settings"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"value"}},{"kind":"Field","name":{"kind":"Name","value":"isSet"}},{"kind":"Field","name":{"kind":"Name","value":"isConfidential"}}]}}]}}]} as unknown as DocumentNode<SettingsQuery, SettingsQueryVariables>;
export const AlertsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Alerts"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"AlertFilter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"alerts"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"AlertRow"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"AlertRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Alert"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"severity"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"isOperators"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"acknowledgedAt"}},{"kind":"Field","name":{"kind":"Name","value":"escalatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"escalationLevel"}},{"kind":"Field","name":{"kind":"Name","value":"resolvedAt"}},{"kind":"Field","name":{"kind":"Name","value":"resolvedByHand"}}]}}]} as unknown as DocumentNode<AlertsQuery, AlertsQueryVariables>;
export const AcknowledgeAlertDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"AcknowledgeAlert"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"AcknowledgeAlertInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"acknowledgeAlert"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"alert"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"AlertRow"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"AlertRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Alert"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"severity"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"isOperators"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"acknowledgedAt"}},{"kind":"Field","name":{"kind":"Name","value":"escalatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"escalationLevel"}},{"kind":"Field","name":{"kind":"Name","value":"resolvedAt"}},{"kind":"Field","name":{"kind":"Name","value":"resolvedByHand"}}]}}]} as unknown as DocumentNode<AcknowledgeAlertMutation, AcknowledgeAlertMutationVariables>;
export const CloseAlertDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"CloseAlert"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ResolveAlertInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"resolveAlert"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"alert"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"AlertRow"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"AlertRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Alert"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"severity"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"isOperators"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"acknowledgedAt"}},{"kind":"Field","name":{"kind":"Name","value":"escalatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"escalationLevel"}},{"kind":"Field","name":{"kind":"Name","value":"resolvedAt"}},{"kind":"Field","name":{"kind":"Name","value":"resolvedByHand"}}]}}]} as unknown as DocumentNode<CloseAlertMutation, CloseAlertMutationVariables>;
export const SignInDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"SignIn"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"SignInInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"signIn"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"user"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"SessionUser"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"SessionUser"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"User"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"email"}},{"kind":"Field","name":{"kind":"Name","value":"fullName"}},{"kind":"Field","name":{"kind":"Name","value":"roles"}},{"kind":"Field","name":{"kind":"Name","value":"mustChangePassword"}},{"kind":"Field","name":{"kind":"Name","value":"entriesPausedAt"}}]}}]} as unknown as DocumentNode<SignInMutation, SignInMutationVariables>;
export const ChangePasswordDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"ChangePassword"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ChangePasswordInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"changePassword"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"user"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}}]}}]}}]} as unknown as DocumentNode<ChangePasswordMutation, ChangePasswordMutationVariables>;
export const SetPasswordWithLinkDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"SetPasswordWithLink"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"SetPasswordWithLinkInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"setPasswordWithLink"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"email"}}]}}]}}]} as unknown as DocumentNode<SetPasswordWithLinkMutation, SetPasswordWithLinkMutationVariables>;
export const PasskeySignInOptionsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"PasskeySignInOptions"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"passkeySignInOptions"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"options"}},{"kind":"Field","name":{"kind":"Name","value":"state"}}]}}]}}]} as unknown as DocumentNode<PasskeySignInOptionsQuery, PasskeySignInOptionsQueryVariables>;
export const SignInWithPasskeyDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"SignInWithPasskey"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"PasskeyProofInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"signInWithPasskey"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"user"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"SessionUser"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"SessionUser"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"User"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"email"}},{"kind":"Field","name":{"kind":"Name","value":"fullName"}},{"kind":"Field","name":{"kind":"Name","value":"roles"}},{"kind":"Field","name":{"kind":"Name","value":"mustChangePassword"}},{"kind":"Field","name":{"kind":"Name","value":"entriesPausedAt"}}]}}]} as unknown as DocumentNode<SignInWithPasskeyMutation, SignInWithPasskeyMutationVariables>;
export const DashboardDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Dashboard"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"tradeMode"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"TradeMode"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"timeZone"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"DashboardFilter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"dashboard"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"tradeMode"},"value":{"kind":"Variable","name":{"kind":"Name","value":"tradeMode"}}},{"kind":"Argument","name":{"kind":"Name","value":"timeZone"},"value":{"kind":"Variable","name":{"kind":"Name","value":"timeZone"}}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"equityUsd"}},{"kind":"Field","name":{"kind":"Name","value":"unrealizedPnl"}},{"kind":"Field","name":{"kind":"Name","value":"realizedToday"}},{"kind":"Field","name":{"kind":"Name","value":"realizedTotal"}},{"kind":"Field","name":{"kind":"Name","value":"timeZone"}},{"kind":"Field","name":{"kind":"Name","value":"openPositions"}},{"kind":"Field","name":{"kind":"Name","value":"openValue"}},{"kind":"Field","name":{"kind":"Name","value":"reservedUsd"}},{"kind":"Field","name":{"kind":"Name","value":"wins"}},{"kind":"Field","name":{"kind":"Name","value":"losses"}}]}}]}}]} as unknown as DocumentNode<DashboardQuery, DashboardQueryVariables>;
export const DashboardResultsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"DashboardResults"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ReportInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"report"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"equityCurve"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"quote"}},{"kind":"Field","name":{"kind":"Name","value":"day"}},{"kind":"Field","name":{"kind":"Name","value":"total"}},{"kind":"Field","name":{"kind":"Name","value":"drawdown"}}]}},{"kind":"Field","name":{"kind":"Name","value":"byDay"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"quote"}},{"kind":"Field","name":{"kind":"Name","value":"day"}},{"kind":"Field","name":{"kind":"Name","value":"trades"}},{"kind":"Field","name":{"kind":"Name","value":"wins"}},{"kind":"Field","name":{"kind":"Name","value":"losses"}},{"kind":"Field","name":{"kind":"Name","value":"net"}},{"kind":"Field","name":{"kind":"Name","value":"realized"}},{"kind":"Field","name":{"kind":"Name","value":"fees"}}]}}]}}]}}]} as unknown as DocumentNode<DashboardResultsQuery, DashboardResultsQueryVariables>;
export const RecentJobsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"RecentJobs"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"TradeJobFilter"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"tradeJobs"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"8"}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"LiveJob"}}]}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"LiveJob"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"TradeJob"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"symbol"}},{"kind":"Field","name":{"kind":"Name","value":"side"}},{"kind":"Field","name":{"kind":"Name","value":"orderType"}},{"kind":"Field","name":{"kind":"Name","value":"origin"}},{"kind":"Field","name":{"kind":"Name","value":"quoteAmount"}},{"kind":"Field","name":{"kind":"Name","value":"baseQuantity"}},{"kind":"Field","name":{"kind":"Name","value":"limitPrice"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"reasonCode"}},{"kind":"Field","name":{"kind":"Name","value":"reasonMessage"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}}]}}]}}]} as unknown as DocumentNode<RecentJobsQuery, RecentJobsQueryVariables>;
export const RecentReceiptsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"RecentReceipts"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"WebhookReceiptFilter"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"webhookReceipts"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"6"}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"receipt"}},{"kind":"Field","name":{"kind":"Name","value":"result"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"outcome"}},{"kind":"Field","name":{"kind":"Name","value":"reasonCode"}},{"kind":"Field","name":{"kind":"Name","value":"reasonMessage"}},{"kind":"Field","name":{"kind":"Name","value":"traded"}},{"kind":"Field","name":{"kind":"Name","value":"jobs"}}]}},{"kind":"Field","name":{"kind":"Name","value":"action"}},{"kind":"Field","name":{"kind":"Name","value":"symbol"}},{"kind":"Field","name":{"kind":"Name","value":"accounts"}},{"kind":"Field","name":{"kind":"Name","value":"duplicates"}},{"kind":"Field","name":{"kind":"Name","value":"receivedAt"}},{"kind":"Field","name":{"kind":"Name","value":"source"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}}]}}]}}]}}]}}]}}]} as unknown as DocumentNode<RecentReceiptsQuery, RecentReceiptsQueryVariables>;
export const FirstStepsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"FirstSteps"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"tradeMode"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"TradeMode"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"webhookSources"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"100"}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"tradeMode"},"value":{"kind":"Variable","name":{"kind":"Name","value":"tradeMode"}}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"isActive"}},{"kind":"Field","name":{"kind":"Name","value":"curlExample"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}}]} as unknown as DocumentNode<FirstStepsQuery, FirstStepsQueryVariables>;
export const OpenAlertsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"OpenAlerts"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"alerts"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"50"}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"openOnly"},"value":{"kind":"BooleanValue","value":true}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"severity"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"isOperators"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}}]}}]}}]}}]}}]} as unknown as DocumentNode<OpenAlertsQuery, OpenAlertsQueryVariables>;
export const ResolveAlertDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"ResolveAlert"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ResolveAlertInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"resolveAlert"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"alert"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"resolvedAt"}}]}}]}}]}}]} as unknown as DocumentNode<ResolveAlertMutation, ResolveAlertMutationVariables>;
export const GatesChoicesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"GatesChoices"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"tradeMode"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"TradeMode"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"webhookSources"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"100"}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"tradeMode"},"value":{"kind":"Variable","name":{"kind":"Name","value":"tradeMode"}}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"bindings"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"isActive"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}}]}}]}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"exchangeAccounts"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"100"}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"tradeMode"},"value":{"kind":"Variable","name":{"kind":"Name","value":"tradeMode"}}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}}]}}]}}]}}]}}]} as unknown as DocumentNode<GatesChoicesQuery, GatesChoicesQueryVariables>;
export const GatesSymbolsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"GatesSymbols"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"tradeParameters"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"100"}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"accountId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"symbol"}},{"kind":"Field","name":{"kind":"Name","value":"side"}}]}}]}}]}}]}}]} as unknown as DocumentNode<GatesSymbolsQuery, GatesSymbolsQueryVariables>;
export const TradingGatesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"TradingGates"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"TradingGatesInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"tradingGates"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"isOpen"}},{"kind":"Field","name":{"kind":"Name","value":"symbol"}},{"kind":"Field","name":{"kind":"Name","value":"price"}},{"kind":"Field","name":{"kind":"Name","value":"lastSignalAt"}},{"kind":"Field","name":{"kind":"Name","value":"blockedBy"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"GateRow"}}]}},{"kind":"Field","name":{"kind":"Name","value":"gates"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"GateRow"}}]}},{"kind":"Field","name":{"kind":"Name","value":"order"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"orderType"}},{"kind":"Field","name":{"kind":"Name","value":"quoteAmount"}},{"kind":"Field","name":{"kind":"Name","value":"baseQuantity"}},{"kind":"Field","name":{"kind":"Name","value":"limitPrice"}}]}},{"kind":"Field","name":{"kind":"Name","value":"source"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}}]}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"GateRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"TradingGate"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"value"}},{"kind":"Field","name":{"kind":"Name","value":"limit"}},{"kind":"Field","name":{"kind":"Name","value":"unit"}},{"kind":"Field","name":{"kind":"Name","value":"reasonCode"}},{"kind":"Field","name":{"kind":"Name","value":"reasonMessage"}},{"kind":"Field","name":{"kind":"Name","value":"refused"}}]}}]} as unknown as DocumentNode<TradingGatesQuery, TradingGatesQueryVariables>;
export const TradeJobsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"TradeJobs"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"TradeJobFilter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"tradeJobs"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"LiveJob"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"LiveJob"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"TradeJob"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"symbol"}},{"kind":"Field","name":{"kind":"Name","value":"side"}},{"kind":"Field","name":{"kind":"Name","value":"orderType"}},{"kind":"Field","name":{"kind":"Name","value":"origin"}},{"kind":"Field","name":{"kind":"Name","value":"quoteAmount"}},{"kind":"Field","name":{"kind":"Name","value":"baseQuantity"}},{"kind":"Field","name":{"kind":"Name","value":"limitPrice"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"reasonCode"}},{"kind":"Field","name":{"kind":"Name","value":"reasonMessage"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}}]}}]}}]} as unknown as DocumentNode<TradeJobsQuery, TradeJobsQueryVariables>;
export const TradeJobDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"TradeJob"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"tradeJob"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"LiveJob"}},{"kind":"Field","name":{"kind":"Name","value":"limitOrderExpiresAt"}},{"kind":"Field","name":{"kind":"Name","value":"executedQty"}},{"kind":"Field","name":{"kind":"Name","value":"exitReason"}},{"kind":"Field","name":{"kind":"Name","value":"exitPrice"}},{"kind":"Field","name":{"kind":"Name","value":"tickAt"}},{"kind":"Field","name":{"kind":"Name","value":"decidedAt"}},{"kind":"Field","name":{"kind":"Name","value":"waitsForJobId"}},{"kind":"Field","name":{"kind":"Name","value":"closesJobId"}},{"kind":"Field","name":{"kind":"Name","value":"vault"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"position"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"symbol"}},{"kind":"Field","name":{"kind":"Name","value":"status"}}]}},{"kind":"Field","name":{"kind":"Name","value":"event"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"receipt"}},{"kind":"Field","name":{"kind":"Name","value":"symbolRaw"}},{"kind":"Field","name":{"kind":"Name","value":"action"}},{"kind":"Field","name":{"kind":"Name","value":"rawText"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"executions"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"exchange"}},{"kind":"Field","name":{"kind":"Name","value":"exchangeOrderId"}},{"kind":"Field","name":{"kind":"Name","value":"clientOrderId"}},{"kind":"Field","name":{"kind":"Name","value":"side"}},{"kind":"Field","name":{"kind":"Name","value":"orderType"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"requestedQty"}},{"kind":"Field","name":{"kind":"Name","value":"executedQty"}},{"kind":"Field","name":{"kind":"Name","value":"cummQuoteQty"}},{"kind":"Field","name":{"kind":"Name","value":"avgPrice"}},{"kind":"Field","name":{"kind":"Name","value":"errorMessage"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"timeline"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"stage"}},{"kind":"Field","name":{"kind":"Name","value":"at"}},{"kind":"Field","name":{"kind":"Name","value":"offsetMs"}}]}},{"kind":"Field","name":{"kind":"Name","value":"trace"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"value"}},{"kind":"Field","name":{"kind":"Name","value":"source"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"LiveJob"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"TradeJob"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"symbol"}},{"kind":"Field","name":{"kind":"Name","value":"side"}},{"kind":"Field","name":{"kind":"Name","value":"orderType"}},{"kind":"Field","name":{"kind":"Name","value":"origin"}},{"kind":"Field","name":{"kind":"Name","value":"quoteAmount"}},{"kind":"Field","name":{"kind":"Name","value":"baseQuantity"}},{"kind":"Field","name":{"kind":"Name","value":"limitPrice"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"reasonCode"}},{"kind":"Field","name":{"kind":"Name","value":"reasonMessage"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}}]}}]}}]} as unknown as DocumentNode<TradeJobQuery, TradeJobQueryVariables>;
export const WebhookEndpointsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"WebhookEndpoints"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"webhookEndpoints"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"EndpointRow"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ChannelRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"NotificationChannel"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"addressHint"}},{"kind":"Field","name":{"kind":"Name","value":"isEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"disabledReason"}},{"kind":"Field","name":{"kind":"Name","value":"failingSince"}},{"kind":"Field","name":{"kind":"Name","value":"lastError"}},{"kind":"Field","name":{"kind":"Name","value":"lastSentAt"}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"EndpointRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"WebhookEndpoint"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"events"}},{"kind":"Field","name":{"kind":"Name","value":"selection"}},{"kind":"Field","name":{"kind":"Name","value":"isOwnSelection"}},{"kind":"Field","name":{"kind":"Name","value":"channel"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ChannelRow"}}]}}]}}]} as unknown as DocumentNode<WebhookEndpointsQuery, WebhookEndpointsQueryVariables>;
export const DryRunWebhookDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"DryRunWebhook"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"DryRunWebhookInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"dryRunWebhook"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"faults"}},{"kind":"Field","name":{"kind":"Name","value":"payload"}}]}}]}}]} as unknown as DocumentNode<DryRunWebhookQuery, DryRunWebhookQueryVariables>;
export const CreateWebhookEndpointDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"CreateWebhookEndpoint"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"CreateWebhookEndpointInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"createWebhookEndpoint"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"secret"}},{"kind":"Field","name":{"kind":"Name","value":"endpoint"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}}]}}]}}]} as unknown as DocumentNode<CreateWebhookEndpointMutation, CreateWebhookEndpointMutationVariables>;
export const UpdateWebhookEndpointDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"UpdateWebhookEndpoint"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"UpdateWebhookEndpointInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"updateWebhookEndpoint"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"endpoint"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"EndpointRow"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ChannelRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"NotificationChannel"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"addressHint"}},{"kind":"Field","name":{"kind":"Name","value":"isEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"disabledReason"}},{"kind":"Field","name":{"kind":"Name","value":"failingSince"}},{"kind":"Field","name":{"kind":"Name","value":"lastError"}},{"kind":"Field","name":{"kind":"Name","value":"lastSentAt"}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"EndpointRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"WebhookEndpoint"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"events"}},{"kind":"Field","name":{"kind":"Name","value":"selection"}},{"kind":"Field","name":{"kind":"Name","value":"isOwnSelection"}},{"kind":"Field","name":{"kind":"Name","value":"channel"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ChannelRow"}}]}}]}}]} as unknown as DocumentNode<UpdateWebhookEndpointMutation, UpdateWebhookEndpointMutationVariables>;
export const RotateWebhookEndpointSecretDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"RotateWebhookEndpointSecret"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"RotateWebhookEndpointSecretInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"rotateWebhookEndpointSecret"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"secret"}},{"kind":"Field","name":{"kind":"Name","value":"oldValidUntil"}}]}}]}}]} as unknown as DocumentNode<RotateWebhookEndpointSecretMutation, RotateWebhookEndpointSecretMutationVariables>;
export const NotificationChannelsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"NotificationChannels"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"notificationChannels"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ChannelRow"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ChannelRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"NotificationChannel"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"addressHint"}},{"kind":"Field","name":{"kind":"Name","value":"isEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"disabledReason"}},{"kind":"Field","name":{"kind":"Name","value":"failingSince"}},{"kind":"Field","name":{"kind":"Name","value":"lastError"}},{"kind":"Field","name":{"kind":"Name","value":"lastSentAt"}}]}}]} as unknown as DocumentNode<NotificationChannelsQuery, NotificationChannelsQueryVariables>;
export const NotificationSettingsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"NotificationSettings"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"notificationSettings"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"locale"}},{"kind":"Field","name":{"kind":"Name","value":"timeZone"}},{"kind":"Field","name":{"kind":"Name","value":"quietHours"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"from"}},{"kind":"Field","name":{"kind":"Name","value":"to"}}]}},{"kind":"Field","name":{"kind":"Name","value":"digest"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"everyHours"}},{"kind":"Field","name":{"kind":"Name","value":"at"}}]}},{"kind":"Field","name":{"kind":"Name","value":"rules"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"RuleRow"}}]}},{"kind":"Field","name":{"kind":"Name","value":"whatsApp"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"positionAlerts"}},{"kind":"Field","name":{"kind":"Name","value":"positionOpened"}},{"kind":"Field","name":{"kind":"Name","value":"positionClosed"}},{"kind":"Field","name":{"kind":"Name","value":"stopLoss"}},{"kind":"Field","name":{"kind":"Name","value":"takeProfit"}},{"kind":"Field","name":{"kind":"Name","value":"vaultAlerts"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"RuleRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"NotificationRule"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"mode"}},{"kind":"Field","name":{"kind":"Name","value":"channelIds"}},{"kind":"Field","name":{"kind":"Name","value":"ignoresQuietHours"}}]}}]} as unknown as DocumentNode<NotificationSettingsQuery, NotificationSettingsQueryVariables>;
export const NotificationTemplatesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"NotificationTemplates"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"notificationSettings"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"templates"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"body"}},{"kind":"Field","name":{"kind":"Name","value":"isOwn"}},{"kind":"Field","name":{"kind":"Name","value":"standardBody"}},{"kind":"Field","name":{"kind":"Name","value":"variables"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"example"}}]}}]}}]}}]}}]} as unknown as DocumentNode<NotificationTemplatesQuery, NotificationTemplatesQueryVariables>;
export const PreviewNotificationTemplateDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"PreviewNotificationTemplate"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"NotificationTemplateInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"previewNotificationTemplate"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"text"}},{"kind":"Field","name":{"kind":"Name","value":"faults"}}]}}]}}]} as unknown as DocumentNode<PreviewNotificationTemplateQuery, PreviewNotificationTemplateQueryVariables>;
export const SaveNotificationTemplateDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"SaveNotificationTemplate"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"NotificationTemplateInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"saveNotificationTemplate"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"template"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"isOwn"}}]}}]}}]}}]} as unknown as DocumentNode<SaveNotificationTemplateMutation, SaveNotificationTemplateMutationVariables>;
export const SaveNotificationSettingsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"SaveNotificationSettings"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"SaveNotificationSettingsInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"saveNotificationSettings"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"settings"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"locale"}}]}}]}}]}}]} as unknown as DocumentNode<SaveNotificationSettingsMutation, SaveNotificationSettingsMutationVariables>;
export const ConnectNotificationChannelDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"ConnectNotificationChannel"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ConnectNotificationChannelInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"connectNotificationChannel"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"channel"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}}]}}]}}]} as unknown as DocumentNode<ConnectNotificationChannelMutation, ConnectNotificationChannelMutationVariables>;
export const UpdateNotificationChannelDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"UpdateNotificationChannel"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"UpdateNotificationChannelInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"updateNotificationChannel"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"channel"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ChannelRow"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ChannelRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"NotificationChannel"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"addressHint"}},{"kind":"Field","name":{"kind":"Name","value":"isEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"disabledReason"}},{"kind":"Field","name":{"kind":"Name","value":"failingSince"}},{"kind":"Field","name":{"kind":"Name","value":"lastError"}},{"kind":"Field","name":{"kind":"Name","value":"lastSentAt"}}]}}]} as unknown as DocumentNode<UpdateNotificationChannelMutation, UpdateNotificationChannelMutationVariables>;
export const RemoveNotificationChannelDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"RemoveNotificationChannel"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"NotificationChannelInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"removeNotificationChannel"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}}]}}]} as unknown as DocumentNode<RemoveNotificationChannelMutation, RemoveNotificationChannelMutationVariables>;
export const TestNotificationChannelDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"TestNotificationChannel"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"NotificationChannelInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"testNotificationChannel"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"delivery"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"error"}},{"kind":"Field","name":{"kind":"Name","value":"channel"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ChannelRow"}}]}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ChannelRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"NotificationChannel"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"addressHint"}},{"kind":"Field","name":{"kind":"Name","value":"isEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"disabledReason"}},{"kind":"Field","name":{"kind":"Name","value":"failingSince"}},{"kind":"Field","name":{"kind":"Name","value":"lastError"}},{"kind":"Field","name":{"kind":"Name","value":"lastSentAt"}}]}}]} as unknown as DocumentNode<TestNotificationChannelMutation, TestNotificationChannelMutationVariables>;
export const NotificationDeliveriesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"NotificationDeliveries"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"NotificationDeliveryFilter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"notificationDeliveries"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"dueAt"}},{"kind":"Field","name":{"kind":"Name","value":"sentAt"}},{"kind":"Field","name":{"kind":"Name","value":"attempts"}},{"kind":"Field","name":{"kind":"Name","value":"error"}},{"kind":"Field","name":{"kind":"Name","value":"text"}},{"kind":"Field","name":{"kind":"Name","value":"channel"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}}]}},{"kind":"Field","name":{"kind":"Name","value":"event"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"type"}}]}},{"kind":"Field","name":{"kind":"Name","value":"history"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"attempt"}},{"kind":"Field","name":{"kind":"Name","value":"outcome"}},{"kind":"Field","name":{"kind":"Name","value":"startedAt"}},{"kind":"Field","name":{"kind":"Name","value":"durationMs"}},{"kind":"Field","name":{"kind":"Name","value":"httpStatus"}},{"kind":"Field","name":{"kind":"Name","value":"answer"}}]}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}}]} as unknown as DocumentNode<NotificationDeliveriesQuery, NotificationDeliveriesQueryVariables>;
export const RetryNotificationDeliveryDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"RetryNotificationDelivery"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"RetryNotificationDeliveryInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"retryNotificationDelivery"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"delivery"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"dueAt"}}]}}]}}]}}]} as unknown as DocumentNode<RetryNotificationDeliveryMutation, RetryNotificationDeliveryMutationVariables>;
export const NotificationServersDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"NotificationServers"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"notificationServers"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"Servers"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Servers"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"NotificationServers"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"whatsApp"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"address"}},{"kind":"Field","name":{"kind":"Name","value":"instanceName"}},{"kind":"Field","name":{"kind":"Name","value":"hasKey"}},{"kind":"Field","name":{"kind":"Name","value":"isActive"}},{"kind":"Field","name":{"kind":"Name","value":"usesOldBody"}},{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"checkedAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"mail"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"server"}},{"kind":"Field","name":{"kind":"Name","value":"from"}}]}},{"kind":"Field","name":{"kind":"Name","value":"hasWebPush"}}]}}]} as unknown as DocumentNode<NotificationServersQuery, NotificationServersQueryVariables>;
export const SetWhatsAppServerDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"SetWhatsAppServer"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"SetWhatsAppServerInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"setWhatsAppServer"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"servers"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"Servers"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Servers"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"NotificationServers"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"whatsApp"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"address"}},{"kind":"Field","name":{"kind":"Name","value":"instanceName"}},{"kind":"Field","name":{"kind":"Name","value":"hasKey"}},{"kind":"Field","name":{"kind":"Name","value":"isActive"}},{"kind":"Field","name":{"kind":"Name","value":"usesOldBody"}},{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"checkedAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"mail"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"server"}},{"kind":"Field","name":{"kind":"Name","value":"from"}}]}},{"kind":"Field","name":{"kind":"Name","value":"hasWebPush"}}]}}]} as unknown as DocumentNode<SetWhatsAppServerMutation, SetWhatsAppServerMutationVariables>;
export const SetMailServerDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"SetMailServer"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"SetMailServerInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"setMailServer"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"servers"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"Servers"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Servers"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"NotificationServers"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"whatsApp"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"address"}},{"kind":"Field","name":{"kind":"Name","value":"instanceName"}},{"kind":"Field","name":{"kind":"Name","value":"hasKey"}},{"kind":"Field","name":{"kind":"Name","value":"isActive"}},{"kind":"Field","name":{"kind":"Name","value":"usesOldBody"}},{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"checkedAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"mail"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"server"}},{"kind":"Field","name":{"kind":"Name","value":"from"}}]}},{"kind":"Field","name":{"kind":"Name","value":"hasWebPush"}}]}}]} as unknown as DocumentNode<SetMailServerMutation, SetMailServerMutationVariables>;
export const CheckNotificationServersDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"CheckNotificationServers"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"checkNotificationServers"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"whatsApp"}},{"kind":"Field","name":{"kind":"Name","value":"mail"}},{"kind":"Field","name":{"kind":"Name","value":"servers"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"Servers"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"Servers"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"NotificationServers"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"whatsApp"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"address"}},{"kind":"Field","name":{"kind":"Name","value":"instanceName"}},{"kind":"Field","name":{"kind":"Name","value":"hasKey"}},{"kind":"Field","name":{"kind":"Name","value":"isActive"}},{"kind":"Field","name":{"kind":"Name","value":"usesOldBody"}},{"kind":"Field","name":{"kind":"Name","value":"state"}},{"kind":"Field","name":{"kind":"Name","value":"checkedAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"mail"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"server"}},{"kind":"Field","name":{"kind":"Name","value":"from"}}]}},{"kind":"Field","name":{"kind":"Name","value":"hasWebPush"}}]}}]} as unknown as DocumentNode<CheckNotificationServersMutation, CheckNotificationServersMutationVariables>;
export const NotificationLogDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"NotificationLog"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"NotificationLogFilter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"notificationLog"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"email"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"attempts"}},{"kind":"Field","name":{"kind":"Name","value":"httpStatus"}},{"kind":"Field","name":{"kind":"Name","value":"error"}},{"kind":"Field","name":{"kind":"Name","value":"sentAt"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}}]} as unknown as DocumentNode<NotificationLogQuery, NotificationLogQueryVariables>;
export const ExternalOrdersDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"ExternalOrders"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ExternalOrderFilter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"externalOrders"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ExternalOrderRow"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ExternalOrderRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ExternalOrder"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"symbol"}},{"kind":"Field","name":{"kind":"Name","value":"exchangeOrderId"}},{"kind":"Field","name":{"kind":"Name","value":"side"}},{"kind":"Field","name":{"kind":"Name","value":"orderType"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"quantity"}},{"kind":"Field","name":{"kind":"Name","value":"limitPrice"}},{"kind":"Field","name":{"kind":"Name","value":"executedQty"}},{"kind":"Field","name":{"kind":"Name","value":"avgPrice"}},{"kind":"Field","name":{"kind":"Name","value":"placedAt"}},{"kind":"Field","name":{"kind":"Name","value":"dismissedAt"}},{"kind":"Field","name":{"kind":"Name","value":"positionId"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}}]}}]}}]} as unknown as DocumentNode<ExternalOrdersQuery, ExternalOrdersQueryVariables>;
export const DismissExternalOrderDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"DismissExternalOrder"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"DismissExternalOrderInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"dismissExternalOrder"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"externalOrder"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ExternalOrderRow"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ExternalOrderRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ExternalOrder"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"symbol"}},{"kind":"Field","name":{"kind":"Name","value":"exchangeOrderId"}},{"kind":"Field","name":{"kind":"Name","value":"side"}},{"kind":"Field","name":{"kind":"Name","value":"orderType"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"quantity"}},{"kind":"Field","name":{"kind":"Name","value":"limitPrice"}},{"kind":"Field","name":{"kind":"Name","value":"executedQty"}},{"kind":"Field","name":{"kind":"Name","value":"avgPrice"}},{"kind":"Field","name":{"kind":"Name","value":"placedAt"}},{"kind":"Field","name":{"kind":"Name","value":"dismissedAt"}},{"kind":"Field","name":{"kind":"Name","value":"positionId"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}}]}}]}}]} as unknown as DocumentNode<DismissExternalOrderMutation, DismissExternalOrderMutationVariables>;
export const AccountHoldingsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"AccountHoldings"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"accountHoldings"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"accountId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"accountId"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"asset"}},{"kind":"Field","name":{"kind":"Name","value":"free"}},{"kind":"Field","name":{"kind":"Name","value":"locked"}},{"kind":"Field","name":{"kind":"Name","value":"inPositions"}},{"kind":"Field","name":{"kind":"Name","value":"adoptable"}},{"kind":"Field","name":{"kind":"Name","value":"shortage"}}]}}]}}]} as unknown as DocumentNode<AccountHoldingsQuery, AccountHoldingsQueryVariables>;
export const AdoptHoldingDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"AdoptHolding"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"AdoptHoldingInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"adoptHolding"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"position"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"LivePosition"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"LivePosition"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Position"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"symbol"}},{"kind":"Field","name":{"kind":"Name","value":"priceKey"}},{"kind":"Field","name":{"kind":"Name","value":"side"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"qtyTotal"}},{"kind":"Field","name":{"kind":"Name","value":"qtyRemaining"}},{"kind":"Field","name":{"kind":"Name","value":"entryPrice"}},{"kind":"Field","name":{"kind":"Name","value":"realizedPnl"}},{"kind":"Field","name":{"kind":"Name","value":"feesQuote"}},{"kind":"Field","name":{"kind":"Name","value":"dustQty"}},{"kind":"Field","name":{"kind":"Name","value":"dustValueQuote"}},{"kind":"Field","name":{"kind":"Name","value":"costQuote"}},{"kind":"Field","name":{"kind":"Name","value":"shortfallQty"}},{"kind":"Field","name":{"kind":"Name","value":"shortfallValueQuote"}},{"kind":"Field","name":{"kind":"Name","value":"unsellableReason"}},{"kind":"Field","name":{"kind":"Name","value":"slEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"slPct"}},{"kind":"Field","name":{"kind":"Name","value":"tpEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"tpPct"}},{"kind":"Field","name":{"kind":"Name","value":"trailingEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"trailingDistancePct"}},{"kind":"Field","name":{"kind":"Name","value":"trailingMaxPrice"}},{"kind":"Field","name":{"kind":"Name","value":"trailingArmingPct"}},{"kind":"Field","name":{"kind":"Name","value":"timeStopHours"}},{"kind":"Field","name":{"kind":"Name","value":"breakEvenAfterFirst"}},{"kind":"Field","name":{"kind":"Name","value":"qtyReserved"}},{"kind":"Field","name":{"kind":"Name","value":"exitLevels"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"stopPrice"}},{"kind":"Field","name":{"kind":"Name","value":"trailingStopPrice"}},{"kind":"Field","name":{"kind":"Name","value":"trailingArmingPrice"}},{"kind":"Field","name":{"kind":"Name","value":"takeProfitPrice"}},{"kind":"Field","name":{"kind":"Name","value":"nextTargetPrice"}},{"kind":"Field","name":{"kind":"Name","value":"timeStopAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"minProfitPct"}},{"kind":"Field","name":{"kind":"Name","value":"lockSellByWebhook"}},{"kind":"Field","name":{"kind":"Name","value":"closeReason"}},{"kind":"Field","name":{"kind":"Name","value":"closedAt"}},{"kind":"Field","name":{"kind":"Name","value":"sourceId"}},{"kind":"Field","name":{"kind":"Name","value":"sourceLabel"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}}]}}]}}]} as unknown as DocumentNode<AdoptHoldingMutation, AdoptHoldingMutationVariables>;
export const LimitOrdersDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"LimitOrders"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"LimitOrderFilter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"limitOrders"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"RestingOrder"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"LiveJob"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"TradeJob"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"symbol"}},{"kind":"Field","name":{"kind":"Name","value":"side"}},{"kind":"Field","name":{"kind":"Name","value":"orderType"}},{"kind":"Field","name":{"kind":"Name","value":"origin"}},{"kind":"Field","name":{"kind":"Name","value":"quoteAmount"}},{"kind":"Field","name":{"kind":"Name","value":"baseQuantity"}},{"kind":"Field","name":{"kind":"Name","value":"limitPrice"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"reasonCode"}},{"kind":"Field","name":{"kind":"Name","value":"reasonMessage"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"RestingOrder"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"TradeJob"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"LiveJob"}},{"kind":"Field","name":{"kind":"Name","value":"executedQty"}},{"kind":"Field","name":{"kind":"Name","value":"limitOrderExpiresAt"}},{"kind":"Field","name":{"kind":"Name","value":"distancePct"}},{"kind":"Field","name":{"kind":"Name","value":"reservations"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"positionId"}}]}}]}}]} as unknown as DocumentNode<LimitOrdersQuery, LimitOrdersQueryVariables>;
export const CancelOrderDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"CancelOrder"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"CancelOrderInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cancelOrder"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Canceled"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"job"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"LiveJob"}},{"kind":"Field","name":{"kind":"Name","value":"executedQty"}}]}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Refused"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"reason"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"LiveJob"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"TradeJob"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"symbol"}},{"kind":"Field","name":{"kind":"Name","value":"side"}},{"kind":"Field","name":{"kind":"Name","value":"orderType"}},{"kind":"Field","name":{"kind":"Name","value":"origin"}},{"kind":"Field","name":{"kind":"Name","value":"quoteAmount"}},{"kind":"Field","name":{"kind":"Name","value":"baseQuantity"}},{"kind":"Field","name":{"kind":"Name","value":"limitPrice"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"reasonCode"}},{"kind":"Field","name":{"kind":"Name","value":"reasonMessage"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}}]}}]}}]} as unknown as DocumentNode<CancelOrderMutation, CancelOrderMutationVariables>;
export const TradeParametersDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"TradeParameters"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"tradeParameters"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"100"}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ParameterRow"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ParameterRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"TradeParameter"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"symbol"}},{"kind":"Field","name":{"kind":"Name","value":"side"}},{"kind":"Field","name":{"kind":"Name","value":"quoteAmountFixed"}},{"kind":"Field","name":{"kind":"Name","value":"quoteAmountPctBalance"}},{"kind":"Field","name":{"kind":"Name","value":"maxOrdersPerHour"}},{"kind":"Field","name":{"kind":"Name","value":"minIntervalSec"}},{"kind":"Field","name":{"kind":"Name","value":"orderTypeDefault"}},{"kind":"Field","name":{"kind":"Name","value":"slippageBps"}},{"kind":"Field","name":{"kind":"Name","value":"limitPriceBandPct"}},{"kind":"Field","name":{"kind":"Name","value":"defaultSlEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"defaultSlPct"}},{"kind":"Field","name":{"kind":"Name","value":"defaultTpEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"defaultTpPct"}},{"kind":"Field","name":{"kind":"Name","value":"trailingStopEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"trailingDistancePct"}},{"kind":"Field","name":{"kind":"Name","value":"trailingArmingPct"}},{"kind":"Field","name":{"kind":"Name","value":"defaultTargets"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"pct"}},{"kind":"Field","name":{"kind":"Name","value":"sharePct"}}]}},{"kind":"Field","name":{"kind":"Name","value":"defaultBreakEven"}},{"kind":"Field","name":{"kind":"Name","value":"defaultTimeStopHours"}},{"kind":"Field","name":{"kind":"Name","value":"minProfitPct"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"exchange"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}}]}},{"kind":"Field","name":{"kind":"Name","value":"vault"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}}]} as unknown as DocumentNode<TradeParametersQuery, TradeParametersQueryVariables>;
export const ParameterChoicesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"ParameterChoices"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"tradeMode"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"TradeMode"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"exchangeAccounts"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"100"}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"tradeMode"},"value":{"kind":"Variable","name":{"kind":"Name","value":"tradeMode"}}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"exchange"}},{"kind":"Field","name":{"kind":"Name","value":"isActive"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"vaults"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"100"}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"tradeMode"},"value":{"kind":"Variable","name":{"kind":"Name","value":"tradeMode"}}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"isActive"}}]}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"markets"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"symbol"}},{"kind":"Field","name":{"kind":"Name","value":"base"}},{"kind":"Field","name":{"kind":"Name","value":"quote"}},{"kind":"Field","name":{"kind":"Name","value":"minNotional"}}]}}]}}]} as unknown as DocumentNode<ParameterChoicesQuery, ParameterChoicesQueryVariables>;
export const CreateTradeParameterDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"CreateTradeParameter"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"CreateTradeParameterInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"createTradeParameter"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"parameter"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ParameterRow"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ParameterRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"TradeParameter"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"symbol"}},{"kind":"Field","name":{"kind":"Name","value":"side"}},{"kind":"Field","name":{"kind":"Name","value":"quoteAmountFixed"}},{"kind":"Field","name":{"kind":"Name","value":"quoteAmountPctBalance"}},{"kind":"Field","name":{"kind":"Name","value":"maxOrdersPerHour"}},{"kind":"Field","name":{"kind":"Name","value":"minIntervalSec"}},{"kind":"Field","name":{"kind":"Name","value":"orderTypeDefault"}},{"kind":"Field","name":{"kind":"Name","value":"slippageBps"}},{"kind":"Field","name":{"kind":"Name","value":"limitPriceBandPct"}},{"kind":"Field","name":{"kind":"Name","value":"defaultSlEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"defaultSlPct"}},{"kind":"Field","name":{"kind":"Name","value":"defaultTpEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"defaultTpPct"}},{"kind":"Field","name":{"kind":"Name","value":"trailingStopEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"trailingDistancePct"}},{"kind":"Field","name":{"kind":"Name","value":"trailingArmingPct"}},{"kind":"Field","name":{"kind":"Name","value":"defaultTargets"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"pct"}},{"kind":"Field","name":{"kind":"Name","value":"sharePct"}}]}},{"kind":"Field","name":{"kind":"Name","value":"defaultBreakEven"}},{"kind":"Field","name":{"kind":"Name","value":"defaultTimeStopHours"}},{"kind":"Field","name":{"kind":"Name","value":"minProfitPct"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"exchange"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}}]}},{"kind":"Field","name":{"kind":"Name","value":"vault"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}}]} as unknown as DocumentNode<CreateTradeParameterMutation, CreateTradeParameterMutationVariables>;
export const UpdateTradeParameterDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"UpdateTradeParameter"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"UpdateTradeParameterInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"updateTradeParameter"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"parameter"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ParameterRow"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ParameterRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"TradeParameter"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"symbol"}},{"kind":"Field","name":{"kind":"Name","value":"side"}},{"kind":"Field","name":{"kind":"Name","value":"quoteAmountFixed"}},{"kind":"Field","name":{"kind":"Name","value":"quoteAmountPctBalance"}},{"kind":"Field","name":{"kind":"Name","value":"maxOrdersPerHour"}},{"kind":"Field","name":{"kind":"Name","value":"minIntervalSec"}},{"kind":"Field","name":{"kind":"Name","value":"orderTypeDefault"}},{"kind":"Field","name":{"kind":"Name","value":"slippageBps"}},{"kind":"Field","name":{"kind":"Name","value":"limitPriceBandPct"}},{"kind":"Field","name":{"kind":"Name","value":"defaultSlEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"defaultSlPct"}},{"kind":"Field","name":{"kind":"Name","value":"defaultTpEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"defaultTpPct"}},{"kind":"Field","name":{"kind":"Name","value":"trailingStopEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"trailingDistancePct"}},{"kind":"Field","name":{"kind":"Name","value":"trailingArmingPct"}},{"kind":"Field","name":{"kind":"Name","value":"defaultTargets"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"pct"}},{"kind":"Field","name":{"kind":"Name","value":"sharePct"}}]}},{"kind":"Field","name":{"kind":"Name","value":"defaultBreakEven"}},{"kind":"Field","name":{"kind":"Name","value":"defaultTimeStopHours"}},{"kind":"Field","name":{"kind":"Name","value":"minProfitPct"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"exchange"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}}]}},{"kind":"Field","name":{"kind":"Name","value":"vault"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}}]} as unknown as DocumentNode<UpdateTradeParameterMutation, UpdateTradeParameterMutationVariables>;
export const DeleteTradeParameterDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"DeleteTradeParameter"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"DeleteTradeParameterInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"deleteTradeParameter"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}}]}}]} as unknown as DocumentNode<DeleteTradeParameterMutation, DeleteTradeParameterMutationVariables>;
export const BuyChoicesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"BuyChoices"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"tradeMode"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"TradeMode"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"exchangeAccounts"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"100"}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"tradeMode"},"value":{"kind":"Variable","name":{"kind":"Name","value":"tradeMode"}}},{"kind":"ObjectField","name":{"kind":"Name","value":"isActive"},"value":{"kind":"BooleanValue","value":true}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"vaults"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"100"}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"tradeMode"},"value":{"kind":"Variable","name":{"kind":"Name","value":"tradeMode"}}},{"kind":"ObjectField","name":{"kind":"Name","value":"isActive"},"value":{"kind":"BooleanValue","value":true}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}}]}}]}}]}}]} as unknown as DocumentNode<BuyChoicesQuery, BuyChoicesQueryVariables>;
export const PreviewOrderDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"PreviewOrder"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"OrderInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"previewOrder"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"OrderPreview"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"symbol"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"orderType"}},{"kind":"Field","name":{"kind":"Name","value":"quantity"}},{"kind":"Field","name":{"kind":"Name","value":"price"}},{"kind":"Field","name":{"kind":"Name","value":"limitPrice"}},{"kind":"Field","name":{"kind":"Name","value":"cost"}},{"kind":"Field","name":{"kind":"Name","value":"costMax"}},{"kind":"Field","name":{"kind":"Name","value":"slippageBps"}},{"kind":"Field","name":{"kind":"Name","value":"available"}},{"kind":"Field","name":{"kind":"Name","value":"reserve"}},{"kind":"Field","name":{"kind":"Name","value":"stopPrice"}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Refused"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"reason"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]}}]} as unknown as DocumentNode<PreviewOrderQuery, PreviewOrderQueryVariables>;
export const PlaceOrderDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"PlaceOrder"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"PlaceOrderInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"placeOrder"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Placed"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"job"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"LiveJob"}}]}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Refused"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"reason"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"LiveJob"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"TradeJob"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"symbol"}},{"kind":"Field","name":{"kind":"Name","value":"side"}},{"kind":"Field","name":{"kind":"Name","value":"orderType"}},{"kind":"Field","name":{"kind":"Name","value":"origin"}},{"kind":"Field","name":{"kind":"Name","value":"quoteAmount"}},{"kind":"Field","name":{"kind":"Name","value":"baseQuantity"}},{"kind":"Field","name":{"kind":"Name","value":"limitPrice"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"reasonCode"}},{"kind":"Field","name":{"kind":"Name","value":"reasonMessage"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}}]}}]}}]} as unknown as DocumentNode<PlaceOrderMutation, PlaceOrderMutationVariables>;
export const ClosePositionDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"ClosePosition"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ClosePositionInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"closePosition"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Placed"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"position"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"LivePosition"}}]}},{"kind":"Field","name":{"kind":"Name","value":"job"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"LiveJob"}}]}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Refused"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"reason"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"LivePosition"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Position"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"symbol"}},{"kind":"Field","name":{"kind":"Name","value":"priceKey"}},{"kind":"Field","name":{"kind":"Name","value":"side"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"qtyTotal"}},{"kind":"Field","name":{"kind":"Name","value":"qtyRemaining"}},{"kind":"Field","name":{"kind":"Name","value":"entryPrice"}},{"kind":"Field","name":{"kind":"Name","value":"realizedPnl"}},{"kind":"Field","name":{"kind":"Name","value":"feesQuote"}},{"kind":"Field","name":{"kind":"Name","value":"dustQty"}},{"kind":"Field","name":{"kind":"Name","value":"dustValueQuote"}},{"kind":"Field","name":{"kind":"Name","value":"costQuote"}},{"kind":"Field","name":{"kind":"Name","value":"shortfallQty"}},{"kind":"Field","name":{"kind":"Name","value":"shortfallValueQuote"}},{"kind":"Field","name":{"kind":"Name","value":"unsellableReason"}},{"kind":"Field","name":{"kind":"Name","value":"slEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"slPct"}},{"kind":"Field","name":{"kind":"Name","value":"tpEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"tpPct"}},{"kind":"Field","name":{"kind":"Name","value":"trailingEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"trailingDistancePct"}},{"kind":"Field","name":{"kind":"Name","value":"trailingMaxPrice"}},{"kind":"Field","name":{"kind":"Name","value":"trailingArmingPct"}},{"kind":"Field","name":{"kind":"Name","value":"timeStopHours"}},{"kind":"Field","name":{"kind":"Name","value":"breakEvenAfterFirst"}},{"kind":"Field","name":{"kind":"Name","value":"qtyReserved"}},{"kind":"Field","name":{"kind":"Name","value":"exitLevels"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"stopPrice"}},{"kind":"Field","name":{"kind":"Name","value":"trailingStopPrice"}},{"kind":"Field","name":{"kind":"Name","value":"trailingArmingPrice"}},{"kind":"Field","name":{"kind":"Name","value":"takeProfitPrice"}},{"kind":"Field","name":{"kind":"Name","value":"nextTargetPrice"}},{"kind":"Field","name":{"kind":"Name","value":"timeStopAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"minProfitPct"}},{"kind":"Field","name":{"kind":"Name","value":"lockSellByWebhook"}},{"kind":"Field","name":{"kind":"Name","value":"closeReason"}},{"kind":"Field","name":{"kind":"Name","value":"closedAt"}},{"kind":"Field","name":{"kind":"Name","value":"sourceId"}},{"kind":"Field","name":{"kind":"Name","value":"sourceLabel"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"LiveJob"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"TradeJob"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"symbol"}},{"kind":"Field","name":{"kind":"Name","value":"side"}},{"kind":"Field","name":{"kind":"Name","value":"orderType"}},{"kind":"Field","name":{"kind":"Name","value":"origin"}},{"kind":"Field","name":{"kind":"Name","value":"quoteAmount"}},{"kind":"Field","name":{"kind":"Name","value":"baseQuantity"}},{"kind":"Field","name":{"kind":"Name","value":"limitPrice"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"reasonCode"}},{"kind":"Field","name":{"kind":"Name","value":"reasonMessage"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}}]}}]}}]} as unknown as DocumentNode<ClosePositionMutation, ClosePositionMutationVariables>;
export const PlaceLimitSellDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"PlaceLimitSell"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"PlaceLimitSellInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"placeLimitSell"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Placed"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"position"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"LivePosition"}}]}},{"kind":"Field","name":{"kind":"Name","value":"job"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"LiveJob"}}]}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Refused"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"reason"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"LivePosition"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Position"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"symbol"}},{"kind":"Field","name":{"kind":"Name","value":"priceKey"}},{"kind":"Field","name":{"kind":"Name","value":"side"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"qtyTotal"}},{"kind":"Field","name":{"kind":"Name","value":"qtyRemaining"}},{"kind":"Field","name":{"kind":"Name","value":"entryPrice"}},{"kind":"Field","name":{"kind":"Name","value":"realizedPnl"}},{"kind":"Field","name":{"kind":"Name","value":"feesQuote"}},{"kind":"Field","name":{"kind":"Name","value":"dustQty"}},{"kind":"Field","name":{"kind":"Name","value":"dustValueQuote"}},{"kind":"Field","name":{"kind":"Name","value":"costQuote"}},{"kind":"Field","name":{"kind":"Name","value":"shortfallQty"}},{"kind":"Field","name":{"kind":"Name","value":"shortfallValueQuote"}},{"kind":"Field","name":{"kind":"Name","value":"unsellableReason"}},{"kind":"Field","name":{"kind":"Name","value":"slEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"slPct"}},{"kind":"Field","name":{"kind":"Name","value":"tpEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"tpPct"}},{"kind":"Field","name":{"kind":"Name","value":"trailingEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"trailingDistancePct"}},{"kind":"Field","name":{"kind":"Name","value":"trailingMaxPrice"}},{"kind":"Field","name":{"kind":"Name","value":"trailingArmingPct"}},{"kind":"Field","name":{"kind":"Name","value":"timeStopHours"}},{"kind":"Field","name":{"kind":"Name","value":"breakEvenAfterFirst"}},{"kind":"Field","name":{"kind":"Name","value":"qtyReserved"}},{"kind":"Field","name":{"kind":"Name","value":"exitLevels"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"stopPrice"}},{"kind":"Field","name":{"kind":"Name","value":"trailingStopPrice"}},{"kind":"Field","name":{"kind":"Name","value":"trailingArmingPrice"}},{"kind":"Field","name":{"kind":"Name","value":"takeProfitPrice"}},{"kind":"Field","name":{"kind":"Name","value":"nextTargetPrice"}},{"kind":"Field","name":{"kind":"Name","value":"timeStopAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"minProfitPct"}},{"kind":"Field","name":{"kind":"Name","value":"lockSellByWebhook"}},{"kind":"Field","name":{"kind":"Name","value":"closeReason"}},{"kind":"Field","name":{"kind":"Name","value":"closedAt"}},{"kind":"Field","name":{"kind":"Name","value":"sourceId"}},{"kind":"Field","name":{"kind":"Name","value":"sourceLabel"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"LiveJob"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"TradeJob"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"symbol"}},{"kind":"Field","name":{"kind":"Name","value":"side"}},{"kind":"Field","name":{"kind":"Name","value":"orderType"}},{"kind":"Field","name":{"kind":"Name","value":"origin"}},{"kind":"Field","name":{"kind":"Name","value":"quoteAmount"}},{"kind":"Field","name":{"kind":"Name","value":"baseQuantity"}},{"kind":"Field","name":{"kind":"Name","value":"limitPrice"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"reasonCode"}},{"kind":"Field","name":{"kind":"Name","value":"reasonMessage"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}}]}}]}}]} as unknown as DocumentNode<PlaceLimitSellMutation, PlaceLimitSellMutationVariables>;
export const UpdatePositionExitsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"UpdatePositionExits"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"UpdatePositionExitsInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"updatePositionExits"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"PositionChanged"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"position"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"LivePosition"}},{"kind":"Field","name":{"kind":"Name","value":"targets"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"ordinal"}},{"kind":"Field","name":{"kind":"Name","value":"pct"}},{"kind":"Field","name":{"kind":"Name","value":"sharePct"}},{"kind":"Field","name":{"kind":"Name","value":"price"}},{"kind":"Field","name":{"kind":"Name","value":"triggeredAt"}}]}}]}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Refused"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"reason"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"LivePosition"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Position"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"symbol"}},{"kind":"Field","name":{"kind":"Name","value":"priceKey"}},{"kind":"Field","name":{"kind":"Name","value":"side"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"qtyTotal"}},{"kind":"Field","name":{"kind":"Name","value":"qtyRemaining"}},{"kind":"Field","name":{"kind":"Name","value":"entryPrice"}},{"kind":"Field","name":{"kind":"Name","value":"realizedPnl"}},{"kind":"Field","name":{"kind":"Name","value":"feesQuote"}},{"kind":"Field","name":{"kind":"Name","value":"dustQty"}},{"kind":"Field","name":{"kind":"Name","value":"dustValueQuote"}},{"kind":"Field","name":{"kind":"Name","value":"costQuote"}},{"kind":"Field","name":{"kind":"Name","value":"shortfallQty"}},{"kind":"Field","name":{"kind":"Name","value":"shortfallValueQuote"}},{"kind":"Field","name":{"kind":"Name","value":"unsellableReason"}},{"kind":"Field","name":{"kind":"Name","value":"slEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"slPct"}},{"kind":"Field","name":{"kind":"Name","value":"tpEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"tpPct"}},{"kind":"Field","name":{"kind":"Name","value":"trailingEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"trailingDistancePct"}},{"kind":"Field","name":{"kind":"Name","value":"trailingMaxPrice"}},{"kind":"Field","name":{"kind":"Name","value":"trailingArmingPct"}},{"kind":"Field","name":{"kind":"Name","value":"timeStopHours"}},{"kind":"Field","name":{"kind":"Name","value":"breakEvenAfterFirst"}},{"kind":"Field","name":{"kind":"Name","value":"qtyReserved"}},{"kind":"Field","name":{"kind":"Name","value":"exitLevels"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"stopPrice"}},{"kind":"Field","name":{"kind":"Name","value":"trailingStopPrice"}},{"kind":"Field","name":{"kind":"Name","value":"trailingArmingPrice"}},{"kind":"Field","name":{"kind":"Name","value":"takeProfitPrice"}},{"kind":"Field","name":{"kind":"Name","value":"nextTargetPrice"}},{"kind":"Field","name":{"kind":"Name","value":"timeStopAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"minProfitPct"}},{"kind":"Field","name":{"kind":"Name","value":"lockSellByWebhook"}},{"kind":"Field","name":{"kind":"Name","value":"closeReason"}},{"kind":"Field","name":{"kind":"Name","value":"closedAt"}},{"kind":"Field","name":{"kind":"Name","value":"sourceId"}},{"kind":"Field","name":{"kind":"Name","value":"sourceLabel"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}}]}}]}}]} as unknown as DocumentNode<UpdatePositionExitsMutation, UpdatePositionExitsMutationVariables>;
export const SetSellLockDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"SetSellLock"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"SetSellLockInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"setSellLock"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"PositionChanged"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"position"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"LivePosition"}}]}}]}},{"kind":"InlineFragment","typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Refused"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"reason"}},{"kind":"Field","name":{"kind":"Name","value":"message"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"LivePosition"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Position"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"symbol"}},{"kind":"Field","name":{"kind":"Name","value":"priceKey"}},{"kind":"Field","name":{"kind":"Name","value":"side"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"qtyTotal"}},{"kind":"Field","name":{"kind":"Name","value":"qtyRemaining"}},{"kind":"Field","name":{"kind":"Name","value":"entryPrice"}},{"kind":"Field","name":{"kind":"Name","value":"realizedPnl"}},{"kind":"Field","name":{"kind":"Name","value":"feesQuote"}},{"kind":"Field","name":{"kind":"Name","value":"dustQty"}},{"kind":"Field","name":{"kind":"Name","value":"dustValueQuote"}},{"kind":"Field","name":{"kind":"Name","value":"costQuote"}},{"kind":"Field","name":{"kind":"Name","value":"shortfallQty"}},{"kind":"Field","name":{"kind":"Name","value":"shortfallValueQuote"}},{"kind":"Field","name":{"kind":"Name","value":"unsellableReason"}},{"kind":"Field","name":{"kind":"Name","value":"slEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"slPct"}},{"kind":"Field","name":{"kind":"Name","value":"tpEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"tpPct"}},{"kind":"Field","name":{"kind":"Name","value":"trailingEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"trailingDistancePct"}},{"kind":"Field","name":{"kind":"Name","value":"trailingMaxPrice"}},{"kind":"Field","name":{"kind":"Name","value":"trailingArmingPct"}},{"kind":"Field","name":{"kind":"Name","value":"timeStopHours"}},{"kind":"Field","name":{"kind":"Name","value":"breakEvenAfterFirst"}},{"kind":"Field","name":{"kind":"Name","value":"qtyReserved"}},{"kind":"Field","name":{"kind":"Name","value":"exitLevels"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"stopPrice"}},{"kind":"Field","name":{"kind":"Name","value":"trailingStopPrice"}},{"kind":"Field","name":{"kind":"Name","value":"trailingArmingPrice"}},{"kind":"Field","name":{"kind":"Name","value":"takeProfitPrice"}},{"kind":"Field","name":{"kind":"Name","value":"nextTargetPrice"}},{"kind":"Field","name":{"kind":"Name","value":"timeStopAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"minProfitPct"}},{"kind":"Field","name":{"kind":"Name","value":"lockSellByWebhook"}},{"kind":"Field","name":{"kind":"Name","value":"closeReason"}},{"kind":"Field","name":{"kind":"Name","value":"closedAt"}},{"kind":"Field","name":{"kind":"Name","value":"sourceId"}},{"kind":"Field","name":{"kind":"Name","value":"sourceLabel"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}}]}}]}}]} as unknown as DocumentNode<SetSellLockMutation, SetSellLockMutationVariables>;
export const CloseAsReconciledDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"CloseAsReconciled"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"CloseAsReconciledInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"closeAsReconciled"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"position"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"LivePosition"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"LivePosition"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Position"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"symbol"}},{"kind":"Field","name":{"kind":"Name","value":"priceKey"}},{"kind":"Field","name":{"kind":"Name","value":"side"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"qtyTotal"}},{"kind":"Field","name":{"kind":"Name","value":"qtyRemaining"}},{"kind":"Field","name":{"kind":"Name","value":"entryPrice"}},{"kind":"Field","name":{"kind":"Name","value":"realizedPnl"}},{"kind":"Field","name":{"kind":"Name","value":"feesQuote"}},{"kind":"Field","name":{"kind":"Name","value":"dustQty"}},{"kind":"Field","name":{"kind":"Name","value":"dustValueQuote"}},{"kind":"Field","name":{"kind":"Name","value":"costQuote"}},{"kind":"Field","name":{"kind":"Name","value":"shortfallQty"}},{"kind":"Field","name":{"kind":"Name","value":"shortfallValueQuote"}},{"kind":"Field","name":{"kind":"Name","value":"unsellableReason"}},{"kind":"Field","name":{"kind":"Name","value":"slEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"slPct"}},{"kind":"Field","name":{"kind":"Name","value":"tpEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"tpPct"}},{"kind":"Field","name":{"kind":"Name","value":"trailingEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"trailingDistancePct"}},{"kind":"Field","name":{"kind":"Name","value":"trailingMaxPrice"}},{"kind":"Field","name":{"kind":"Name","value":"trailingArmingPct"}},{"kind":"Field","name":{"kind":"Name","value":"timeStopHours"}},{"kind":"Field","name":{"kind":"Name","value":"breakEvenAfterFirst"}},{"kind":"Field","name":{"kind":"Name","value":"qtyReserved"}},{"kind":"Field","name":{"kind":"Name","value":"exitLevels"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"stopPrice"}},{"kind":"Field","name":{"kind":"Name","value":"trailingStopPrice"}},{"kind":"Field","name":{"kind":"Name","value":"trailingArmingPrice"}},{"kind":"Field","name":{"kind":"Name","value":"takeProfitPrice"}},{"kind":"Field","name":{"kind":"Name","value":"nextTargetPrice"}},{"kind":"Field","name":{"kind":"Name","value":"timeStopAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"minProfitPct"}},{"kind":"Field","name":{"kind":"Name","value":"lockSellByWebhook"}},{"kind":"Field","name":{"kind":"Name","value":"closeReason"}},{"kind":"Field","name":{"kind":"Name","value":"closedAt"}},{"kind":"Field","name":{"kind":"Name","value":"sourceId"}},{"kind":"Field","name":{"kind":"Name","value":"sourceLabel"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}}]}}]}}]} as unknown as DocumentNode<CloseAsReconciledMutation, CloseAsReconciledMutationVariables>;
export const PositionExitsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"PositionExits"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"position"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"LivePosition"}},{"kind":"Field","name":{"kind":"Name","value":"targets"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"ordinal"}},{"kind":"Field","name":{"kind":"Name","value":"pct"}},{"kind":"Field","name":{"kind":"Name","value":"sharePct"}},{"kind":"Field","name":{"kind":"Name","value":"price"}},{"kind":"Field","name":{"kind":"Name","value":"triggeredAt"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"LivePosition"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Position"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"symbol"}},{"kind":"Field","name":{"kind":"Name","value":"priceKey"}},{"kind":"Field","name":{"kind":"Name","value":"side"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"qtyTotal"}},{"kind":"Field","name":{"kind":"Name","value":"qtyRemaining"}},{"kind":"Field","name":{"kind":"Name","value":"entryPrice"}},{"kind":"Field","name":{"kind":"Name","value":"realizedPnl"}},{"kind":"Field","name":{"kind":"Name","value":"feesQuote"}},{"kind":"Field","name":{"kind":"Name","value":"dustQty"}},{"kind":"Field","name":{"kind":"Name","value":"dustValueQuote"}},{"kind":"Field","name":{"kind":"Name","value":"costQuote"}},{"kind":"Field","name":{"kind":"Name","value":"shortfallQty"}},{"kind":"Field","name":{"kind":"Name","value":"shortfallValueQuote"}},{"kind":"Field","name":{"kind":"Name","value":"unsellableReason"}},{"kind":"Field","name":{"kind":"Name","value":"slEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"slPct"}},{"kind":"Field","name":{"kind":"Name","value":"tpEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"tpPct"}},{"kind":"Field","name":{"kind":"Name","value":"trailingEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"trailingDistancePct"}},{"kind":"Field","name":{"kind":"Name","value":"trailingMaxPrice"}},{"kind":"Field","name":{"kind":"Name","value":"trailingArmingPct"}},{"kind":"Field","name":{"kind":"Name","value":"timeStopHours"}},{"kind":"Field","name":{"kind":"Name","value":"breakEvenAfterFirst"}},{"kind":"Field","name":{"kind":"Name","value":"qtyReserved"}},{"kind":"Field","name":{"kind":"Name","value":"exitLevels"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"stopPrice"}},{"kind":"Field","name":{"kind":"Name","value":"trailingStopPrice"}},{"kind":"Field","name":{"kind":"Name","value":"trailingArmingPrice"}},{"kind":"Field","name":{"kind":"Name","value":"takeProfitPrice"}},{"kind":"Field","name":{"kind":"Name","value":"nextTargetPrice"}},{"kind":"Field","name":{"kind":"Name","value":"timeStopAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"minProfitPct"}},{"kind":"Field","name":{"kind":"Name","value":"lockSellByWebhook"}},{"kind":"Field","name":{"kind":"Name","value":"closeReason"}},{"kind":"Field","name":{"kind":"Name","value":"closedAt"}},{"kind":"Field","name":{"kind":"Name","value":"sourceId"}},{"kind":"Field","name":{"kind":"Name","value":"sourceLabel"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}}]}}]}}]} as unknown as DocumentNode<PositionExitsQuery, PositionExitsQueryVariables>;
export const JobStateDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"JobState"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"tradeJob"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"LiveJob"}},{"kind":"Field","name":{"kind":"Name","value":"executedQty"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"LiveJob"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"TradeJob"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"symbol"}},{"kind":"Field","name":{"kind":"Name","value":"side"}},{"kind":"Field","name":{"kind":"Name","value":"orderType"}},{"kind":"Field","name":{"kind":"Name","value":"origin"}},{"kind":"Field","name":{"kind":"Name","value":"quoteAmount"}},{"kind":"Field","name":{"kind":"Name","value":"baseQuantity"}},{"kind":"Field","name":{"kind":"Name","value":"limitPrice"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"reasonCode"}},{"kind":"Field","name":{"kind":"Name","value":"reasonMessage"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}}]}}]}}]} as unknown as DocumentNode<JobStateQuery, JobStateQueryVariables>;
export const TriggerLatencyDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"TriggerLatency"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"triggerLatency"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"last"},"value":{"kind":"IntValue","value":"500"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"exits"}},{"kind":"Field","name":{"kind":"Name","value":"tickToDecided"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"p50Ms"}},{"kind":"Field","name":{"kind":"Name","value":"p95Ms"}}]}},{"kind":"Field","name":{"kind":"Name","value":"tickToAcknowledged"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"p50Ms"}},{"kind":"Field","name":{"kind":"Name","value":"p95Ms"}}]}}]}}]}}]} as unknown as DocumentNode<TriggerLatencyQuery, TriggerLatencyQueryVariables>;
export const PositionsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Positions"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"PositionFilter"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"positions"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"LivePosition"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"ClosedPosition"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"LivePosition"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Position"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"symbol"}},{"kind":"Field","name":{"kind":"Name","value":"priceKey"}},{"kind":"Field","name":{"kind":"Name","value":"side"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"qtyTotal"}},{"kind":"Field","name":{"kind":"Name","value":"qtyRemaining"}},{"kind":"Field","name":{"kind":"Name","value":"entryPrice"}},{"kind":"Field","name":{"kind":"Name","value":"realizedPnl"}},{"kind":"Field","name":{"kind":"Name","value":"feesQuote"}},{"kind":"Field","name":{"kind":"Name","value":"dustQty"}},{"kind":"Field","name":{"kind":"Name","value":"dustValueQuote"}},{"kind":"Field","name":{"kind":"Name","value":"costQuote"}},{"kind":"Field","name":{"kind":"Name","value":"shortfallQty"}},{"kind":"Field","name":{"kind":"Name","value":"shortfallValueQuote"}},{"kind":"Field","name":{"kind":"Name","value":"unsellableReason"}},{"kind":"Field","name":{"kind":"Name","value":"slEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"slPct"}},{"kind":"Field","name":{"kind":"Name","value":"tpEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"tpPct"}},{"kind":"Field","name":{"kind":"Name","value":"trailingEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"trailingDistancePct"}},{"kind":"Field","name":{"kind":"Name","value":"trailingMaxPrice"}},{"kind":"Field","name":{"kind":"Name","value":"trailingArmingPct"}},{"kind":"Field","name":{"kind":"Name","value":"timeStopHours"}},{"kind":"Field","name":{"kind":"Name","value":"breakEvenAfterFirst"}},{"kind":"Field","name":{"kind":"Name","value":"qtyReserved"}},{"kind":"Field","name":{"kind":"Name","value":"exitLevels"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"stopPrice"}},{"kind":"Field","name":{"kind":"Name","value":"trailingStopPrice"}},{"kind":"Field","name":{"kind":"Name","value":"trailingArmingPrice"}},{"kind":"Field","name":{"kind":"Name","value":"takeProfitPrice"}},{"kind":"Field","name":{"kind":"Name","value":"nextTargetPrice"}},{"kind":"Field","name":{"kind":"Name","value":"timeStopAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"minProfitPct"}},{"kind":"Field","name":{"kind":"Name","value":"lockSellByWebhook"}},{"kind":"Field","name":{"kind":"Name","value":"closeReason"}},{"kind":"Field","name":{"kind":"Name","value":"closedAt"}},{"kind":"Field","name":{"kind":"Name","value":"sourceId"}},{"kind":"Field","name":{"kind":"Name","value":"sourceLabel"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ClosedPosition"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Position"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"exitPrice"}}]}}]} as unknown as DocumentNode<PositionsQuery, PositionsQueryVariables>;
export const ExitPriceDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"ExitPrice"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"position"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ClosedPosition"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ClosedPosition"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Position"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"exitPrice"}}]}}]} as unknown as DocumentNode<ExitPriceQuery, ExitPriceQueryVariables>;
export const PositionDetailDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"PositionDetail"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"position"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"LivePosition"}},{"kind":"FragmentSpread","name":{"kind":"Name","value":"ClosedPosition"}},{"kind":"Field","name":{"kind":"Name","value":"vault"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"fills"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"LiveFill"}}]}},{"kind":"Field","name":{"kind":"Name","value":"targets"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"ordinal"}},{"kind":"Field","name":{"kind":"Name","value":"pct"}},{"kind":"Field","name":{"kind":"Name","value":"sharePct"}},{"kind":"Field","name":{"kind":"Name","value":"price"}},{"kind":"Field","name":{"kind":"Name","value":"triggeredAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"openOrders"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"LiveJob"}},{"kind":"Field","name":{"kind":"Name","value":"executedQty"}},{"kind":"Field","name":{"kind":"Name","value":"limitOrderExpiresAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"decisions"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"at"}},{"kind":"Field","name":{"kind":"Name","value":"exitReason"}},{"kind":"Field","name":{"kind":"Name","value":"job"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"side"}},{"kind":"Field","name":{"kind":"Name","value":"status"}}]}},{"kind":"Field","name":{"kind":"Name","value":"trace"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"value"}},{"kind":"Field","name":{"kind":"Name","value":"source"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"openJob"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"LiveJob"}},{"kind":"Field","name":{"kind":"Name","value":"event"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"eventUid"}},{"kind":"Field","name":{"kind":"Name","value":"symbolRaw"}},{"kind":"Field","name":{"kind":"Name","value":"action"}},{"kind":"Field","name":{"kind":"Name","value":"rawText"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"executions"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"clientOrderId"}},{"kind":"Field","name":{"kind":"Name","value":"exchangeOrderId"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"requestedQty"}},{"kind":"Field","name":{"kind":"Name","value":"executedQty"}},{"kind":"Field","name":{"kind":"Name","value":"avgPrice"}}]}},{"kind":"Field","name":{"kind":"Name","value":"timeline"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"stage"}},{"kind":"Field","name":{"kind":"Name","value":"at"}},{"kind":"Field","name":{"kind":"Name","value":"offsetMs"}}]}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"LivePosition"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Position"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"symbol"}},{"kind":"Field","name":{"kind":"Name","value":"priceKey"}},{"kind":"Field","name":{"kind":"Name","value":"side"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"qtyTotal"}},{"kind":"Field","name":{"kind":"Name","value":"qtyRemaining"}},{"kind":"Field","name":{"kind":"Name","value":"entryPrice"}},{"kind":"Field","name":{"kind":"Name","value":"realizedPnl"}},{"kind":"Field","name":{"kind":"Name","value":"feesQuote"}},{"kind":"Field","name":{"kind":"Name","value":"dustQty"}},{"kind":"Field","name":{"kind":"Name","value":"dustValueQuote"}},{"kind":"Field","name":{"kind":"Name","value":"costQuote"}},{"kind":"Field","name":{"kind":"Name","value":"shortfallQty"}},{"kind":"Field","name":{"kind":"Name","value":"shortfallValueQuote"}},{"kind":"Field","name":{"kind":"Name","value":"unsellableReason"}},{"kind":"Field","name":{"kind":"Name","value":"slEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"slPct"}},{"kind":"Field","name":{"kind":"Name","value":"tpEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"tpPct"}},{"kind":"Field","name":{"kind":"Name","value":"trailingEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"trailingDistancePct"}},{"kind":"Field","name":{"kind":"Name","value":"trailingMaxPrice"}},{"kind":"Field","name":{"kind":"Name","value":"trailingArmingPct"}},{"kind":"Field","name":{"kind":"Name","value":"timeStopHours"}},{"kind":"Field","name":{"kind":"Name","value":"breakEvenAfterFirst"}},{"kind":"Field","name":{"kind":"Name","value":"qtyReserved"}},{"kind":"Field","name":{"kind":"Name","value":"exitLevels"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"stopPrice"}},{"kind":"Field","name":{"kind":"Name","value":"trailingStopPrice"}},{"kind":"Field","name":{"kind":"Name","value":"trailingArmingPrice"}},{"kind":"Field","name":{"kind":"Name","value":"takeProfitPrice"}},{"kind":"Field","name":{"kind":"Name","value":"nextTargetPrice"}},{"kind":"Field","name":{"kind":"Name","value":"timeStopAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"minProfitPct"}},{"kind":"Field","name":{"kind":"Name","value":"lockSellByWebhook"}},{"kind":"Field","name":{"kind":"Name","value":"closeReason"}},{"kind":"Field","name":{"kind":"Name","value":"closedAt"}},{"kind":"Field","name":{"kind":"Name","value":"sourceId"}},{"kind":"Field","name":{"kind":"Name","value":"sourceLabel"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ClosedPosition"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Position"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"exitPrice"}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"LiveFill"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"PositionFill"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"positionId"}},{"kind":"Field","name":{"kind":"Name","value":"side"}},{"kind":"Field","name":{"kind":"Name","value":"qty"}},{"kind":"Field","name":{"kind":"Name","value":"price"}},{"kind":"Field","name":{"kind":"Name","value":"feeAmount"}},{"kind":"Field","name":{"kind":"Name","value":"feeAsset"}},{"kind":"Field","name":{"kind":"Name","value":"realizedQuote"}},{"kind":"Field","name":{"kind":"Name","value":"filledAt"}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"LiveJob"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"TradeJob"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"symbol"}},{"kind":"Field","name":{"kind":"Name","value":"side"}},{"kind":"Field","name":{"kind":"Name","value":"orderType"}},{"kind":"Field","name":{"kind":"Name","value":"origin"}},{"kind":"Field","name":{"kind":"Name","value":"quoteAmount"}},{"kind":"Field","name":{"kind":"Name","value":"baseQuantity"}},{"kind":"Field","name":{"kind":"Name","value":"limitPrice"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"reasonCode"}},{"kind":"Field","name":{"kind":"Name","value":"reasonMessage"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}}]}}]}}]} as unknown as DocumentNode<PositionDetailQuery, PositionDetailQueryVariables>;
export const CandlesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Candles"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"symbol"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"interval"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"CandleInterval"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"before"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"DateTime"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"candles"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"symbol"},"value":{"kind":"Variable","name":{"kind":"Name","value":"symbol"}}},{"kind":"Argument","name":{"kind":"Name","value":"interval"},"value":{"kind":"Variable","name":{"kind":"Name","value":"interval"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"300"}},{"kind":"Argument","name":{"kind":"Name","value":"before"},"value":{"kind":"Variable","name":{"kind":"Name","value":"before"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"at"}},{"kind":"Field","name":{"kind":"Name","value":"open"}},{"kind":"Field","name":{"kind":"Name","value":"high"}},{"kind":"Field","name":{"kind":"Name","value":"low"}},{"kind":"Field","name":{"kind":"Name","value":"close"}}]}}]}}]} as unknown as DocumentNode<CandlesQuery, CandlesQueryVariables>;
export const ChartAccountsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"ChartAccounts"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"tradeMode"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"TradeMode"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"exchangeAccounts"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"100"}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"tradeMode"},"value":{"kind":"Variable","name":{"kind":"Name","value":"tradeMode"}}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ChartAccount"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ChartAccount"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ExchangeAccount"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"priceVenue"}}]}}]} as unknown as DocumentNode<ChartAccountsQuery, ChartAccountsQueryVariables>;
export const SymbolFillsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"SymbolFills"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"PositionFillFilter"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"positionFills"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"100"}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"LiveFill"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"LiveFill"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"PositionFill"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"positionId"}},{"kind":"Field","name":{"kind":"Name","value":"side"}},{"kind":"Field","name":{"kind":"Name","value":"qty"}},{"kind":"Field","name":{"kind":"Name","value":"price"}},{"kind":"Field","name":{"kind":"Name","value":"feeAmount"}},{"kind":"Field","name":{"kind":"Name","value":"feeAsset"}},{"kind":"Field","name":{"kind":"Name","value":"realizedQuote"}},{"kind":"Field","name":{"kind":"Name","value":"filledAt"}}]}}]} as unknown as DocumentNode<SymbolFillsQuery, SymbolFillsQueryVariables>;
export const PositionSheetDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"PositionSheet"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"position"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"LivePosition"}},{"kind":"Field","name":{"kind":"Name","value":"openOrders"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"LiveJob"}},{"kind":"Field","name":{"kind":"Name","value":"executedQty"}},{"kind":"Field","name":{"kind":"Name","value":"limitOrderExpiresAt"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"LivePosition"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Position"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"symbol"}},{"kind":"Field","name":{"kind":"Name","value":"priceKey"}},{"kind":"Field","name":{"kind":"Name","value":"side"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"qtyTotal"}},{"kind":"Field","name":{"kind":"Name","value":"qtyRemaining"}},{"kind":"Field","name":{"kind":"Name","value":"entryPrice"}},{"kind":"Field","name":{"kind":"Name","value":"realizedPnl"}},{"kind":"Field","name":{"kind":"Name","value":"feesQuote"}},{"kind":"Field","name":{"kind":"Name","value":"dustQty"}},{"kind":"Field","name":{"kind":"Name","value":"dustValueQuote"}},{"kind":"Field","name":{"kind":"Name","value":"costQuote"}},{"kind":"Field","name":{"kind":"Name","value":"shortfallQty"}},{"kind":"Field","name":{"kind":"Name","value":"shortfallValueQuote"}},{"kind":"Field","name":{"kind":"Name","value":"unsellableReason"}},{"kind":"Field","name":{"kind":"Name","value":"slEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"slPct"}},{"kind":"Field","name":{"kind":"Name","value":"tpEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"tpPct"}},{"kind":"Field","name":{"kind":"Name","value":"trailingEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"trailingDistancePct"}},{"kind":"Field","name":{"kind":"Name","value":"trailingMaxPrice"}},{"kind":"Field","name":{"kind":"Name","value":"trailingArmingPct"}},{"kind":"Field","name":{"kind":"Name","value":"timeStopHours"}},{"kind":"Field","name":{"kind":"Name","value":"breakEvenAfterFirst"}},{"kind":"Field","name":{"kind":"Name","value":"qtyReserved"}},{"kind":"Field","name":{"kind":"Name","value":"exitLevels"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"stopPrice"}},{"kind":"Field","name":{"kind":"Name","value":"trailingStopPrice"}},{"kind":"Field","name":{"kind":"Name","value":"trailingArmingPrice"}},{"kind":"Field","name":{"kind":"Name","value":"takeProfitPrice"}},{"kind":"Field","name":{"kind":"Name","value":"nextTargetPrice"}},{"kind":"Field","name":{"kind":"Name","value":"timeStopAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"minProfitPct"}},{"kind":"Field","name":{"kind":"Name","value":"lockSellByWebhook"}},{"kind":"Field","name":{"kind":"Name","value":"closeReason"}},{"kind":"Field","name":{"kind":"Name","value":"closedAt"}},{"kind":"Field","name":{"kind":"Name","value":"sourceId"}},{"kind":"Field","name":{"kind":"Name","value":"sourceLabel"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"LiveJob"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"TradeJob"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"symbol"}},{"kind":"Field","name":{"kind":"Name","value":"side"}},{"kind":"Field","name":{"kind":"Name","value":"orderType"}},{"kind":"Field","name":{"kind":"Name","value":"origin"}},{"kind":"Field","name":{"kind":"Name","value":"quoteAmount"}},{"kind":"Field","name":{"kind":"Name","value":"baseQuantity"}},{"kind":"Field","name":{"kind":"Name","value":"limitPrice"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"reasonCode"}},{"kind":"Field","name":{"kind":"Name","value":"reasonMessage"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}}]}}]}}]} as unknown as DocumentNode<PositionSheetQuery, PositionSheetQueryVariables>;
export const PasskeysDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Passkeys"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"passkeys"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"PasskeyRow"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"PasskeyRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Passkey"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"lastUsedAt"}},{"kind":"Field","name":{"kind":"Name","value":"isBackedUp"}}]}}]} as unknown as DocumentNode<PasskeysQuery, PasskeysQueryVariables>;
export const BeginPasskeyRegistrationDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"BeginPasskeyRegistration"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"BeginPasskeyRegistrationInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"beginPasskeyRegistration"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"options"}},{"kind":"Field","name":{"kind":"Name","value":"state"}}]}}]}}]} as unknown as DocumentNode<BeginPasskeyRegistrationMutation, BeginPasskeyRegistrationMutationVariables>;
export const RegisterPasskeyDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"RegisterPasskey"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"RegisterPasskeyInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"registerPasskey"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"passkeys"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}}]}}]}}]} as unknown as DocumentNode<RegisterPasskeyMutation, RegisterPasskeyMutationVariables>;
export const RenamePasskeyDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"RenamePasskey"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"RenamePasskeyInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"renamePasskey"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"passkeys"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"PasskeyRow"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"PasskeyRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Passkey"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"lastUsedAt"}},{"kind":"Field","name":{"kind":"Name","value":"isBackedUp"}}]}}]} as unknown as DocumentNode<RenamePasskeyMutation, RenamePasskeyMutationVariables>;
export const RemovePasskeyDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"RemovePasskey"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"RemovePasskeyInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"removePasskey"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"passkeys"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}}]}}]}}]} as unknown as DocumentNode<RemovePasskeyMutation, RemovePasskeyMutationVariables>;
export const ProfileDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Profile"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"me"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"OwnProfile"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"OwnProfile"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"User"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"fullName"}},{"kind":"Field","name":{"kind":"Name","value":"phone"}}]}}]} as unknown as DocumentNode<ProfileQuery, ProfileQueryVariables>;
export const UpdateProfileDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"UpdateProfile"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"UpdateProfileInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"updateProfile"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"user"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"OwnProfile"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"OwnProfile"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"User"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"fullName"}},{"kind":"Field","name":{"kind":"Name","value":"phone"}}]}}]} as unknown as DocumentNode<UpdateProfileMutation, UpdateProfileMutationVariables>;
export const SessionsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Sessions"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"sessions"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"SessionRow"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"SessionRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Session"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"expiresAt"}},{"kind":"Field","name":{"kind":"Name","value":"ip"}},{"kind":"Field","name":{"kind":"Name","value":"userAgent"}},{"kind":"Field","name":{"kind":"Name","value":"isCurrent"}}]}}]} as unknown as DocumentNode<SessionsQuery, SessionsQueryVariables>;
export const EndSessionDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"EndSession"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"EndSessionInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"endSession"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"sessions"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"SessionRow"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"SessionRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Session"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"expiresAt"}},{"kind":"Field","name":{"kind":"Name","value":"ip"}},{"kind":"Field","name":{"kind":"Name","value":"userAgent"}},{"kind":"Field","name":{"kind":"Name","value":"isCurrent"}}]}}]} as unknown as DocumentNode<EndSessionMutation, EndSessionMutationVariables>;
export const EndOtherSessionsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"EndOtherSessions"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"endOtherSessions"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"ended"}}]}}]}}]} as unknown as DocumentNode<EndOtherSessionsMutation, EndOtherSessionsMutationVariables>;
export const TwoFactorStateDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"TwoFactorState"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"twoFactor"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"isOn"}},{"kind":"Field","name":{"kind":"Name","value":"recoveryCodesLeft"}}]}}]}}]} as unknown as DocumentNode<TwoFactorStateQuery, TwoFactorStateQueryVariables>;
export const BeginTwoFactorDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"BeginTwoFactor"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"BeginTwoFactorInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"beginTwoFactor"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"qrCode"}},{"kind":"Field","name":{"kind":"Name","value":"secret"}}]}}]}}]} as unknown as DocumentNode<BeginTwoFactorMutation, BeginTwoFactorMutationVariables>;
export const EnableTwoFactorDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"EnableTwoFactor"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"EnableTwoFactorInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"enableTwoFactor"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"recoveryCodes"}}]}}]}}]} as unknown as DocumentNode<EnableTwoFactorMutation, EnableTwoFactorMutationVariables>;
export const DisableTwoFactorDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"DisableTwoFactor"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"TwoProofsInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"disableTwoFactor"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"twoFactor"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"isOn"}},{"kind":"Field","name":{"kind":"Name","value":"recoveryCodesLeft"}}]}}]}}]}}]} as unknown as DocumentNode<DisableTwoFactorMutation, DisableTwoFactorMutationVariables>;
export const ReplaceRecoveryCodesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"ReplaceRecoveryCodes"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"TwoProofsInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"replaceRecoveryCodes"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"recoveryCodes"}}]}}]}}]} as unknown as DocumentNode<ReplaceRecoveryCodesMutation, ReplaceRecoveryCodesMutationVariables>;
export const ApiTokensDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"ApiTokens"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"apiTokens"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"TokenRow"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"TokenRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ApiToken"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"hint"}},{"kind":"Field","name":{"kind":"Name","value":"scopes"}},{"kind":"Field","name":{"kind":"Name","value":"allowedIps"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"expiresAt"}},{"kind":"Field","name":{"kind":"Name","value":"lastUsedAt"}},{"kind":"Field","name":{"kind":"Name","value":"lastUsedIp"}}]}}]} as unknown as DocumentNode<ApiTokensQuery, ApiTokensQueryVariables>;
export const CreateApiTokenDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"CreateApiToken"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"CreateApiTokenInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"createApiToken"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"token"}},{"kind":"Field","name":{"kind":"Name","value":"apiToken"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"TokenRow"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"TokenRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ApiToken"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"hint"}},{"kind":"Field","name":{"kind":"Name","value":"scopes"}},{"kind":"Field","name":{"kind":"Name","value":"allowedIps"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"expiresAt"}},{"kind":"Field","name":{"kind":"Name","value":"lastUsedAt"}},{"kind":"Field","name":{"kind":"Name","value":"lastUsedIp"}}]}}]} as unknown as DocumentNode<CreateApiTokenMutation, CreateApiTokenMutationVariables>;
export const RevokeApiTokenDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"RevokeApiToken"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"RevokeApiTokenInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"revokeApiToken"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"apiToken"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}}]}}]}}]} as unknown as DocumentNode<RevokeApiTokenMutation, RevokeApiTokenMutationVariables>;
export const LoginHistoryDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"LoginHistory"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"loginHistory"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"success"}},{"kind":"Field","name":{"kind":"Name","value":"ip"}},{"kind":"Field","name":{"kind":"Name","value":"userAgent"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}}]} as unknown as DocumentNode<LoginHistoryQuery, LoginHistoryQueryVariables>;
export const ReportDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Report"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ReportInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"report"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"timeZone"}},{"kind":"Field","name":{"kind":"Name","value":"summary"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"quote"}},{"kind":"Field","name":{"kind":"Name","value":"trades"}},{"kind":"Field","name":{"kind":"Name","value":"wins"}},{"kind":"Field","name":{"kind":"Name","value":"losses"}},{"kind":"Field","name":{"kind":"Name","value":"breakEven"}},{"kind":"Field","name":{"kind":"Name","value":"net"}},{"kind":"Field","name":{"kind":"Name","value":"realized"}},{"kind":"Field","name":{"kind":"Name","value":"fees"}},{"kind":"Field","name":{"kind":"Name","value":"winRatePct"}},{"kind":"Field","name":{"kind":"Name","value":"profitFactor"}},{"kind":"Field","name":{"kind":"Name","value":"expectancy"}},{"kind":"Field","name":{"kind":"Name","value":"averageWin"}},{"kind":"Field","name":{"kind":"Name","value":"averageLoss"}},{"kind":"Field","name":{"kind":"Name","value":"maxDrawdown"}},{"kind":"Field","name":{"kind":"Name","value":"returnPct"}},{"kind":"Field","name":{"kind":"Name","value":"averageHoldingSec"}},{"kind":"Field","name":{"kind":"Name","value":"sharpe"}}]}},{"kind":"Field","name":{"kind":"Name","value":"equityCurve"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"quote"}},{"kind":"Field","name":{"kind":"Name","value":"day"}},{"kind":"Field","name":{"kind":"Name","value":"realized"}},{"kind":"Field","name":{"kind":"Name","value":"total"}},{"kind":"Field","name":{"kind":"Name","value":"drawdown"}}]}},{"kind":"Field","name":{"kind":"Name","value":"byDay"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"quote"}},{"kind":"Field","name":{"kind":"Name","value":"day"}},{"kind":"Field","name":{"kind":"Name","value":"trades"}},{"kind":"Field","name":{"kind":"Name","value":"wins"}},{"kind":"Field","name":{"kind":"Name","value":"losses"}},{"kind":"Field","name":{"kind":"Name","value":"net"}},{"kind":"Field","name":{"kind":"Name","value":"realized"}},{"kind":"Field","name":{"kind":"Name","value":"fees"}}]}},{"kind":"Field","name":{"kind":"Name","value":"byResult"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"quote"}},{"kind":"Field","name":{"kind":"Name","value":"fromPct"}},{"kind":"Field","name":{"kind":"Name","value":"toPct"}},{"kind":"Field","name":{"kind":"Name","value":"trades"}},{"kind":"Field","name":{"kind":"Name","value":"net"}}]}},{"kind":"Field","name":{"kind":"Name","value":"bySymbol"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"quote"}},{"kind":"Field","name":{"kind":"Name","value":"symbol"}},{"kind":"Field","name":{"kind":"Name","value":"trades"}},{"kind":"Field","name":{"kind":"Name","value":"wins"}},{"kind":"Field","name":{"kind":"Name","value":"losses"}},{"kind":"Field","name":{"kind":"Name","value":"net"}},{"kind":"Field","name":{"kind":"Name","value":"fees"}},{"kind":"Field","name":{"kind":"Name","value":"winRatePct"}},{"kind":"Field","name":{"kind":"Name","value":"profitFactor"}},{"kind":"Field","name":{"kind":"Name","value":"expectancy"}}]}},{"kind":"Field","alias":{"kind":"Name","value":"sources"},"name":{"kind":"Name","value":"comparison"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"by"},"value":{"kind":"EnumValue","value":"SOURCE"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ComparedGroup"}}]}},{"kind":"Field","alias":{"kind":"Name","value":"accounts"},"name":{"kind":"Name","value":"comparison"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"by"},"value":{"kind":"EnumValue","value":"ACCOUNT"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ComparedGroup"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ComparedGroup"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ComparedGroup"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"signals"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"received"}},{"kind":"Field","name":{"kind":"Name","value":"unread"}},{"kind":"Field","name":{"kind":"Name","value":"jobs"}},{"kind":"Field","name":{"kind":"Name","value":"filled"}},{"kind":"Field","name":{"kind":"Name","value":"skipped"}},{"kind":"Field","name":{"kind":"Name","value":"failed"}}]}},{"kind":"Field","name":{"kind":"Name","value":"results"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"quote"}},{"kind":"Field","name":{"kind":"Name","value":"trades"}},{"kind":"Field","name":{"kind":"Name","value":"wins"}},{"kind":"Field","name":{"kind":"Name","value":"losses"}},{"kind":"Field","name":{"kind":"Name","value":"net"}},{"kind":"Field","name":{"kind":"Name","value":"fees"}},{"kind":"Field","name":{"kind":"Name","value":"winRatePct"}},{"kind":"Field","name":{"kind":"Name","value":"returnPct"}},{"kind":"Field","name":{"kind":"Name","value":"profitFactor"}},{"kind":"Field","name":{"kind":"Name","value":"expectancy"}},{"kind":"Field","name":{"kind":"Name","value":"averageHoldingSec"}},{"kind":"Field","name":{"kind":"Name","value":"realized"}},{"kind":"Field","name":{"kind":"Name","value":"maxDrawdown"}},{"kind":"Field","name":{"kind":"Name","value":"curve"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"day"}},{"kind":"Field","name":{"kind":"Name","value":"total"}}]}}]}}]}}]} as unknown as DocumentNode<ReportQuery, ReportQueryVariables>;
export const CheckSetupCodeDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"CheckSetupCode"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"CheckSetupCodeInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"checkSetupCode"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"expiresAt"}},{"kind":"Field","name":{"kind":"Name","value":"backups"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"bytes"}},{"kind":"Field","name":{"kind":"Name","value":"isEncrypted"}}]}}]}}]}}]} as unknown as DocumentNode<CheckSetupCodeMutation, CheckSetupCodeMutationVariables>;
export const BeginSetupDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"BeginSetup"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"BeginSetupInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"beginSetup"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"secret"}},{"kind":"Field","name":{"kind":"Name","value":"qrCode"}}]}}]}}]} as unknown as DocumentNode<BeginSetupMutation, BeginSetupMutationVariables>;
export const CompleteSetupDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"CompleteSetup"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"CompleteSetupInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"completeSetup"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"user"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"SessionUser"}}]}},{"kind":"Field","name":{"kind":"Name","value":"recoveryCodes"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"SessionUser"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"User"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"email"}},{"kind":"Field","name":{"kind":"Name","value":"fullName"}},{"kind":"Field","name":{"kind":"Name","value":"roles"}},{"kind":"Field","name":{"kind":"Name","value":"mustChangePassword"}},{"kind":"Field","name":{"kind":"Name","value":"entriesPausedAt"}}]}}]} as unknown as DocumentNode<CompleteSetupMutation, CompleteSetupMutationVariables>;
export const VaultsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Vaults"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"tradeMode"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"TradeMode"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"vaults"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"100"}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"tradeMode"},"value":{"kind":"Variable","name":{"kind":"Name","value":"tradeMode"}}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"VaultRow"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"VaultRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Vault"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"description"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"isActive"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"balances"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"asset"}},{"kind":"Field","name":{"kind":"Name","value":"balance"}},{"kind":"Field","name":{"kind":"Name","value":"reserved"}},{"kind":"Field","name":{"kind":"Name","value":"available"}}]}},{"kind":"Field","name":{"kind":"Name","value":"shortfalls"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"asset"}},{"kind":"Field","name":{"kind":"Name","value":"allocated"}},{"kind":"Field","name":{"kind":"Name","value":"held"}}]}}]}}]} as unknown as DocumentNode<VaultsQuery, VaultsQueryVariables>;
export const VaultDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Vault"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"vault"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"VaultRow"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"VaultRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Vault"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"description"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"isActive"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"balances"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"asset"}},{"kind":"Field","name":{"kind":"Name","value":"balance"}},{"kind":"Field","name":{"kind":"Name","value":"reserved"}},{"kind":"Field","name":{"kind":"Name","value":"available"}}]}},{"kind":"Field","name":{"kind":"Name","value":"shortfalls"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"asset"}},{"kind":"Field","name":{"kind":"Name","value":"allocated"}},{"kind":"Field","name":{"kind":"Name","value":"held"}}]}}]}}]} as unknown as DocumentNode<VaultQuery, VaultQueryVariables>;
export const VaultTransactionsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"VaultTransactions"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"vault"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"transactions"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"asset"}},{"kind":"Field","name":{"kind":"Name","value":"amount"}},{"kind":"Field","name":{"kind":"Name","value":"balanceDelta"}},{"kind":"Field","name":{"kind":"Name","value":"reservedDelta"}},{"kind":"Field","name":{"kind":"Name","value":"jobId"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}}]}}]} as unknown as DocumentNode<VaultTransactionsQuery, VaultTransactionsQueryVariables>;
export const CreateVaultDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"CreateVault"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"CreateVaultInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"createVault"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"vault"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"VaultRow"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"VaultRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Vault"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"description"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"isActive"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"balances"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"asset"}},{"kind":"Field","name":{"kind":"Name","value":"balance"}},{"kind":"Field","name":{"kind":"Name","value":"reserved"}},{"kind":"Field","name":{"kind":"Name","value":"available"}}]}},{"kind":"Field","name":{"kind":"Name","value":"shortfalls"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"asset"}},{"kind":"Field","name":{"kind":"Name","value":"allocated"}},{"kind":"Field","name":{"kind":"Name","value":"held"}}]}}]}}]} as unknown as DocumentNode<CreateVaultMutation, CreateVaultMutationVariables>;
export const UpdateVaultDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"UpdateVault"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"UpdateVaultInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"updateVault"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"vault"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"VaultRow"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"VaultRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Vault"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"description"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"isActive"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"balances"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"asset"}},{"kind":"Field","name":{"kind":"Name","value":"balance"}},{"kind":"Field","name":{"kind":"Name","value":"reserved"}},{"kind":"Field","name":{"kind":"Name","value":"available"}}]}},{"kind":"Field","name":{"kind":"Name","value":"shortfalls"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"asset"}},{"kind":"Field","name":{"kind":"Name","value":"allocated"}},{"kind":"Field","name":{"kind":"Name","value":"held"}}]}}]}}]} as unknown as DocumentNode<UpdateVaultMutation, UpdateVaultMutationVariables>;
export const DepositToVaultDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"DepositToVault"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"DepositToVaultInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"depositToVault"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"vault"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"VaultRow"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"VaultRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Vault"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"description"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"isActive"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"balances"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"asset"}},{"kind":"Field","name":{"kind":"Name","value":"balance"}},{"kind":"Field","name":{"kind":"Name","value":"reserved"}},{"kind":"Field","name":{"kind":"Name","value":"available"}}]}},{"kind":"Field","name":{"kind":"Name","value":"shortfalls"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"asset"}},{"kind":"Field","name":{"kind":"Name","value":"allocated"}},{"kind":"Field","name":{"kind":"Name","value":"held"}}]}}]}}]} as unknown as DocumentNode<DepositToVaultMutation, DepositToVaultMutationVariables>;
export const WithdrawFromVaultDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"WithdrawFromVault"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"WithdrawFromVaultInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"withdrawFromVault"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"vault"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"VaultRow"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"VaultRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Vault"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"description"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"isActive"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"balances"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"asset"}},{"kind":"Field","name":{"kind":"Name","value":"balance"}},{"kind":"Field","name":{"kind":"Name","value":"reserved"}},{"kind":"Field","name":{"kind":"Name","value":"available"}}]}},{"kind":"Field","name":{"kind":"Name","value":"shortfalls"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"asset"}},{"kind":"Field","name":{"kind":"Name","value":"allocated"}},{"kind":"Field","name":{"kind":"Name","value":"held"}}]}}]}}]} as unknown as DocumentNode<WithdrawFromVaultMutation, WithdrawFromVaultMutationVariables>;
export const SourcePhrasesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"SourcePhrases"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"sourceId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"webhookSource"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"sourceId"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"SourcePhrases"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"SourcePhrases"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"WebhookSource"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"phrases"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"phrase"}},{"kind":"Field","name":{"kind":"Name","value":"comparedAs"}},{"kind":"Field","name":{"kind":"Name","value":"meaning"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}}]}}]}}]} as unknown as DocumentNode<SourcePhrasesQuery, SourcePhrasesQueryVariables>;
export const PreviewPhraseDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"PreviewPhrase"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"PreviewPhraseInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"previewPhrase"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"read"}},{"kind":"Field","name":{"kind":"Name","value":"changed"}},{"kind":"Field","name":{"kind":"Name","value":"newBuys"}},{"kind":"Field","name":{"kind":"Name","value":"lostSells"}},{"kind":"Field","name":{"kind":"Name","value":"unread"}},{"kind":"Field","name":{"kind":"Name","value":"isComplete"}},{"kind":"Field","name":{"kind":"Name","value":"changes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"from"}},{"kind":"Field","name":{"kind":"Name","value":"to"}},{"kind":"Field","name":{"kind":"Name","value":"count"}}]}},{"kind":"Field","name":{"kind":"Name","value":"examples"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"receipt"}},{"kind":"Field","name":{"kind":"Name","value":"receivedAt"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"before"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"action"}},{"kind":"Field","name":{"kind":"Name","value":"symbol"}},{"kind":"Field","name":{"kind":"Name","value":"price"}}]}},{"kind":"Field","name":{"kind":"Name","value":"after"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"action"}},{"kind":"Field","name":{"kind":"Name","value":"symbol"}},{"kind":"Field","name":{"kind":"Name","value":"price"}}]}}]}}]}}]}}]} as unknown as DocumentNode<PreviewPhraseQuery, PreviewPhraseQueryVariables>;
export const TeachPhraseDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"TeachPhrase"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"TeachPhraseInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"teachPhrase"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"source"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"SourcePhrases"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"SourcePhrases"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"WebhookSource"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"phrases"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"phrase"}},{"kind":"Field","name":{"kind":"Name","value":"comparedAs"}},{"kind":"Field","name":{"kind":"Name","value":"meaning"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}}]}}]}}]} as unknown as DocumentNode<TeachPhraseMutation, TeachPhraseMutationVariables>;
export const ForgetPhraseDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"ForgetPhrase"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ForgetPhraseInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"forgetPhrase"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"source"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"SourcePhrases"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"SourcePhrases"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"WebhookSource"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"phrases"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"phrase"}},{"kind":"Field","name":{"kind":"Name","value":"comparedAs"}},{"kind":"Field","name":{"kind":"Name","value":"meaning"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}}]}}]}}]} as unknown as DocumentNode<ForgetPhraseMutation, ForgetPhraseMutationVariables>;
export const WebhookSourcesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"WebhookSources"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"tradeMode"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"TradeMode"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"webhookSources"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"100"}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"tradeMode"},"value":{"kind":"Variable","name":{"kind":"Name","value":"tradeMode"}}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"SourceRow"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"SourceRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"WebhookSource"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"webhookCode"}},{"kind":"Field","name":{"kind":"Name","value":"url"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"allowedIps"}},{"kind":"Field","name":{"kind":"Name","value":"requireSignature"}},{"kind":"Field","name":{"kind":"Name","value":"hasSigningSecret"}},{"kind":"Field","name":{"kind":"Name","value":"hasBodyToken"}},{"kind":"Field","name":{"kind":"Name","value":"rateLimitPerMin"}},{"kind":"Field","name":{"kind":"Name","value":"identityWindowSec"}},{"kind":"Field","name":{"kind":"Name","value":"maxLagSec"}},{"kind":"Field","name":{"kind":"Name","value":"isActive"}},{"kind":"Field","name":{"kind":"Name","value":"dryRun"}},{"kind":"Field","name":{"kind":"Name","value":"adminLocked"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"bindings"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"isActive"}},{"kind":"Field","name":{"kind":"Name","value":"weight"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"exchange"}},{"kind":"Field","name":{"kind":"Name","value":"isActive"}}]}}]}}]}}]} as unknown as DocumentNode<WebhookSourcesQuery, WebhookSourcesQueryVariables>;
export const WebhookSourceDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"WebhookSource"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"webhookSource"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"SourceDetail"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"SourceRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"WebhookSource"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"webhookCode"}},{"kind":"Field","name":{"kind":"Name","value":"url"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"allowedIps"}},{"kind":"Field","name":{"kind":"Name","value":"requireSignature"}},{"kind":"Field","name":{"kind":"Name","value":"hasSigningSecret"}},{"kind":"Field","name":{"kind":"Name","value":"hasBodyToken"}},{"kind":"Field","name":{"kind":"Name","value":"rateLimitPerMin"}},{"kind":"Field","name":{"kind":"Name","value":"identityWindowSec"}},{"kind":"Field","name":{"kind":"Name","value":"maxLagSec"}},{"kind":"Field","name":{"kind":"Name","value":"isActive"}},{"kind":"Field","name":{"kind":"Name","value":"dryRun"}},{"kind":"Field","name":{"kind":"Name","value":"adminLocked"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"bindings"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"isActive"}},{"kind":"Field","name":{"kind":"Name","value":"weight"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"exchange"}},{"kind":"Field","name":{"kind":"Name","value":"isActive"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"SourceDetail"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"WebhookSource"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"SourceRow"}},{"kind":"Field","name":{"kind":"Name","value":"curlExample"}}]}}]} as unknown as DocumentNode<WebhookSourceQuery, WebhookSourceQueryVariables>;
export const BindableAccountsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"BindableAccounts"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"tradeMode"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"TradeMode"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"exchangeAccounts"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"100"}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"tradeMode"},"value":{"kind":"Variable","name":{"kind":"Name","value":"tradeMode"}}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"exchange"}},{"kind":"Field","name":{"kind":"Name","value":"isActive"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}}]} as unknown as DocumentNode<BindableAccountsQuery, BindableAccountsQueryVariables>;
export const CreateWebhookSourceDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"CreateWebhookSource"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"CreateWebhookSourceInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"createWebhookSource"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"source"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"SourceDetail"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"SourceRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"WebhookSource"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"webhookCode"}},{"kind":"Field","name":{"kind":"Name","value":"url"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"allowedIps"}},{"kind":"Field","name":{"kind":"Name","value":"requireSignature"}},{"kind":"Field","name":{"kind":"Name","value":"hasSigningSecret"}},{"kind":"Field","name":{"kind":"Name","value":"hasBodyToken"}},{"kind":"Field","name":{"kind":"Name","value":"rateLimitPerMin"}},{"kind":"Field","name":{"kind":"Name","value":"identityWindowSec"}},{"kind":"Field","name":{"kind":"Name","value":"maxLagSec"}},{"kind":"Field","name":{"kind":"Name","value":"isActive"}},{"kind":"Field","name":{"kind":"Name","value":"dryRun"}},{"kind":"Field","name":{"kind":"Name","value":"adminLocked"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"bindings"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"isActive"}},{"kind":"Field","name":{"kind":"Name","value":"weight"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"exchange"}},{"kind":"Field","name":{"kind":"Name","value":"isActive"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"SourceDetail"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"WebhookSource"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"SourceRow"}},{"kind":"Field","name":{"kind":"Name","value":"curlExample"}}]}}]} as unknown as DocumentNode<CreateWebhookSourceMutation, CreateWebhookSourceMutationVariables>;
export const UpdateWebhookSourceDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"UpdateWebhookSource"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"UpdateWebhookSourceInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"updateWebhookSource"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"source"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"SourceDetail"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"SourceRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"WebhookSource"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"webhookCode"}},{"kind":"Field","name":{"kind":"Name","value":"url"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"allowedIps"}},{"kind":"Field","name":{"kind":"Name","value":"requireSignature"}},{"kind":"Field","name":{"kind":"Name","value":"hasSigningSecret"}},{"kind":"Field","name":{"kind":"Name","value":"hasBodyToken"}},{"kind":"Field","name":{"kind":"Name","value":"rateLimitPerMin"}},{"kind":"Field","name":{"kind":"Name","value":"identityWindowSec"}},{"kind":"Field","name":{"kind":"Name","value":"maxLagSec"}},{"kind":"Field","name":{"kind":"Name","value":"isActive"}},{"kind":"Field","name":{"kind":"Name","value":"dryRun"}},{"kind":"Field","name":{"kind":"Name","value":"adminLocked"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"bindings"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"isActive"}},{"kind":"Field","name":{"kind":"Name","value":"weight"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"exchange"}},{"kind":"Field","name":{"kind":"Name","value":"isActive"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"SourceDetail"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"WebhookSource"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"SourceRow"}},{"kind":"Field","name":{"kind":"Name","value":"curlExample"}}]}}]} as unknown as DocumentNode<UpdateWebhookSourceMutation, UpdateWebhookSourceMutationVariables>;
export const RotateWebhookSecretDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"RotateWebhookSecret"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"RotateWebhookSecretInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"rotateWebhookSecret"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"secret"}},{"kind":"Field","name":{"kind":"Name","value":"source"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"SourceDetail"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"SourceRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"WebhookSource"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"webhookCode"}},{"kind":"Field","name":{"kind":"Name","value":"url"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"allowedIps"}},{"kind":"Field","name":{"kind":"Name","value":"requireSignature"}},{"kind":"Field","name":{"kind":"Name","value":"hasSigningSecret"}},{"kind":"Field","name":{"kind":"Name","value":"hasBodyToken"}},{"kind":"Field","name":{"kind":"Name","value":"rateLimitPerMin"}},{"kind":"Field","name":{"kind":"Name","value":"identityWindowSec"}},{"kind":"Field","name":{"kind":"Name","value":"maxLagSec"}},{"kind":"Field","name":{"kind":"Name","value":"isActive"}},{"kind":"Field","name":{"kind":"Name","value":"dryRun"}},{"kind":"Field","name":{"kind":"Name","value":"adminLocked"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"bindings"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"isActive"}},{"kind":"Field","name":{"kind":"Name","value":"weight"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"exchange"}},{"kind":"Field","name":{"kind":"Name","value":"isActive"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"SourceDetail"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"WebhookSource"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"SourceRow"}},{"kind":"Field","name":{"kind":"Name","value":"curlExample"}}]}}]} as unknown as DocumentNode<RotateWebhookSecretMutation, RotateWebhookSecretMutationVariables>;
export const RemoveWebhookSecretDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"RemoveWebhookSecret"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"RemoveWebhookSecretInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"removeWebhookSecret"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"source"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"SourceDetail"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"SourceRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"WebhookSource"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"webhookCode"}},{"kind":"Field","name":{"kind":"Name","value":"url"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"allowedIps"}},{"kind":"Field","name":{"kind":"Name","value":"requireSignature"}},{"kind":"Field","name":{"kind":"Name","value":"hasSigningSecret"}},{"kind":"Field","name":{"kind":"Name","value":"hasBodyToken"}},{"kind":"Field","name":{"kind":"Name","value":"rateLimitPerMin"}},{"kind":"Field","name":{"kind":"Name","value":"identityWindowSec"}},{"kind":"Field","name":{"kind":"Name","value":"maxLagSec"}},{"kind":"Field","name":{"kind":"Name","value":"isActive"}},{"kind":"Field","name":{"kind":"Name","value":"dryRun"}},{"kind":"Field","name":{"kind":"Name","value":"adminLocked"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"bindings"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"isActive"}},{"kind":"Field","name":{"kind":"Name","value":"weight"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"exchange"}},{"kind":"Field","name":{"kind":"Name","value":"isActive"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"SourceDetail"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"WebhookSource"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"SourceRow"}},{"kind":"Field","name":{"kind":"Name","value":"curlExample"}}]}}]} as unknown as DocumentNode<RemoveWebhookSecretMutation, RemoveWebhookSecretMutationVariables>;
export const BindAccountDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"BindAccount"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"BindAccountInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"bindAccount"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"source"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"SourceDetail"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"SourceRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"WebhookSource"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"webhookCode"}},{"kind":"Field","name":{"kind":"Name","value":"url"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"allowedIps"}},{"kind":"Field","name":{"kind":"Name","value":"requireSignature"}},{"kind":"Field","name":{"kind":"Name","value":"hasSigningSecret"}},{"kind":"Field","name":{"kind":"Name","value":"hasBodyToken"}},{"kind":"Field","name":{"kind":"Name","value":"rateLimitPerMin"}},{"kind":"Field","name":{"kind":"Name","value":"identityWindowSec"}},{"kind":"Field","name":{"kind":"Name","value":"maxLagSec"}},{"kind":"Field","name":{"kind":"Name","value":"isActive"}},{"kind":"Field","name":{"kind":"Name","value":"dryRun"}},{"kind":"Field","name":{"kind":"Name","value":"adminLocked"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"bindings"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"isActive"}},{"kind":"Field","name":{"kind":"Name","value":"weight"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"exchange"}},{"kind":"Field","name":{"kind":"Name","value":"isActive"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"SourceDetail"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"WebhookSource"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"SourceRow"}},{"kind":"Field","name":{"kind":"Name","value":"curlExample"}}]}}]} as unknown as DocumentNode<BindAccountMutation, BindAccountMutationVariables>;
export const UnbindAccountDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"UnbindAccount"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"UnbindAccountInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"unbindAccount"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"source"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"SourceDetail"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"SourceRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"WebhookSource"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"webhookCode"}},{"kind":"Field","name":{"kind":"Name","value":"url"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"allowedIps"}},{"kind":"Field","name":{"kind":"Name","value":"requireSignature"}},{"kind":"Field","name":{"kind":"Name","value":"hasSigningSecret"}},{"kind":"Field","name":{"kind":"Name","value":"hasBodyToken"}},{"kind":"Field","name":{"kind":"Name","value":"rateLimitPerMin"}},{"kind":"Field","name":{"kind":"Name","value":"identityWindowSec"}},{"kind":"Field","name":{"kind":"Name","value":"maxLagSec"}},{"kind":"Field","name":{"kind":"Name","value":"isActive"}},{"kind":"Field","name":{"kind":"Name","value":"dryRun"}},{"kind":"Field","name":{"kind":"Name","value":"adminLocked"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"bindings"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"isActive"}},{"kind":"Field","name":{"kind":"Name","value":"weight"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"exchange"}},{"kind":"Field","name":{"kind":"Name","value":"isActive"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"SourceDetail"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"WebhookSource"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"SourceRow"}},{"kind":"Field","name":{"kind":"Name","value":"curlExample"}}]}}]} as unknown as DocumentNode<UnbindAccountMutation, UnbindAccountMutationVariables>;
export const WebhookReceiptsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"WebhookReceipts"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"WebhookReceiptFilter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"webhookReceipts"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ReceiptRow"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ReceiptRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"WebhookReceipt"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"receipt"}},{"kind":"Field","name":{"kind":"Name","value":"outcome"}},{"kind":"Field","name":{"kind":"Name","value":"httpStatus"}},{"kind":"Field","name":{"kind":"Name","value":"reasonCode"}},{"kind":"Field","name":{"kind":"Name","value":"reasonMessage"}},{"kind":"Field","name":{"kind":"Name","value":"action"}},{"kind":"Field","name":{"kind":"Name","value":"symbol"}},{"kind":"Field","name":{"kind":"Name","value":"accounts"}},{"kind":"Field","name":{"kind":"Name","value":"duplicates"}},{"kind":"Field","name":{"kind":"Name","value":"sourceIp"}},{"kind":"Field","name":{"kind":"Name","value":"dryRun"}},{"kind":"Field","name":{"kind":"Name","value":"receivedAt"}},{"kind":"Field","name":{"kind":"Name","value":"result"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"outcome"}},{"kind":"Field","name":{"kind":"Name","value":"reasonCode"}},{"kind":"Field","name":{"kind":"Name","value":"reasonMessage"}},{"kind":"Field","name":{"kind":"Name","value":"traded"}},{"kind":"Field","name":{"kind":"Name","value":"jobs"}},{"kind":"Field","name":{"kind":"Name","value":"wouldTrade"}}]}},{"kind":"Field","name":{"kind":"Name","value":"source"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}}]}}]}}]} as unknown as DocumentNode<WebhookReceiptsQuery, WebhookReceiptsQueryVariables>;
export const WebhookReceiptDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"WebhookReceipt"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"receipt"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"webhookReceipt"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"receipt"},"value":{"kind":"Variable","name":{"kind":"Name","value":"receipt"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ReceiptRow"}},{"kind":"Field","name":{"kind":"Name","value":"eventUid"}},{"kind":"Field","name":{"kind":"Name","value":"bodyBytes"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"unread"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"text"}},{"kind":"Field","name":{"kind":"Name","value":"taughtAs"}}]}},{"kind":"Field","name":{"kind":"Name","value":"timeline"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"stage"}},{"kind":"Field","name":{"kind":"Name","value":"at"}},{"kind":"Field","name":{"kind":"Name","value":"offsetMs"}}]}},{"kind":"Field","name":{"kind":"Name","value":"events"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"ReceiptEvent"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"LiveJob"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"TradeJob"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"symbol"}},{"kind":"Field","name":{"kind":"Name","value":"side"}},{"kind":"Field","name":{"kind":"Name","value":"orderType"}},{"kind":"Field","name":{"kind":"Name","value":"origin"}},{"kind":"Field","name":{"kind":"Name","value":"quoteAmount"}},{"kind":"Field","name":{"kind":"Name","value":"baseQuantity"}},{"kind":"Field","name":{"kind":"Name","value":"limitPrice"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"reasonCode"}},{"kind":"Field","name":{"kind":"Name","value":"reasonMessage"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ReceiptRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"WebhookReceipt"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"receipt"}},{"kind":"Field","name":{"kind":"Name","value":"outcome"}},{"kind":"Field","name":{"kind":"Name","value":"httpStatus"}},{"kind":"Field","name":{"kind":"Name","value":"reasonCode"}},{"kind":"Field","name":{"kind":"Name","value":"reasonMessage"}},{"kind":"Field","name":{"kind":"Name","value":"action"}},{"kind":"Field","name":{"kind":"Name","value":"symbol"}},{"kind":"Field","name":{"kind":"Name","value":"accounts"}},{"kind":"Field","name":{"kind":"Name","value":"duplicates"}},{"kind":"Field","name":{"kind":"Name","value":"sourceIp"}},{"kind":"Field","name":{"kind":"Name","value":"dryRun"}},{"kind":"Field","name":{"kind":"Name","value":"receivedAt"}},{"kind":"Field","name":{"kind":"Name","value":"result"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"outcome"}},{"kind":"Field","name":{"kind":"Name","value":"reasonCode"}},{"kind":"Field","name":{"kind":"Name","value":"reasonMessage"}},{"kind":"Field","name":{"kind":"Name","value":"traded"}},{"kind":"Field","name":{"kind":"Name","value":"jobs"}},{"kind":"Field","name":{"kind":"Name","value":"wouldTrade"}}]}},{"kind":"Field","name":{"kind":"Name","value":"source"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"ReceiptEvent"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"WebhookEvent"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}}]}},{"kind":"Field","name":{"kind":"Name","value":"symbolRaw"}},{"kind":"Field","name":{"kind":"Name","value":"symbolNormalized"}},{"kind":"Field","name":{"kind":"Name","value":"action"}},{"kind":"Field","name":{"kind":"Name","value":"timeframe"}},{"kind":"Field","name":{"kind":"Name","value":"priceReference"}},{"kind":"Field","name":{"kind":"Name","value":"rawText"}},{"kind":"Field","name":{"kind":"Name","value":"rawPayload"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"validationError"}},{"kind":"Field","name":{"kind":"Name","value":"dryRun"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"symbol"}},{"kind":"Field","name":{"kind":"Name","value":"side"}},{"kind":"Field","name":{"kind":"Name","value":"orderType"}},{"kind":"Field","name":{"kind":"Name","value":"quoteAmount"}},{"kind":"Field","name":{"kind":"Name","value":"baseQuantity"}},{"kind":"Field","name":{"kind":"Name","value":"limitPrice"}},{"kind":"Field","name":{"kind":"Name","value":"price"}},{"kind":"Field","name":{"kind":"Name","value":"reasonCode"}},{"kind":"Field","name":{"kind":"Name","value":"reasonMessage"}},{"kind":"Field","name":{"kind":"Name","value":"trace"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"value"}},{"kind":"Field","name":{"kind":"Name","value":"source"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"jobs"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"LiveJob"}},{"kind":"Field","name":{"kind":"Name","value":"position"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}},{"kind":"Field","name":{"kind":"Name","value":"executions"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"executedQty"}},{"kind":"Field","name":{"kind":"Name","value":"avgPrice"}},{"kind":"Field","name":{"kind":"Name","value":"cummQuoteQty"}}]}}]}}]}}]} as unknown as DocumentNode<WebhookReceiptQuery, WebhookReceiptQueryVariables>;
export const DryRunSignalDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"DryRunSignal"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"DryRunSignalInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"dryRunSignal"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"eventUid"}},{"kind":"Field","name":{"kind":"Name","value":"wouldBeDuplicate"}},{"kind":"Field","name":{"kind":"Name","value":"reasonCode"}},{"kind":"Field","name":{"kind":"Name","value":"reasonMessage"}},{"kind":"Field","name":{"kind":"Name","value":"reading"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"action"}},{"kind":"Field","name":{"kind":"Name","value":"symbolRaw"}},{"kind":"Field","name":{"kind":"Name","value":"symbol"}},{"kind":"Field","name":{"kind":"Name","value":"timeframe"}},{"kind":"Field","name":{"kind":"Name","value":"price"}},{"kind":"Field","name":{"kind":"Name","value":"unread"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"text"}},{"kind":"Field","name":{"kind":"Name","value":"taughtAs"}}]}},{"kind":"Field","name":{"kind":"Name","value":"matchedTokens"}}]}},{"kind":"Field","name":{"kind":"Name","value":"accounts"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"wouldTrade"}},{"kind":"Field","name":{"kind":"Name","value":"side"}},{"kind":"Field","name":{"kind":"Name","value":"orderType"}},{"kind":"Field","name":{"kind":"Name","value":"quoteAmount"}},{"kind":"Field","name":{"kind":"Name","value":"baseQuantity"}},{"kind":"Field","name":{"kind":"Name","value":"limitPrice"}},{"kind":"Field","name":{"kind":"Name","value":"reasonCode"}},{"kind":"Field","name":{"kind":"Name","value":"reasonMessage"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"exchange"}}]}},{"kind":"Field","name":{"kind":"Name","value":"trace"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"value"}},{"kind":"Field","name":{"kind":"Name","value":"source"}}]}}]}}]}}]}}]} as unknown as DocumentNode<DryRunSignalQuery, DryRunSignalQueryVariables>;
export const FilterChoicesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"FilterChoices"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"tradeMode"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"TradeMode"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"afterAccount"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"afterSource"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"exchangeAccounts"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"100"}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"afterAccount"}}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"tradeMode"},"value":{"kind":"Variable","name":{"kind":"Name","value":"tradeMode"}}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"webhookSources"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"100"}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"afterSource"}}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"tradeMode"},"value":{"kind":"Variable","name":{"kind":"Name","value":"tradeMode"}}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}}]} as unknown as DocumentNode<FilterChoicesQuery, FilterChoicesQueryVariables>;
export const LiveCursorDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"LiveCursor"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"liveCursor"}}]}}]} as unknown as DocumentNode<LiveCursorQuery, LiveCursorQueryVariables>;
export const OpenPositionsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"OpenPositions"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"tradeMode"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"TradeMode"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"positions"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"500"}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"tradeMode"},"value":{"kind":"Variable","name":{"kind":"Name","value":"tradeMode"}}},{"kind":"ObjectField","name":{"kind":"Name","value":"status"},"value":{"kind":"EnumValue","value":"OPEN"}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"LivePosition"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"LivePosition"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Position"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"symbol"}},{"kind":"Field","name":{"kind":"Name","value":"priceKey"}},{"kind":"Field","name":{"kind":"Name","value":"side"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"qtyTotal"}},{"kind":"Field","name":{"kind":"Name","value":"qtyRemaining"}},{"kind":"Field","name":{"kind":"Name","value":"entryPrice"}},{"kind":"Field","name":{"kind":"Name","value":"realizedPnl"}},{"kind":"Field","name":{"kind":"Name","value":"feesQuote"}},{"kind":"Field","name":{"kind":"Name","value":"dustQty"}},{"kind":"Field","name":{"kind":"Name","value":"dustValueQuote"}},{"kind":"Field","name":{"kind":"Name","value":"costQuote"}},{"kind":"Field","name":{"kind":"Name","value":"shortfallQty"}},{"kind":"Field","name":{"kind":"Name","value":"shortfallValueQuote"}},{"kind":"Field","name":{"kind":"Name","value":"unsellableReason"}},{"kind":"Field","name":{"kind":"Name","value":"slEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"slPct"}},{"kind":"Field","name":{"kind":"Name","value":"tpEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"tpPct"}},{"kind":"Field","name":{"kind":"Name","value":"trailingEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"trailingDistancePct"}},{"kind":"Field","name":{"kind":"Name","value":"trailingMaxPrice"}},{"kind":"Field","name":{"kind":"Name","value":"trailingArmingPct"}},{"kind":"Field","name":{"kind":"Name","value":"timeStopHours"}},{"kind":"Field","name":{"kind":"Name","value":"breakEvenAfterFirst"}},{"kind":"Field","name":{"kind":"Name","value":"qtyReserved"}},{"kind":"Field","name":{"kind":"Name","value":"exitLevels"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"stopPrice"}},{"kind":"Field","name":{"kind":"Name","value":"trailingStopPrice"}},{"kind":"Field","name":{"kind":"Name","value":"trailingArmingPrice"}},{"kind":"Field","name":{"kind":"Name","value":"takeProfitPrice"}},{"kind":"Field","name":{"kind":"Name","value":"nextTargetPrice"}},{"kind":"Field","name":{"kind":"Name","value":"timeStopAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"minProfitPct"}},{"kind":"Field","name":{"kind":"Name","value":"lockSellByWebhook"}},{"kind":"Field","name":{"kind":"Name","value":"closeReason"}},{"kind":"Field","name":{"kind":"Name","value":"closedAt"}},{"kind":"Field","name":{"kind":"Name","value":"sourceId"}},{"kind":"Field","name":{"kind":"Name","value":"sourceLabel"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}}]}}]}}]} as unknown as DocumentNode<OpenPositionsQuery, OpenPositionsQueryVariables>;
export const TrailingStopsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"TrailingStops"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"tradeMode"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"TradeMode"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"positions"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"500"}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"tradeMode"},"value":{"kind":"Variable","name":{"kind":"Name","value":"tradeMode"}}},{"kind":"ObjectField","name":{"kind":"Name","value":"status"},"value":{"kind":"EnumValue","value":"OPEN"}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"TrailingStop"}}]}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"TrailingStop"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Position"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"trailingMaxPrice"}},{"kind":"Field","name":{"kind":"Name","value":"exitLevels"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"trailingStopPrice"}},{"kind":"Field","name":{"kind":"Name","value":"trailingArmingPrice"}}]}}]}}]} as unknown as DocumentNode<TrailingStopsQuery, TrailingStopsQueryVariables>;
export const ServerInfoDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"ServerInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"serverInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"time"}},{"kind":"Field","name":{"kind":"Name","value":"priceFeed"}},{"kind":"Field","name":{"kind":"Name","value":"roles"}},{"kind":"Field","name":{"kind":"Name","value":"stalePriceMs"}},{"kind":"Field","name":{"kind":"Name","value":"realTrading"}}]}}]}}]} as unknown as DocumentNode<ServerInfoQuery, ServerInfoQueryVariables>;
export const WrongClocksDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"WrongClocks"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"serverInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"wrongClocks"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"host"}},{"kind":"Field","name":{"kind":"Name","value":"pid"}},{"kind":"Field","name":{"kind":"Name","value":"skewMs"}},{"kind":"Field","name":{"kind":"Name","value":"trades"}}]}}]}}]}}]} as unknown as DocumentNode<WrongClocksQuery, WrongClocksQueryVariables>;
export const TradingHaltDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"TradingHalt"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"tradingHalt"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"haltedAt"}},{"kind":"Field","name":{"kind":"Name","value":"reason"}}]}}]}}]} as unknown as DocumentNode<TradingHaltQuery, TradingHaltQueryVariables>;
export const OperatorAlertsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"OperatorAlerts"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"alerts"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"20"}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"openOnly"},"value":{"kind":"BooleanValue","value":true}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"isOperators"}}]}}]}}]}}]}}]} as unknown as DocumentNode<OperatorAlertsQuery, OperatorAlertsQueryVariables>;
export const OpenAlertCountDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"OpenAlertCount"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"alerts"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"100"}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"openOnly"},"value":{"kind":"BooleanValue","value":true}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"severity"}},{"kind":"Field","name":{"kind":"Name","value":"acknowledgedAt"}}]}}]}}]}}]}}]} as unknown as DocumentNode<OpenAlertCountQuery, OpenAlertCountQueryVariables>;
export const MarketsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Markets"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"markets"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"symbol"}},{"kind":"Field","name":{"kind":"Name","value":"base"}},{"kind":"Field","name":{"kind":"Name","value":"quote"}},{"kind":"Field","name":{"kind":"Name","value":"tickSize"}},{"kind":"Field","name":{"kind":"Name","value":"stepSize"}}]}}]}}]} as unknown as DocumentNode<MarketsQuery, MarketsQueryVariables>;
export const PriceVenuesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"PriceVenues"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"exchangeAccounts"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"100"}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"priceVenue"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}}]} as unknown as DocumentNode<PriceVenuesQuery, PriceVenuesQueryVariables>;
export const PricesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Prices"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"venues"}},"type":{"kind":"NonNullType","type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"PriceVenue"}}}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"prices"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"venues"},"value":{"kind":"Variable","name":{"kind":"Name","value":"venues"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"LivePrice"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"LivePrice"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Price"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"key"}},{"kind":"Field","name":{"kind":"Name","value":"last"}},{"kind":"Field","name":{"kind":"Name","value":"ageMs"}}]}}]} as unknown as DocumentNode<PricesQuery, PricesQueryVariables>;
export const PositionChangedDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"PositionChanged"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"positionChanged"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"position"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"LivePosition"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"LivePosition"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Position"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"symbol"}},{"kind":"Field","name":{"kind":"Name","value":"priceKey"}},{"kind":"Field","name":{"kind":"Name","value":"side"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"qtyTotal"}},{"kind":"Field","name":{"kind":"Name","value":"qtyRemaining"}},{"kind":"Field","name":{"kind":"Name","value":"entryPrice"}},{"kind":"Field","name":{"kind":"Name","value":"realizedPnl"}},{"kind":"Field","name":{"kind":"Name","value":"feesQuote"}},{"kind":"Field","name":{"kind":"Name","value":"dustQty"}},{"kind":"Field","name":{"kind":"Name","value":"dustValueQuote"}},{"kind":"Field","name":{"kind":"Name","value":"costQuote"}},{"kind":"Field","name":{"kind":"Name","value":"shortfallQty"}},{"kind":"Field","name":{"kind":"Name","value":"shortfallValueQuote"}},{"kind":"Field","name":{"kind":"Name","value":"unsellableReason"}},{"kind":"Field","name":{"kind":"Name","value":"slEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"slPct"}},{"kind":"Field","name":{"kind":"Name","value":"tpEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"tpPct"}},{"kind":"Field","name":{"kind":"Name","value":"trailingEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"trailingDistancePct"}},{"kind":"Field","name":{"kind":"Name","value":"trailingMaxPrice"}},{"kind":"Field","name":{"kind":"Name","value":"trailingArmingPct"}},{"kind":"Field","name":{"kind":"Name","value":"timeStopHours"}},{"kind":"Field","name":{"kind":"Name","value":"breakEvenAfterFirst"}},{"kind":"Field","name":{"kind":"Name","value":"qtyReserved"}},{"kind":"Field","name":{"kind":"Name","value":"exitLevels"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"stopPrice"}},{"kind":"Field","name":{"kind":"Name","value":"trailingStopPrice"}},{"kind":"Field","name":{"kind":"Name","value":"trailingArmingPrice"}},{"kind":"Field","name":{"kind":"Name","value":"takeProfitPrice"}},{"kind":"Field","name":{"kind":"Name","value":"nextTargetPrice"}},{"kind":"Field","name":{"kind":"Name","value":"timeStopAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"minProfitPct"}},{"kind":"Field","name":{"kind":"Name","value":"lockSellByWebhook"}},{"kind":"Field","name":{"kind":"Name","value":"closeReason"}},{"kind":"Field","name":{"kind":"Name","value":"closedAt"}},{"kind":"Field","name":{"kind":"Name","value":"sourceId"}},{"kind":"Field","name":{"kind":"Name","value":"sourceLabel"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}}]}}]}}]} as unknown as DocumentNode<PositionChangedSubscription, PositionChangedSubscriptionVariables>;
export const JobChangedDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"JobChanged"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"jobChanged"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"job"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"LiveJob"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"LiveJob"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"TradeJob"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"symbol"}},{"kind":"Field","name":{"kind":"Name","value":"side"}},{"kind":"Field","name":{"kind":"Name","value":"orderType"}},{"kind":"Field","name":{"kind":"Name","value":"origin"}},{"kind":"Field","name":{"kind":"Name","value":"quoteAmount"}},{"kind":"Field","name":{"kind":"Name","value":"baseQuantity"}},{"kind":"Field","name":{"kind":"Name","value":"limitPrice"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"reasonCode"}},{"kind":"Field","name":{"kind":"Name","value":"reasonMessage"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}}]}}]}}]} as unknown as DocumentNode<JobChangedSubscription, JobChangedSubscriptionVariables>;
export const FillAddedDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"FillAdded"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"fillAdded"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"fill"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"LiveFill"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"LiveFill"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"PositionFill"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"positionId"}},{"kind":"Field","name":{"kind":"Name","value":"side"}},{"kind":"Field","name":{"kind":"Name","value":"qty"}},{"kind":"Field","name":{"kind":"Name","value":"price"}},{"kind":"Field","name":{"kind":"Name","value":"feeAmount"}},{"kind":"Field","name":{"kind":"Name","value":"feeAsset"}},{"kind":"Field","name":{"kind":"Name","value":"realizedQuote"}},{"kind":"Field","name":{"kind":"Name","value":"filledAt"}}]}}]} as unknown as DocumentNode<FillAddedSubscription, FillAddedSubscriptionVariables>;
export const AccountChangedDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"AccountChanged"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"accountChanged"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"AccountRow"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"AccountRow"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"ExchangeAccount"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"exchange"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"isSimulation"}},{"kind":"Field","name":{"kind":"Name","value":"testnet"}},{"kind":"Field","name":{"kind":"Name","value":"isActive"}},{"kind":"Field","name":{"kind":"Name","value":"entriesPausedAt"}},{"kind":"Field","name":{"kind":"Name","value":"entriesPauseReason"}},{"kind":"Field","name":{"kind":"Name","value":"hasKeys"}},{"kind":"Field","name":{"kind":"Name","value":"apiKeyHint"}},{"kind":"Field","name":{"kind":"Name","value":"proxy"}},{"kind":"Field","name":{"kind":"Name","value":"balancesSyncedAt"}},{"kind":"Field","name":{"kind":"Name","value":"balancesFault"}},{"kind":"Field","name":{"kind":"Name","value":"connection"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"ok"}},{"kind":"Field","name":{"kind":"Name","value":"testedAt"}},{"kind":"Field","name":{"kind":"Name","value":"canRead"}},{"kind":"Field","name":{"kind":"Name","value":"canTrade"}},{"kind":"Field","name":{"kind":"Name","value":"canWithdraw"}},{"kind":"Field","name":{"kind":"Name","value":"latencyMs"}},{"kind":"Field","name":{"kind":"Name","value":"clockOffsetMs"}},{"kind":"Field","name":{"kind":"Name","value":"fault"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"exchangeCode"}}]}},{"kind":"Field","name":{"kind":"Name","value":"equityUsd"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"balances"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"asset"}},{"kind":"Field","name":{"kind":"Name","value":"free"}},{"kind":"Field","name":{"kind":"Name","value":"locked"}},{"kind":"Field","name":{"kind":"Name","value":"total"}},{"kind":"Field","name":{"kind":"Name","value":"valueUsd"}},{"kind":"Field","name":{"kind":"Name","value":"lastSyncAt"}}]}}]}}]} as unknown as DocumentNode<AccountChangedSubscription, AccountChangedSubscriptionVariables>;
export const AlertChangedDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"AlertChanged"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"alertChanged"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"alert"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"severity"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"resolvedAt"}}]}}]}}]}}]} as unknown as DocumentNode<AlertChangedSubscription, AlertChangedSubscriptionVariables>;
export const PricesChangedDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"PricesChanged"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"venues"}},"type":{"kind":"NonNullType","type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"PriceVenue"}}}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"pricesChanged"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"venues"},"value":{"kind":"Variable","name":{"kind":"Name","value":"venues"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"LivePrice"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"LivePrice"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Price"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"key"}},{"kind":"Field","name":{"kind":"Name","value":"last"}},{"kind":"Field","name":{"kind":"Name","value":"ageMs"}}]}}]} as unknown as DocumentNode<PricesChangedSubscription, PricesChangedSubscriptionVariables>;
export const WebPushKeyDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"WebPushKey"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"webPushKey"}}]}}]} as unknown as DocumentNode<WebPushKeyQuery, WebPushKeyQueryVariables>;
export const SubscribeWebPushDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"SubscribeWebPush"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"SubscribeWebPushInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"subscribeWebPush"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"channel"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"addressHint"}},{"kind":"Field","name":{"kind":"Name","value":"isEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"disabledReason"}},{"kind":"Field","name":{"kind":"Name","value":"failingSince"}},{"kind":"Field","name":{"kind":"Name","value":"lastError"}},{"kind":"Field","name":{"kind":"Name","value":"lastSentAt"}}]}}]}}]}}]} as unknown as DocumentNode<SubscribeWebPushMutation, SubscribeWebPushMutationVariables>;
export const UnsubscribeWebPushDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"UnsubscribeWebPush"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"UnsubscribeWebPushInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"unsubscribeWebPush"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"wasSubscribed"}}]}}]}}]} as unknown as DocumentNode<UnsubscribeWebPushMutation, UnsubscribeWebPushMutationVariables>;
export const ViewSettingsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"ViewSettings"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"names"}},"type":{"kind":"NonNullType","type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"viewSettings"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"names"},"value":{"kind":"Variable","name":{"kind":"Name","value":"names"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"settings"}}]}}]}}]} as unknown as DocumentNode<ViewSettingsQuery, ViewSettingsQueryVariables>;
export const SaveViewSettingsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"SaveViewSettings"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"SaveViewSettingsInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"saveViewSettings"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"view"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"settings"}}]}}]}}]}}]} as unknown as DocumentNode<SaveViewSettingsMutation, SaveViewSettingsMutationVariables>;
export const useBulkActionQuery = /*#__PURE__*/ queryHook(BulkActionDocument);
export const useBulkActionOfKeyQuery = /*#__PURE__*/ queryHook(BulkActionOfKeyDocument);
export const useRetryBulkActionMutation = /*#__PURE__*/ mutationHook(RetryBulkActionDocument);
export const useEntriesPauseQuery = /*#__PURE__*/ queryHook(EntriesPauseDocument);
export const useCloseAllChoicesQuery = /*#__PURE__*/ queryHook(CloseAllChoicesDocument);
export const usePauseEntriesMutation = /*#__PURE__*/ mutationHook(PauseEntriesDocument);
export const useResumeEntriesMutation = /*#__PURE__*/ mutationHook(ResumeEntriesDocument);
export const usePreviewCloseAllMutation = /*#__PURE__*/ mutationHook(PreviewCloseAllDocument);
export const useConfirmCloseAllMutation = /*#__PURE__*/ mutationHook(ConfirmCloseAllDocument);
export const useKillSwitchMutation = /*#__PURE__*/ mutationHook(KillSwitchDocument);
export const useMeQuery = /*#__PURE__*/ queryHook(MeDocument);
export const useSignOutMutation = /*#__PURE__*/ mutationHook(SignOutDocument);
export const useSetupQuery = /*#__PURE__*/ queryHook(SetupDocument);
export const useServerTimeQuery = /*#__PURE__*/ queryHook(ServerTimeDocument);
export const useExchangeAccountsQuery = /*#__PURE__*/ queryHook(ExchangeAccountsDocument);
export const useCreateExchangeAccountMutation = /*#__PURE__*/ mutationHook(CreateExchangeAccountDocument);
export const useUpdateExchangeAccountMutation = /*#__PURE__*/ mutationHook(UpdateExchangeAccountDocument);
export const useExchangeRulesQuery = /*#__PURE__*/ queryHook(ExchangeRulesDocument);
export const useRotateAccountKeysMutation = /*#__PURE__*/ mutationHook(RotateAccountKeysDocument);
export const useRemoveAccountKeysMutation = /*#__PURE__*/ mutationHook(RemoveAccountKeysDocument);
export const useTestConnectionMutation = /*#__PURE__*/ mutationHook(TestConnectionDocument);
export const usePeopleQuery = /*#__PURE__*/ queryHook(PeopleDocument);
export const useInviteUserMutation = /*#__PURE__*/ mutationHook(InviteUserDocument);
export const useCreatePasswordResetLinkMutation = /*#__PURE__*/ mutationHook(CreatePasswordResetLinkDocument);
export const useActivateUserMutation = /*#__PURE__*/ mutationHook(ActivateUserDocument);
export const useDeactivateUserMutation = /*#__PURE__*/ mutationHook(DeactivateUserDocument);
export const useRevokeUserAccessMutation = /*#__PURE__*/ mutationHook(RevokeUserAccessDocument);
export const useResetUserTwoFactorMutation = /*#__PURE__*/ mutationHook(ResetUserTwoFactorDocument);
export const useSetUserRolesMutation = /*#__PURE__*/ mutationHook(SetUserRolesDocument);
export const useScheduledJobsQuery = /*#__PURE__*/ queryHook(ScheduledJobsDocument);
export const useScheduledJobRunsQuery = /*#__PURE__*/ queryHook(ScheduledJobRunsDocument);
export const useRunScheduledJobMutation = /*#__PURE__*/ mutationHook(RunScheduledJobDocument);
export const usePauseScheduledJobMutation = /*#__PURE__*/ mutationHook(PauseScheduledJobDocument);
export const useResumeScheduledJobMutation = /*#__PURE__*/ mutationHook(ResumeScheduledJobDocument);
export const useSetScheduledJobIntervalMutation = /*#__PURE__*/ mutationHook(SetScheduledJobIntervalDocument);
export const useAuditLogQuery = /*#__PURE__*/ queryHook(AuditLogDocument);
export const useVerifyAuditLogQuery = /*#__PURE__*/ queryHook(VerifyAuditLogDocument);
export const useHaltTradingMutation = /*#__PURE__*/ mutationHook(HaltTradingDocument);
export const useResumeTradingMutation = /*#__PURE__*/ mutationHook(ResumeTradingDocument);
export const useBackupsQuery = /*#__PURE__*/ queryHook(BackupsDocument);
export const useProcessReportsQuery = /*#__PURE__*/ queryHook(ProcessReportsDocument);
export const useQueuesQuery = /*#__PURE__*/ queryHook(QueuesDocument);
export const useSettingsQuery = /*#__PURE__*/ queryHook(SettingsDocument);
export const useAlertsQuery = /*#__PURE__*/ queryHook(AlertsDocument);
export const useAcknowledgeAlertMutation = /*#__PURE__*/ mutationHook(AcknowledgeAlertDocument);
export const useCloseAlertMutation = /*#__PURE__*/ mutationHook(CloseAlertDocument);
export const useSignInMutation = /*#__PURE__*/ mutationHook(SignInDocument);
export const useChangePasswordMutation = /*#__PURE__*/ mutationHook(ChangePasswordDocument);
export const useSetPasswordWithLinkMutation = /*#__PURE__*/ mutationHook(SetPasswordWithLinkDocument);
export const usePasskeySignInOptionsQuery = /*#__PURE__*/ queryHook(PasskeySignInOptionsDocument);
export const useSignInWithPasskeyMutation = /*#__PURE__*/ mutationHook(SignInWithPasskeyDocument);
export const useDashboardQuery = /*#__PURE__*/ queryHook(DashboardDocument);
export const useDashboardResultsQuery = /*#__PURE__*/ queryHook(DashboardResultsDocument);
export const useRecentJobsQuery = /*#__PURE__*/ queryHook(RecentJobsDocument);
export const useRecentReceiptsQuery = /*#__PURE__*/ queryHook(RecentReceiptsDocument);
export const useFirstStepsQuery = /*#__PURE__*/ queryHook(FirstStepsDocument);
export const useOpenAlertsQuery = /*#__PURE__*/ queryHook(OpenAlertsDocument);
export const useResolveAlertMutation = /*#__PURE__*/ mutationHook(ResolveAlertDocument);
export const useGatesChoicesQuery = /*#__PURE__*/ queryHook(GatesChoicesDocument);
export const useGatesSymbolsQuery = /*#__PURE__*/ queryHook(GatesSymbolsDocument);
export const useTradingGatesQuery = /*#__PURE__*/ queryHook(TradingGatesDocument);
export const useTradeJobsQuery = /*#__PURE__*/ queryHook(TradeJobsDocument);
export const useTradeJobQuery = /*#__PURE__*/ queryHook(TradeJobDocument);
export const useWebhookEndpointsQuery = /*#__PURE__*/ queryHook(WebhookEndpointsDocument);
export const useDryRunWebhookQuery = /*#__PURE__*/ queryHook(DryRunWebhookDocument);
export const useCreateWebhookEndpointMutation = /*#__PURE__*/ mutationHook(CreateWebhookEndpointDocument);
export const useUpdateWebhookEndpointMutation = /*#__PURE__*/ mutationHook(UpdateWebhookEndpointDocument);
export const useRotateWebhookEndpointSecretMutation = /*#__PURE__*/ mutationHook(RotateWebhookEndpointSecretDocument);
export const useNotificationChannelsQuery = /*#__PURE__*/ queryHook(NotificationChannelsDocument);
export const useNotificationSettingsQuery = /*#__PURE__*/ queryHook(NotificationSettingsDocument);
export const useNotificationTemplatesQuery = /*#__PURE__*/ queryHook(NotificationTemplatesDocument);
export const usePreviewNotificationTemplateQuery = /*#__PURE__*/ queryHook(PreviewNotificationTemplateDocument);
export const useSaveNotificationTemplateMutation = /*#__PURE__*/ mutationHook(SaveNotificationTemplateDocument);
export const useSaveNotificationSettingsMutation = /*#__PURE__*/ mutationHook(SaveNotificationSettingsDocument);
export const useConnectNotificationChannelMutation = /*#__PURE__*/ mutationHook(ConnectNotificationChannelDocument);
export const useUpdateNotificationChannelMutation = /*#__PURE__*/ mutationHook(UpdateNotificationChannelDocument);
export const useRemoveNotificationChannelMutation = /*#__PURE__*/ mutationHook(RemoveNotificationChannelDocument);
export const useTestNotificationChannelMutation = /*#__PURE__*/ mutationHook(TestNotificationChannelDocument);
export const useNotificationDeliveriesQuery = /*#__PURE__*/ queryHook(NotificationDeliveriesDocument);
export const useRetryNotificationDeliveryMutation = /*#__PURE__*/ mutationHook(RetryNotificationDeliveryDocument);
export const useNotificationServersQuery = /*#__PURE__*/ queryHook(NotificationServersDocument);
export const useSetWhatsAppServerMutation = /*#__PURE__*/ mutationHook(SetWhatsAppServerDocument);
export const useSetMailServerMutation = /*#__PURE__*/ mutationHook(SetMailServerDocument);
export const useCheckNotificationServersMutation = /*#__PURE__*/ mutationHook(CheckNotificationServersDocument);
export const useNotificationLogQuery = /*#__PURE__*/ queryHook(NotificationLogDocument);
export const useExternalOrdersQuery = /*#__PURE__*/ queryHook(ExternalOrdersDocument);
export const useDismissExternalOrderMutation = /*#__PURE__*/ mutationHook(DismissExternalOrderDocument);
export const useAccountHoldingsQuery = /*#__PURE__*/ queryHook(AccountHoldingsDocument);
export const useAdoptHoldingMutation = /*#__PURE__*/ mutationHook(AdoptHoldingDocument);
export const useLimitOrdersQuery = /*#__PURE__*/ queryHook(LimitOrdersDocument);
export const useCancelOrderMutation = /*#__PURE__*/ mutationHook(CancelOrderDocument);
export const useTradeParametersQuery = /*#__PURE__*/ queryHook(TradeParametersDocument);
export const useParameterChoicesQuery = /*#__PURE__*/ queryHook(ParameterChoicesDocument);
export const useCreateTradeParameterMutation = /*#__PURE__*/ mutationHook(CreateTradeParameterDocument);
export const useUpdateTradeParameterMutation = /*#__PURE__*/ mutationHook(UpdateTradeParameterDocument);
export const useDeleteTradeParameterMutation = /*#__PURE__*/ mutationHook(DeleteTradeParameterDocument);
export const useBuyChoicesQuery = /*#__PURE__*/ queryHook(BuyChoicesDocument);
export const usePreviewOrderQuery = /*#__PURE__*/ queryHook(PreviewOrderDocument);
export const usePlaceOrderMutation = /*#__PURE__*/ mutationHook(PlaceOrderDocument);
export const useClosePositionMutation = /*#__PURE__*/ mutationHook(ClosePositionDocument);
export const usePlaceLimitSellMutation = /*#__PURE__*/ mutationHook(PlaceLimitSellDocument);
export const useUpdatePositionExitsMutation = /*#__PURE__*/ mutationHook(UpdatePositionExitsDocument);
export const useSetSellLockMutation = /*#__PURE__*/ mutationHook(SetSellLockDocument);
export const useCloseAsReconciledMutation = /*#__PURE__*/ mutationHook(CloseAsReconciledDocument);
export const usePositionExitsQuery = /*#__PURE__*/ queryHook(PositionExitsDocument);
export const useJobStateQuery = /*#__PURE__*/ queryHook(JobStateDocument);
export const useTriggerLatencyQuery = /*#__PURE__*/ queryHook(TriggerLatencyDocument);
export const usePositionsQuery = /*#__PURE__*/ queryHook(PositionsDocument);
export const useExitPriceQuery = /*#__PURE__*/ queryHook(ExitPriceDocument);
export const usePositionDetailQuery = /*#__PURE__*/ queryHook(PositionDetailDocument);
export const useCandlesQuery = /*#__PURE__*/ queryHook(CandlesDocument);
export const useChartAccountsQuery = /*#__PURE__*/ queryHook(ChartAccountsDocument);
export const useSymbolFillsQuery = /*#__PURE__*/ queryHook(SymbolFillsDocument);
export const usePositionSheetQuery = /*#__PURE__*/ queryHook(PositionSheetDocument);
export const usePasskeysQuery = /*#__PURE__*/ queryHook(PasskeysDocument);
export const useBeginPasskeyRegistrationMutation = /*#__PURE__*/ mutationHook(BeginPasskeyRegistrationDocument);
export const useRegisterPasskeyMutation = /*#__PURE__*/ mutationHook(RegisterPasskeyDocument);
export const useRenamePasskeyMutation = /*#__PURE__*/ mutationHook(RenamePasskeyDocument);
export const useRemovePasskeyMutation = /*#__PURE__*/ mutationHook(RemovePasskeyDocument);
export const useProfileQuery = /*#__PURE__*/ queryHook(ProfileDocument);
export const useUpdateProfileMutation = /*#__PURE__*/ mutationHook(UpdateProfileDocument);
export const useSessionsQuery = /*#__PURE__*/ queryHook(SessionsDocument);
export const useEndSessionMutation = /*#__PURE__*/ mutationHook(EndSessionDocument);
export const useEndOtherSessionsMutation = /*#__PURE__*/ mutationHook(EndOtherSessionsDocument);
export const useTwoFactorStateQuery = /*#__PURE__*/ queryHook(TwoFactorStateDocument);
export const useBeginTwoFactorMutation = /*#__PURE__*/ mutationHook(BeginTwoFactorDocument);
export const useEnableTwoFactorMutation = /*#__PURE__*/ mutationHook(EnableTwoFactorDocument);
export const useDisableTwoFactorMutation = /*#__PURE__*/ mutationHook(DisableTwoFactorDocument);
export const useReplaceRecoveryCodesMutation = /*#__PURE__*/ mutationHook(ReplaceRecoveryCodesDocument);
export const useApiTokensQuery = /*#__PURE__*/ queryHook(ApiTokensDocument);
export const useCreateApiTokenMutation = /*#__PURE__*/ mutationHook(CreateApiTokenDocument);
export const useRevokeApiTokenMutation = /*#__PURE__*/ mutationHook(RevokeApiTokenDocument);
export const useLoginHistoryQuery = /*#__PURE__*/ queryHook(LoginHistoryDocument);
export const useReportQuery = /*#__PURE__*/ queryHook(ReportDocument);
export const useCheckSetupCodeMutation = /*#__PURE__*/ mutationHook(CheckSetupCodeDocument);
export const useBeginSetupMutation = /*#__PURE__*/ mutationHook(BeginSetupDocument);
export const useCompleteSetupMutation = /*#__PURE__*/ mutationHook(CompleteSetupDocument);
export const useVaultsQuery = /*#__PURE__*/ queryHook(VaultsDocument);
export const useVaultQuery = /*#__PURE__*/ queryHook(VaultDocument);
export const useVaultTransactionsQuery = /*#__PURE__*/ queryHook(VaultTransactionsDocument);
export const useCreateVaultMutation = /*#__PURE__*/ mutationHook(CreateVaultDocument);
export const useUpdateVaultMutation = /*#__PURE__*/ mutationHook(UpdateVaultDocument);
export const useDepositToVaultMutation = /*#__PURE__*/ mutationHook(DepositToVaultDocument);
export const useWithdrawFromVaultMutation = /*#__PURE__*/ mutationHook(WithdrawFromVaultDocument);
export const useSourcePhrasesQuery = /*#__PURE__*/ queryHook(SourcePhrasesDocument);
export const usePreviewPhraseQuery = /*#__PURE__*/ queryHook(PreviewPhraseDocument);
export const useTeachPhraseMutation = /*#__PURE__*/ mutationHook(TeachPhraseDocument);
export const useForgetPhraseMutation = /*#__PURE__*/ mutationHook(ForgetPhraseDocument);
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
export const useDryRunSignalQuery = /*#__PURE__*/ queryHook(DryRunSignalDocument);
export const useFilterChoicesQuery = /*#__PURE__*/ queryHook(FilterChoicesDocument);
export const useLiveCursorQuery = /*#__PURE__*/ queryHook(LiveCursorDocument);
export const useOpenPositionsQuery = /*#__PURE__*/ queryHook(OpenPositionsDocument);
export const useTrailingStopsQuery = /*#__PURE__*/ queryHook(TrailingStopsDocument);
export const useServerInfoQuery = /*#__PURE__*/ queryHook(ServerInfoDocument);
export const useWrongClocksQuery = /*#__PURE__*/ queryHook(WrongClocksDocument);
export const useTradingHaltQuery = /*#__PURE__*/ queryHook(TradingHaltDocument);
export const useOperatorAlertsQuery = /*#__PURE__*/ queryHook(OperatorAlertsDocument);
export const useOpenAlertCountQuery = /*#__PURE__*/ queryHook(OpenAlertCountDocument);
export const useMarketsQuery = /*#__PURE__*/ queryHook(MarketsDocument);
export const usePriceVenuesQuery = /*#__PURE__*/ queryHook(PriceVenuesDocument);
export const usePricesQuery = /*#__PURE__*/ queryHook(PricesDocument);
export const usePositionChangedSubscription = /*#__PURE__*/ subscriptionHook(PositionChangedDocument);
export const useJobChangedSubscription = /*#__PURE__*/ subscriptionHook(JobChangedDocument);
export const useFillAddedSubscription = /*#__PURE__*/ subscriptionHook(FillAddedDocument);
export const useAccountChangedSubscription = /*#__PURE__*/ subscriptionHook(AccountChangedDocument);
export const useAlertChangedSubscription = /*#__PURE__*/ subscriptionHook(AlertChangedDocument);
export const usePricesChangedSubscription = /*#__PURE__*/ subscriptionHook(PricesChangedDocument);
export const useWebPushKeyQuery = /*#__PURE__*/ queryHook(WebPushKeyDocument);
export const useSubscribeWebPushMutation = /*#__PURE__*/ mutationHook(SubscribeWebPushDocument);
export const useUnsubscribeWebPushMutation = /*#__PURE__*/ mutationHook(UnsubscribeWebPushDocument);
export const useViewSettingsQuery = /*#__PURE__*/ queryHook(ViewSettingsDocument);
export const useSaveViewSettingsMutation = /*#__PURE__*/ mutationHook(SaveViewSettingsDocument);