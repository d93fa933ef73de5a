import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useLayoutEffect, useRef, useState } from 'react';
import { Link } from 'react-router';
import { cx } from './class-names';
import type { Column, DataTableProps } from './data-table';
import { Skeleton } from './skeleton';

const VIRTUAL_FROM = 60;
const CARD_GUESS = 148;

/** A table on a phone: one card for each row, with the first column as the title. */
export function CardList<Row>({ caption, columns, rows, rowKey, hrefOf, loading }: DataTableProps<Row>) {
  if (loading) {
    return (
      <div aria-busy className="flex flex-col divide-y divide-line">
        {[0, 1, 2, 3].map((index) => (
          <div key={index} className="h-36 p-4">
            <Skeleton className="h-5 w-28" />
          </div>
        ))}
      </div>
    );
  }
  if (rows.length > VIRTUAL_FROM) return <VirtualCards {...{ caption, columns, rows, rowKey, hrefOf }} />;
  return (
    <>
      <ul aria-label={caption} className="flex flex-col divide-y divide-line">
        {rows.map((row) => (
          <li key={rowKey(row)}>
            <RowCard row={row} columns={columns} href={hrefOf?.(row)} />
          </li>
        ))}
      </ul>
      <CardTotals columns={columns} />
    </>
  );
}

type CardsProps<Row> = Pick<DataTableProps<Row>, 'caption' | 'columns' | 'rows' | 'rowKey'> & {
  hrefOf: ((row: Row) => string) | undefined;
};

function VirtualCards<Row>({ caption, columns, rows, rowKey, hrefOf }: CardsProps<Row>) {
  const list = useRef<HTMLUListElement>(null);
  const [top, setTop] = useState(0);
  useLayoutEffect(() => setTop(list.current?.offsetTop ?? 0), []);
  const virtual = useWindowVirtualizer({
    count: rows.length,
    estimateSize: () => CARD_GUESS,
    overscan: 4,
    scrollMargin: top,
    getItemKey: (index) => rowKey(rows[index] as Row),
  });
  return (
    <>
      <ul ref={list} aria-label={caption} className="relative" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map((item) => {
          const row = rows[item.index] as Row;
          return (
            <li
              key={item.key}
              ref={virtual.measureElement}
              data-index={item.index}
              aria-setsize={rows.length}
              aria-posinset={item.index + 1}
              className="absolute inset-x-0 border-b border-line"
              style={{ transform: `translateY(${item.start - top}px)` }}
            >
              <RowCard row={row} columns={columns} href={hrefOf?.(row)} />
            </li>
          );
        })}
      </ul>
      <CardTotals columns={columns} />
    </>
  );
}

function RowCard<Row>({ row, columns, href }: { row: Row; columns: readonly Column<Row>[]; href: string | undefined }) {
  const [title, ...others] = columns;
  const aside = others.filter((column) => column.card === 'aside');
  const actions = others.filter((column) => column.card === 'action');
  const lines = others.filter(isLine);
  return (
    <article className="relative px-4 py-3 has-[a:focus-visible]:bg-hover">
      <div className="mb-2 flex items-start justify-between gap-3">
        <p className="min-w-0 text-sm font-semibold">
          {href ? (
            // The link covers the card, so a tap anywhere on it follows the link.
            <Link to={href} className="after:absolute after:inset-0">
              {title?.cell(row)}
            </Link>
          ) : (
            title?.cell(row)
          )}
        </p>
        <div className="flex flex-col items-end gap-0.5 text-sm font-semibold">
          {aside.map((column) => (
            <span key={column.id}>
              <span className="sr-only">{column.header}: </span>
              {column.cell(row)}
            </span>
          ))}
        </div>
      </div>
      <Lines row={row} columns={lines} />
      {actions.length > 0 && (
        <div className="relative z-1 mt-2 ml-auto flex w-fit flex-wrap justify-end gap-2">
          {actions.map((column) => (
            <span key={column.id}>{column.cell(row)}</span>
          ))}
        </div>
      )}
    </article>
  );
}

const isLine = <Row,>({ card = 'line' }: Column<Row>): boolean => card === 'line' || card === 'wide';

function Lines<Row>({ row, columns }: { row: Row; columns: readonly Column<Row>[] }) {
  return (
    <dl className="grid grid-cols-[repeat(auto-fit,minmax(9rem,1fr))] gap-x-4 gap-y-1 text-xs">
      {columns.map((column) => (
        <div
          key={column.id}
          className={cx('flex min-w-0 items-baseline justify-between gap-2', column.card === 'wide' && 'col-span-full')}
        >
          <dt className="shrink-0 text-faint">{column.header}</dt>
          {/* A date with its time may take two lines: half a card is too narrow for both. */}
          <dd className="relative z-1 min-w-0 text-right [overflow-wrap:anywhere] [&_time]:whitespace-normal">
            {column.cell(row)}
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** What the card of a row shows below its title, for a sheet about the row: its figures and no actions. */
export function CardFigures<Row>({ row, columns }: { row: Row; columns: readonly Column<Row>[] }) {
  const [, ...others] = columns;
  return (
    <div className="flex flex-col gap-2">
      <p className="flex flex-wrap gap-x-3 text-base font-semibold">
        {others
          .filter(({ card }) => card === 'aside')
          .map((column) => (
            <span key={column.id}>
              <span className="sr-only">{column.header}: </span>
              {column.cell(row)}
            </span>
          ))}
      </p>
      <Lines row={row} columns={others.filter(isLine)} />
    </div>
  );
}

function CardTotals<Row>({ columns }: { columns: readonly Column<Row>[] }) {
  const [label, ...totals] = columns.filter((column) => column.footer !== undefined);
  if (!label) return null;
  return (
    <div className="border-t border-line-strong px-4 py-3">
      <p className="mb-1 text-xs font-semibold">{label.footer}</p>
      <dl className="grid grid-cols-[repeat(auto-fit,minmax(9rem,1fr))] gap-x-4 gap-y-1 text-sm">
        {totals.map((column) => (
          <div key={column.id} className="flex items-baseline justify-between gap-2">
            <dt className="text-xs text-faint">{column.header}</dt>
            <dd>{column.footer}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
