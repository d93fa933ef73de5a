import { useTranslations } from 'use-intl';
import type { LiveJobFragment } from '../../gql/generated';
import { baseOf, quoteOf, useMarkets } from '../../lib/live/open-positions';
import type { Column } from '../../ui/data-table';
import { Missing, Money, Price, Quantity } from '../../ui/money';
import { Reason } from '../../ui/reason';
import { JobStatusBadge, SideBadge } from '../../ui/status-badge';
import { Age } from '../../ui/time';

/** The columns of the list of jobs. */
export const useJobColumns = (): Column<LiveJobFragment>[] => {
  const t = useTranslations('jobs.columns');
  const origin = useTranslations('words.origin');
  const markets = useMarkets();
  return [
    { id: 'symbol', header: t('symbol'), width: 110, cell: (job) => job.symbol },
    { id: 'side', header: t('side'), width: 75, card: 'aside', cell: (job) => <SideBadge side={job.side} /> },
    {
      id: 'status',
      header: t('status'),
      width: 140,
      card: 'aside',
      cell: (job) => <JobStatusBadge status={job.status} />,
    },
    {
      id: 'reason',
      header: t('reason'),
      width: 235,
      card: 'wide',
      cell: (job) =>
        job.reasonCode ? <Reason code={job.reasonCode} message={job.reasonMessage} short /> : <Missing />,
    },
    { id: 'account', header: t('account'), width: 130, drop: 4, cell: (job) => job.account.label },
    {
      id: 'quote',
      header: t('quote'),
      width: 115,
      align: 'end',
      cell: (job) => <Money value={job.quoteAmount} asset={quoteOf(job.symbol)} />,
    },
    {
      id: 'base',
      header: t('base'),
      width: 125,
      drop: 3,
      align: 'end',
      cell: (job) => <Quantity value={job.baseQuantity} asset={baseOf(job.symbol)} />,
    },
    {
      id: 'limit',
      header: t('limit'),
      width: 100,
      drop: 2,
      align: 'end',
      cell: (job) => <Price value={job.limitPrice} tickSize={markets.get(job.symbol)?.tickSize} />,
    },
    { id: 'origin', header: t('origin'), width: 75, drop: 1, cell: (job) => origin(job.origin) },
    { id: 'age', header: t('age'), width: 85, align: 'end', cell: (job) => <Age at={job.createdAt} /> },
  ];
};
