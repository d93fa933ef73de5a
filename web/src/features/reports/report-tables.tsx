import { useMemo, useState } from 'react';
import { useTranslations } from 'use-intl';
import type { ReportQuery } from '../../gql/generated';
import { compareDecimals, sum } from '../../lib/decimal';
import { useFormat } from '../../lib/format';
import { Card } from '../../ui/card';
import { DataTable, type Column } from '../../ui/data-table';
import { ExportLink, type ExportName } from '../../ui/export-link';
import { useListView } from '../../ui/list-view';
import { Missing, Money, Pct } from '../../ui/money';
import { Segmented } from '../../ui/segmented';
import { SymbolLink } from '../../ui/symbol-link';
import { byPeriod, type DayResult } from '../../lib/periods';

type Report = ReportQuery['report'];

interface TablesProps {
  days: readonly DayResult[];
  symbols: Report['bySymbol'];
  filter: Readonly<Record<string, string>>;
}

/** One row of any of the tables. */
interface Row {
  key: string;
  name: string;
  trades: number;
  winRatePct: string | null;
  net: string;
  fees: string;
  realized?: string;
  profitFactor?: string | null;
  expectancy?: string | null;
}

const GROUPS = ['day', 'week', 'month', 'symbol'] as const;
type Group = (typeof GROUPS)[number];
const EXPORTS: Record<Group, ExportName> = {
  ...{ day: 'report-days', week: 'report-days', month: 'report-days', symbol: 'report-symbols' },
};

/** The same trades, grouped by period or symbol. */
export function ReportTables({ days, symbols, filter }: TablesProps) {
  const t = useTranslations('reports.tables');
  const format = useFormat();
  const [group, setGroup] = useState<Group>('day');
  const rows = useMemo<Row[]>(() => {
    const best = (named: Row[]) => named.sort((a, b) => compareDecimals(b.net, a.net));
    if (group === 'symbol') return best(symbols.map((one) => ({ ...one, key: one.symbol, name: one.symbol })));
    const nameOf = group === 'month' ? format.month : format.day;
    return byPeriod(days, group).map((one) => ({ ...one, key: one.start, name: nameOf(one.start) }));
  }, [group, days, symbols, format]);
  const view = useListView('reports.results', { caption: t(group), columns: useColumns(group, rows) });
  return (
    <Card flush>
      <div className="flex flex-wrap items-center gap-3 border-b border-line px-4 py-3">
        <div className="max-w-full overflow-x-auto">
          <Segmented
            label={t('label')}
            value={group}
            onChange={setGroup}
            options={GROUPS.map((value) => ({ value, label: t(value) }))}
          />
        </div>
        <span className="flex-1" />
        <ExportLink list={EXPORTS[group]} filter={filter} />
        {view.columnsButton}
      </div>
      <DataTable {...view.table} rows={rows} rowKey={({ key }) => key} empty={null} />
    </Card>
  );
}

const isPeriod = (group: Group) => group === 'day' || group === 'week' || group === 'month';

const useColumns = (group: Group, rows: readonly Row[]): Column<Row>[] => {
  const t = useTranslations('reports.tables');
  const format = useFormat();
  return useMemo(() => {
    const end = { align: 'end' } as const;
    const ratio = (value: string | null | undefined) =>
      value ? <span className="num">{format.decimal(value, { maxFraction: 2 })}</span> : <Missing />;
    const columns: Column<Row>[] = [
      {
        id: 'name',
        width: 150,
        header: t(group),
        cell: ({ name }) => (group === 'symbol' ? <SymbolLink symbol={name} /> : name),
        footer: t('total'),
      },
      {
        ...{ id: 'trades', width: 80, ...end, header: t('trades') },
        cell: ({ trades }) => <span className="num">{format.count(trades)}</span>,
        footer: <span className="num">{format.count(rows.reduce((total, row) => total + row.trades, 0))}</span>,
      },
      {
        ...{ id: 'winRate', width: 90, ...end, header: t('winRate') },
        cell: ({ winRatePct }) => <Pct value={winRatePct} digits={1} result={false} />,
      },
      {
        ...{ id: 'net', width: 120, card: 'aside', ...end, header: t('net') },
        cell: ({ net }) => <Money value={net} result />,
        footer: <Money value={sum(rows.map(({ net }) => net))} result />,
      },
      {
        ...{ id: 'fees', width: 100, drop: 1, ...end, header: t('fees') },
        cell: ({ fees }) => <Money value={fees} />,
        footer: <Money value={sum(rows.map(({ fees }) => fees))} />,
      },
    ];
    const realized: Column<Row> = {
      ...{ id: 'realized', width: 120, ...end, header: t('realized') },
      cell: ({ realized: value }) => <Money value={value} result />,
      footer: <Money value={sum(rows.map((row) => row.realized ?? '0'))} result />,
    };
    const others: Column<Row>[] = [
      {
        ...{ id: 'profitFactor', width: 110, drop: 3, ...end, header: t('profitFactor') },
        cell: ({ profitFactor }) => ratio(profitFactor),
      },
      {
        ...{ id: 'expectancy', width: 110, drop: 2, ...end, header: t('expectancy') },
        cell: ({ expectancy }) => <Money value={expectancy} result />,
      },
    ];
    return [...columns, ...(isPeriod(group) ? [realized] : others)];
  }, [t, format, group, rows]);
};
