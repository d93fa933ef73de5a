import { useVirtualizer } from '@tanstack/react-virtual';
import { ArrowDown, ArrowUp } from 'lucide-react';
import { memo, useRef, type KeyboardEvent, type ReactNode, type RefObject } from 'react';
import { Link, useNavigate } from 'react-router';
import { useTranslations } from 'use-intl';
import { usePhone } from '../lib/media-query';
import { useShortcuts } from '../lib/shortcuts';
import { CardList } from './card-list';
import { cx } from './class-names';
import { RESIZE_EDGE, useFittingColumns } from './fit-columns';
import { Skeleton } from './skeleton';

export interface Column<Row> {
  id: string;
  header: string;
  /** An explanation of the column, where its name is not enough. */
  help?: string | undefined;
  /** Minimum width in pixels. A column grows for longer figures and never shrinks. Free space is shared by these widths. */
  width: number;
  /** Columns with a `drop` are left out when there is too little space, lowest number first. The row's page shows all. */
  drop?: number;
  cell: (row: Row) => ReactNode;
  align?: 'start' | 'end';
  sortable?: boolean;
  /**
   * The place of the value on a phone's card: `aside` is opposite the title, `line` a named line (the default), `wide`
   * a full line, `action` a button at the end of the card. In a table, actions stay in view at the right edge.
   */
  card?: 'aside' | 'line' | 'wide' | 'action' | 'hidden';
  /** Keeps the heading for screen readers only. */
  hideHeader?: boolean;
  /** The totals row. */
  footer?: ReactNode;
  /** The width that the user has chosen. */
  chosenWidth?: number;
}

export interface Sort {
  column: string;
  descending: boolean;
}

export interface DataTableProps<Row> {
  /** The name of the table for screen readers; it is not shown. */
  caption: string;
  /** The first column names the row and stays in place when the table scrolls sideways. */
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  rowKey: (row: Row) => string;
  /** The link of a row. The first cell becomes the link, and a click anywhere on the row follows it. */
  hrefOf?: (row: Row) => string;
  sort?: Sort | undefined;
  onSort?: (sort: Sort) => void;
  /** During the first load, skeleton rows of the final height are shown. */
  loading?: boolean;
  /** Shown when there are no rows. */
  empty: ReactNode;
  /** Called when the pointer or the focus enters or leaves the table, so that a live list can stop moving. */
  onHold?: (held: boolean) => void;
  /** Called while the user drags the edge of a column, with its new width in pixels. Without it, widths are fixed. */
  onResize?: ((id: string, width: number) => void) | undefined;
}

export const ROW_HEIGHT = 40;
const VIRTUAL_FROM = 100;
const SKELETON_ROWS = 6;

/** A sortable table with keyboard control, virtualized above 100 rows, and shown as a list of cards on phones. */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const phone = usePhone();
  if (!props.loading && props.rows.length === 0) return <>{props.empty}</>;
  return phone ? <CardList {...props} /> : <WideTable {...props} />;
}

/** The rows to draw: all rows of a short table, the visible rows of a long one with space above and below for the rest. */
const useVisibleRows = (scroller: RefObject<HTMLDivElement | null>, count: number) => {
  const isVirtual = count > VIRTUAL_FROM;
  const virtual = useVirtualizer({
    count: isVirtual ? count : 0,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 10,
    // The sticky header covers the first pixels of the scroller.
    scrollPaddingStart: ROW_HEIGHT,
  });
  const items = virtual.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const last = items.at(-1)?.index ?? -1;
  const above = isVirtual ? first * ROW_HEIGHT : 0;
  const below = isVirtual ? Math.max(0, count - last - 1) * ROW_HEIGHT : 0;
  return { isVirtual, first, last, above, below };
};

function WideTable<Row>(props: DataTableProps<Row>) {
  const { caption, rows, rowKey, hrefOf, sort, onSort, loading, onHold, onResize } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const columns = useFittingColumns(scroller, props.columns);
  const { isVirtual, first, last, above, below } = useVisibleRows(scroller, rows.length);
  const shown = isVirtual ? rows.slice(first, last + 1) : rows;
  const hasFooter = columns.some((column) => column.footer !== undefined);
  const width = columns.reduce((total, column) => total + column.width, 0);
  const hold = (held: boolean) => onHold?.(held);
  useRowKeys(scroller);
  return (
    <>
      <div
        ref={scroller}
        role="group"
        aria-label={caption}
        tabIndex={0}
        data-scroll={caption}
        className="max-h-[max(24rem,calc(100dvh-15rem))] overflow-auto overscroll-x-contain [contain:content] focus-visible:-outline-offset-2"
        onPointerEnter={() => hold(true)}
        onPointerLeave={() => hold(scroller.current?.contains(document.activeElement) ?? false)}
        onFocus={() => hold(true)}
        onBlur={(event) =>
          !event.currentTarget.contains(event.relatedTarget) && hold(event.currentTarget.matches(':hover'))
        }
        onKeyDown={moveBetweenRows}
      >
        <table
          className="w-full table-fixed border-separate border-spacing-0 text-[0.8125rem]"
          style={{ minWidth: width }}
          aria-rowcount={isVirtual ? rows.length + 1 : undefined}
          aria-busy={loading || undefined}
        >
          <caption className="sr-only">{caption}</caption>
          <colgroup>
            {columns.map((column) => (
              <col key={column.id} style={{ width: `${(column.width / width) * 100}%` }} />
            ))}
          </colgroup>
          <thead>
            <tr aria-rowindex={isVirtual ? 1 : undefined}>
              {columns.map((column, index) => (
                <HeaderCell key={column.id} {...{ column, sort, onSort, onResize }} frozen={index === 0} />
              ))}
            </tr>
          </thead>
          <tbody>
            {above > 0 && <Spacer height={above} span={columns.length} />}
            {loading
              ? Array.from({ length: SKELETON_ROWS }, (_, index) => (
                  <SkeletonRow key={index} columns={columns.length} />
                ))
              : shown.map((row, index) => (
                  <BodyRow
                    key={rowKey(row)}
                    row={row}
                    columns={columns as readonly Column<unknown>[]}
                    href={hrefOf?.(row)}
                    ariaRowIndex={isVirtual ? first + index + 2 : undefined}
                  />
                ))}
            {below > 0 && <Spacer height={below} span={columns.length} />}
          </tbody>
          {hasFooter && !loading && <Footer columns={columns} />}
        </table>
      </div>
      <LeftOut all={props.columns} shown={columns} hasPage={hrefOf !== undefined} />
    </>
  );
}

/** Names the columns for which there is no room. */
function LeftOut<Row>({
  all,
  shown,
  hasPage,
}: {
  all: readonly Column<Row>[];
  shown: readonly Column<Row>[];
  hasPage: boolean;
}) {
  const t = useTranslations('ui');
  const kept = new Set(shown.map(({ id }) => id));
  const names = all.filter(({ id }) => !kept.has(id)).map(({ header }) => header);
  if (names.length === 0) return null;
  return (
    <p className="border-t border-line/60 px-4 py-1.5 text-xs text-faint" data-testid="left-out">
      {t('leftOut', { columns: names.join(', ') })} {hasPage && t('leftOutPage')}
    </p>
  );
}

/** The first column and the actions of a row stay in view when the table scrolls sideways. */
const cellClass = ({ align, card }: Pick<Column<never>, 'align' | 'card'>, frozen: boolean) =>
  cx(
    'overflow-hidden px-2.5 text-ellipsis whitespace-nowrap first:pl-4 last:pr-4',
    align === 'end' ? 'text-right' : 'text-left',
    frozen && 'sticky left-0 z-1 bg-panel',
    card === 'action' && 'sticky right-0 z-1 bg-panel',
  );

interface HeaderCellProps {
  column: Column<never>;
  frozen: boolean;
  sort: Sort | undefined;
  onSort: ((sort: Sort) => void) | undefined;
  onResize: DataTableProps<never>['onResize'];
}

function HeaderCell({ column, frozen, sort, onSort, onResize }: HeaderCellProps) {
  const t = useTranslations('ui');
  const active = sort?.column === column.id;
  const sortable = column.sortable && onSort;
  const Icon = active && sort.descending ? ArrowDown : ArrowUp;
  const next = { column: column.id, descending: active ? !sort.descending : column.align === 'end' };
  return (
    <th
      scope="col"
      aria-sort={sortable ? (active ? (sort.descending ? 'descending' : 'ascending') : 'none') : undefined}
      className={cx(
        cellClass(column, frozen),
        'sticky top-0 z-2 h-9 border-b border-line bg-panel text-xs font-medium text-muted',
        (frozen || column.card === 'action') && 'z-3!',
      )}
    >
      {sortable ? (
        <button
          type="button"
          title={[column.help, t('sortBy', { column: column.header })].filter(Boolean).join(' ')}
          onClick={() => onSort(next)}
          className={cx(
            'inline-flex max-w-full items-center gap-1 rounded underline-offset-4 hover:text-text hover:underline',
            column.align === 'end' && 'flex-row-reverse',
            active && 'text-text',
          )}
        >
          <span className="truncate">{column.header}</span>
          {active && <Icon className="size-3 shrink-0" aria-hidden />}
        </button>
      ) : (
        <span title={column.help} className={cx(column.hideHeader && 'sr-only')}>
          {column.header}
        </span>
      )}
      {onResize && column.card !== 'action' && <ResizeEdge column={column} onResize={onResize} />}
    </th>
  );
}

interface ResizeEdgeProps {
  column: Column<never>;
  onResize: (id: string, width: number) => void;
}

/** The right edge of a heading. Columns share the free space, so the pointer moves by drawn pixels and sets whole ones. */
function ResizeEdge({ column, onResize }: ResizeEdgeProps) {
  const t = useTranslations('views');
  const start = useRef<{ x: number; drawn: number }>(undefined);
  return (
    <span
      aria-hidden
      {...{ [RESIZE_EDGE]: '' }}
      title={t('resize', { name: column.header })}
      className="absolute top-0 right-0 h-full w-2 cursor-col-resize touch-none border-r border-transparent hover:border-line-strong"
      onPointerDown={(event) => {
        event.preventDefault();
        event.currentTarget.setPointerCapture(event.pointerId);
        start.current = { x: event.clientX, drawn: event.currentTarget.closest('th')?.clientWidth ?? column.width };
      }}
      onPointerMove={(event) => {
        const from = start.current;
        if (!from) return;
        const scale = from.drawn / column.width;
        onResize(column.id, (from.drawn + event.clientX - from.x) / Math.max(1, scale));
      }}
      onPointerUp={() => (start.current = undefined)}
      onPointerCancel={() => (start.current = undefined)}
    />
  );
}

interface BodyRowProps {
  row: unknown;
  columns: readonly Column<unknown>[];
  href: string | undefined;
  ariaRowIndex: number | undefined;
}

const BodyRow = memo(function BodyRow({ row, columns, href, ariaRowIndex }: BodyRowProps) {
  const navigate = useNavigate();
  return (
    <tr
      aria-rowindex={ariaRowIndex}
      className={cx('group h-10', href && 'cursor-pointer')}
      onClick={(event) => {
        const target = event.target as HTMLElement;
        if (!href || target.closest('a, button, input, select') || getSelection()?.toString()) return;
        void navigate(href);
      }}
    >
      {columns.map((column, index) => {
        const classes = cx(cellClass(column, index === 0), 'border-b border-line/60 group-hover:bg-hover');
        const content = column.cell(row);
        return index === 0 ? (
          <th key={column.id} scope="row" className={cx(classes, 'font-semibold')}>
            {href ? (
              <Link to={href} data-row-link className="rounded hover:text-accent">
                {content}
              </Link>
            ) : (
              content
            )}
          </th>
        ) : (
          <td key={column.id} className={classes}>
            {content}
          </td>
        );
      })}
    </tr>
  );
});

function Spacer({ height, span }: { height: number; span: number }) {
  return (
    <tr aria-hidden>
      <td colSpan={span} style={{ height, padding: 0 }} />
    </tr>
  );
}

function SkeletonRow({ columns }: { columns: number }) {
  return (
    <tr aria-hidden data-skeleton className="h-10">
      {Array.from({ length: columns }, (_, index) => (
        <td key={index} className="border-b border-line/60 px-3">
          <Skeleton className="h-3.5 w-full max-w-24" />
        </td>
      ))}
    </tr>
  );
}

function Footer<Row>({ columns }: { columns: readonly Column<Row>[] }) {
  return (
    <tfoot>
      <tr>
        {columns.map((column, index) => (
          <td
            key={column.id}
            className={cx(
              cellClass(column, index === 0),
              'sticky bottom-0 h-10 border-t border-line-strong bg-panel font-semibold',
              (index === 0 || column.card === 'action') && 'z-3!',
            )}
          >
            {column.footer}
          </td>
        ))}
      </tr>
    </tfoot>
  );
}

/** j and k work at once: from anywhere on the page they go to the first row of its first table. */
const useRowKeys = (scroller: RefObject<HTMLElement | null>): void =>
  useShortcuts((keys) => {
    const box = scroller.current;
    if (!box || (keys !== 'j' && keys !== 'k') || document.querySelector('[data-scroll]') !== box) return false;
    if (document.activeElement?.closest('[data-scroll]')) return false;
    const link = box.querySelector<HTMLElement>('[data-row-link]');
    link?.focus();
    return link !== null;
  });

/** Arrow keys, and j and k, move the focus from row to row; Enter follows the focused link. */
const moveBetweenRows = (event: KeyboardEvent<HTMLElement>) => {
  const step = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 }[event.key];
  if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
  const links = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-row-link]')];
  const current = links.findIndex((link) => link === document.activeElement);
  const next = links[current === -1 ? 0 : current + step];
  if (!next) return;
  event.preventDefault();
  next.focus();
};
