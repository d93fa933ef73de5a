import { ShieldCheck } from 'lucide-react';
import { useApolloClient } from '@apollo/client/react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { VerifyAuditLogDocument, type VerifyAuditLogQuery } from '../../gql/generated';
import { Button } from '../../ui/button';
import { ErrorPanel } from '../../ui/error-panel';
import { Notice } from '../../ui/notice';

/** Checks the whole log against its chain of hashes. */
export function VerifyAudit() {
  const t = useTranslations('audit');
  const client = useApolloClient();
  const [verdict, setVerdict] = useState<VerifyAuditLogQuery['verifyAuditLog']>();
  const [error, setError] = useState<unknown>();
  const [loading, setLoading] = useState(false);
  const run = () => {
    setLoading(true);
    setError(undefined);
    client
      .query({ query: VerifyAuditLogDocument, fetchPolicy: 'no-cache' })
      .then(({ data }) => setVerdict(data?.verifyAuditLog), setError)
      .finally(() => setLoading(false));
  };
  return (
    <div className="mb-4 flex flex-wrap items-start gap-3">
      <Button onClick={run} busy={loading}>
        {!loading && <ShieldCheck className="size-4" aria-hidden />}
        {t('verify')}
      </Button>
      {error !== undefined && (
        <div className="min-w-60 flex-1">
          <ErrorPanel error={error} onRetry={run} />
        </div>
      )}
      {verdict && !loading && (
        <div className="min-w-60 flex-1" role="status" data-testid="audit-verdict">
          <Notice
            tone={verdict.isIntact ? 'ok' : 'danger'}
            title={
              verdict.isIntact
                ? t('intact', { entries: verdict.entries })
                : t('changed', { faults: verdict.faults, entries: verdict.entries })
            }
          >
            {verdict.unprotected > 0 && `${t('older', { count: verdict.unprotected })} `}
            {t('head', { id: verdict.lastId })}
          </Notice>
        </div>
      )}
    </div>
  );
}
