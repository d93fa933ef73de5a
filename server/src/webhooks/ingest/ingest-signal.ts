import type { Context } from '../../context.js';
import { eventIdentity } from '../../core/signal/event-identity.js';
import { parseJson, readSignal, type SignalReading } from '../../core/signal/read-signal.js';
import { checkSignatureSetup, checkSource } from '../../core/signal/source-rules.js';
import { refuse, type ReasonCode, type Refusal } from '../../core/reasons.js';
import type { LiveNotifier } from '../../ports.js';
import type { DryRunner } from '../dry-runs/create-dry-runner.js';
import { hiderOf, redactText, verifyBodyToken } from './body-token.js';
import { isIpAllowed } from './ip-rules.js';
import { explainUnread, keepMessage, type KeptMessage } from '../phrases/keep-message.js';
import { guessSignal, nextUid, sha256 } from './next-uid.js';
import { receiptId } from './receipt-id.js';
import type { RefusalFlood } from './refusal-flood.js';
import type { SourceLimits } from './source-limits.js';
import {
  headerOf,
  isStandardSigned,
  SIGNATURE_TOLERANCE_SEC,
  verifySignature,
  type Headers,
} from './verify-signature.js';
import type { ErrorAnswer, SignalAnswer } from './webhook-answers.js';
import {
  countRepeat,
  findSource,
  writeRefusal,
  writeSignal,
  type FirstReceipt,
  type IngestSource,
  type ReceiptFacts,
} from './webhooks.store.js';

export const BODY_LIMIT_BYTES = 65_536;

/** A body as it was received. `broken`: it did not arrive completely in time. */
export type ReceivedBody =
  { kind: 'whole'; bytes: Buffer } | { kind: 'too-large'; length: number } | { kind: 'broken'; length: number };

export interface IngestRequest {
  code: string;
  headers: Headers;
  /** The sender's address according to the rules for trusted proxies; null when it is not known. */
  ip: string | null;
  body: ReceivedBody;
  receivedAtMs: number;
}

export interface IngestAnswer {
  httpStatus: number;
  retryAfterSec?: number;
  body: SignalAnswer | ErrorAnswer;
}

type IngestContext = Pick<Context, 'db' | 'clock' | 'secrets' | 'log' | 'trades' | 'markets'> & {
  live: LiveNotifier;
  limits: SourceLimits;
  flood: RefusalFlood;
  dryRuns?: Pick<DryRunner, 'decide'> | undefined;
};
/** `isProven`: the sender passed every check of its identity, so what it sent may be stored. */
type Refused = { refusal: Refusal; retryAfterSec?: number; isProven?: boolean };
/** What a receipt stores about its message. */
type Told = Pick<ReceiptFacts, 'message' | 'unread'>;

/**
 * A stale signal gets 422: it is understood, but it will never be accepted, and the status must not look like a
 * success.
 */
const HTTP_STATUS: Partial<Record<ReasonCode, number>> = {
  SOURCE_NOT_FOUND: 404,
  WEBHOOK_RATE_LIMIT: 429,
  BODY_TOO_LARGE: 413,
  BODY_UNREADABLE: 400,
  BODY_MALFORMED: 400,
  TIME_UNREADABLE: 422,
  STALE_SIGNAL: 422,
};

/**
 * Handles one POST to a webhook: checks it in the order of the trading rules, reads it, stores it and hands over its
 * jobs. It answers 202, or 200 for a repeat, only after the commit. Throws when the database fails.
 */
export async function ingestSignal(ctx: IngestContext, request: IngestRequest): Promise<IngestAnswer> {
  const bytes = request.body.kind === 'whole' ? request.body.bytes : null;
  const bodyHash = bytes && sha256(bytes);
  const text = bytes && decodeUtf8(bytes);
  const guess = guessSignal(text, bodyHash);
  const found = await findSource(ctx.db, request.code, { bodyHash, idPrefix: guess?.idPrefix ?? null });
  if (!found) return { httpStatus: 404, body: { error: refuse('SOURCE_NOT_FOUND') } };
  const { source, phrases } = found;

  const refused = await check(ctx, source, request, bytes, text);
  if (refused) {
    const told =
      refused.isProven && text !== null
        ? { message: keepMessage(text, parsed(text)).message, unread: [] }
        : NOTHING_TOLD;
    return answerRefusal(ctx, source, request, { bodyHash, refused, told });
  }
  if (bytes === null || bodyHash === null || text === null) throw new Error('a body without bytes passed the checks');
  const verifiedAt = new Date(ctx.clock.now());

  const reading = (phrases.length === 0 && guess?.reading) || readSignal({ text, phrases });
  const kept = keepMessage(text, reading);
  const { refusal, unread } = explainUnread({ text, reading, kept }, phrases);
  const told: Told = { message: kept.message, unread };
  if (reading.refusal?.code === 'BODY_MALFORMED') {
    const refused = { refusal: withoutSecrets(reading, text) };
    return answerRefusal(ctx, source, request, { bodyHash, refused, told });
  }
  const messageId = withoutSecret(provenMessageId(source, request.headers), kept.hide);
  const identity = eventIdentity({ reading, messageId, bodyHash, windowSec: source.identityWindowSec, sha256 });
  const eventUid =
    identity.kind === 'uid'
      ? identity.uid
      : await nextUid(ctx, source, identity, {
          ...found,
          idPrefix: guess?.idPrefix,
          receivedAtMs: request.receivedAtMs,
        });
  const late = checkAge(source, reading, {
    nowMs: request.receivedAtMs,
    signedMaxAgeSec: source.requireSignature && !isStandardSigned(request.headers) ? SIGNATURE_TOLERANCE_SEC : null,
  });
  if (late) {
    // A late repeat of a signal that was accepted in time is answered as a repeat. Only a new signal is refused for its
    // age.
    const first = await countRepeat(ctx.db, source.id, eventUid);
    if (first) return answerRepeat(first, eventUid);
    // It quotes the time and the age limit of the message.
    const refused = { refusal: refuse(late.code, kept.hide(late.message)) };
    return answerRefusal(ctx, source, request, { bodyHash, refused, told });
  }
  return store(ctx, source, request, { bytes, bodyHash, eventUid, verifiedAt, kept, told, refusal, reading });
}

/**
 * The Standard Webhooks id, if what was checked covers it. `X-Signature` and a token in the body prove the body alone:
 * with another id header the same message would count as new. A source that checks nothing takes any id.
 */
function provenMessageId(source: IngestSource, headers: Headers): string | null {
  const isCovered = source.requireSignature ? isStandardSigned(headers) : source.bodyTokenHash === null;
  return isCovered ? headerOf(headers, 'webhook-id')?.trim() || null : null;
}

/** An id that contains a secret of the message would be stored and answered, so its hash stands for it. */
const withoutSecret = (id: string | null, hide: (text: string) => string): string | null =>
  id !== null && hide(id) !== id ? `sha256:${sha256(id)}` : id;

/** The checks in the order of the trading rules. The source is known and active. */
async function check(
  ctx: IngestContext,
  source: IngestSource,
  { headers, ip, body, receivedAtMs }: IngestRequest,
  bytes: Buffer | null,
  text: string | null,
): Promise<Refused | null> {
  const locked = checkSource({ isActive: true, adminLocked: source.adminLocked });
  if (locked) return { refusal: locked };
  if (!isIpAllowed(ip, source.allowedIps)) {
    return {
      refusal: refuse(
        'IP_NOT_ALLOWED',
        `The sender address ${ip ?? '(unknown)'} is not in the list of allowed addresses.`,
      ),
    };
  }
  // A body that is too large or incomplete cannot be verified. It is refused for that reason below.
  if (bytes) {
    const refusal = verify(ctx, source, headers, bytes, text, receivedAtMs);
    if (refusal) return { refusal };
  }
  const rate = await ctx.limits.consume(source.id, source.rateLimitPerMin);
  if (!rate.ok) {
    const retryAfterSec = Math.ceil(rate.retryAfterMs / 1000);
    const message = `This source takes ${source.rateLimitPerMin} signals a minute. Send again in ${retryAfterSec} s.`;
    return { refusal: refuse('WEBHOOK_RATE_LIMIT', message), retryAfterSec, isProven: true };
  }
  if (body.kind === 'too-large')
    return { refusal: refuse('BODY_TOO_LARGE', 'The body is larger than 64 KiB: send only the signal.') };
  if (body.kind === 'broken') return { refusal: refuse('BODY_UNREADABLE', 'The body did not arrive whole in time.') };
  if (text === null) {
    return {
      refusal: refuse(
        'BODY_UNREADABLE',
        'The body is not valid UTF-8: send plain text or JSON in UTF-8, not compressed.',
      ),
    };
  }
  return null;
}

function verify(
  ctx: IngestContext,
  source: IngestSource,
  headers: Headers,
  rawBody: Buffer,
  text: string | null,
  nowMs: number,
): Refusal | null {
  if (source.requireSignature) {
    const sealed = source.signingSecretEnc;
    if (sealed === null) return checkSignatureSetup({ ...source, hasSigningSecret: false }) ?? null;
    const secret = ctx.secrets.open(sealed, signingSecretPlace(source.id));
    const refusal = verifySignature({ headers, rawBody, secret, nowMs });
    if (refusal) return refusal;
  }
  return source.bodyTokenHash === null ? null : verifyBodyToken(text ?? '', source.bodyTokenHash);
}

/** The row that a sealed signing secret is bound to. */
export const signingSecretPlace = (sourceId: number): string => `webhook_sources.signing_secret_enc:${sourceId}`;

/** How far the time of a signal may be ahead of our clock. */
const AHEAD_MAX_SEC = 300;

/**
 * Why a signal is refused for its age; null when it is not. The limit is the smaller one of the source's limit and the
 * payload's own. When a limit is set, a time that cannot be read or is in the future is refused. `signedMaxAgeSec` is
 * the limit of a time that was signed with the body, when neither sets one: a signed message that somebody recorded
 * cannot be sent later. A message signed by Standard Webhooks has its own time, which was checked.
 */
export function checkAge(
  source: IngestSource,
  { time, timeUnread, maxLag }: SignalReading,
  { nowMs, signedMaxAgeSec }: { nowMs: number; signedMaxAgeSec: number | null },
): Refusal | null {
  if (maxLag && 'unread' in maxLag) {
    return refuse('TIME_UNREADABLE', `The age limit "${maxLag.unread}" could not be read: send it in seconds.`);
  }
  const isSet = source.maxLagSec !== null || maxLag !== null;
  const standardSec = (!isSet && time !== null && signedMaxAgeSec) || Number.POSITIVE_INFINITY;
  const limitSec = Math.min(source.maxLagSec ?? standardSec, maxLag?.sec ?? Number.POSITIVE_INFINITY);
  if (!Number.isFinite(limitSec)) return null;
  if (timeUnread !== null) {
    return refuse(
      'TIME_UNREADABLE',
      `Signals of up to ${limitSec} s are taken, and "${timeUnread}" could not be read: send unix time or ISO 8601.`,
    );
  }
  if (time === null) return null;
  const lagMs = nowMs - time;
  if (lagMs < -AHEAD_MAX_SEC * 1000) {
    return refuse(
      'TIME_UNREADABLE',
      `The time of the signal lies ${Math.floor(-lagMs / 1000)} s ahead, so its age is unknown.`,
    );
  }
  if (lagMs <= limitSec * 1000) return null;
  return refuse('STALE_SIGNAL', `The signal is ${Math.floor(lagMs / 1000)} s old; up to ${limitSec} s are allowed.`);
}

/** The refusal of a body that is not JSON quotes a part of it. */
function withoutSecrets({ refusal, matchedTokens }: SignalReading, text: string): Refusal {
  return refuse('BODY_MALFORMED', hiderOf(text)(refusal?.message ?? matchedTokens[0] ?? ''));
}

interface VerifiedSignal {
  bytes: Buffer;
  bodyHash: string;
  eventUid: string;
  verifiedAt: Date;
  kept: KeptMessage;
  told: Told;
  /** Why it was not understood, without tokens. */
  refusal: Refusal | null;
  reading: SignalReading;
}

async function store(
  ctx: IngestContext,
  source: IngestSource,
  request: IngestRequest,
  signal: VerifiedSignal,
): Promise<IngestAnswer> {
  const { reading, eventUid, kept, refusal } = signal;
  const symbolAt = await ctx.markets.resolve({ raw: reading.symbolRaw, candidates: reading.symbolCandidates });
  const readAt = new Date(ctx.clock.now());
  const receipt = receiptId();
  const written = await writeSignal(ctx.db, {
    receipt,
    sourceId: source.id,
    ip: request.ip,
    bodyBytes: signal.bytes.length,
    bodyHash: signal.bodyHash,
    receivedAt: new Date(request.receivedAtMs),
    ownerUserId: source.ownerUserId,
    tradeMode: source.tradeMode,
    dryRun: source.dryRun,
    eventUid,
    action: reading.action,
    refusal,
    symbolRaw: kept.hide(reading.symbolRaw),
    symbol: reading.symbol,
    symbolAt,
    timeframe: reading.timeframe && kept.hide(reading.timeframe),
    price: reading.price,
    ...signal.told,
    priceUnread: reading.priceUnread && kept.hide(reading.priceUnread).slice(0, 200),
    rawText: kept.rawText,
    rawPayload: kept.rawPayload,
    verifiedAt: signal.verifiedAt,
    readAt,
    committedAt: new Date(ctx.clock.now()),
  });
  if (!written) {
    const first = await countRepeat(ctx.db, source.id, eventUid);
    if (!first) throw new Error('a signal was refused as a repeat but its first receipt is missing');
    return answerRepeat(first, eventUid);
  }
  const committedAt = ctx.clock.now();
  if (written.jobs.length > 0) {
    ctx.trades.enqueue(
      written.jobs.map((address) => ({ jobId: address.jobId, committedAt, queuedAt: committedAt, address })),
    );
  }
  if (source.dryRun) ctx.dryRuns?.decide({ sourceId: source.id, receipt });
  ctx.live.notify(source.ownerUserId);
  const { action } = reading;
  const traded = new Set(written.symbols);
  const symbol = traded.size === 1 ? ([...traded][0] ?? null) : reading.symbol;
  return {
    httpStatus: 202,
    body: {
      receipt,
      event_uid: eventUid,
      action,
      symbol,
      accounts: written.accounts,
      duplicate: false,
      ...(source.dryRun && { dry_run: true }),
      ...(refusal && { reason: refusal }),
    },
  };
}

function answerRepeat(first: FirstReceipt, eventUid: string): IngestAnswer {
  const { receipt, action, symbol, accounts, reasonCode, reasonMessage } = first;
  const reason =
    reasonCode === null ? {} : { reason: { code: reasonCode as ReasonCode, message: reasonMessage ?? '' } };
  return {
    httpStatus: 200,
    body: { receipt, event_uid: eventUid, action, symbol, accounts, duplicate: true, ...reason },
  };
}

async function answerRefusal(
  ctx: IngestContext,
  source: IngestSource,
  { headers, ip, body, receivedAtMs }: IngestRequest,
  { bodyHash, refused, told }: { bodyHash: string | null; refused: Refused; told: Told },
): Promise<IngestAnswer> {
  const { refusal, retryAfterSec } = refused;
  const httpStatus = HTTP_STATUS[refusal.code] ?? 403;
  const retry = retryAfterSec === undefined ? {} : { retryAfterSec };
  if (!ctx.flood.keepsRows(source.id, refusal.code, receivedAtMs)) {
    return { httpStatus, ...retry, body: { error: refusal } };
  }
  const receipt = receiptId();
  await writeRefusal(ctx.db, {
    receipt,
    sourceId: source.id,
    ownerUserId: source.ownerUserId,
    ip,
    bodyBytes: body.kind === 'whole' ? body.bytes.length : body.length,
    bodyHash,
    receivedAt: new Date(receivedAtMs),
    ...told,
    refusal,
    httpStatus,
    userAgent: redactText(headerOf(headers, 'user-agent') ?? '') || null,
  });
  ctx.live.notify(source.ownerUserId);
  ctx.log.info({ sourceId: source.id, reason: refusal.code, ip }, 'signal refused');
  return { httpStatus, ...retry, body: { error: refusal, receipt } };
}

const NOTHING_TOLD: Told = { message: null, unread: [] };

/** A body that was not read, parsed if it is JSON. */
function parsed(text: string): { payload: unknown; text: string | null } {
  const value = parseJson(text);
  return { payload: typeof value === 'object' && value !== null ? value : undefined, text };
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function decodeUtf8(bytes: Buffer): string | null {
  try {
    return utf8.decode(bytes);
  } catch {
    return null;
  }
}
