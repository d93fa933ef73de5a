import type { ClassType } from 'type-graphql';
import { Field, ObjectType } from 'type-graphql';
import type { PageRequest } from '../infra/database/page.js';
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

@ObjectType({ description: 'Where a page of a list ends.' })
export class PageInfo {
  @Field(() => Boolean, { description: 'Whether there is a next page.' })
  hasNextPage!: boolean;

  @Field(() => String, { nullable: true, description: 'Pass it as `after` to get the next page.' })
  endCursor!: string | null;
}

export interface Connection<T> {
  edges: { cursor: string; node: T }[];
  pageInfo: PageInfo;
}

/** Creates the edge and connection types of a list that grows. */
export function connectionType<T extends object>(name: string, node: ClassType<T>): ClassType<Connection<T>> {
  @ObjectType(`${name}Edge`, { description: `One ${name} in a list.` })
  class Edge {
    @Field(() => String, { description: 'The cursor of this row.' })
    cursor!: string;

    @Field(() => node, { description: 'The row itself.' })
    node!: T;
  }

  @ObjectType(`${name}Connection`, { description: `A page of ${name} rows, newest first.` })
  class Page implements Connection<T> {
    @Field(() => [Edge], { description: 'The rows of this page.' })
    edges!: Edge[];

    @Field(() => PageInfo, { description: 'Whether there is a next page and where it starts.' })
    pageInfo!: PageInfo;
  }
  return Page;
}

const PREFIX = 'id:';
const encodeCursor = (id: number): string => Buffer.from(`${PREFIX}${id}`).toString('base64url');

export function readPage(
  { first, after }: { first?: number | null | undefined; after?: string | null | undefined },
  { max = 100, standard = 20 } = {},
): PageRequest {
  const take = first ?? standard;
  if (take < 1 || take > max) throw badInput({ path: 'first', message: `first must be from 1 to ${max}.` });
  if (after === null || after === undefined) return { take, before: undefined };
  const text = Buffer.from(after, 'base64url').toString();
  const before = text.startsWith(PREFIX) ? rowId(text.slice(PREFIX.length)) : null;
  if (before === null) throw badInput({ path: 'after', message: 'after must be an endCursor of this list.' });
  return { take, before };
}

/** Turns up to take + 1 rows into a page. */
export function toConnection<Row extends { id: number }, T>(
  rows: readonly Row[],
  { take }: PageRequest,
  toNode: (row: Row) => T,
): Connection<T> {
  const edges = rows.slice(0, take).map((row) => ({ cursor: encodeCursor(row.id), node: toNode(row) }));
  return { edges, pageInfo: { hasNextPage: rows.length > take, endCursor: edges.at(-1)?.cursor ?? null } };
}
