import { useTranslations } from 'use-intl';
import { useDashboardQuery } from '../../gql/generated';
import { useRefetchOnLive } from '../../lib/live/events';
import { useOpenTotals, useTotalsStale, type OpenPosition } from '../../lib/live/open-positions';
import { Figure, ServerFigure } from '../../lib/live/stale';
import { useTradeMode, useZoneName } from '../../lib/preferences';
import { Card } from '../../ui/card';
import { ErrorPanel } from '../../ui/error-panel';
import { Money, Pct } from '../../ui/money';
import { Skeleton } from '../../ui/skeleton';
import { Stat } from '../../ui/stat';
import { isFilter, type ChosenFilter } from './dashboard-filter';

const POLL_MS = 10_000;
const ASSET = 'USDT';

/** Whose equity it is. It belongs to accounts, so a symbol or a source does not narrow it, and the page says so. */
const equityOf = ({ accountIds, sourceIds, symbols }: ChosenFilter) =>
  sourceIds || symbols ? 'whole' : accountIds ? 'chosen' : 'all';

interface SummaryProps {
  /** The open positions that the filter allows. */
  positions: readonly OpenPosition[];
  isKnown: boolean;
  chosen: ChosenFilter;
}

const wait = <Skeleton className="h-6 w-28" />;

/**
 * Equity and the figures of the day, of what a filter allows. Unrealized ones follow every tick; the server computes the
 * others.
 */
export function Summary({ positions, isKnown, chosen }: SummaryProps) {
  const t = useTranslations('dashboard.summary');
  const [tradeMode, timeZone] = [useTradeMode(), useZoneName()];
  const { data, error, refetch } = useDashboardQuery({
    variables: { tradeMode, timeZone, ...(isFilter(chosen) && { filter: chosen }) },
    pollInterval: POLL_MS,
    skipPollAttempt: () => document.hidden,
  });
  useRefetchOnLive(['fill', 'position'], refetch);
  const totals = useOpenTotals(positions);
  const isStale = useTotalsStale(positions);
  const figures = data?.dashboard;
  if (error && !figures) return <ErrorPanel error={error} onRetry={() => void refetch().catch(() => undefined)} />;
  const money = (value: string | null | undefined, result = true) =>
    figures ? <Money value={value} asset={ASSET} result={result} /> : wait;
  const live = (value: string | null, result: boolean) =>
    isKnown ? (
      <Figure isStale={isStale}>
        <Money value={value} asset={ASSET} result={result} />
      </Figure>
    ) : (
      wait
    );
  return (
    <Card>
      <div className="grid gap-x-10 gap-y-5 lg:grid-cols-[minmax(18rem,auto)_1fr]">
        <dl className="lg:border-r lg:border-line lg:pr-10">
          <Stat
            large
            label={t('equity')}
            value={<ServerFigure>{money(figures?.equityUsd, false)}</ServerFigure>}
            note={<span title={t('equityHelp')}>{t(`equityNote.${equityOf(chosen)}`)}</span>}
          />
        </dl>
        <dl className="grid grid-cols-2 gap-x-6 gap-y-4 sm:grid-cols-3 2xl:grid-cols-6">
          <Stat
            label={t('today')}
            value={money(figures?.realizedToday)}
            note={figures ? t('dayStarts', { zone: figures.timeZone ?? '' }) : ''}
          />
          <Stat
            label={t('unrealized')}
            value={live(totals.unrealized, true)}
            note={isKnown ? t('openCount', { count: totals.count }) : ''}
          />
          <Stat label={t('total')} value={money(figures?.realizedTotal)} note={t('sinceStart')} />
          <Stat label={t('openValue')} value={live(totals.value, false)} note={t('atMarket')} />
          <Stat
            label={t('reserved')}
            value={money(figures?.reservedUsd, false)}
            note={t(isFilter(chosen) ? 'reservedFiltered' : 'reservedNote')}
          />
          <WinsAndLosses figures={figures} />
        </dl>
      </div>
    </Card>
  );
}

function WinsAndLosses({ figures }: { figures: { wins?: number; losses?: number } | undefined }) {
  const t = useTranslations('dashboard.summary');
  const { wins = 0, losses = 0 } = figures ?? {};
  const closed = wins + losses;
  return (
    <Stat
      label={t('winLoss')}
      value={figures ? t('winLossValue', { wins, losses }) : wait}
      note={
        closed > 0 ? (
          <>
            <Pct value={String((wins / closed) * 100)} digits={0} result={false} /> {t('won')}
          </>
        ) : figures ? (
          t('noneClosed')
        ) : (
          ''
        )
      }
    />
  );
}
