import { useApolloClient } from '@apollo/client/react';
import { useEffect, useRef } from 'react';
import { useTranslations } from 'use-intl';
import { LivePositionFragmentDoc, type LiveFillFragment, type LivePositionFragment } from '../../gql/generated';
import { chime, type Chime } from '../../lib/chime';
import { useFormat } from '../../lib/format';
import { useConnection } from '../../lib/live/connection';
import { useLiveEvent } from '../../lib/live/events';
import { concerns, isClose, isRefusal, isUrgent, summarize, type News } from '../../lib/live/news';
import { quoteOf } from '../../lib/live/open-positions';
import { usePreferences } from '../../lib/preferences';
import { useOpenedByPush } from './opened-by-push';
import { useReasonText } from '../../ui/reason';
import { toast } from '../../ui/toast';

/** The fills, the close and the job of one trade arrive within this time. */
const GATHER_MS = 700;
/** A shorter cut of the connection is not worth a word. */
const CUT_MS = 4_000;
const REMEMBERED_MAX = 5_000;

/** Tells fills, exits, refusals and a lost connection as they happen, with a sound for those who want one. */
export function PageNews({ openCount }: { openCount: number }) {
  const gather = useGatheredNews();
  const seen = useRef(new Set<string>());
  /** True at the first call with this key. */
  const isFirst = (key: string): boolean => {
    if (seen.current.has(key)) return false;
    if (seen.current.size > REMEMBERED_MAX) seen.current.clear();
    seen.current.add(key);
    return true;
  };
  useLiveEvent('fill', (fill) => gather({ kind: 'fill', fill }));
  useLiveEvent('position', (position) => {
    if (isClose(position) && isFirst(`exit ${position.id}`)) gather({ kind: 'exit', position });
  });
  useLiveEvent('job', (job) => {
    if (isRefusal(job) && isFirst(`refusal ${job.id}`)) gather({ kind: 'refusal', job });
  });
  useConnectionNews(openCount);
  useOpenedByPush();
  return null;
}

type Happened = Exclude<News, { kind: 'fill' }> | { kind: 'fill'; fill: LiveFillFragment };

/** Collects what happens within a moment, and tells it together. */
function useGatheredNews(): (one: Happened) => void {
  const client = useApolloClient();
  const preferences = usePreferences();
  const tell = useTell();
  const waiting = useRef<Happened[]>([]);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const latest = useRef({ preferences, tell });
  useEffect(() => {
    latest.current = { preferences, tell };
  });
  const positionOf = (id: string): LivePositionFragment | null =>
    client.readFragment({
      ...{ fragment: LivePositionFragmentDoc, fragmentName: 'LivePosition', id: `Position:${id}` },
    });
  const flush = () => {
    timer.current = undefined;
    const { preferences: now, tell: say } = latest.current;
    const happened = waiting.current.splice(0).flatMap((one): News[] => {
      if (one.kind !== 'fill') return [one];
      // The position of a fill arrives beside it.
      const position = positionOf(one.fill.positionId);
      return position ? [{ ...one, position }] : [];
    });
    const mine = happened.filter((one) =>
      concerns(one.kind === 'refusal' ? one.job.tradeMode : one.position.tradeMode, now.tradeMode),
    );
    const { single, counted } = summarize(mine, now);
    for (const one of single) say.one(one);
    for (const { kind, count, isUrgent: urgent } of counted) say.many(kind, count, urgent);
    if (now.sound && single.length + counted.length > 0) chime(soundOf(single, counted));
  };
  return (one) => {
    waiting.current.push(one);
    timer.current ??= setTimeout(flush, GATHER_MS);
  };
}

/** The most important sound of what is told together. */
function soundOf(single: readonly News[], counted: readonly { kind: News['kind']; isUrgent: boolean }[]): Chime {
  if (single.some(isUrgent) || counted.some((one) => one.isUrgent)) return 'danger';
  const isBad = (one: News) =>
    one.kind === 'refusal' || (one.kind === 'exit' && one.position.realizedPnl.startsWith('-'));
  return single.some(isBad) || counted.some(({ kind }) => kind === 'refusal') ? 'bad' : 'good';
}

function useTell() {
  const t = useTranslations('shell.news');
  const words = useTranslations('words');
  const format = useFormat();
  const reasonText = useReasonText();
  const { tradeMode } = usePreferences();
  const named = (symbol: string, mode: string) =>
    mode === tradeMode ? symbol : `${words(`mode.${mode}`)} · ${symbol}`;
  const money = (amount: string, symbol: string) =>
    `${format.decimal(amount, { sign: true, maxFraction: 2 })} ${quoteOf(symbol)}`;
  return {
    one(news: News): void {
      const urgent = isUrgent(news);
      if (news.kind === 'refusal') {
        const { id, symbol, tradeMode: mode, side, reasonCode, reasonMessage } = news.job;
        const what = {
          side: words(`side.${side}`),
          symbol: named(symbol, mode),
          reason: reasonText(reasonCode, reasonMessage),
        };
        toast.news({ tone: 'error', text: t('refused', what), to: `/jobs/${id}`, urgent });
        return;
      }
      const { id, symbol, tradeMode: mode, closeReason, realizedPnl } = news.position;
      const about = { symbol: named(symbol, mode), to: `/positions/${id}` };
      if (news.kind === 'exit') {
        const reason = closeReason ? words(`closeReason.${closeReason}`) : '';
        const text = t('closed', { symbol: about.symbol, reason, result: money(realizedPnl, symbol) });
        toast.news({ tone: realizedPnl.startsWith('-') ? 'error' : 'success', text, to: about.to, urgent });
        return;
      }
      const { side, qty, price, realizedQuote } = news.fill;
      const figures = { symbol: about.symbol, qty: format.decimal(qty), price: format.decimal(price) };
      const text =
        side === 'BUY' ? t('bought', figures) : t('sold', { ...figures, result: money(realizedQuote, symbol) });
      toast.news({ tone: 'success', text, to: about.to, urgent });
    },
    many(kind: News['kind'], count: number, urgent: boolean): void {
      const text = t(`many.${kind}`, { count });
      toast.news({
        tone: kind === 'refusal' ? 'error' : 'success',
        text,
        to: kind === 'exit' ? '/reports' : '/jobs',
        urgent,
      });
    },
  };
}

/** Says once that the page is cut off, and once that it is live again. With open positions it is urgent. */
function useConnectionNews(openCount: number): void {
  const t = useTranslations('shell.news');
  const { state } = useConnection();
  const { newsConnection, sound } = usePreferences();
  const told = useRef(false);
  const isCut = state === 'reconnecting' || state === 'silent';
  useEffect(() => {
    if (!isCut) {
      if (told.current && state === 'live') {
        told.current = false;
        toast.news({ tone: 'success', text: t('liveAgain'), urgent: false });
      }
      return undefined;
    }
    if (!newsConnection || told.current) return undefined;
    const timer = setTimeout(() => {
      told.current = true;
      toast.news({ tone: 'error', text: t('cut', { count: openCount }), urgent: openCount > 0 });
      if (sound) chime('danger');
    }, CUT_MS);
    return () => clearTimeout(timer);
  }, [isCut, state, newsConnection, sound, openCount, t]);
}
