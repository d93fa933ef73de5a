import { ArrowRight } from 'lucide-react';
import { useLayoutEffect, useMemo, useRef } from 'react';
import { Link } from 'react-router';
import { useTranslations } from 'use-intl';
import { LivePct, LivePrice, LiveProfit } from '../../lib/live/live-cells';
import { baseOf, marketOf, quoteOf, useMarkets, type OpenPosition } from '../../lib/live/open-positions';
import { usePhone } from '../../lib/media-query';
import { Card } from '../../ui/card';
import { DataTable, ROW_HEIGHT, type Column } from '../../ui/data-table';
import { Price } from '../../ui/money';
import { Age } from '../../ui/time';

const SHOWN = 8;
const HEADING_HEIGHT = 36;

const keyOf = (position: OpenPosition) => position.id;
const hrefOf = (position: OpenPosition) => `/positions/${position.id}`;

interface OpenNowProps {
  /** The open positions that the filter allows. */
  positions: readonly OpenPosition[];
  isKnown: boolean;
  isFiltered: boolean;
  /** How many positions are open without the filter: the card keeps the height of their rows. */
  allCount: number;
  /** The list of positions with the same filter. */
  to: string;
}

/** The newest open positions, with live prices. */
export function OpenNow({ positions, isKnown, isFiltered, allCount, to }: OpenNowProps) {
  const t = useTranslations('dashboard.openNow');
  const newest = useMemo(
    () => [...positions].sort((a, b) => b.createdAt.localeCompare(a.createdAt)).slice(0, SHOWN),
    [positions],
  );
  const columns = useColumns();
  const rows = useKeptHeight(isFiltered, HEADING_HEIGHT + Math.min(SHOWN, allCount) * ROW_HEIGHT);
  return (
    <Card
      title={t('title')}
      flush
      actions={
        <Link to={to} className="flex items-center gap-1 rounded text-xs text-muted hover:text-text phone:min-h-11">
          {t('all', { count: positions.length })}
          <ArrowRight className="size-3.5" aria-hidden />
        </Link>
      }
    >
      <div ref={rows}>
        <DataTable
          caption={t('title')}
          columns={columns}
          rows={newest}
          rowKey={keyOf}
          hrefOf={hrefOf}
          loading={!isKnown}
          empty={
            <p className="px-4 py-10 text-center text-sm text-muted">{t(isFiltered ? 'emptyFiltered' : 'empty')}</p>
          }
        />
      </div>
    </Card>
  );
}

/** While a filter shows fewer rows, the table keeps the height it had without one, so that nothing below it moves. */
const useKeptHeight = (isFiltered: boolean, guess: number) => {
  const box = useRef<HTMLDivElement>(null);
  const known = useRef(0);
  const phone = usePhone();
  useLayoutEffect(() => {
    if (!box.current) return;
    box.current.style.minHeight = isFiltered && !phone ? `${known.current || guess}px` : '';
    if (!isFiltered) known.current = box.current.offsetHeight;
  });
  return box;
};

const useColumns = () => {
  const t = useTranslations('dashboard.openNow');
  const markets = useMarkets();
  return useMemo<Column<OpenPosition>[]>(() => {
    const tick = (position: OpenPosition) => marketOf(markets, position)?.tickSize;
    return [
      {
        id: 'symbol',
        width: 120,
        header: t('symbol'),
        cell: ({ symbol }) => (
          <span>
            {baseOf(symbol)}
            <span className="font-normal text-faint">/{quoteOf(symbol)}</span>
          </span>
        ),
      },
      { id: 'account', width: 120, drop: 2, header: t('account'), cell: ({ account }) => account.label },
      {
        id: 'entry',
        width: 110,
        align: 'end',
        header: t('entry'),
        cell: (row) => <Price value={row.entryPrice} tickSize={tick(row)} />,
      },
      {
        id: 'price',
        width: 110,
        align: 'end',
        header: t('price'),
        cell: (row) => <LivePrice priceKey={row.priceKey} tickSize={tick(row)} />,
      },
      {
        id: 'pnl',
        width: 110,
        align: 'end',
        header: t('pnl'),
        card: 'aside',
        cell: (row) => <LiveProfit position={row} />,
      },
      {
        id: 'pct',
        width: 90,
        align: 'end',
        header: t('pct'),
        help: t('pctHelp'),
        card: 'aside',
        cell: (row) => <LivePct position={row} />,
      },
      { id: 'age', width: 96, drop: 1, align: 'end', header: t('age'), cell: (row) => <Age at={row.createdAt} /> },
    ];
  }, [markets, t]);
};
