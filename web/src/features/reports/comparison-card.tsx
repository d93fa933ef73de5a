import { useMemo, useState } from 'react';
import { useTranslations } from 'use-intl';
import type { ComparedGroupFragment, ReportQuery } from '../../gql/generated';
import { compareDecimals } from '../../lib/decimal';
import { Card } from '../../ui/card';
import { DataTable, type Sort } from '../../ui/data-table';
import { ExportLink } from '../../ui/export-link';
import { useListView } from '../../ui/list-view';
import { Segmented } from '../../ui/segmented';
import { rowsOf, sortRows } from './compare-groups';
import { useComparisonColumns } from './comparison-columns';
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
  const columns = useComparisonColumns(group, rows, summary);
  const view = useListView('reports.comparison', { caption: t(group), columns });
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
          {view.columnsButton}
        </>
      }
    >
      {curves.length > 1 && <ComparisonCurves curves={curves} quote={quote} />}
      <DataTable
        {...view.table}
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
