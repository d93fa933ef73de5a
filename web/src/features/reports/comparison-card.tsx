import { useMemo, useState } from 'react';
import { useTranslations } from 'use-intl';
import type { ComparedGroupFragment, ReportQuery } from '../../gql/generated';
import { compareDecimals } from '../../lib/decimal';
import { formatSpan, useFormat } from '../../lib/format';
import { Card } from '../../ui/card';
import { DataTable, type Column, type Sort } from '../../ui/data-table';
import { ExportLink } from '../../ui/export-link';
import { Missing, Money, Pct } from '../../ui/money';
import { Segmented } from '../../ui/segmented';
import { rowsOf, sortRows, totalOf, type ComparedRow } from './compare-groups';
import { ComparisonCurves, CURVES_MOST } from './comparison-curves';

const GROUPS = ['source', 'account'] as const;
type Group = (typeof GROUPS)[number];
const EXPORTS = { source: 'report-sources', account: 'report-accounts' } as const;

interface ComparisonCardProps {
  groups: Readonly<Record<Group, readonly ComparedGroupFragment[]>>;
  summary: ReportQuery['report']['summary'][number];
  filter: Readonly<Record<string, string>>;
}

/** Sources, or accounts, side by side: their curves, their figures, and the figures of all together. */
export function ComparisonCard({ groups, summary, filter }: ComparisonCardProps) {
  const t = useTranslations('reports.comparison');
  const tables = useTranslations('reports.tables');
  const [group, setGroup] = useState<Group>('source');
  const [sort, setSort] = useState<Sort>({ column: 'net', descending: true });
  const { quote } = summary;
  const byHand = tables('byHand');
  const rows = useMemo(
    () => sortRows(rowsOf(groups[group], { quote, byHand }), sort),
    [groups, group, quote, byHand, sort],
  );
  const columns = useColumns(group, rows, summary);
  const curves = useMemo(
    () =>
      rows
        .flatMap(({ key, name, result }) =>
          result && result.curve.length > 0 ? [{ key, name, points: result.curve }] : [],
        )
        .sort((a, b) => compareDecimals(largest(b.points), largest(a.points)))
        .slice(0, CURVES_MOST),
    [rows],
  );
  return (
    <Card
      flush
      title={t('title')}
      actions={
        <>
          <Segmented
            label={t('of')}
            value={group}
            onChange={setGroup}
            options={GROUPS.map((value) => ({ value, label: t(value) }))}
          />
          <ExportLink list={EXPORTS[group]} filter={filter} />
        </>
      }
    >
      {curves.length > 1 && <ComparisonCurves curves={curves} quote={quote} />}
      <DataTable
        caption={t(group)}
        columns={columns}
        rows={rows}
        rowKey={({ key }) => key}
        sort={sort}
        onSort={setSort}
        empty={<p className="p-4 text-sm text-muted">{t('none')}</p>}
      />
    </Card>
  );
}

/** The farthest from zero that a curve came: those that moved most are drawn. */
const largest = (points: readonly { total: string }[]): string =>
  points.map(({ total }) => total.replace('-', '')).reduce((a, b) => (compareDecimals(a, b) >= 0 ? a : b), '0');

const useColumns = (
  group: Group,
  rows: readonly ComparedRow[],
  summary: ComparisonCardProps['summary'],
): Column<ComparedRow>[] => {
  const t = useTranslations('reports.comparison');
  const tables = useTranslations('reports.tables');
  const format = useFormat();
  return useMemo(() => {
    const total = totalOf(rows, summary);
    const number = (value: number | null | undefined) =>
      value == null ? <Missing /> : <span className="num">{format.count(value)}</span>;
    const ratio = (value: string | null | undefined) =>
      value == null ? <Missing /> : <span className="num">{format.decimal(value, { maxFraction: 2 })}</span>;
    const money = (value: string | null | undefined) => (value == null ? <Missing /> : <Money value={value} result />);
    const fall = (value: string | undefined) =>
      value === undefined ? <Missing /> : <Money value={`-${value}`} result />;
    const held = (seconds: number | null | undefined) =>
      seconds == null ? <Missing /> : <span className="num">{formatSpan(seconds * 1000)}</span>;
    const end = { align: 'end', sortable: true } as const;
    const of = <K extends string>(id: K, width: number, header: string) => ({ id, width, header, ...end });
    return [
      {
        id: 'name',
        width: 150,
        sortable: true,
        header: t(`${group}Name`),
        cell: ({ name }) => name,
        footer: tables('total'),
      },
      {
        ...of('trades', 64, tables('trades')),
        cell: ({ result }) => number(result?.trades),
        footer: number(total.trades),
      },
      {
        ...of('winRate', 78, tables('winRate')),
        cell: ({ result }) => <Pct value={result?.winRatePct ?? null} digits={1} result={false} />,
        footer: <Pct value={total.winRatePct} digits={1} result={false} />,
      },
      {
        ...of('net', 104, tables('net')),
        card: 'aside',
        cell: ({ result }) => money(result?.net),
        footer: money(total.net),
      },
      {
        ...of('returnPct', 78, t('returnPct')),
        help: t('returnPctHelp'),
        cell: ({ result }) => <Pct value={result?.returnPct ?? null} />,
        footer: <Pct value={total.returnPct} />,
      },
      {
        ...of('profitFactor', 84, tables('profitFactor')),
        ...{ drop: 5, help: t('profitFactorHelp') },
        cell: ({ result }) => ratio(result?.profitFactor),
        footer: ratio(total.profitFactor),
      },
      {
        ...of('expectancy', 88, tables('expectancy')),
        cell: ({ result }) => money(result?.expectancy),
        footer: money(total.expectancy),
      },
      {
        ...of('drawdown', 96, t('drawdown')),
        help: t('drawdownHelp'),
        cell: ({ result }) => fall(result?.maxDrawdown),
        footer: fall(total.maxDrawdown),
      },
      {
        ...of('duration', 86, t('duration')),
        ...{ drop: 4, help: t('durationHelp') },
        cell: ({ result }) => held(result?.averageHoldingSec),
        footer: held(total.averageHoldingSec),
      },
      {
        ...of('fees', 78, tables('fees')),
        drop: 3,
        cell: ({ result }) => (result ? <Money value={result.fees} /> : <Missing />),
        footer: <Money value={total.fees} />,
      },
      {
        ...of('received', 74, t('received')),
        help: t('receivedHelp'),
        cell: ({ signals }) => number(signals?.received),
        footer: number(total.received),
      },
      {
        ...of('traded', 70, t('traded')),
        help: t('tradedHelp'),
        cell: ({ signals }) => number(signals?.filled),
        footer: number(total.traded),
      },
      {
        ...of('skipped', 74, t('skipped')),
        ...{ drop: 2, help: t('skippedHelp') },
        cell: ({ signals }) => number(signals?.skipped),
        footer: number(total.skipped),
      },
      {
        ...of('unread', 70, t('unread')),
        ...{ drop: 1, help: t('unreadHelp') },
        cell: ({ signals }) => number(signals?.unread),
        footer: number(total.unread),
      },
    ];
  }, [t, tables, format, group, rows, summary]);
};
