import { useTranslations } from 'use-intl';
import type { Refusal } from '../lib/submit';
import { Notice } from './notice';
import { Reason } from './reason';
import { ServerSentence } from './server-sentence';

const GENERAL = ['NETWORK', 'FORBIDDEN', 'NOT_FOUND', 'RATE_LIMITED', 'TIMEOUT', 'INTERNAL', 'UNAUTHENTICATED'];

interface RefusalNoticeProps {
  refusal: Refusal | undefined;
  /** Sending it again is safe: the server executes it only once. */
  repeatable?: boolean;
}

/** Why an action was refused, in plain words. */
export function RefusalText({ refusal: { code, reason, message } }: { refusal: Refusal }) {
  const ui = useTranslations('ui');
  if (reason) return <Reason code={reason} message={message} />;
  return GENERAL.includes(code) ? ui(`fault.${code}`) : <ServerSentence message={message} />;
}

/** Why an action was refused, in plain words and with its code, and with the request id when the fault is the server's. */
export function RefusalNotice({ refusal, repeatable = false }: RefusalNoticeProps) {
  const t = useTranslations('common');
  const ui = useTranslations('ui');
  if (!refusal) return null;
  const { code, reason, requestId } = refusal;
  const isUnknown = code === 'NETWORK';
  return (
    <Notice tone="danger" title={isUnknown ? t('notAnswered') : t('refused')}>
      <RefusalText refusal={refusal} />
      {isUnknown && <p>{t(repeatable ? 'unknownRepeatable' : 'unknown')}</p>}
      <p className="mt-1 font-mono text-2xs text-muted">
        {reason ?? code}
        {code === 'INTERNAL' && requestId && ` · ${ui('requestId', { id: requestId })}`}
      </p>
    </Notice>
  );
}

/** Says that there is no answer yet, once the answer is late. */
export function LateNotice({ late, repeatable = false }: { late: boolean; repeatable?: boolean }) {
  const t = useTranslations('common');
  if (!late) return null;
  return (
    <div role="status" data-testid="no-answer">
      <Notice tone="warn" title={t('noAnswer')}>
        {t(repeatable ? 'unknownRepeatable' : 'unknown')}
      </Notice>
    </div>
  );
}
