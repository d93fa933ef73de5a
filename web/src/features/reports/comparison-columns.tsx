import { useMemo, type ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { formatSpan, useFormat } from '../../lib/format';
import type { Column } from '../../ui/data-table';
import { Missing, Money, Pct } from '../../ui/money';
import { totalOf, type ComparedRow } from './compare-groups';

type Format = ReturnType<typeof useFormat>;
type Total = ReturnType<typeof totalOf>;
type Figures = Partial<Omit<Total, '__typename'>> | null;

const cellsOf = (format: Format) => ({
  number: (value: number | null | undefined) =>
    value == null ? <Missing /> : <span className="num">{format.count(value)}</span>,
  ratio: (value: string | null | undefined) =>
    value == null ? <Missing /> : <span className="num">{format.decimal(value, { maxFraction: 2 })}</span>,
  pct: (value: string | null | undefined) => <Pct value={value ?? null} />,
  rate: (value: string | null | undefined) => <Pct value={value ?? null} digits={1} result={false} />,
  money: (value: string | null | undefined) => (value == null ? <Missing /> : <Money value={value} result />),
  fee: (value: string | null | undefined) => (value == null ? <Missing /> : <Money value={value} />),
  fall: (value: string | null | undefined) => (value == null ? <Missing /> : <Money value={`-${value}`} result />),
  span: (seconds: number | null | undefined) =>
    seconds == null ? <Missing /> : <span className="num">{formatSpan(seconds * 1000)}</span>,
});

/** The figures of a group: one cell for its row, and the same for all together. */
type Cell = (figures: Figures) => ReactNode;
type Signals = Pick<Total, 'received' | 'traded' | 'skipped' | 'unread'>;

/** The columns of the comparison. Where there is no room, the less important ones give way. */
export const useComparisonColumns = (
  group: 'source' | 'account',
  rows: readonly ComparedRow[],
  summary: Parameters<typeof totalOf>[1],
): Column<ComparedRow>[] => {
  const t = useTranslations('reports.comparison');
  const tables = useTranslations('reports.tables');
  const format = useFormat();
  return useMemo(() => {
    const total = totalOf(rows, summary);
    const { number, ratio, pct, rate, money, fee, fall, span } = cellsOf(format);
    const figure = (id: string, width: number, header: string, cell: Cell): Column<ComparedRow> => ({
      ...{ id, width, header, align: 'end', sortable: true },
      ...{ cell: ({ result }) => cell(result), footer: cell(total) },
    });
    const signal = (id: keyof Signals, width: number, of: (row: ComparedRow) => number | undefined) => ({
      ...{ id, width, header: t(id), help: t(`${id}Help`), align: 'end' as const, sortable: true },
      ...{ cell: (row: ComparedRow) => number(of(row)), footer: number(total[id]) },
    });
    const name: Column<ComparedRow> = {
      ...{ id: 'name', width: 150, sortable: true, header: t(`${group}Name`) },
      ...{ cell: (row) => row.name, footer: tables('total') },
    };
    return [
      name,
      figure('trades', 64, tables('trades'), (one) => number(one?.trades)),
      figure('winRate', 78, tables('winRate'), (one) => rate(one?.winRatePct)),
      { ...figure('net', 104, tables('net'), (one) => money(one?.net)), card: 'aside' },
      { ...figure('returnPct', 78, t('returnPct'), (one) => pct(one?.returnPct)), help: t('returnPctHelp') },
      {
        ...figure('profitFactor', 84, tables('profitFactor'), (one) => ratio(one?.profitFactor)),
        ...{ drop: 5, help: t('profitFactorHelp') },
      },
      { ...figure('expectancy', 88, tables('expectancy'), (one) => money(one?.expectancy)), drop: 7 },
      { ...figure('drawdown', 96, t('drawdown'), (one) => fall(one?.maxDrawdown)), help: t('drawdownHelp') },
      {
        ...figure('duration', 86, t('duration'), (one) => span(one?.averageHoldingSec)),
        ...{ drop: 4, help: t('durationHelp') },
      },
      { ...figure('fees', 78, tables('fees'), (one) => fee(one?.fees)), drop: 3 },
      { ...signal('received', 74, ({ signals }) => signals?.received), drop: 6 },
      signal('traded', 70, ({ signals }) => signals?.filled),
      { ...signal('skipped', 74, ({ signals }) => signals?.skipped), drop: 2 },
      { ...signal('unread', 70, ({ signals }) => signals?.unread), drop: 1 },
    ];
  }, [t, tables, format, group, rows, summary]);
};
