import { Link } from 'react-router';
import { useTranslations } from 'use-intl';
import { useFirstStepsQuery } from '../../gql/generated';
import { useWholeList } from '../../lib/whole-list';
import { useTradeMode } from '../../lib/preferences';
import { buttonClass } from '../../ui/button';
import { Card } from '../../ui/card';
import { CodeBlock } from '../../ui/code-block';
import { Skeleton } from '../../ui/skeleton';

/** The first steps of a new user: how to send the first signal, with the command to paste. */
export function FirstSteps() {
  const t = useTranslations('dashboard.firstSteps');
  const tradeMode = useTradeMode();
  const query = useFirstStepsQuery({ variables: { tradeMode } });
  const { data } = query;
  const source = useWholeList(query, 'webhookSources')?.find(({ isActive }) => isActive);
  return (
    <Card title={t(source ? 'title' : 'titleNoSource')}>
      <p className="mb-3 max-w-4xl text-sm text-muted">
        {source ? t('send', { source: source.label ?? '' }) : t(`noSource.${tradeMode}`)}
      </p>
      {data ? (
        source?.curlExample && <CodeBlock label={t('command')} code={source.curlExample} />
      ) : (
        <Skeleton className="h-20 w-full" />
      )}
      <div className="mt-4 flex flex-wrap gap-2">
        <Link to="/sources" className={buttonClass(source ? 'plain' : 'primary')}>
          {t('sources')}
        </Link>
        <Link to="/lab" className={buttonClass()}>
          {t('lab')}
        </Link>
      </div>
    </Card>
  );
}
