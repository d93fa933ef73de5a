import { useTranslations } from 'use-intl';
import { useOpenPositions } from '../../lib/live/open-positions';
import { ErrorPanel } from '../../ui/error-panel';
import { PageHeader } from '../../ui/page-header';
import { Activity } from './activity';
import { FirstSteps } from './first-steps';
import { OpenAlerts } from './open-alerts';
import { OpenNow } from './open-now';
import { Summary } from './summary';
import { useActivity } from './use-activity';

/** The dashboard. */
export function DashboardPage() {
  const t = useTranslations('dashboard');
  const { positions, isKnown, error, refetch } = useOpenPositions();
  const activity = useActivity();
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
          <OpenNow positions={positions} isKnown={isKnown} />
          <Activity activity={activity} />
        </div>
      </div>
    </>
  );
}
