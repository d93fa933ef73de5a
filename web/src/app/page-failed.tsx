import { TriangleAlert } from 'lucide-react';
import { useRouteError } from 'react-router';
import { useTranslations } from 'use-intl';
import { Button } from '../ui/button';
import { EmptyState } from '../ui/empty-state';

/** Shown when a page threw an error or its code could not be loaded, for example after an upgrade of the server. */
export function PageFailed() {
  const t = useTranslations('shell.error');
  const error = useRouteError();
  const message = error instanceof Error ? error.message : String(error);
  return (
    <div role="alert">
      <EmptyState
        icon={<TriangleAlert aria-hidden />}
        title={t('title')}
        action={
          <Button tone="primary" onClick={() => location.reload()}>
            {t('reload')}
          </Button>
        }
      >
        <p>
          {t('body')} {t('update')}
        </p>
        <p className="mt-2 font-mono text-xs">{message}</p>
      </EmptyState>
    </div>
  );
}
