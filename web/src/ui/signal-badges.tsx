import { useTranslations } from 'use-intl';
import type { ExecutionStatus, SignalAction, TradeMode } from '../gql/generated';
import { Badge, type BadgeTone } from './badge';

const EXECUTION_TONES: Record<ExecutionStatus, BadgeTone> = {
  SENDING: 'accent',
  UNKNOWN: 'warn',
  NEW: 'accent',
  PARTIALLY_FILLED: 'accent',
  FILLED: 'ok',
  CANCELED: 'neutral',
  EXPIRED: 'neutral',
  REJECTED: 'danger',
  NOT_PLACED: 'danger',
};

// Buy and sell have the same colors everywhere, and never those of gain and loss.
const ACTION_TONES: Record<SignalAction, BadgeTone> = { BUY_SIGNAL: 'sim', SELL_SIGNAL: 'warn', UNKNOWN: 'neutral' };

export function ExecutionStatusBadge({ status }: { status: ExecutionStatus }) {
  const t = useTranslations('words.executionStatus');
  return <Badge tone={EXECUTION_TONES[status]}>{t(status)}</Badge>;
}

export function ActionBadge({ action }: { action: SignalAction }) {
  const t = useTranslations('words.action');
  return <Badge tone={ACTION_TONES[action]}>{t(action)}</Badge>;
}

/** REAL never looks like SIMULATION. */
export function ModeBadge({ mode }: { mode: TradeMode }) {
  const t = useTranslations('words.mode');
  return <Badge tone={mode === 'REAL' ? 'real' : 'sim'}>{t(mode)}</Badge>;
}
