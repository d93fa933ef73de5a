import type { ClassType } from 'type-graphql';
import { ArgsType, Field, Int, ObjectType, registerEnumType } from 'type-graphql';
import type { ListSort as ListSortText, Page, PagePlace, PageRequest } from '../infra/database/page.js';
import { badInput } from './errors.js';

const ID_MAX = 2_147_483_647;

/** A row id from a GraphQL ID. Null when it cannot be one, which is treated as not found. */
export function rowId(id: string): number | null {
  if (!/^\d{1,10}$/.test(id)) return null;
  const value = Number(id);
  return value >= 1 && value <= ID_MAX ? value : null;
}

/** For filters: an id that is not valid matches nothing. */
export const filterId = (id: string | null | undefined): number | undefined =>
  id === null || id === undefined ? undefined : (rowId(id) ?? 0);

export const ListSort = { NEWEST: 'NEWEST', OLDEST: 'OLDEST' } as const;
registerEnumType(ListSort, {
  name: 'ListSort',
  description: 'The order of a list, by the time its rows were created.',
  valuesConfig: { NEWEST: { description: 'The newest first.' }, OLDEST: { description: 'The oldest first.' } },
});

const FIRST = 20;

/** The arguments of every list: either direction, from any row on. */
@ArgsType()
export class PageArgs {
  @Field(() => Int, {
    nullable: true,
    defaultValue: FIRST,
    description: 'How many rows to read after `after`, or from the start, at most 100. Not used with `last`.',
  })
  first?: number | null;

  @Field(() => String, { nullable: true, description: 'A cursor: only rows after it.' })
  after?: string | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Reads backward: how many rows before `before`, or at the end of the list, at most 100.',
  })
  last?: number | null;

  @Field(() => String, { nullable: true, description: 'A cursor: only rows before it. Needs `last`.' })
  before?: string | null;

  @Field(() => ListSort, { nullable: true, description: 'The order. The default is stated at the list.' })
  sort?: ListSortText | null;
}

@ObjectType({ description: 'Where a page of a list begins and ends.' })
export class PageInfo {
  @Field(() => Boolean, { description: 'Whether rows follow this page.' })
  hasNextPage!: boolean;

  @Field(() => Boolean, { description: 'Whether rows come before this page.' })
  hasPreviousPage!: boolean;

  @Field(() => String, { nullable: true, description: 'Pass it as `before` to get the page before.' })
  startCursor!: string | null;

  @Field(() => String, { nullable: true, description: 'Pass it as `after` to get the next page.' })
  endCursor!: string | null;
}

export interface Connection<T> {
  edges: { cursor: string; node: T }[];
  pageInfo: PageInfo;
}

/** A list that stays small also says how many rows it has. */
export interface CountedConnection<T> extends Connection<T> {
  totalCount: Promise<number>;
}

function edgeType<T extends object>(name: string, node: ClassType<T>) {
  @ObjectType(`${name}Edge`, { description: `One ${name} in a list.` })
  class Edge {
    @Field(() => String, { description: 'The cursor of this row.' })
    cursor!: string;

    @Field(() => node, { description: 'The row itself.' })
    node!: T;
  }
  return Edge;
}

/** Creates the edge and connection types of a list that grows. */
export function connectionType<T extends object>(name: string, node: ClassType<T>): ClassType<Connection<T>> {
  const Edge = edgeType(name, node);

  @ObjectType(`${name}Connection`, { description: `A page of ${name} rows.` })
  class Rows implements Connection<T> {
    @Field(() => [Edge], { description: 'The rows of this page.' })
    edges!: { cursor: string; node: T }[];

    @Field(() => PageInfo, { description: 'Where this page begins and ends.' })
    pageInfo!: PageInfo;
  }
  return Rows;
}

/** The same with `totalCount`, for a list that stays small. */
export function countedConnectionType<T extends object>(
  name: string,
  node: ClassType<T>,
): ClassType<CountedConnection<T>> {
  const Edge = edgeType(name, node);

  @ObjectType(`${name}Connection`, { description: `A page of ${name} rows.` })
  class Rows implements CountedConnection<T> {
    @Field(() => [Edge], { description: 'The rows of this page.' })
    edges!: { cursor: string; node: T }[];

    @Field(() => PageInfo, { description: 'Where this page begins and ends.' })
    pageInfo!: PageInfo;

    @Field(() => Int, { description: 'How many rows the whole list has.' })
    totalCount!: Promise<number>;
  }
  return Rows;
}

const PREFIX = 'row:';
const encodeCursor = ({ at, id }: PagePlace): string => Buffer.from(`${PREFIX}${at}:${id}`).toString('base64url');

function decodeCursor(cursor: string | null | undefined, path: 'after' | 'before'): PagePlace | undefined {
  if (cursor === null || cursor === undefined) return undefined;
  const [, at, id] = /^row:(-?\d{1,15}):(\d{1,10})$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  const row = rowId(id ?? '');
  if (at === undefined || row === null) throw badInput({ path, message: `${path} must be a cursor of this list.` });
  return { at: Number(at), id: row };
}

/** Reads the arguments of a list. `sort` is its order without the argument. */
export function readPage(
  { first, after, last, before, sort }: PageArgs,
  { max = 100, sort: standard = 'NEWEST' }: { max?: number; sort?: ListSortText } = {},
): PageRequest {
  const isBackward = last !== null && last !== undefined;
  const [path, size] = isBackward ? (['last', last] as const) : (['first', first ?? FIRST] as const);
  if (size < 1 || size > max) throw badInput({ path, message: `${path} must be from 1 to ${max}.` });
  const [after_, before_] = [decodeCursor(after, 'after'), decodeCursor(before, 'before')];
  if (isBackward ? after_ : before_) {
    throw badInput({
      path: isBackward ? 'after' : 'before',
      message: 'Use first with after, or last with before.',
    });
  }
  return { take: size, sort: sort ?? standard, isBackward, from: isBackward ? before_ : after_ };
}

/** The connection of a page. `at` is the column of the order. */
export function toConnection<Row extends { id: number; created_at: Date }, T>(
  { rows, hasMore }: Page<Row>,
  { isBackward, from }: PageRequest,
  toNode: (row: Row) => T,
): Connection<T> {
  const edges = rows.map((row) => ({
    cursor: encodeCursor({ at: row.created_at.getTime(), id: row.id }),
    node: toNode(row),
  }));
  // The row at the given cursor lies on the other side of the page.
  const isBehind = from !== undefined;
  return {
    edges,
    pageInfo: {
      hasNextPage: isBackward ? isBehind : hasMore,
      hasPreviousPage: isBackward ? hasMore : isBehind,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  };
}

/** Adds `totalCount`, which is counted only when the operation asks for it. */
export function withTotalCount<T>(connection: Connection<T>, count: () => Promise<number>): CountedConnection<T> {
  return {
    ...connection,
    get totalCount() {
      return count();
    },
  };
}
