import { ShieldCheck } from 'lucide-react';
import { useLazyQuery } from '@apollo/client/react';
import { useTranslations } from 'use-intl';
import { VerifyAuditLogDocument } from '../../gql/generated';
import { Button } from '../../ui/button';
import { ErrorPanel } from '../../ui/error-panel';
import { Notice } from '../../ui/notice';

/** Checks the whole log against its chain of hashes. */
export function VerifyAudit() {
  const t = useTranslations('audit');
  const [verify, { data, error, loading }] = useLazyQuery(VerifyAuditLogDocument, { fetchPolicy: 'no-cache' });
  const run = () => void verify().catch(() => undefined);
  const verdict = data?.verifyAuditLog;
  return (
    <div className="mb-4 flex flex-wrap items-start gap-3">
      <Button onClick={run} busy={loading}>
        {!loading && <ShieldCheck className="size-4" aria-hidden />}
        {t('verify')}
      </Button>
      {error && (
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
