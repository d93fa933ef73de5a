import { registerEnumType } from 'type-graphql';
import * as domain from '../core/domain.js';
import type { BulkActionItemStateName } from '../core/bulk-actions/bulk-action-item-state.js';
import type { ClockState as ClockStateName } from '../core/time/database-time.js';
import { exchangeOf, PRICE_VENUES, type PriceVenue as PriceVenueName } from '../core/price/price-key.js';
import type { UnreadPart } from '../core/signal/read-signal.js';
import { REASONS, type ReasonCode } from '../core/reasons.js';
import { SIGNAL_OUTCOMES, type SignalOutcome as SignalOutcomeName } from '../core/signal/signal-outcome.js';
import type { PhraseMeaning as PhraseMeaningName } from '../core/signal/text/signal-phrases.js';
import { EXCHANGE_FAULTS, type ExchangeFaultCode as ExchangeFaultName } from '../exchange/exchange-fault.js';
import type * as triggers from '../core/exits/triggers.js';

type UnreadKindName = UnreadPart['kind'];
type EnumObject<T extends string> = { [K in T]: K };

/** Registers a closed list of words as a GraphQL enum; every value must have its sentence. */
function enumOf<T extends string>(name: string, description: string, texts: Record<T, string>): EnumObject<T> {
  const words = Object.keys(texts) as T[];
  const values = Object.fromEntries(words.map((word) => [word, word])) as EnumObject<T>;
  const valuesConfig = Object.fromEntries(words.map((word) => [word, { description: texts[word] }]));
  registerEnumType(values, { name, description, valuesConfig: valuesConfig as Record<T, { description: string }> });
  return values;
}

export const ExchangeFaultCode = enumOf<ExchangeFaultName>(
  'ExchangeFaultCode',
  'Why an exchange could not be asked.',
  EXCHANGE_FAULTS,
);

export const ClockState = enumOf<ClockStateName>('ClockState', "How a machine's clock stands against the database's.", {
  OK: 'Within a second.',
  OFF: 'More than a second apart. Nothing is judged by it.',
  TOO_FAR_OFF: 'More than five seconds apart: a process there opens nothing and leaves exits to others.',
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
  BUY: 'Buys only; it wins over BOTH.',
  SELL: 'Sells only; it may size a sell smaller than the position.',
  BOTH: 'Buys and sells.',
});

export const OrderType = enumOf<domain.OrderType>('OrderType', 'How an order is priced.', {
  MARKET: 'At the best price the book has.',
  LIMIT: 'At the given price or better; it rests in the book until then.',
});

export const PositionStatus = enumOf<'OPEN' | 'CLOSED'>('PositionStatus', 'Whether anything of a position is left.', {
  OPEN: 'Something is left to sell.',
  CLOSED: 'All of it was sold, or what is left is below what the market accepts.',
});

export const SignalAction = enumOf<domain.SignalAction>('SignalAction', 'What a signal asks for.', {
  BUY_SIGNAL: 'Buy.',
  SELL_SIGNAL: 'Sell or close.',
  UNKNOWN: 'No clear instruction; stored and shown, never traded.',
});

export const WebhookEventStatus = enumOf<'RECEIVED' | 'PROCESSED' | 'FAILED'>(
  'WebhookEventStatus',
  'How far an event came.',
  {
    RECEIVED: 'Stored, its jobs not planned yet.',
    PROCESSED: 'Its jobs were planned.',
    FAILED: 'Nothing could be planned; validationError says why.',
  },
);

export const ReceiptOutcome = enumOf<'ACCEPTED' | 'REFUSED'>('ReceiptOutcome', 'What became of one POST.', {
  ACCEPTED: 'The signal was stored.',
  REFUSED: 'The POST was turned away; the reason says why.',
});

export const SignalOutcome = enumOf<SignalOutcomeName>(
  'SignalOutcome',
  'What became of one message over all accounts it went to.',
  SIGNAL_OUTCOMES,
);

export const UnreadKind = enumOf<UnreadKindName>('UnreadKind', 'What a message holds that its reader does not know.', {
  WORD: 'A word or a few words of its text.',
  FIELD: 'A field of its JSON with its value.',
});

export const PhraseMeaning = enumOf<PhraseMeaningName>('PhraseMeaning', 'What a taught word or phrase stands for.', {
  BUY: 'A buy.',
  SELL: 'A sell or a close.',
  NEUTRAL: 'Nothing: it is passed over.',
});

export const JobStatus = enumOf<domain.JobStatus>('JobStatus', 'Life of a trade job.', {
  PENDING: 'Waits for an executor.',
  EXECUTING: 'Claimed by an executor; an order may be on its way.',
  PENDING_LIMIT: 'Its LIMIT order rests in the book.',
  PARTIALLY_FILLED: 'Some of it was traded, the rest is still wanted.',
  FILLED: 'All of it was traded.',
  CANCELED: 'Stopped before it was complete; what was filled is kept.',
  FAILED: 'Could not be traded.',
  SKIPPED: 'The rules said not to trade; the reason says why.',
});

export type JobOriginName = 'WEBHOOK' | 'MANUAL' | 'TRIGGER' | 'ADOPTED';
export const JobOrigin = enumOf<JobOriginName>('JobOrigin', 'Who asked for a job.', {
  WEBHOOK: 'A signal.',
  MANUAL: 'The owner.',
  TRIGGER: 'A stop loss, take profit or trailing stop.',
  ADOPTED: 'The owner, of coins that were bought outside of this program: nothing was sent for it.',
});

export const ExecutionStatus = enumOf<domain.ExecutionStatus>(
  'ExecutionStatus',
  'What is known about an order at the exchange.',
  {
    SENDING: 'Written down, its outcome not known yet.',
    UNKNOWN: 'Sent, and nobody knows what became of it; it is being looked up.',
    NEW: 'Accepted, nothing filled yet.',
    PARTIALLY_FILLED: 'Partly filled.',
    FILLED: 'Completely filled.',
    CANCELED: 'Canceled at the exchange.',
    EXPIRED: 'Expired at the exchange.',
    REJECTED: 'Definitively refused by the exchange.',
    NOT_PLACED: 'Proven absent at the exchange.',
  },
);

export const CloseReason = enumOf<domain.CloseReason>('CloseReason', 'Why a position was closed.', {
  WEBHOOK_SELL: 'A sell signal.',
  STOP_LOSS: 'Its stop loss.',
  TAKE_PROFIT: 'Its take profit.',
  TRAILING_STOP: 'Its trailing stop.',
  TIME_STOP: 'The end of its time.',
  MANUAL: 'The owner closed it.',
  RECONCILIATION: 'The exchange and the books were brought together.',
});

export type ExitReasonName = triggers.ExitReason;
export const ExitReason = enumOf<ExitReasonName>('ExitReason', 'Which exit of a position a price or its age reached.', {
  STOP_LOSS: 'Its stop loss, or break-even after the first target.',
  TRAILING_STOP: 'Its trailing stop.',
  TAKE_PROFIT: 'Its take profit.',
  PARTIAL_TAKE_PROFIT: 'One or more of its targets; the rest runs.',
  TIME_STOP: 'The end of its time.',
});

export type BulkActionStateName = 'READY' | 'EXPIRED' | 'RUNNING' | 'DONE';
export const BulkActionState = enumOf<BulkActionStateName>('BulkActionState', 'How far a plan is.', {
  READY: 'Waits to be executed.',
  EXPIRED: 'Was not executed in time, and cannot be any more.',
  RUNNING: 'Was begun; asking again goes on with it.',
  DONE: 'Everything of it was asked for; what came of each item is told by the item.',
});

export type BulkActionItemKindName = 'CANCEL_ORDER' | 'CLOSE_POSITION';
export const BulkActionItemKind = enumOf<BulkActionItemKindName>('BulkActionItemKind', 'What an item of a plan does.', {
  CANCEL_ORDER: 'Cancels a resting order.',
  CLOSE_POSITION: 'Sells a position at the market.',
});

export type BulkActionItemOutcomeName = 'DONE' | 'REFUSED';
export const BulkActionItemOutcome = enumOf<BulkActionItemOutcomeName>(
  'BulkActionItemOutcome',
  'What came of asking for an item. It says nothing of fills: see its state.',
  {
    DONE: 'The cancel was asked for, or the sell of the position was accepted.',
    REFUSED: 'It was not done; the reason says why.',
  },
);

export const BulkActionItemState = enumOf<BulkActionItemStateName>(
  'BulkActionItemState',
  'What has become of an item of a plan. Only fills make a position sold.',
  {
    WAITING: 'Its turn has not come yet.',
    ACCEPTED: 'The sell or the cancel is on its way; nothing is sold of it yet.',
    PARTLY_FILLED: 'A part is sold and the position is still open; more follows unless it is over.',
    FILLED: 'It is sold and the position is closed.',
    CANCELED: 'The order is out of the book.',
    ALREADY_DONE: 'The position was closed, or the order had ended, without this item.',
    REFUSED: 'Nothing was sent; the reason says why.',
    FAILED: 'The sell ended and nothing was sold, or the order still stands; the reason says why.',
  },
);

const exchangeTexts = Object.fromEntries(
  domain.EXCHANGES.map((name) => {
    const house = name.replace('_SPOT', '').toLowerCase();
    return [name, `${house.charAt(0).toUpperCase()}${house.slice(1)}, spot market.`];
  }),
) as Record<domain.ExchangeName, string>;
export const ExchangeName = enumOf<domain.ExchangeName>(
  'ExchangeName',
  'Exchanges an account can be at.',
  exchangeTexts,
);

const venueText = (venue: PriceVenueName): string => {
  if (venue === 'SIMULATION') return 'The one market of all simulation accounts.';
  const { exchange, testnet } = exchangeOf(venue);
  return testnet ? `The test network of ${exchange}.` : exchangeTexts[exchange];
};
export const PriceVenue = enumOf<PriceVenueName>(
  'PriceVenue',
  'Where a price is made. Prices of different venues never stand for each other.',
  Object.fromEntries(PRICE_VENUES.map((venue) => [venue, venueText(venue)])) as Record<PriceVenueName, string>,
);

export const VaultTransactionType = enumOf<domain.VaultTransactionType>(
  'VaultTransactionType',
  'Kinds of entries in the ledger of a vault.',
  {
    DEPOSIT: 'Capital put in.',
    WITHDRAWAL: 'Capital taken out.',
    BUY_RESERVE: 'Set aside for a buy order.',
    BUY_CONFIRM: 'The reservation was resolved into what the order cost.',
    BUY_CANCEL: 'The reservation was given back.',
    SELL_RETURN: 'Proceeds of a sell.',
  },
);

export type AlertSeverityName = 'LOW' | 'MEDIUM' | 'HIGH' | 'CRITICAL';
export const AlertSeverity = enumOf<AlertSeverityName>('AlertSeverity', 'How urgent an alert is.', {
  LOW: 'Worth knowing.',
  MEDIUM: 'Look at it today.',
  HIGH: 'Look at it now.',
  CRITICAL: 'Trading is affected.',
});

export type UserRoleName = 'ADMIN' | 'USER';
export const UserRole = enumOf<UserRoleName>('UserRole', 'What a user may do.', {
  ADMIN: 'Runs the installation. Sees only their own trading data, like everybody.',
  USER: 'Trades.',
});

export const ReasonCodes = enumOf<ReasonCode>(
  'ReasonCode',
  'Why something was refused, skipped or failed: one closed list shared by server, schema and page.',
  REASONS,
);

export const TIMELINE_STAGES = {
  RECEIVED: 'The POST arrived.',
  VERIFIED: 'The sender was checked.',
  READ: 'The message was read.',
  COMMITTED: 'The signal and its jobs were stored; the sender got its answer.',
  QUEUED: 'The job was handed to the executors.',
  WAITING: 'An earlier signal of the account and symbol was on its way; the job waited for it.',
  CLAIMED: 'An executor took the job.',
  SENT: 'The order went out.',
  ACKNOWLEDGED: 'The exchange answered.',
  FILLED: 'The last fill known so far.',
  BOOKED: 'Fills, position and vault were written.',
} as const;
export type TimelineStageName = keyof typeof TIMELINE_STAGES;
export const TimelineStage = enumOf<TimelineStageName>(
  'TimelineStage',
  'The stations of a signal on its way to a position.',
  TIMELINE_STAGES,
);

export type WebhookSecretKindName = 'SIGNING_SECRET' | 'BODY_TOKEN';
export const WebhookSecretKind = enumOf<WebhookSecretKindName>('WebhookSecretKind', 'The two secrets of a source.', {
  SIGNING_SECRET: 'Signs the raw body, for senders that can set headers.',
  BODY_TOKEN: 'Travels inside the JSON body, for senders such as TradingView that cannot.',
});
