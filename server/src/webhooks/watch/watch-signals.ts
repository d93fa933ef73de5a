import type { Context } from '../../context.js';
import { missedSignals, type MissedSignal } from '../../core/signal/watch/missed-signals.js';
import { silenceBeyondRhythm } from '../../core/signal/watch/signal-rhythm.js';
import { readTrail } from '../../core/signal/watch/signal-trail.js';
import { keepAlerts, type KeptAlert } from '../../alerts/keep-alerts.js';
import { readKeptMessages, readLastArrivals, readWatchedSources, type WatchedSource } from './signal-watch.store.js';

const MISSED = 'MISSED_SIGNAL:';
const SILENT = 'WEBHOOK_SILENT:';
const DAY_MS = 86_400_000;
/** So many arrivals teach the rhythm of a source. */
const ARRIVALS = 200;
const MESSAGES = 200;
const SILENT_DAYS = 7;

type WatchContext = Pick<Context, 'db' | 'clock'>;

/**
 * Looks for signals that did not come (job signal_watch): a source that is silent beyond its own rhythm, a strategy whose
 * position before does not fit its last message, and a gap in a sequence of the last day. A source without a rhythm that
 * received nothing for a week is WEBHOOK_SILENT.
 */
export async function watchSignals(
  ctx: WatchContext,
  { silentDays = SILENT_DAYS }: { silentDays?: number } = {},
): Promise<{ sources: number; missed: number; silent: number }> {
  const sources = await readWatchedSources(ctx.db);
  const missed: KeptAlert[] = [];
  const silent: KeptAlert[] = [];
  for (const source of sources) {
    const arrivals = await readLastArrivals(ctx.db, source.id, ARRIVALS);
    const silence = silenceOf(source, arrivals, ctx.clock.now());
    if (silence) missed.push(silence);
    else silent.push(...longSilence(source, arrivals, { now: ctx.clock.now(), silentDays }));
    missed.push(...(await missingBetween(ctx, source)));
  }
  await keepAlerts(ctx, { type: 'MISSED_SIGNAL', prefix: MISSED, found: missed });
  await keepAlerts(ctx, { type: 'WEBHOOK_SILENT', prefix: SILENT, found: silent });
  return { sources: sources.length, missed: missed.length, silent: silent.length };
}

type Arrivals = readonly { receiptId: number; at: number }[];

function silenceOf(source: WatchedSource, arrivals: Arrivals, now: number): KeptAlert | undefined {
  const times = arrivals.map(({ at }) => at);
  const silence = silenceBeyondRhythm(times, now);
  if (!silence) return undefined;
  return {
    ...ofSource(source, MISSED, 'silence'),
    severity: source.isReal ? 'high' : 'low',
    message: `${source.label} has sent nothing since ${iso(Math.max(...times))}. By its rhythm, a signal was due at ${iso(now - silence.silentMs + silence.limitMs)} at the latest.`,
    evidence: String(arrivals[0]?.receiptId ?? ''),
  };
}

function longSilence(
  source: WatchedSource,
  arrivals: Arrivals,
  { now, silentDays }: { now: number; silentDays: number },
): KeptAlert[] {
  const lastAt = arrivals[0]?.at;
  if (now - (lastAt ?? source.createdAt) < silentDays * DAY_MS) return [];
  const { label } = source;
  const last =
    lastAt === undefined ? `${label} has never sent anything.` : `${label} last sent something on ${iso(lastAt)}.`;
  return [
    {
      ...ofSource(source, SILENT, 'source'),
      severity: 'low',
      message: `${last} Check the sender, or switch the source off.`,
      evidence: String(arrivals[0]?.receiptId ?? ''),
    },
  ];
}

/** One alert for each kind of gap of a source, about the newest one. */
async function missingBetween(ctx: WatchContext, source: WatchedSource): Promise<KeptAlert[]> {
  const since = new Date(ctx.clock.now() - DAY_MS);
  const kept = await readKeptMessages(ctx.db, { sourceId: source.id, since, limit: MESSAGES });
  const trailed = kept.flatMap(({ receiptId, symbol, message }) => {
    const trail = readTrail(message, symbol);
    return trail ? [{ receiptId, ...trail }] : [];
  });
  const found = missedSignals(trailed);
  return (['POSITION', 'SEQUENCE'] as const).flatMap((kind): KeptAlert[] => {
    const own = found.filter((one) => one.kind === kind);
    const last = own.at(-1);
    if (!last) return [];
    const others = own.length > 1 ? ` There are ${own.length} such places in the last 24 hours.` : '';
    return [
      {
        ...ofSource(source, MISSED, kind.toLowerCase()),
        severity: source.isReal ? 'high' : 'low',
        message: `${describe(source.label, last)}${others}`,
        evidence: String(last.receiptId),
        metadata: { receiptId: last.receiptId },
      },
    ];
  });
}

function describe(label: string, missed: MissedSignal): string {
  if (missed.kind === 'SEQUENCE') {
    const { from, to } = missed;
    return from === to
      ? `${label}: number ${from} of its sequence did not come.`
      : `${label}: the numbers ${from} to ${to} of its sequence did not come.`;
  }
  const [symbol] = missed.track.split('|');
  const { found, expected } = missed;
  const what = symbol
    ? `${label}: its strategy on ${symbol} was ${found} before its last message, but the message before left it ${expected}.`
    : `${label}: its strategy was ${found} before its last message, but the message before left it ${expected}.`;
  return `${what} A signal between them did not come.`;
}

const iso = (at: number): string => new Date(at).toISOString();

const ofSource = ({ id, ownerUserId }: WatchedSource, prefix: string, what: string) => ({
  ...{ openKey: `${prefix}source:${id}:${what}`, userId: ownerUserId },
});
