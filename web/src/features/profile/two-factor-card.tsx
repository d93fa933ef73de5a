import { useState } from 'react';
import { useTranslations } from 'use-intl';
import {
  useDisableTwoFactorMutation,
  useReplaceRecoveryCodesMutation,
  useTwoFactorStateQuery,
} from '../../gql/generated';
import { Badge } from '../../ui/badge';
import { Button } from '../../ui/button';
import { Card } from '../../ui/card';
import { ErrorPanel } from '../../ui/error-panel';
import { ShowOnceDialog } from '../../ui/show-once-dialog';
import { Skeleton } from '../../ui/skeleton';
import { toast } from '../../ui/toast';
import { EnableTwoFactorDialog } from './enable-two-factor-dialog';
import { TwoProofsDialog } from './two-proofs-dialog';

type DialogName = 'enable' | 'disable' | 'replace';

/** The second factor: on or off, and its recovery codes. */
export function TwoFactorCard() {
  const t = useTranslations('profile.twoFactor');
  const { data, error, refetch } = useTwoFactorStateQuery({ fetchPolicy: 'cache-and-network' });
  const [dialog, setDialog] = useState<DialogName>();
  const [codes, setCodes] = useState<readonly string[]>();
  const close = () => setDialog(undefined);
  const state = data?.twoFactor;
  const renew = () => void refetch().catch(() => undefined);
  return (
    <Card
      title={t('title')}
      actions={state && <Badge tone={state.isOn ? 'ok' : 'neutral'}>{t(state.isOn ? 'on' : 'off')}</Badge>}
    >
      {error && !state ? <ErrorPanel error={error} onRetry={renew} /> : !state && <Skeleton className="h-16 w-full" />}
      {state && (
        <>
          <p className="text-sm text-muted">{t(state.isOn ? 'onBody' : 'offBody')}</p>
          {state.isOn && <p className="mt-1 text-sm">{t('codesLeft', { count: state.recoveryCodesLeft })}</p>}
          <div className="mt-3 flex flex-wrap gap-2">
            {state.isOn ? (
              <>
                <Button onClick={() => setDialog('replace')}>{t('replace')}</Button>
                <Button tone="danger" onClick={() => setDialog('disable')}>
                  {t('disable')}
                </Button>
              </>
            ) : (
              <Button tone="primary" onClick={() => setDialog('enable')}>
                {t('begin')}
              </Button>
            )}
          </div>
        </>
      )}
      <TwoFactorDialogs {...{ dialog, close, renew }} onCodes={setCodes} />
      {codes && (
        <ShowOnceDialog
          title={t('codesTitle')}
          code={codes.join('\n')}
          label={t('codes')}
          onClose={() => setCodes(undefined)}
        >
          {t('codesBody')}
        </ShowOnceDialog>
      )}
    </Card>
  );
}

interface DialogsProps {
  dialog: DialogName | undefined;
  close: () => void;
  renew: () => void;
  /** Gets recovery codes, which are shown once. */
  onCodes: (codes: readonly string[]) => void;
}

function TwoFactorDialogs({ dialog, close, renew, onCodes }: DialogsProps) {
  const t = useTranslations('profile.twoFactor');
  const [disable] = useDisableTwoFactorMutation();
  const [replace] = useReplaceRecoveryCodesMutation({ fetchPolicy: 'no-cache' });
  return (
    <>
      {dialog === 'enable' && (
        <EnableTwoFactorDialog
          onClose={close}
          onEnabled={(made) => {
            onCodes(made);
            close();
            renew();
          }}
        />
      )}
      {dialog === 'disable' && (
        <TwoProofsDialog
          title={t('disableTitle')}
          body={t('disableBody')}
          submitLabel={t('disable')}
          danger
          onClose={close}
          onProved={async (input) => {
            await disable({ variables: { input } });
            toast.success(t('disabled'));
            renew();
          }}
        />
      )}
      {dialog === 'replace' && (
        <TwoProofsDialog
          title={t('replaceTitle')}
          body={t('replaceBody')}
          submitLabel={t('replace')}
          onClose={close}
          onProved={async (input) => {
            onCodes((await replace({ variables: { input } })).data?.replaceRecoveryCodes.recoveryCodes ?? []);
            renew();
          }}
        />
      )}
    </>
  );
}
