import { RotateCw, X } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslations } from 'use-intl';
import { useConnection } from '../../lib/live/connection';
import { lookForNewVersion, newVersion, watchForNewVersion } from '../../lib/new-version';
import { Button, IconButton } from '../../ui/button';

/**
 * Offers to reload when the server has a newer build of the page. Nothing moves and nothing reloads by itself, and an
 * open dialog covers the offer.
 */
export function NewVersion() {
  const t = useTranslations('shell.newVersion');
  const isReady = newVersion.use();
  const { returns } = useConnection();
  const [isPutOff, setIsPutOff] = useState(false);
  useEffect(watchForNewVersion, []);
  // After a lost connection, the server may be a newer version.
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
