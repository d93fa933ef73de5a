import { Link } from 'react-router';
import { useTranslations } from 'use-intl';
import type { PositionDetailQuery } from '../../gql/generated';
import { baseOf } from '../../lib/live/open-positions';
import { Card } from '../../ui/card';
import { Price, Quantity } from '../../ui/money';
import { JobStatusBadge } from '../../ui/status-badge';
import { Time } from '../../ui/time';
import { CancelOrderButton } from '../../actions/cancel-order-button';

type Position = Pick<NonNullable<PositionDetailQuery['position']>, 'symbol' | 'openOrders'>;

/** The open sell orders of the position, each with a cancel button. */
export function PositionOrders({ position, tickSize }: { position: Position; tickSize: string | undefined }) {
  const t = useTranslations('orders');
  const types = useTranslations('words.orderType');
  if (position.openOrders.length === 0) return null;
  return (
    <Card title={t('ofPosition')} flush>
      <ul className="divide-y divide-line" aria-label={t('ofPosition')}>
        {position.openOrders.map((job) => (
          <li key={job.id} className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 px-4 py-3 text-sm">
            <div className="min-w-0">
              <p className="flex flex-wrap items-center gap-2">
                <Link to={`/jobs/${job.id}`} className="rounded font-semibold hover:text-accent">
                  {types(job.orderType)} {job.limitPrice && <Price value={job.limitPrice} tickSize={tickSize} />}
                </Link>
                <JobStatusBadge status={job.status} />
              </p>
              <p className="mt-0.5 text-xs text-muted">
                <Quantity value={job.executedQty} /> /{' '}
                <Quantity value={job.baseQuantity} asset={baseOf(position.symbol)} />
                {job.limitOrderExpiresAt && (
                  <>
                    , {t('until')} <Time at={job.limitOrderExpiresAt} withDay />
                  </>
                )}
              </p>
            </div>
            {job.orderType === 'LIMIT' && <CancelOrderButton order={job} />}
          </li>
        ))}
      </ul>
    </Card>
  );
}
