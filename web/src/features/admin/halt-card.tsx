import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { TradingHaltDocument, useResumeTradingMutation, useTradingHaltQuery } from '../../gql/generated';
import { Badge } from '../../ui/badge';
import { Button } from '../../ui/button';
import { Card } from '../../ui/card';
import { ErrorPanel } from '../../ui/error-panel';
import { Facts } from '../../ui/facts';
import { PasswordDialog } from '../../ui/password-again';
import { Skeleton } from '../../ui/skeleton';
import { Time } from '../../ui/time';
import { toast } from '../../ui/toast';
import { HaltDialog } from './halt-dialog';

const ASK_MS = 10_000;

/** Whether real trading is halted, with the button that halts or resumes it. */
export function HaltCard() {
  const t = useTranslations('system.halt');
  const { data, error, refetch } = useTradingHaltQuery({ pollInterval: ASK_MS, fetchPolicy: 'cache-and-network' });
  const [asks, setAsks] = useState<'halt' | 'resume'>();
  const [resume] = useResumeTradingMutation({ refetchQueries: [TradingHaltDocument], awaitRefetchQueries: true });
  const halt = data?.tradingHalt;
  const close = () => setAsks(undefined);
  return (
    <Card title={t('title')} actions={data && <Badge tone={halt ? 'danger' : 'ok'}>{t(halt ? 'on' : 'off')}</Badge>}>
      {!data &&
        (error ? (
          <ErrorPanel error={error} onRetry={() => void refetch().catch(() => undefined)} />
        ) : (
          <Skeleton className="h-24 w-full" />
        ))}
      {data && (
        <div className="flex max-w-3xl flex-col items-start gap-3">
          <p className="text-sm text-muted">{t(halt ? 'onBody' : 'offBody')}</p>
          {halt && (
            <Facts
              facts={[
                [t('since'), <Time key="since" at={halt.haltedAt} withDay />],
                [t('reason'), halt.reason],
              ]}
            />
          )}
          <Button tone={halt ? 'primary' : 'danger'} onClick={() => setAsks(halt ? 'resume' : 'halt')}>
            {t(halt ? 'resume' : 'halt')}
          </Button>
        </div>
      )}
      {asks === 'halt' && <HaltDialog onClose={close} />}
      {asks === 'resume' && (
        <PasswordDialog
          onClose={close}
          title={t('resumeTitle')}
          description={t('resumeBody')}
          confirmLabel={t('resume')}
          onConfirm={async (password) => {
            await resume({ variables: { input: { password } } });
            toast.success(t('resumed'));
          }}
        />
      )}
    </Card>
  );
}
