import { useTranslations } from 'use-intl';
import { Button } from './button';

interface LoadMoreProps {
  shown: number;
  hasMore: boolean;
  busy: boolean;
  onMore: () => void;
}

/** The end of a paged list: how many rows are shown, and a button that loads more. */
export function LoadMore({ shown, hasMore, busy, onMore }: LoadMoreProps) {
  const t = useTranslations('common');
  if (shown === 0) return null;
  return (
    <footer className="flex min-h-12 items-center justify-between gap-3 border-t border-line px-4 py-2 text-xs text-muted">
      <span className="num">{t('shown', { count: shown })}</span>
      {hasMore ? (
        <Button size="sm" busy={busy} onClick={onMore}>
          {t('loadMore')}
        </Button>
      ) : (
        <span>{t('allShown')}</span>
      )}
    </footer>
  );
}
