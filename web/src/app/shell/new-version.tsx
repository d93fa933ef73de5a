import { RotateCw, X } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslations } from 'use-intl';
import { useConnection } from '../../lib/live/connection';
import { lookForNewVersion, newVersion, watchForNewVersion } from '../../lib/new-version';
import { Button, IconButton } from '../../ui/button';

/**
 * Offers the newer build of the page, beside what is shown and never instead of it: nothing moves, nothing reloads by
 * itself, and an open dialog lies above it.
 */
export function NewVersion() {
  const t = useTranslations('shell.newVersion');
  const isReady = newVersion.use();
  const { returns } = useConnection();
  const [isPutOff, setIsPutOff] = useState(false);
  useEffect(watchForNewVersion, []);
  // A server that was away may have come back as a newer one.
  useEffect(() => {
    if (returns > 0) void lookForNewVersion();
  }, [returns]);
  if (!isReady || isPutOff) return null;
  return (
    <aside
      aria-label={t('title')}
      data-testid="new-version"
      className="fixed bottom-4 left-4 z-30 flex max-w-[calc(100vw-2rem)] items-center gap-3 rounded-lg border border-line-strong bg-raised py-2 pr-2 pl-3.5 text-sm shadow-lg max-[899px]:bottom-20"
    >
      <RotateCw className="size-4 shrink-0 text-accent" aria-hidden />
      <span>{t('title')}</span>
      <Button size="sm" tone="primary" onClick={() => location.reload()}>
        {t('reload')}
      </Button>
      <IconButton size="sm" label={t('later')} onClick={() => setIsPutOff(true)}>
        <X aria-hidden />
      </IconButton>
    </aside>
  );
}
