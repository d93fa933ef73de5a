import { Pause, Play } from 'lucide-react';
import { useState } from 'react';
import { toast } from '../ui/toast';
import { useTranslations } from 'use-intl';
import { usePauseEntriesMutation, useResumeEntriesMutation } from '../gql/generated';
import { Button } from '../ui/button';
import { ConfirmDialog } from '../ui/confirm-dialog';
import { useEntriesPause } from './entries-pause';

interface PauseButtonProps {
  /** One account; all accounts when it is left out. */
  account?: { id: string; label: string; isPaused: boolean };
  size?: 'sm' | 'md';
}

/** Pauses or resumes new entries, after a confirmation that says what keeps working. */
export function PauseButton({ account, size = 'md' }: PauseButtonProps) {
  const t = useTranslations('safety.pause');
  const { since, isKnown } = useEntriesPause();
  const [isAsking, setIsAsking] = useState(false);
  const [pause] = usePauseEntriesMutation();
  const [resume] = useResumeEntriesMutation();
  const isPaused = account ? account.isPaused : since !== null;
  const where = account ? 'Account' : 'All';
  const name = { account: account?.label ?? '' };
  const Icon = isPaused ? Play : Pause;
  const change = async () => {
    const variables = { input: { accountId: account?.id ?? null } };
    await (isPaused ? resume({ variables }) : pause({ variables }));
    toast.success(isPaused ? t('resumed') : t('paused'));
  };
  return (
    <>
      <Button size={size} onClick={() => setIsAsking(true)} disabled={!isKnown}>
        <Icon className="size-4" aria-hidden />
        {isPaused ? t('resume') : t('pause')}
      </Button>
      <ConfirmDialog
        open={isAsking}
        onClose={() => setIsAsking(false)}
        title={t(isPaused ? `resumeTitle${where}` : `pauseTitle${where}`, name)}
        description={t(isPaused ? 'resumeBody' : 'pauseBody')}
        confirmLabel={isPaused ? t('resume') : t('pause')}
        danger={!isPaused}
        repeatable
        onConfirm={change}
      />
    </>
  );
}
