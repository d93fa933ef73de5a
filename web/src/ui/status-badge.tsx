import { useTranslations } from 'use-intl';
import type { JobStatus, OrderSide, PositionStatus, SignalOutcome } from '../gql/generated';
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

// Only what was filled is green: an accepted message that traded nothing must not look like a success.
const OUTCOME_TONES: Record<SignalOutcome, BadgeTone> = {
  REFUSED: 'danger',
  UNREADABLE: 'warn',
  NO_ACCOUNT: 'warn',
  ON_ITS_WAY: 'accent',
  WORKING: 'accent',
  PARTLY: 'warn',
  FILLED: 'ok',
  CANCELED: 'neutral',
  FAILED: 'danger',
  SKIPPED: 'warn',
  WOULD_TRADE: 'accent',
  WOULD_SKIP: 'warn',
};

/** The outcome of a message. */
export function SignalOutcomeBadge({ outcome }: { outcome: SignalOutcome }) {
  const t = useTranslations('words.signalOutcome');
  return <Badge tone={OUTCOME_TONES[outcome]}>{t(outcome)}</Badge>;
}

/** Buy or sell; never in the colors of gain and loss, which mean results. */
export function SideBadge({ side }: { side: OrderSide }) {
  const t = useTranslations('words.side');
  return <Badge tone={side === 'BUY' ? 'sim' : 'warn'}>{t(side)}</Badge>;
}
