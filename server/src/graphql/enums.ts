import { registerEnumType } from 'type-graphql';
import { TOKEN_SCOPES, type TokenScope } from '../core/access/decide-access.js';
import * as domain from '../core/domain.js';
import type * as scheduled from '../core/operations/scheduled-jobs.js';
import type { BulkActionItemStateName } from '../core/bulk-actions/bulk-action-item-state.js';
import type { ClockState as ClockStateName } from '../core/time/database-time.js';
import { exchangeOf, PRICE_VENUES, type PriceVenue as PriceVenueName } from '../core/price/price-key.js';
import type { UnreadPart } from '../core/signal/read-signal.js';
import { ALERT_TYPES, type AlertType as AlertTypeName } from '../core/operations/alert-types.js';
import type { EntriesPause } from '../core/plan/entries-pause.js';
import {
  GATE_STATES,
  GATES,
  type GateCode as GateCodeName,
  type GateState as GateStateName,
} from '../core/plan/trading-gates.js';
import { REASONS, type ReasonCode } from '../core/reasons.js';
import { DRY_RUN_STATUSES, type DryRunStatus as DryRunStatusName } from '../core/signal/dry-run.js';
import { SIGNAL_OUTCOMES, type SignalOutcome as SignalOutcomeName } from '../core/signal/signal-outcome.js';
import type { PhraseMeaning as PhraseMeaningName } from '../core/signal/text/signal-phrases.js';
import { EXCHANGE_FAULTS, type ExchangeFaultCode as ExchangeFaultName } from '../exchange/exchange-fault.js';
import type * as triggers from '../core/exits/triggers.js';

type UnreadKindName = UnreadPart['kind'];
type EnumObject<T extends string> = { [K in T]: K };

/** Registers a closed list of words as a GraphQL enum. Every value must have a description. */
export function enumOf<T extends string>(name: string, description: string, texts: Record<T, string>): EnumObject<T> {
  const words = Object.keys(texts) as T[];
  const values = Object.fromEntries(words.map((word) => [word, word])) as EnumObject<T>;
  const valuesConfig = Object.fromEntries(words.map((word) => [word, { description: texts[word] }]));
  registerEnumType(values, { name, description, valuesConfig: valuesConfig as Record<T, { description: string }> });
  return values;
}

export const ExchangeFaultCode = enumOf<ExchangeFaultName>(
  'ExchangeFaultCode',
  'Why a request to an exchange failed.',
  EXCHANGE_FAULTS,
);

export const ClockState = enumOf<ClockStateName>('ClockState', "How a machine's clock differs from the database's.", {
  OK: 'The clocks differ by at most a second.',
  OFF: "The clocks differ by more than a second. Trading continues, because decisions use the database's time.",
  TOO_FAR_OFF:
    'The clocks differ by more than five seconds. A process there opens no position and leaves exits to other processes.',
});

export const TradeMode = enumOf<domain.TradeMode>('TradeMode', 'Real money or simulation. The two never mix.', {
  REAL: 'Orders go to the exchange.',
  SIMULATION: 'Orders go to the simulated exchange.',
});

export const OrderSide = enumOf<domain.OrderSide>('OrderSide', 'Direction of an order or a fill.', {
  BUY: 'Buys the base asset.',
  SELL: 'Sells the base asset.',
});

export type ParameterSideName = domain.OrderSide | 'BOTH';
export const ParameterSide = enumOf<ParameterSideName>('ParameterSide', 'Which signals a trade parameter covers.', {
  BUY: 'Buys only. It takes precedence over BOTH.',
  SELL: 'Sells only; it may size a sell smaller than the position.',
  BOTH: 'Buys and sells.',
});

export type ServiceNameText = 'API' | 'EXECUTOR' | 'MONITORS';
export const ServiceName = enumOf<ServiceNameText>('ServiceName', 'A role of a process.', {
  API: 'It answers requests and takes signals.',
  EXECUTOR: 'It sends orders.',
  MONITORS: 'It watches prices, positions and accounts.',
});

export type ProcessStatusName = 'RUNNING' | 'STOPPED' | 'ERROR';
export const ProcessStatus = enumOf<ProcessStatusName>('ProcessStatus', 'What a process reported of itself.', {
  RUNNING: 'It works.',
  STOPPED: 'It ended on request.',
  ERROR: 'It ended by a fault.',
});

export type ExistingParameterName = 'KEEP' | 'REPLACE';
export const ExistingParameter = enumOf<ExistingParameterName>(
  'ExistingParameter',
  'What a call for many parameters does with one that exists.',
  { KEEP: 'It stays as it is.', REPLACE: 'All its settings are replaced.' },
);

export type ParameterOutcomeName = 'CREATED' | 'REPLACED' | 'KEPT' | 'REFUSED';
export const ParameterOutcome = enumOf<ParameterOutcomeName>('ParameterOutcome', 'What became of one parameter.', {
  CREATED: 'It was created.',
  REPLACED: 'It existed, and its settings were replaced.',
  KEPT: 'It existed and stays as it was.',
  REFUSED: 'It was not written; the reason says why.',
});

export type RemovalOutcomeName = 'DELETED' | 'DEACTIVATED';
export const RemovalOutcome = enumOf<RemovalOutcomeName>('RemovalOutcome', 'What a deletion did.', {
  DELETED: 'It is gone.',
  DEACTIVATED: 'It was switched off, because its history belongs to it; the reason says so.',
});

export const OrderType = enumOf<domain.OrderType>('OrderType', 'How an order is priced.', {
  MARKET: 'At the best price the book has.',
  LIMIT: 'At the given price or better; it rests in the book until then.',
});

export const PositionStatus = enumOf<'OPEN' | 'CLOSED'>('PositionStatus', 'Whether a position is open.', {
  OPEN: 'Something is left to sell.',
  CLOSED: 'All of it was sold, or the rest is below the minimum of the market.',
});

export const SignalAction = enumOf<domain.SignalAction>('SignalAction', 'What a signal asks for.', {
  BUY_SIGNAL: 'Buy.',
  SELL_SIGNAL: 'Sell or close.',
  UNKNOWN: 'No clear instruction; stored and shown, never traded.',
});

export const WebhookEventStatus = enumOf<'RECEIVED' | 'PROCESSED' | 'FAILED'>(
  'WebhookEventStatus',
  'How far an event was processed.',
  {
    RECEIVED: 'Stored; its jobs are not planned yet.',
    PROCESSED: 'Its jobs were planned.',
    FAILED: 'Nothing could be planned; validationError says why.',
  },
);

export const ReceiptOutcome = enumOf<'ACCEPTED' | 'REFUSED'>('ReceiptOutcome', 'The result of one POST.', {
  ACCEPTED: 'The signal was stored.',
  REFUSED: 'The POST was refused; the reason says why.',
});

export const SignalOutcome = enumOf<SignalOutcomeName>(
  'SignalOutcome',
  'The result of one message over all its accounts.',
  SIGNAL_OUTCOMES,
);

export const DryRunStatus = enumOf<DryRunStatusName>(
  'DryRunStatus',
  'What an account would have done with a signal of a source that runs dry.',
  DRY_RUN_STATUSES,
);

export const TradingGateCode = enumOf<GateCodeName>(
  'TradingGateCode',
  'What a signal passes on its way to an order, in the order in which it is checked.',
  Object.fromEntries(Object.entries(GATES).map(([code, { about }]) => [code, about])) as Record<GateCodeName, string>,
);

export const GateState = enumOf<GateStateName>('GateState', 'How a gate stands.', GATE_STATES);

export const UnreadKind = enumOf<UnreadKindName>('UnreadKind', 'The kind of a part that the reader does not know.', {
  WORD: 'A word or a few words of its text.',
  FIELD: 'A field of its JSON with its value.',
});

export const PhraseMeaning = enumOf<PhraseMeaningName>('PhraseMeaning', 'What a taught word or phrase means.', {
  BUY: 'A buy.',
  SELL: 'A sell or a close.',
  NEUTRAL: 'Nothing: it is ignored.',
});

export const JobStatus = enumOf<domain.JobStatus>('JobStatus', 'The status of a trade job.', {
  PENDING: 'Waits for an executor.',
  EXECUTING: 'Claimed by an executor; an order may have been sent.',
  PENDING_LIMIT: 'Its LIMIT order rests in the book.',
  PARTIALLY_FILLED: 'Some of it was traded; the rest is still open.',
  FILLED: 'All of it was traded.',
  CANCELED: 'Stopped before it was complete; what was filled is kept.',
  FAILED: 'Could not be traded.',
  SKIPPED: 'The rules said not to trade; the reason says why.',
});

export type JobOriginName = 'WEBHOOK' | domain.OwnerOrigin | 'TRIGGER' | 'ADOPTED';
export const JobOrigin = enumOf<JobOriginName>('JobOrigin', 'Who or what created a job.', {
  WEBHOOK: 'A signal.',
  MANUAL: 'The owner, for this order alone.',
  CLOSE_ALL: 'The owner, who closed several positions at once.',
  KILL_SWITCH: 'The kill switch of the owner.',
  TRIGGER: 'A stop loss, take profit or trailing stop.',
  ADOPTED: 'The owner adopted coins that were bought outside of this program. No order was sent.',
});

export const ExecutionStatus = enumOf<domain.ExecutionStatus>(
  'ExecutionStatus',
  'The known state of an order at the exchange.',
  {
    SENDING: 'Stored before sending; its outcome is not known yet.',
    UNKNOWN: 'Sent, but its outcome is not known; it is being looked up.',
    NEW: 'Accepted, nothing filled yet.',
    PARTIALLY_FILLED: 'Partly filled.',
    FILLED: 'Completely filled.',
    CANCELED: 'Canceled at the exchange.',
    EXPIRED: 'Expired at the exchange.',
    REJECTED: 'Refused by the exchange for good.',
    NOT_PLACED: 'It is proven that the exchange does not have it.',
  },
);

export const CloseReason = enumOf<domain.CloseReason>('CloseReason', 'Why a position was closed.', {
  WEBHOOK_SELL: 'A sell signal.',
  STOP_LOSS: 'Its stop loss.',
  TAKE_PROFIT: 'Its take profit.',
  TRAILING_STOP: 'Its trailing stop.',
  TIME_STOP: 'Its time stop.',
  MANUAL: 'The owner closed it, alone.',
  CLOSE_ALL: 'The owner closed it together with others.',
  KILL_SWITCH: 'The kill switch of its owner.',
  RECONCILIATION: 'Reconciliation with the exchange: its coins were gone.',
});

export type ExitReasonName = triggers.ExitReason;
export const ExitReason = enumOf<ExitReasonName>(
  'ExitReason',
  'The exit of a position that its price or its age reached.',
  {
    STOP_LOSS: 'Its stop loss, or break-even after the first target.',
    TRAILING_STOP: 'Its trailing stop.',
    TAKE_PROFIT: 'Its take profit.',
    PARTIAL_TAKE_PROFIT: 'One or more of its targets. The rest stays open.',
    TIME_STOP: 'Its time stop.',
  },
);

export type BulkActionStateName = 'READY' | 'EXPIRED' | 'RUNNING' | 'DONE';
export const BulkActionState = enumOf<BulkActionStateName>('BulkActionState', 'The progress of a bulk action.', {
  READY: 'It is ready to be executed.',
  EXPIRED: 'It was not executed in time and can no longer be executed.',
  RUNNING: 'It was started. Repeating the call continues it.',
  DONE: 'All items were requested; each item has its own result.',
});

export type BulkActionKindName = 'CLOSE_ALL' | 'KILL_SWITCH';
export const BulkActionKind = enumOf<BulkActionKindName>('BulkActionKind', 'What a bulk action does.', {
  CLOSE_ALL: 'It closes the positions of a preview, or retries what an earlier one left open.',
  KILL_SWITCH: 'It pauses entries, cancels resting orders and, if requested, sells every open position.',
});

export type BulkActionItemKindName = 'CANCEL_ORDER' | 'CLOSE_POSITION';
export const BulkActionItemKind = enumOf<BulkActionItemKindName>(
  'BulkActionItemKind',
  'What an item of a bulk action does.',
  {
    CANCEL_ORDER: 'Cancels a resting order.',
    CLOSE_POSITION: 'Sells a position at the market.',
  },
);

export type BulkActionItemOutcomeName = 'DONE' | 'REFUSED';
export const BulkActionItemOutcome = enumOf<BulkActionItemOutcomeName>(
  'BulkActionItemOutcome',
  'The answer to the request of an item. For fills, see the state of the item.',
  {
    DONE: 'The cancellation was requested, or the sell of the position was accepted.',
    REFUSED: 'It was refused; the reason says why.',
  },
);

export const BulkActionItemState = enumOf<BulkActionItemStateName>(
  'BulkActionItemState',
  'The state of an item of a bulk action. Only fills count as sold.',
  {
    WAITING: 'It has not started yet.',
    ACCEPTED: 'The sell or the cancellation is in progress; nothing is sold yet.',
    PARTLY_FILLED: 'A part is sold and the position is still open. More may be sold until isTerminal is true.',
    FILLED: 'The position is sold and closed.',
    CANCELED: 'The order left the book.',
    ALREADY_DONE: 'The position was closed, or the order had ended, without this item.',
    REFUSED: 'Nothing was sent; the reason says why.',
    FAILED: 'The sell ended and nothing was sold, or the order still rests in the book; the reason says why.',
  },
);

const exchangeTexts = Object.fromEntries(
  domain.EXCHANGES.map((name) => {
    const house = name.replace('_SPOT', '').toLowerCase();
    return [name, `${house.charAt(0).toUpperCase()}${house.slice(1)}, spot market.`];
  }),
) as Record<domain.ExchangeName, string>;
export const ExchangeName = enumOf<domain.ExchangeName>('ExchangeName', 'The supported exchanges.', exchangeTexts);

const venueText = (venue: PriceVenueName): string => {
  if (venue === 'SIMULATION') return 'The one market of all simulation accounts.';
  const { exchange, testnet } = exchangeOf(venue);
  return testnet ? `The test network of ${exchange}.` : exchangeTexts[exchange];
};
export const PriceVenue = enumOf<PriceVenueName>(
  'PriceVenue',
  'The venue a price comes from. A price of one venue is never used for another.',
  Object.fromEntries(PRICE_VENUES.map((venue) => [venue, venueText(venue)])) as Record<PriceVenueName, string>,
);

export const VaultTransactionType = enumOf<domain.VaultTransactionType>(
  'VaultTransactionType',
  'Kinds of entries in the ledger of a vault.',
  {
    DEPOSIT: 'Capital put in.',
    WITHDRAWAL: 'Capital taken out.',
    BUY_RESERVE: 'Set aside for a buy order.',
    BUY_CONFIRM: 'The reservation was replaced by the actual cost of the order.',
    BUY_CANCEL: 'The reservation was released.',
    SELL_RETURN: 'Proceeds of a sell.',
  },
);

export type ScheduledJobStatusName = scheduled.ScheduledJobStatus;
export const ScheduledJobStatus = enumOf<ScheduledJobStatusName>(
  'ScheduledJobStatus',
  'Whether a scheduled job runs by itself.',
  {
    ACTIVE: 'At its interval.',
    PAUSED: 'Only by hand, until an admin resumes it.',
    DISABLED: 'Switched off in the database.',
  },
);

export const JobRunStatus = enumOf<scheduled.RunStatus>('JobRunStatus', 'How a run of a scheduled job went.', {
  RUNNING: 'It is going on.',
  SUCCESS: 'It did its work.',
  FAILED: 'It ended with an error.',
  TIMEOUT: 'It took too long, or its process stopped reporting.',
});

export const JobRunTrigger = enumOf<scheduled.RunTrigger>('JobRunTrigger', 'Who began a run.', {
  SCHEDULED: 'The schedule.',
  MANUAL: 'An admin.',
});

export type AlertSeverityName = 'LOW' | 'MEDIUM' | 'HIGH' | 'CRITICAL';
export const AlertSeverity = enumOf<AlertSeverityName>('AlertSeverity', 'How urgent an alert is.', {
  LOW: 'Worth knowing.',
  MEDIUM: 'Look at it today.',
  HIGH: 'Look at it now.',
  CRITICAL: 'Trading is affected.',
});

export type UserRoleName = 'ADMIN' | 'USER';
export const UserRole = enumOf<UserRoleName>('UserRole', 'What a user may do.', {
  ADMIN: 'Runs the installation. Like every user, sees only their own trading data.',
  USER: 'Trades.',
});

export type ApiTokenScopeName = Uppercase<TokenScope>;
export const ApiTokenScope = enumOf<ApiTokenScopeName>(
  'ApiTokenScope',
  'What an API token may do. Every scope includes READ.',
  Object.fromEntries(Object.entries(TOKEN_SCOPES).map(([scope, text]) => [scope.toUpperCase(), text])) as Record<
    ApiTokenScopeName,
    string
  >,
);

export const ReasonCodes = enumOf<ReasonCode>(
  'ReasonCode',
  'Why something was refused, skipped or failed: one closed list shared by server, schema and page.',
  REASONS,
);

export const TIMELINE_STAGES = {
  RECEIVED: 'The POST arrived.',
  VERIFIED: 'The sender was checked.',
  READ: 'The message was read.',
  COMMITTED: 'The signal and its jobs were stored, and the sender got its answer.',
  QUEUED: 'The job was handed to the executors.',
  WAITING: 'The job waited for an earlier signal of the same account and symbol.',
  CLAIMED: 'An executor took the job.',
  PLANNED: 'It was decided what the source, which runs dry, would have traded.',
  SENT: 'The order was sent.',
  ACKNOWLEDGED: 'The exchange answered.',
  FILLED: 'The last fill known so far.',
  BOOKED: 'Fills, position and vault were stored.',
} as const;
export type TimelineStageName = keyof typeof TIMELINE_STAGES;
export const TimelineStage = enumOf<TimelineStageName>(
  'TimelineStage',
  'The stages of a signal, from the POST to the position.',
  TIMELINE_STAGES,
);

export type WebhookSecretKindName = 'SIGNING_SECRET' | 'BODY_TOKEN';
export const WebhookSecretKind = enumOf<WebhookSecretKindName>('WebhookSecretKind', 'The two secrets of a source.', {
  SIGNING_SECRET: 'Signs the raw body, for senders that can set headers.',
  BODY_TOKEN: 'Sent inside the JSON body, for senders that cannot set headers, such as TradingView.',
});

export const EntriesPauseReason = enumOf<EntriesPause>('EntriesPauseReason', 'Why entries are paused.', {
  ENTRIES_PAUSED: 'You paused them.',
  ORDER_NOT_OURS: 'An order that no job made was found at the exchange.',
  KEY_MAY_WITHDRAW: 'The API key may withdraw. Replace it, or accept it with updateExchangeAccount.',
});

export const AlertType = enumOf<AlertTypeName>('AlertType', 'The kinds of alerts.', ALERT_TYPES);
