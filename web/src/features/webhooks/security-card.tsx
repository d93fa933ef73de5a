import { useState } from 'react';
import { toast } from '../../ui/toast';
import { useTranslations } from 'use-intl';
import { useRemoveWebhookSecretMutation, type SourceDetailFragment, type WebhookSecretKind } from '../../gql/generated';
import { formatSpan } from '../../lib/format';
import { Badge } from '../../ui/badge';
import { Button } from '../../ui/button';
import { Card } from '../../ui/card';
import { Facts } from '../../ui/facts';
import { Notice } from '../../ui/notice';
import { PasswordDialog } from '../../ui/password-again';
import { RotateSecretDialog } from './rotate-secret-dialog';

const KINDS: readonly WebhookSecretKind[] = ['SIGNING_SECRET', 'BODY_TOKEN'];

/** The checks of a source and its secrets. */
export function SecurityCard({ source }: { source: SourceDetailFragment }) {
  const t = useTranslations('webhooks.security');
  const seconds = (value: number) => formatSpan(value * 1000);
  return (
    <Card title={t('title')}>
      <Facts
        facts={[
          [
            t('ips'),
            source.allowedIps.length === 0 ? (
              t('anyIp')
            ) : (
              <ul key="ips" className="max-h-32 overflow-y-auto font-mono text-xs">
                {source.allowedIps.map((ip) => (
                  <li key={ip}>{ip}</li>
                ))}
              </ul>
            ),
          ],
          [t('signature'), source.requireSignature ? t('required') : t('notRequired')],
          [
            t('rate'),
            <span key="rate" className="num">
              {source.rateLimitPerMin}
            </span>,
          ],
          [t('window'), source.identityWindowSec === 0 ? t('windowOff') : seconds(source.identityWindowSec)],
          [t('lag'), source.maxLagSec === null ? t('noLag') : seconds(source.maxLagSec)],
        ]}
      />
      {source.requireSignature && !source.hasSigningSecret && (
        <div className="mt-4">
          <Notice tone="danger">{t('missing')}</Notice>
        </div>
      )}
      {source.requireSignature && (
        <div className="mt-4">
          <Notice>{t('replay')}</Notice>
        </div>
      )}
      {!source.requireSignature && source.hasSigningSecret && (
        <div className="mt-4">
          <Notice>{t('requireHint')}</Notice>
        </div>
      )}
      <ul aria-label={t('secrets')} className="mt-4 flex flex-col divide-y divide-line border-t border-line">
        {KINDS.map((kind) => (
          <li key={kind} className="py-3 last:pb-0">
            <SecretRow source={source} kind={kind} />
          </li>
        ))}
      </ul>
    </Card>
  );
}

function SecretRow({ source, kind }: { source: SourceDetailFragment; kind: WebhookSecretKind }) {
  const t = useTranslations('webhooks.security');
  const [open, setOpen] = useState<'rotate' | 'remove'>();
  const [remove] = useRemoveWebhookSecretMutation();
  const has = kind === 'SIGNING_SECRET' ? source.hasSigningSecret : source.hasBodyToken;
  const close = () => setOpen(undefined);
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
      <div className="min-w-40 flex-1 text-sm">
        <p className="flex items-center gap-2 font-medium">
          {t(kind)}
          <Badge tone={has ? 'ok' : 'neutral'}>{has ? t('has') : t('hasNot')}</Badge>
        </p>
        <p className="mt-0.5 text-xs text-faint">{t(`${kind}_help`)}</p>
      </div>
      <Button size="sm" onClick={() => setOpen('rotate')} aria-label={`${has ? t('rotate') : t('make')}: ${t(kind)}`}>
        {has ? t('rotate') : t('make')}
      </Button>
      {has && (
        <Button size="sm" tone="quiet" onClick={() => setOpen('remove')} aria-label={`${t('remove')}: ${t(kind)}`}>
          {t('remove')}
        </Button>
      )}
      {open === 'rotate' && <RotateSecretDialog source={source} kind={kind} isNew={!has} onClose={close} />}
      {open === 'remove' && (
        <PasswordDialog
          onClose={close}
          real={false}
          danger
          title={t('removeTitle', { kind: t(kind).toLowerCase() })}
          description={kind === 'SIGNING_SECRET' ? t('removeSigning') : t('removeToken')}
          confirmLabel={t('remove')}
          onConfirm={async (password) => {
            await remove({ variables: { input: { sourceId: source.id, kind, password } } });
            toast.success(t('removed', { kind: t(kind) }));
          }}
        />
      )}
    </div>
  );
}
