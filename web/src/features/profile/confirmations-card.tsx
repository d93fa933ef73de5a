import { useEffect, useRef, useState } from 'react';
import { useLocation } from 'react-router';
import { useTranslations } from 'use-intl';
import { setPreferences, usePreferences } from '../../lib/preferences';
import { Card } from '../../ui/card';
import { ConfirmDialog } from '../../ui/confirm-dialog';
import { Switch } from '../../ui/switch';

/** Whether closing a position and canceling an order ask first, on this device. Turning it off is asked, too. */
export function ConfirmationsCard() {
  const t = useTranslations('profile.confirmations');
  const { confirmations } = usePreferences();
  const [isAsking, setIsAsking] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const { hash } = useLocation();
  // The warning in the header leads here.
  useEffect(() => {
    if (hash !== '#confirmations') return;
    box.current?.scrollIntoView({ block: 'center' });
    box.current?.querySelector<HTMLElement>('[role=switch]')?.focus({ preventScroll: true });
  }, [hash]);
  return (
    <div ref={box} id="confirmations">
      <Card title={t('title')}>
        <div className="flex items-start justify-between gap-4 text-sm">
          <span aria-hidden>{t('label')}</span>
          <Switch
            label={t('label')}
            checked={confirmations}
            onCheckedChange={(isOn) => (isOn ? setPreferences({ confirmations: true }) : setIsAsking(true))}
          />
        </div>
        <p className="mt-2 text-xs text-muted">{t('body')}</p>
      </Card>
      <ConfirmDialog
        open={isAsking}
        onClose={() => setIsAsking(false)}
        title={t('question')}
        description={t('consequence')}
        confirmLabel={t('turnOff')}
        keepLabel={t('keep')}
        danger
        onConfirm={() => Promise.resolve(setPreferences({ confirmations: false }))}
      >
        <p className="text-sm">{t('stillAsked')}</p>
      </ConfirmDialog>
    </div>
  );
}
