import { useTranslations } from 'use-intl';
import type { JobStatus, OrderSide, PositionStatus, ReceiptOutcome } from '../gql/generated';
import { Badge, type BadgeTone } from './badge';

const JOB_TONES: Record<JobStatus, BadgeTone> = {
  PENDING: 'neutral',
  EXECUTING: 'accent',
  PENDING_LIMIT: 'accent',
  PARTIALLY_FILLED: 'accent',
  FILLED: 'ok',
  CANCELED: 'neutral',
  FAILED: 'danger',
  SKIPPED: 'warn',
};

export function JobStatusBadge({ status }: { status: JobStatus }) {
  const t = useTranslations('words.jobStatus');
  return <Badge tone={JOB_TONES[status]}>{t(status)}</Badge>;
}

export function PositionStatusBadge({ status }: { status: PositionStatus }) {
  const t = useTranslations('words.positionStatus');
  return <Badge tone={status === 'OPEN' ? 'accent' : 'neutral'}>{t(status)}</Badge>;
}

export function OutcomeBadge({ outcome }: { outcome: ReceiptOutcome }) {
  const t = useTranslations('words.outcome');
  return <Badge tone={outcome === 'ACCEPTED' ? 'ok' : 'danger'}>{t(outcome)}</Badge>;
}

/** Buy or sell; never in the colours of gain and loss, which mean results. */
export function SideBadge({ side }: { side: OrderSide }) {
  const t = useTranslations('words.side');
  return <Badge tone={side === 'BUY' ? 'sim' : 'warn'}>{t(side)}</Badge>;
}
