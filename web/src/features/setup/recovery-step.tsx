import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { CompleteSetupMutation } from '../../gql/generated';
import { Button } from '../../ui/button';
import { CodeBlock } from '../../ui/code-block';
import { Notice } from '../../ui/notice';
import { useEnter } from '../../lib/use-enter';

export type Done = CompleteSetupMutation['completeSetup'];

/** The recovery codes, which are shown once, and the way on. */
export function RecoveryStep({ done: { user, recoveryCodes } }: { done: Done }) {
  const t = useTranslations('setup.recovery');
  const enter = useEnter('/');
  const [busy, setBusy] = useState(false);
  const go = () => {
    setBusy(true);
    void enter(user);
  };
  return (
    <div className="flex flex-col gap-4">
      <div role="status">
        <Notice tone="ok" title={t('done', { email: user.email })}>
          {t('body')}
        </Notice>
      </div>
      <CodeBlock code={recoveryCodes.join('\n')} label={t('codes')} />
      <Button tone="primary" busy={busy} className="h-10! w-full" onClick={go}>
        {t('submit')}
      </Button>
    </div>
  );
}
