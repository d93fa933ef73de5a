import { useTranslations } from 'use-intl';
import type { Refusal } from '../lib/submit';
import { Notice } from './notice';
import { Reason } from './reason';

const GENERAL = ['NETWORK', 'FORBIDDEN', 'NOT_FOUND', 'RATE_LIMITED', 'INTERNAL'];

/** Why an action was refused, in plain words, with the request id when the fault is the server's. */
export function RefusalNotice({ refusal }: { refusal: Refusal | undefined }) {
  const t = useTranslations('common');
  const ui = useTranslations('ui');
  if (!refusal) return null;
  const { code, message, reason, requestId } = refusal;
  return (
    <Notice tone="danger" title={code === 'NETWORK' ? t('notSent') : t('refused')}>
      {reason ? <Reason code={reason} message={message} /> : GENERAL.includes(code) ? ui(`fault.${code}`) : message}
      {code === 'INTERNAL' && requestId && (
        <p className="font-mono text-2xs text-muted">{ui('requestId', { id: requestId })}</p>
      )}
    </Notice>
  );
}
