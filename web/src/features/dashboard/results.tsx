import { ArrowRight } from 'lucide-react';
import { Link } from 'react-router';
import { useTranslations } from 'use-intl';
import { Card } from '../../ui/card';
import { EquityCurve } from '../../ui/equity-curve';
import { ErrorPanel } from '../../ui/error-panel';
import { ResultCalendar } from '../../ui/result-calendar';
import { Segmented } from '../../ui/segmented';
import { Skeleton } from '../../ui/skeleton';
import type { Results } from './use-results';

interface ResultsProps {
  results: Results;
  quote: string;
}

/** The equity curve of the last 90 days. The quote assets are never added up: one of several is chosen. */
export function ResultCurve({
  results: { report, error, again },
  quote,
  quotes,
  onQuote,
  to,
}: ResultsProps & { quotes: readonly string[]; onQuote: (quote: string) => void; to: string }) {
  const t = useTranslations('dashboard.results');
  return (
    <Card
      title={t('title')}
      flush
      actions={
        <>
          {quotes.length > 1 && (
            <Segmented
              label={t('quote')}
              value={quote}
              onChange={onQuote}
              options={quotes.map((value) => ({ value, label: value }))}
            />
          )}
          <Link to={to} className="flex items-center gap-1 rounded text-xs text-muted hover:text-text phone:min-h-11">
            {t('all')}
            <ArrowRight className="size-3.5" aria-hidden />
          </Link>
        </>
      }
    >
      {/* The height of the curve with its line of text, so that nothing moves when it arrives. */}
      <div className="h-80 phone:h-68">
        {report ? (
          <EquityCurve tall points={report.equityCurve.filter((point) => point.quote === quote)} quote={quote} />
        ) : error ? (
          <ErrorPanel error={error} onRetry={again} />
        ) : (
          <Skeleton className="m-4 h-64 phone:h-48" />
        )}
      </div>
    </Card>
  );
}

/** What each day of the month realized. Its days are shown before their results are known. */
export function ResultDays({ results: { report, today, first }, quote }: ResultsProps) {
  const days = (report?.byDay ?? []).filter((day) => day.quote === quote);
  return <ResultCalendar days={days} quote={quote} today={today} first={first} />;
}
