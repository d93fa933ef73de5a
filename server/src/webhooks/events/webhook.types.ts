import { Field, ID, InputType, Int, ObjectType } from 'type-graphql';
import type { EventStatus, SignalAction as SignalActionText, TradeMode as TradeModeText } from '../../core/domain.js';
import type { ReasonCode } from '../../core/reasons.js';
import { NotForTokens } from '../../graphql/access.js';
import { ReasonCodes, ReceiptOutcome, SignalAction, TradeMode, WebhookEventStatus } from '../../graphql/enums.js';
import { DatesFilter, FILTER_VALUES_MAX, TradingListFilter, SEVERAL } from '../../graphql/list-filter.js';
import { connectionType, countedConnectionType } from '../../graphql/pages.js';
import { GraphQLDateTime, GraphQLDecimal, GraphQLJsonValue } from '../../graphql/scalars.js';
import { fromJson } from '../../infra/database/database.js';
import type { BindingRow, BlockedRow, EventRow, ReceiptRow, SourceRow } from './webhook-view.store.js';

@ObjectType({ description: 'Refused signals of a source in one minute, beyond the first 30, which have receipts.' })
export class RefusalCount {
  @Field(() => GraphQLDateTime, { description: 'The beginning of the minute.' })
  minute!: Date;

  @Field(() => ReasonCodes, { description: 'Why they were refused.' })
  reasonCode!: ReasonCode;

  @Field(() => Int, { description: 'How many there were.' })
  refused!: number;
}

@ObjectType({ description: 'An account that trades the signals of a source.' })
export class WebhookBinding {
  @Field(() => ID, { description: 'Row id.' })
  id!: number;

  @Field(() => ID, { description: 'The source.' })
  sourceId!: number;

  @Field(() => Boolean, { description: 'Whether signals reach the account.' })
  isActive!: boolean;

  @Field(() => GraphQLDecimal, { nullable: true, description: 'Factor on the size of its orders; null = 1.' })
  weight!: string | null;

  accountId!: number;
}

export const toBinding = (row: BindingRow): WebhookBinding => ({
  id: row.id,
  sourceId: row.webhook_source_id,
  isActive: row.is_active,
  weight: row.weight?.toFixed() ?? null,
  accountId: row.exchange_account_id,
});

@ObjectType({ description: 'An address that accepts signals.' })
export class WebhookSource {
  @Field(() => ID, { description: 'Row id.' })
  id!: number;

  @Field(() => String, { description: 'Your name for it.' })
  label!: string;

  @Field(() => String, { description: 'The secret part of its address. API tokens cannot read it.' })
  @NotForTokens()
  webhookCode!: string;

  @Field(() => TradeMode, { description: 'REAL or SIMULATION; it binds only accounts of this mode.' })
  tradeMode!: TradeModeText;

  @Field(() => [String], { description: 'Addresses and CIDR ranges that may send; empty = any.' })
  allowedIps!: string[];

  @Field(() => Boolean, {
    description:
      'Whether unsigned signals are refused. Repeats are recognized only by what the signature covers. Standard Webhooks covers id and time, at most 5 minutes old. X-Signature covers the body: a time in the body may be at most 5 minutes old unless maxLagSec says otherwise; without a time in the body, a recorded message can be sent again after the window of repeats (identityWindowSec, or a day with an id in the body), and counts as new.',
  })
  requireSignature!: boolean;

  @Field(() => Boolean, { description: 'Whether there is a signing secret.' })
  hasSigningSecret!: boolean;

  @Field(() => Boolean, { description: 'Whether there is a body token. If so, every body must contain it.' })
  hasBodyToken!: boolean;

  @Field(() => Int, { description: 'Signals it accepts in a minute.' })
  rateLimitPerMin!: number;

  @Field(() => Int, {
    description:
      'The time within which a repeated body without an id and a time counts as the same signal, in seconds. Later the same message counts as new, also a signed one.',
  })
  identityWindowSec!: number;

  @Field(() => Int, {
    nullable: true,
    description:
      'Signals older than this many seconds are refused; null = any age, or 5 minutes for a time in a body that X-Signature signs.',
  })
  maxLagSec!: number | null;

  @Field(() => Boolean, { description: 'Whether it is switched on. A source that is switched off answers 404.' })
  isActive!: boolean;

  @Field(() => Boolean, { description: 'Whether an administrator locked it.' })
  adminLocked!: boolean;

  @Field(() => Boolean, {
    description:
      'Whether it runs dry: its signals are verified, read and planned, and their receipts say what would have been traded. Nothing is bought or sold.',
  })
  dryRun!: boolean;

  @Field(() => GraphQLDateTime, { description: 'When it was created.' })
  createdAt!: Date;

  row!: SourceRow;
}

export const toSource = (row: SourceRow): WebhookSource => ({
  id: row.id,
  label: row.label,
  webhookCode: row.webhook_code,
  tradeMode: row.trade_mode as TradeModeText,
  allowedIps: fromJson<string[]>(row.allowed_ips_json) ?? [],
  requireSignature: row.require_signature,
  hasSigningSecret: row.signing_secret_enc !== null,
  hasBodyToken: row.body_token_hash !== null,
  rateLimitPerMin: row.rate_limit_per_min,
  identityWindowSec: row.identity_window_sec,
  maxLagSec: row.max_lag_sec,
  isActive: row.is_active,
  adminLocked: row.admin_locked,
  dryRun: row.dry_run,
  createdAt: row.created_at,
  row,
});

@ObjectType({ description: 'A signal for one account.' })
export class WebhookEvent {
  @Field(() => ID, { description: 'Row id.' })
  id!: number;

  @Field(() => TradeMode, { description: 'REAL or SIMULATION.' })
  tradeMode!: TradeModeText;

  @Field(() => String, { description: 'The id of the signal. A repeat has the same id.' })
  eventUid!: string;

  @Field(() => String, { description: 'The symbol as the message spells it.' })
  symbolRaw!: string;

  @Field(() => String, { description: 'The symbol as the market names it, such as SOL/USDT.' })
  symbolNormalized!: string;

  @Field(() => SignalAction, { description: 'The action it asks for.' })
  action!: SignalActionText;

  @Field(() => String, { nullable: true, description: 'The timeframe in the message.' })
  timeframe!: string | null;

  @Field(() => GraphQLDecimal, { nullable: true, description: 'The price in the message.' })
  priceReference!: string | null;

  @Field(() => String, { nullable: true, description: 'Its text, tokens removed.' })
  rawText!: string | null;

  @Field(() => GraphQLJsonValue, { nullable: true, description: 'Its JSON body, tokens removed.' })
  rawPayload!: unknown;

  @Field(() => WebhookEventStatus, { description: 'How far it was processed.' })
  status!: 'RECEIVED' | 'PROCESSED' | 'FAILED';

  @Field(() => String, { nullable: true, description: 'Why nothing could be planned.' })
  validationError!: string | null;

  @Field(() => GraphQLDateTime, { description: 'When it was stored.' })
  createdAt!: Date;

  @Field(() => GraphQLDateTime, { nullable: true, description: 'When its jobs were planned.' })
  processedAt!: Date | null;

  accountId!: number;
  receiptId!: number | null;
}

export const toEvent = (row: EventRow): WebhookEvent => ({
  id: row.id,
  tradeMode: row.trade_mode as TradeModeText,
  eventUid: row.event_uid,
  symbolRaw: row.symbol_raw,
  symbolNormalized: row.symbol_normalized,
  action: row.action as SignalActionText,
  timeframe: row.timeframe,
  priceReference: row.price_reference?.toFixed() ?? null,
  rawText: row.raw_text,
  rawPayload: fromJson(row.raw_payload_json),
  status: row.status as WebhookEvent['status'],
  validationError: row.validation_error,
  createdAt: row.created_at,
  processedAt: row.processed_at,
  accountId: row.target_account_id,
  receiptId: row.webhook_receipt_id,
});
export const WebhookEventConnection = connectionType('WebhookEvent', WebhookEvent);

@ObjectType({ description: 'One POST to a known source, accepted or refused.' })
export class WebhookReceipt {
  @Field(() => ID, { description: 'Row id.' })
  id!: number;

  @Field(() => String, { description: 'Its public id, which the sender got.' })
  receipt!: string;

  @Field(() => ReceiptOutcome, {
    description: 'Whether the POST was accepted or refused. For the trades, see `result`.',
  })
  outcome!: 'ACCEPTED' | 'REFUSED';

  @Field(() => Int, { description: 'The HTTP status the sender got.' })
  httpStatus!: number;

  @Field(() => ReasonCodes, { nullable: true, description: 'Why it was refused, or why nothing is traded.' })
  reasonCode!: ReasonCode | null;

  @Field(() => String, { nullable: true, description: 'The reason in a sentence.' })
  reasonMessage!: string | null;

  @Field(() => String, { nullable: true, description: 'The id of the signal; null when refused.' })
  eventUid!: string | null;

  @Field(() => SignalAction, { nullable: true, description: 'The action it asks for.' })
  action!: SignalActionText | null;

  @Field(() => String, { nullable: true, description: 'The symbol as the market names it, such as SOL/USDT.' })
  symbol!: string | null;

  @Field(() => Int, { description: 'How many accounts it went to.' })
  accounts!: number;

  @Field(() => Int, { description: 'How many repeats of the same signal arrived.' })
  duplicates!: number;

  @Field(() => String, { nullable: true, description: 'The address it came from.' })
  sourceIp!: string | null;

  @Field(() => Int, { description: 'Size of the body.' })
  bodyBytes!: number;

  @Field(() => Boolean, { description: 'Whether its source ran dry when it arrived.' })
  dryRun!: boolean;

  @Field(() => GraphQLDateTime, { description: 'When it arrived.' })
  receivedAt!: Date;

  row!: ReceiptRow;
}

export const toReceipt = (row: ReceiptRow): WebhookReceipt => ({
  id: row.id,
  receipt: row.receipt,
  outcome: row.outcome as WebhookReceipt['outcome'],
  httpStatus: row.http_status,
  reasonCode: row.reason_code as ReasonCode | null,
  reasonMessage: row.reason_message,
  eventUid: row.event_uid,
  action: row.action as SignalActionText | null,
  symbol: row.symbol_normalized || null,
  accounts: row.accounts,
  duplicates: row.duplicates,
  sourceIp: row.source_ip,
  bodyBytes: row.body_bytes,
  dryRun: row.dry_run,
  receivedAt: row.received_at,
  row,
});
export const WebhookReceiptConnection = connectionType('WebhookReceipt', WebhookReceipt);

@InputType({ description: 'Which receipts.' })
export class WebhookReceiptFilter extends DatesFilter {
  @Field(() => [ID], {
    nullable: true,
    description: `Only those of sources that are bound to one of these accounts, at most ${FILTER_VALUES_MAX}; an empty list matches nothing. Also refused ones, which reached no account.`,
  })
  accountIds?: string[] | null;

  @Field(() => ID, { nullable: true, description: 'Only those of this source.' })
  sourceId?: string | null;

  @Field(() => [ID], { nullable: true, description: SEVERAL('sources', 'sourceId') })
  sourceIds?: string[] | null;

  @Field(() => TradeMode, { nullable: true, description: 'Only those of sources of this mode.' })
  tradeMode?: TradeModeText | null;

  @Field(() => String, { nullable: true, description: 'Only those of this symbol, in any spelling.' })
  symbol?: string | null;

  @Field(() => [String], { nullable: true, description: SEVERAL('symbols', 'symbol') })
  symbols?: string[] | null;

  @Field(() => ReceiptOutcome, { nullable: true, description: 'Only accepted or only refused ones.' })
  outcome?: 'ACCEPTED' | 'REFUSED' | null;

  @Field(() => Boolean, {
    nullable: true,
    description:
      'True: only those that were read as buy or sell. False: only those that could not be read with certainty.',
  })
  understood?: boolean | null;

  @Field(() => Boolean, { nullable: true, description: 'Only those that came while their source ran dry, or did not.' })
  dryRun?: boolean | null;
}

@InputType({ description: 'Which events.' })
export class WebhookEventFilter extends TradingListFilter {
  @Field(() => SignalAction, { nullable: true, description: 'Only those with this action.' })
  action?: SignalActionText | null;

  @Field(() => WebhookEventStatus, { nullable: true, description: 'Only those in this state.' })
  status?: EventStatus | null;
}

@ObjectType({ description: 'A POST to a source that was refused.' })
export class WebhookBlockedAttempt {
  @Field(() => ID, { description: 'Row id.' })
  id!: number;

  @Field(() => String, { nullable: true, description: 'The address it came from.' })
  ip!: string | null;

  @Field(() => String, { nullable: true, description: 'The program that sent it, as it named itself.' })
  userAgent!: string | null;

  @Field(() => ReasonCodes, { description: 'Why it was refused.' })
  reasonCode!: ReasonCode;

  @Field(() => String, { description: 'The reason in a sentence.' })
  reasonMessage!: string;

  @Field(() => GraphQLDateTime, { description: 'When it came.' })
  createdAt!: Date;

  sourceId!: number;
  receiptId!: number | null;
}
export const WebhookBlockedAttemptConnection = connectionType('WebhookBlockedAttempt', WebhookBlockedAttempt);

export const toBlockedAttempt = (row: BlockedRow): WebhookBlockedAttempt => ({
  id: row.id,
  ip: row.ip,
  userAgent: row.user_agent,
  reasonCode: row.reason_code as ReasonCode,
  reasonMessage: row.reason_message,
  createdAt: row.created_at,
  sourceId: row.webhook_source_id,
  receiptId: row.webhook_receipt_id,
});

@InputType({ description: 'Which refused POSTs.' })
export class WebhookBlockedAttemptFilter extends DatesFilter {
  @Field(() => ID, { nullable: true, description: 'Only those of this source.' })
  sourceId?: string | null;

  @Field(() => [ID], { nullable: true, description: SEVERAL('sources', 'sourceId') })
  sourceIds?: string[] | null;

  @Field(() => TradeMode, { nullable: true, description: 'Only those of sources of this mode.' })
  tradeMode?: TradeModeText | null;

  @Field(() => ReasonCodes, { nullable: true, description: 'Only those refused for this reason.' })
  reasonCode?: ReasonCode | null;
}

@InputType({ description: 'Which sources.' })
export class WebhookSourceFilter extends DatesFilter {
  @Field(() => TradeMode, { nullable: true, description: 'Only those of this mode.' })
  tradeMode?: TradeModeText | null;

  @Field(() => Boolean, { nullable: true, description: 'Only active or only inactive ones.' })
  isActive?: boolean | null;
}

export const WebhookSourceConnection = countedConnectionType('WebhookSource', WebhookSource);
