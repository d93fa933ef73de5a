import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { useOpenPositions } from '../../lib/live/open-positions';
import { ErrorPanel } from '../../ui/error-panel';
import { PageHeader } from '../../ui/page-header';
import { Activity } from './activity';
import { FirstSteps } from './first-steps';
import { OpenAlerts } from './open-alerts';
import { OpenNow } from './open-now';
import { ResultCurve, ResultDays } from './results';
import { Summary } from './summary';
import { useActivity } from './use-activity';
import { quotesOf, useResults } from './use-results';

/** The dashboard. */
export function DashboardPage() {
  const t = useTranslations('dashboard');
  const { positions, isKnown, error, refetch } = useOpenPositions();
  const activity = useActivity();
  const results = useResults();
  const [chosen, setChosen] = useState('');
  const quotes = quotesOf(results.report);
  const quote = quotes.includes(chosen) ? chosen : (quotes[0] ?? '');
  const isNew = isKnown && activity.isKnown && positions.length === 0 && activity.entries.length === 0;
  return (
    <>
      <PageHeader title={t('title')} />
      <div className="flex flex-col gap-4">
        {error && <ErrorPanel error={error} onRetry={() => void refetch().catch(() => undefined)} />}
        <Summary positions={positions} isKnown={isKnown} />
        <OpenAlerts />
        {isNew && <FirstSteps />}
        <div className="grid items-start gap-4 xl:grid-cols-[minmax(0,1fr)_25rem]">
          <div className="flex min-w-0 flex-col gap-4">
            <OpenNow positions={positions} isKnown={isKnown} />
            <ResultCurve results={results} quote={quote} quotes={quotes} onQuote={setChosen} />
          </div>
          <div className="flex min-w-0 flex-col gap-4">
            <ResultDays results={results} quote={quote} />
            <Activity activity={activity} />
          </div>
        </div>
      </div>
    </>
  );
}
