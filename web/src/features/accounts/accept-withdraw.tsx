import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { Switch } from '../../ui/switch';

/**
 * The owner's word that a key may withdraw. It is asked for only after the server refused the key because of it. `input`
 * is what the mutation gets.
 */
export function useAcceptWithdraw(refusedBecause: string | undefined) {
  const [isAccepted, setAccepted] = useState(false);
  const [wasAsked, setAsked] = useState(false);
  if (refusedBecause === 'KEY_MAY_WITHDRAW' && !wasAsked) setAsked(true);
  return {
    input: isAccepted ? { acceptWithdrawPermission: true } : {},
    field: wasAsked && <AcceptWithdraw isAccepted={isAccepted} onChange={setAccepted} />,
  };
}

function AcceptWithdraw({ isAccepted, onChange }: { isAccepted: boolean; onChange: (isAccepted: boolean) => void }) {
  const t = useTranslations('accounts.keys');
  return (
    <div className="flex items-start gap-3">
      <Switch checked={isAccepted} onCheckedChange={onChange} label={t('acceptWithdraw')} />
      <span className="text-sm">
        {t('acceptWithdraw')}
        <span className="block text-xs text-faint">{t('acceptWithdrawHint')}</span>
      </span>
    </div>
  );
}
