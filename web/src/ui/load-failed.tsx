import { RotateCw, TriangleAlert } from 'lucide-react';
import { useTranslations } from 'use-intl';
import { Button } from './button';

interface LoadFailedProps {
  onRetry: () => void;
  busy?: boolean;
}

/** Shown in place of a part that could not be loaded: the server cannot be reached, or it has a newer version. */
export function LoadFailed({ onRetry, busy = false }: LoadFailedProps) {
  const t = useTranslations('ui.loadFailed');
  return (
    <div
      role="alert"
      data-testid="load-failed"
      className="flex flex-wrap items-center gap-3 rounded-lg border border-warn/40 bg-warn-soft px-4 py-3"
    >
      <TriangleAlert className="size-5 shrink-0 text-warn" aria-hidden />
      <div className="min-w-48 flex-1 text-sm">
        <p className="font-semibold">{t('title')}</p>
        <p className="text-muted">{t('body')}</p>
      </div>
      <Button size="sm" onClick={onRetry} busy={busy}>
        {!busy && <RotateCw className="size-3.5" aria-hidden />}
        {t('retry')}
      </Button>
      <Button size="sm" tone="quiet" onClick={() => location.reload()}>
        {t('reload')}
      </Button>
    </div>
  );
}
