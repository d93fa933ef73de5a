import { RotateCw, TriangleAlert } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { faultOf } from '../lib/graphql-error';
import { Button } from './button';
import { ServerSentence } from './server-sentence';

/** Shown when a panel could not be loaded: what happened, the request id for support, and a retry button. */
export function ErrorPanel({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const t = useTranslations('ui');
  const fault = faultOf(error);
  const known = ['NETWORK', 'FORBIDDEN', 'NOT_FOUND', 'RATE_LIMITED', 'TIMEOUT', 'INTERNAL'].includes(fault.code);
  return (
    <div
      role="alert"
      className="flex flex-wrap items-center gap-3 rounded-lg border border-danger/40 bg-danger-soft px-4 py-3"
    >
      <TriangleAlert className="size-5 shrink-0 text-danger" aria-hidden />
      <div className="min-w-48 flex-1">
        <p className="text-sm font-semibold">
          {known ? t(`fault.${fault.code}`) : <ServerSentence message={fault.message} />}
        </p>
        {fault.requestId && <p className="font-mono text-2xs text-muted">{t('requestId', { id: fault.requestId })}</p>}
      </div>
      {onRetry && (
        <Button size="sm" onClick={onRetry}>
          <RotateCw className="size-3.5" aria-hidden />
          {t('retry')}
        </Button>
      )}
    </div>
  );
}
