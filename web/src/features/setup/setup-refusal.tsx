import { useTranslations } from 'use-intl';
import { formatSpan } from '../../lib/format';
import type { Refusal } from '../../lib/submit';

/** Why a step was refused, and what to do. */
export function SetupRefusal({ refusal }: { refusal: Refusal | undefined }) {
  const t = useTranslations('setup.refused');
  const auth = useTranslations('auth');
  if (!refusal) return null;
  const { code, reason, message, retryAfterMs } = refusal;
  const words =
    code === 'NETWORK'
      ? auth('network')
      : code === 'RATE_LIMITED'
        ? auth('wait', { span: formatSpan(Math.ceil((retryAfterMs ?? 0) / 1_000) * 1_000) })
        : reason === 'SETUP_CODE_INVALID'
          ? t('code')
          : reason === 'SETUP_DONE'
            ? t('done')
            : reason === 'CODE_WRONG'
              ? t('factor')
              : message;
  return (
    <p role="alert" className="rounded-lg bg-danger-soft px-3 py-2 text-sm text-danger">
      {words}
    </p>
  );
}
