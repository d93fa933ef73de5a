import { ArrowRight } from 'lucide-react';
import { useMemo } from 'react';
import { Link } from 'react-router';
import { useTranslations } from 'use-intl';
import { usePositionSheetQuery, type LivePositionFragment, type PositionSheetQuery } from '../../gql/generated';
import { useLiveEvent } from '../../lib/live/events';
import { marketOf, useMarkets } from '../../lib/live/open-positions';
import { useThrottledCall } from '../../lib/throttled-call';
import { buttonClass } from '../../ui/button';
import { CardFigures } from '../../ui/card-list';
import { Sheet } from '../../ui/dialog';
import { PositionStatusBadge } from '../../ui/status-badge';
import { PositionActions } from './position-actions';
import { usePositionColumns } from './position-columns';
import { PositionOrders } from './position-orders';

const RELOAD_MS = 300;

interface PositionSheetProps {
  id: string;
  /** The position as far as it is known before the answer. */
  row: LivePositionFragment | undefined;
  /** Whether the page behind is the page of the position. */
  isOnItsPage?: boolean;
  onClose: () => void;
}

/**
 * On a phone: what the card of a position shows, its open orders, and its actions within reach of the thumb. They are the
 * same components as on wide screens. It stays when the position closes, because it still shows the progress of the sell.
 */
export function PositionSheet({ id, row, isOnItsPage, onClose }: PositionSheetProps) {
  const { data, refetch } = usePositionSheetQuery({ variables: { id }, fetchPolicy: 'cache-and-network' });
  const reload = useThrottledCall(() => void refetch().catch(() => undefined), RELOAD_MS);
  useLiveEvent('position', (changed) => changed.id === id && reload());
  const answer = data?.position as NonNullable<PositionSheetQuery['position']> | null | undefined;
  const position = answer ?? row;
  useLiveEvent('job', (job) => job.symbol === position?.symbol && reload());
  if (!position) return null;
  return <OpenSheet position={position} orders={answer ?? undefined} {...{ isOnItsPage, onClose }} />;
}

interface OpenSheetProps {
  position: LivePositionFragment;
  orders: PositionSheetQuery['position'] | undefined;
  isOnItsPage: boolean | undefined;
  onClose: () => void;
}

function OpenSheet({ position, orders, isOnItsPage, onClose }: OpenSheetProps) {
  const t = useTranslations('positions.sheet');
  const rows = useMemo(() => [position], [position]);
  const columns = usePositionColumns('open', rows, { onSell: onClose, onActions: onClose });
  const tickSize = marketOf(useMarkets(), position)?.tickSize;
  return (
    <Sheet
      open
      onOpenChange={(open) => !open && onClose()}
      title={columns[0]?.cell(position)}
      footer={<PositionActions position={position} />}
    >
      <div className="flex flex-col gap-4">
        {position.status !== 'OPEN' && <PositionStatusBadge status={position.status} />}
        <CardFigures row={position} columns={columns} />
        {orders && <PositionOrders position={orders} tickSize={tickSize} />}
        {!isOnItsPage && (
          // In place of the entry of the sheet, so that "back" leads to the list.
          <Link to={`/positions/${position.id}`} replace className={buttonClass('quiet')}>
            {t('detail')}
            <ArrowRight className="size-4" aria-hidden />
          </Link>
        )}
      </div>
    </Sheet>
  );
}
