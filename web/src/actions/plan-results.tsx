import { Link } from 'react-router';
import { useTranslations } from 'use-intl';
import type { PlanFieldsFragment } from '../gql/generated';
import { Badge } from '../ui/badge';
import { Reason } from '../ui/reason';
import { ModeBadge } from '../ui/signal-badges';

/** What became of a plan: one result for each account, and each thing by itself. */
export function PlanResults({ plan }: { plan: PlanFieldsFragment }) {
  const t = useTranslations('safety.results');
  return (
    <div className="flex flex-col gap-4" data-testid="plan-results">
      {plan.accounts.length === 0 && <p className="text-sm text-muted">{t('nothing')}</p>}
      <ul aria-label={t('accounts')} className="flex flex-col gap-2">
        {plan.accounts.map((result) => (
          <li key={result.account.id} className="rounded-lg border border-line bg-raised px-3.5 py-2.5 text-sm">
            <p className="flex items-center gap-2 font-semibold">
              {result.account.label} <ModeBadge mode={result.account.tradeMode} />
            </p>
            <p className="num mt-1 text-muted">
              {t('positions', { closed: result.positionsClosed, refused: result.positionsRefused })}{' '}
              {t('orders', { canceled: result.ordersCanceled, refused: result.ordersRefused })}{' '}
              {result.pending > 0 && t('pending', { count: result.pending })}
            </p>
          </li>
        ))}
      </ul>
      {plan.items.length > 0 && (
        <ul aria-label={t('items')} className="divide-y divide-line border-t border-line text-sm">
          {plan.items.map((item) => (
            <Item key={item.id} item={item} />
          ))}
        </ul>
      )}
    </div>
  );
}

function Item({ item }: { item: PlanFieldsFragment['items'][number] }) {
  const t = useTranslations('safety.results');
  const [tone, words] =
    item.outcome === 'DONE'
      ? (['ok', t(item.action === 'CANCEL_ORDER' ? 'canceled' : 'onItsWay')] as const)
      : item.outcome === 'REFUSED'
        ? (['danger', t('refused')] as const)
        : (['neutral', t('waiting')] as const);
  const name = `${t(`action.${item.action}`)} ${item.symbol}`;
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1 py-2">
      {item.job ? (
        <Link to={`/jobs/${item.job.id}`} className="rounded font-medium hover:text-accent">
          {name}
        </Link>
      ) : (
        <span className="font-medium">{name}</span>
      )}
      <span className="text-xs text-muted">{item.account.label}</span>
      <span className="ml-auto">
        <Badge tone={tone}>{words}</Badge>
      </span>
      {item.reasonCode && (
        <span className="basis-full text-xs text-muted">
          <Reason code={item.reasonCode} message={item.reasonMessage} />
        </span>
      )}
    </li>
  );
}
