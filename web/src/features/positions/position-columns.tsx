import { useMemo } from 'react';
import { useTranslations } from 'use-intl';
import type { LivePositionFragment } from '../../gql/generated';
import { LivePct, LivePrice, LiveProfit, LiveValue } from '../../lib/live/live-cells';
import { baseOf, quoteOf, useMarkets, useOpenTotals } from '../../lib/live/open-positions';
import { percentOf, sum } from '../../lib/decimal';
import type { Column } from '../../ui/data-table';
import { Missing, Money, Pct, Price, Quantity } from '../../ui/money';
import { PositionStatusBadge } from '../../ui/status-badge';
import { Age, Time } from '../../ui/time';
import type { PositionsTab } from './positions-view';

type Row = LivePositionFragment;
type Rows = readonly Row[];

/** 'BTC' in full, its quote asset quieter: the eye looks for the first. */
export function SymbolName({ symbol }: { symbol: string }) {
  return (
    <span>
      {baseOf(symbol)}
      <span className="font-normal text-faint">/{quoteOf(symbol)}</span>
    </span>
  );
}

function TotalValue({ rows }: { rows: Rows }) {
  return <Money value={useOpenTotals(rows).value} />;
}

function TotalProfit({ rows }: { rows: Rows }) {
  return <Money value={useOpenTotals(rows).unrealized} result />;
}

/** The result of all rows in percent of what they cost. */
function TotalPct({ rows }: { rows: Rows }) {
  const { value, unrealized } = useOpenTotals(rows);
  if (value === null || unrealized === null) return <Missing />;
  return (
    <Pct
      value={percentOf(unrealized, sum([value, unrealized.startsWith('-') ? unrealized.slice(1) : `-${unrealized}`]))}
    />
  );
}

/** Every column of a tab, in order; `rows` are what the totals add up. */
export const usePositionColumns = (tab: PositionsTab, rows: Rows): Column<Row>[] => {
  const t = useTranslations('positions');
  const reasons = useTranslations('words.closeReason');
  const markets = useMarkets();
  return useMemo(() => {
    const tick = (row: Row) => markets.get(row.symbol)?.tickSize;
    const column = (id: string, width: number, rest: Omit<Column<Row>, 'id' | 'width' | 'header'>): Column<Row> => ({
      id,
      width,
      header: t(`columns.${id}`),
      sortable: true,
      ...rest,
    });
    const number = { align: 'end' as const };
    const realized = sum(rows.map((row) => row.realizedProfitUsd));
    const symbol = column('symbol', 112, {
      cell: (row) => <SymbolName symbol={row.symbol} />,
      footer: t('totals', { count: rows.length }),
    });
    const account = column('account', 112, { cell: (row) => row.account.label });
    const entry = column('entry', 94, {
      ...number,
      cell: (row) => <Price value={row.priceOpen} tickSize={tick(row)} />,
    });
    const source = column('source', 120, { cell: (row) => row.sourceLabel ?? t('byHand') });
    const realizedColumn = column('realized', 88, {
      ...number,
      card: tab === 'closed' ? 'aside' : 'line',
      cell: (row) => <Money value={row.realizedProfitUsd} result />,
      footer: <Money value={realized} result />,
    });
    if (tab === 'closed')
      return [
        symbol,
        account,
        column('total', 110, { ...number, cell: (row) => <Quantity value={row.qtyTotal} /> }),
        entry,
        realizedColumn,
        column('reason', 140, { cell: (row) => (row.closeReason ? reasons(row.closeReason) : <Missing />) }),
        column('closed', 160, { cell: (row) => (row.closedAt ? <Time at={row.closedAt} withDay /> : <Missing />) }),
        source,
      ];
    return [
      symbol,
      account,
      column('qty', 104, { ...number, cell: (row) => <Quantity value={row.qtyRemaining} /> }),
      column('value', 96, {
        ...number,
        cell: (row) => <LiveValue position={row} />,
        footer: <TotalValue rows={rows} />,
      }),
      entry,
      column('price', 100, { ...number, cell: (row) => <LivePrice symbol={row.symbol} tickSize={tick(row)} /> }),
      column('pnl', 104, {
        ...number,
        card: 'aside',
        cell: (row) => <LiveProfit position={row} />,
        footer: <TotalProfit rows={rows} />,
      }),
      column('pct', 88, {
        ...number,
        card: 'aside',
        cell: (row) => <LivePct position={row} />,
        footer: <TotalPct rows={rows} />,
      }),
      realizedColumn,
      column('age', 84, { ...number, cell: (row) => <Age at={row.createdAt} /> }),
      source,
      column('status', 86, {
        sortable: false,
        card: 'hidden',
        cell: (row) => <PositionStatusBadge status={row.status} />,
      }),
    ];
  }, [tab, rows, markets, t, reasons]);
};
