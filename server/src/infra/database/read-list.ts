import type { Database } from './database.js';
import type { Page, PagePlace, PageRequest } from './page.js';
import { isDescending, planList, type ListFilter, type ListTable } from './plan-list.js';

/** A statement with more ranges than this takes the server long to plan. */
const BRANCHES_PER_STATEMENT = 100;

/**
 * The ids of a page and whether more follow, in the order of the list: the rows that at least one of the filters shows.
 * The time it takes depends on the size of the page and on the number of ranges, not on the number of rows of the
 * table.
 */
export async function readPageIds(
  db: Pick<Database, 'query'>,
  list: ListTable,
  filter: ListFilter | readonly ListFilter[],
  page: PageRequest,
): Promise<{ ids: number[]; hasMore: boolean }> {
  const isDown = isDescending(page);
  const [at, order] = [list.at ?? 'created_at', isDown ? 'DESC' : 'ASC'];
  const filters = Array.isArray(filter) ? (filter as readonly ListFilter[]) : [filter as ListFilter];
  const ranges = filters.flatMap((one) => planList(list, one, page));
  const branches = ranges.map(({ sql, values }) => ({
    sql: `SELECT id, ${at} AS at ${sql} ORDER BY ${at} ${order}, id ${order} LIMIT ?`,
    values: [...values, page.take + 1],
  }));
  const found: { id: number; at: Date }[] = [];
  for (let from = 0; from < branches.length; from += BRANCHES_PER_STATEMENT) {
    const some = branches.slice(from, from + BRANCHES_PER_STATEMENT);
    const [only] = some;
    const sql = some.length === 1 && only ? only.sql : some.map((branch) => `(${branch.sql})`).join(' UNION ALL ');
    found.push(
      ...(await db.query<{ id: number; at: Date }[]>(
        sql,
        some.flatMap(({ values }) => values),
      )),
    );
  }
  const places = [
    ...new Map(found.map(({ id, at }): [number, PagePlace] => [id, { id: Number(id), at: at.getTime() }])).values(),
  ];
  places.sort((a, b) => (isDown ? -1 : 1) * (a.at - b.at || a.id - b.id));
  const ids = places.slice(0, page.take).map(({ id }) => id);
  return { ids: page.isBackward ? ids.reverse() : ids, hasMore: places.length > page.take };
}

/** A page of whole rows: first the ids, then the rows by their ids. A row that was deleted in between is left out. */
export async function readPageOf<Row extends { id: number }>(
  db: Pick<Database, 'query'>,
  { list, filter, page }: { list: ListTable; filter: ListFilter | readonly ListFilter[]; page: PageRequest },
  readRows: (ids: number[]) => Promise<Row[]>,
): Promise<Page<Row>> {
  const { ids, hasMore } = await readPageIds(db, list, filter, page);
  if (ids.length === 0) return { rows: [], hasMore };
  const byId = new Map((await readRows(ids)).map((row) => [row.id, row]));
  return { rows: ids.flatMap((id) => byId.get(id) ?? []), hasMore };
}

/** How many rows a list has. For lists that stay small. */
export async function countList(db: Pick<Database, 'query'>, list: ListTable, filter: ListFilter): Promise<number> {
  const page: PageRequest = { take: 0, sort: 'NEWEST', isBackward: false, from: undefined };
  const ranges = planList(list, filter, page);
  if (ranges.length === 0) return 0;
  const rows = await db.query<{ n: number }[]>(
    ranges.map(({ sql }) => `SELECT COUNT(*) AS n ${sql}`).join(' UNION ALL '),
    ranges.flatMap(({ values }) => values),
  );
  return rows.reduce((total, { n }) => total + Number(n), 0);
}
