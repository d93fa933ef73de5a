import { Lock, ShieldOff, Timer, Zap } from 'lucide-react';
import { useMemo } from 'react';
import { useTranslations } from 'use-intl';
import type { LivePositionFragment } from '../../gql/generated';
import { LivePct, LivePrice, LiveProfit, LiveValue } from '../../lib/live/live-cells';
import { baseOf, marketOf, quoteOf, useMarkets, useOpenTotals, useTotalsStale } from '../../lib/live/open-positions';
import { Figure } from '../../lib/live/stale';
import { percentOf, signOf, sum } from '../../lib/decimal';
import { formatSpan } from '../../lib/format';
import { usePhone } from '../../lib/media-query';
import { usePreferences } from '../../lib/preferences';
import { Button } from '../../ui/button';
import type { Column } from '../../ui/data-table';
import { Missing, Money, Pct, Price, Quantity } from '../../ui/money';
import { Age, Time } from '../../ui/time';
import { isUnprotected } from './exit-lines';
import { PositionSheetButton } from './position-sheet-button';
import { LiveExitDistance } from './live-exit-distance';
import { durationOf, exitPriceOf, resultPctOf } from './closed-figures';
import type { PositionsTab } from './positions-view';

type Row = LivePositionFragment;
type Rows = readonly Row[];

/** A symbol with its quote asset less prominent. */
export function SymbolName({ symbol }: { symbol: string }) {
  return (
    <span>
      {baseOf(symbol)}
      <span className="font-normal text-faint">/{quoteOf(symbol)}</span>
    </span>
  );
}

/** Marks after the symbol: locked against sell signals, and has open orders. */
function Marks({ row }: { row: Row }) {
  const t = useTranslations('positions.marks');
  const icon = 'ml-1.5 inline size-3 align-[-0.1em] text-muted';
  return (
    <>
      {isUnprotected(row) && (
        <ShieldOff
          className="ml-1.5 inline size-3 align-[-0.1em] text-warn"
          role="img"
          aria-label={t('unprotected')}
          data-testid="unprotected"
        />
      )}
      {row.lockSellByWebhook && <Lock className={icon} role="img" aria-label={t('locked')} />}
      {signOf(row.qtyReserved) > 0 && <Timer className={icon} role="img" aria-label={t('orders')} />}
    </>
  );
}

function TotalValue({ rows }: { rows: Rows }) {
  return (
    <Figure isStale={useTotalsStale(rows)}>
      <Money value={useOpenTotals(rows).value} />
    </Figure>
  );
}

function TotalProfit({ rows }: { rows: Rows }) {
  return (
    <Figure isStale={useTotalsStale(rows)}>
      <Money value={useOpenTotals(rows).unrealized} result />
    </Figure>
  );
}

/** The result of all rows in percent of their cost. */
function TotalPct({ rows }: { rows: Rows }) {
  const { value, unrealized } = useOpenTotals(rows);
  const isStale = useTotalsStale(rows);
  if (value === null || unrealized === null) return <Missing />;
  const cost = sum([value, unrealized.startsWith('-') ? unrealized.slice(1) : `-${unrealized}`]);
  return (
    <Figure isStale={isStale}>
      <Pct value={percentOf(unrealized, cost)} />
    </Figure>
  );
}

const NUMBER = { align: 'end', sortable: true } as const;
const TEXT = { sortable: true } as const;

type Named = Omit<Column<Row>, 'header'>;
type TickOf = (row: Row) => string | undefined;

const liveColumns = (rows: Rows, tick: TickOf): Named[] => [
  { id: 'qty', width: 108, drop: 4, ...NUMBER, cell: (row) => <Quantity value={row.qtyRemaining} /> },
  {
    ...{ id: 'value', width: 92, drop: 8, ...NUMBER },
    cell: (row) => <LiveValue position={row} />,
    footer: <TotalValue rows={rows} />,
  },
  { id: 'entry', width: 98, ...NUMBER, cell: (row) => <Price value={row.entryPrice} tickSize={tick(row)} /> },
  { id: 'price', width: 96, ...NUMBER, cell: (row) => <LivePrice priceKey={row.priceKey} tickSize={tick(row)} /> },
  {
    ...{ id: 'pnl', width: 98, card: 'aside', ...NUMBER },
    cell: (row) => <LiveProfit position={row} />,
    footer: <TotalProfit rows={rows} />,
  },
  {
    ...{ id: 'pct', width: 90, card: 'aside', ...NUMBER },
    cell: (row) => <LivePct position={row} />,
    footer: <TotalPct rows={rows} />,
  },
  { id: 'stop', width: 74, drop: 7, ...NUMBER, cell: (row) => <LiveExitDistance position={row} to="stop" /> },
  { id: 'target', width: 80, drop: 5, ...NUMBER, cell: (row) => <LiveExitDistance position={row} to="target" /> },
];

/** The rest that was too small to sell, with its value when the position closed. */
function Dust({ row }: { row: Row }) {
  if (signOf(row.dustQty) === 0) return <span className="text-faint">—</span>;
  return (
    <span title={`${row.dustQty} ${baseOf(row.symbol)}`}>
      <Money value={row.dustValueQuote} asset={quoteOf(row.symbol)} digits={4} />
    </span>
  );
}

const closedColumns = (rows: Rows, tick: TickOf, reasonOf: (row: Row) => string | null): Named[] => [
  { id: 'total', width: 110, drop: 3, ...NUMBER, cell: (row) => <Quantity value={row.qtyTotal} /> },
  {
    ...{ id: 'entry', width: 94, drop: 5, ...NUMBER },
    cell: (row) => <Price value={row.entryPrice} tickSize={tick(row)} />,
  },
  { id: 'exit', width: 94, ...NUMBER, cell: (row) => <Price value={exitPriceOf(row)} tickSize={tick(row)} /> },
  {
    ...{ id: 'duration', width: 80, drop: 4, ...NUMBER },
    cell: (row) => <span className="num">{formatSpan(durationOf(row))}</span>,
  },
  {
    ...{ id: 'fees', width: 84, drop: 2, ...NUMBER },
    cell: (row) => <Money value={row.feesQuote} />,
    footer: <Money value={sum(rows.map((row) => row.feesQuote))} />,
  },
  {
    ...{ id: 'dust', width: 120, drop: 1, ...NUMBER },
    cell: (row) => <Dust row={row} />,
    footer: <Money value={sum(rows.map((row) => row.dustValueQuote))} digits={4} />,
  },
  { id: 'reason', width: 140, ...TEXT, cell: (row) => reasonOf(row) ?? <Missing /> },
  {
    ...{ id: 'closed', width: 160, card: 'wide', ...TEXT },
    cell: (row) => (row.closedAt ? <Time at={row.closedAt} withDay /> : <Missing />),
  },
];

export interface RowActions {
  /** Opens the dialog that closes a row. */
  onSell: (row: Row) => void;
  /** On a phone: opens the sheet with all actions of a row. */
  onActions: (row: Row) => void;
}

/** Every column of a tab, in order; `rows` are what the totals add up. */
export const usePositionColumns = (tab: PositionsTab, rows: Rows, { onSell, onActions }: RowActions): Column<Row>[] => {
  const t = useTranslations('positions');
  const reasons = useTranslations('words.closeReason');
  const markets = useMarkets();
  const atOnce = !usePreferences().confirmations;
  const phone = usePhone();
  return useMemo(() => {
    const sellLabel = (row: Row) => t(atOnce ? 'sellAtOnce' : 'sell', { symbol: row.symbol });
    const tick: TickOf = (row) => marketOf(markets, row)?.tickSize;
    const isClosed = tab === 'closed';
    const first: Named[] = [
      {
        ...{ id: 'symbol', width: 128, ...TEXT, footer: t('totals', { count: rows.length }) },
        cell: (row) => (
          <>
            <SymbolName symbol={row.symbol} />
            <Marks row={row} />
          </>
        ),
      },
      { id: 'account', width: 112, drop: 6, ...TEXT, cell: (row) => row.account.label },
    ];
    const realized: Named = {
      ...{ id: 'realized', width: 86, ...(isClosed ? { card: 'aside' } : { drop: 2 }), ...NUMBER },
      cell: (row) => <Money value={row.realizedPnl} result />,
      footer: <Money value={sum(rows.map((row) => row.realizedPnl))} result />,
    };
    const resultPct: Named = {
      ...{ id: 'resultPct', width: 90, card: 'aside', ...NUMBER },
      cell: (row) => <Pct value={resultPctOf(row)} />,
    };
    const source: Named = {
      ...{ id: 'source', width: 100, drop: isClosed ? 2 : 1, ...TEXT },
      cell: (row) => row.sourceLabel ?? t('byHand'),
    };
    const sell: Named = {
      ...{ id: 'sell', width: 64, align: 'end', card: 'action', hideHeader: true },
      cell: (row) =>
        phone ? (
          <PositionSheetButton symbol={row.symbol} onOpen={() => onActions(row)} />
        ) : (
          <Button
            size="sm"
            tone="quiet"
            className="px-1.5! align-middle text-accent!"
            aria-label={sellLabel(row)}
            title={sellLabel(row)}
            onClick={() => onSell(row)}
          >
            {atOnce && <Zap className="-mr-1 size-3" aria-hidden />}
            {t('columns.sell')}
          </Button>
        ),
    };
    const age: Named = { id: 'age', width: 80, drop: 3, ...NUMBER, cell: (row) => <Age at={row.createdAt} /> };
    const reasonOf = (row: Row) => row.closeReason && reasons(row.closeReason);
    const columns = isClosed
      ? [...first, realized, resultPct, ...closedColumns(rows, tick, reasonOf), source]
      : [...first, ...liveColumns(rows, tick), realized, age, source, sell];
    return columns.map((column) => ({
      ...column,
      header: t(`columns.${column.id}`),
      help: t.has(`columnHelp.${column.id}`) ? t(`columnHelp.${column.id}`) : undefined,
    }));
  }, [tab, rows, markets, t, reasons, onSell, onActions, atOnce, phone]);
};
