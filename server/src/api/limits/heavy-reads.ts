import { defaultFieldResolver, type GraphQLFieldResolver, type GraphQLSchema } from 'graphql';
import type { GraphqlContext } from '../../graphql/context.js';
import { HEAVY_READS } from '../../graphql/limits.js';

/** Heavy reads of all users at one moment. The rest of the database's processors is for orders. */
const RUNNING_MAX = 2;

export type Turns = <T>(userId: number, work: () => Promise<T>) => Promise<T>;

/**
 * Runs the work of each user one after the other, and that of at most two users at the same time. Users take turns, so
 * nobody waits for all that another one asked for.
 */
export function createTurns(runningMax = RUNNING_MAX): Turns {
  const last = new Map<number, Promise<unknown>>();
  const waiting: (() => void)[] = [];
  let running = 0;

  const inTurn = async <T>(work: () => Promise<T>): Promise<T> => {
    if (running >= runningMax) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      // The place goes to the next one directly, so that nobody can take it in between.
      if (next) next();
      else running -= 1;
    }
  };
  return (userId, work) => {
    const before = last.get(userId) ?? Promise.resolve();
    const mine = before.then(
      () => inTurn(work),
      () => inTurn(work),
    );
    last.set(userId, mine);
    const forget = (): void => {
      if (last.get(userId) === mine) last.delete(userId);
    };
    mine.then(forget, forget);
    return mine;
  };
}

/**
 * Puts a queue in front of the root fields that read much more than they answer. Without it, the aliases of one
 * operation, or one user's operations, would run in the database all at once and take its processors from orders.
 */
export function queueHeavyReads(schema: GraphQLSchema): GraphQLSchema {
  const turns = createTurns();
  for (const field of Object.values(schema.getQueryType()?.getFields() ?? {})) {
    if (!HEAVY_READS.has(field.name)) continue;
    const inner: GraphQLFieldResolver<unknown, GraphqlContext> = field.resolve ?? defaultFieldResolver;
    field.resolve = (source, args, context: GraphqlContext, info) =>
      turns(context.viewer?.userId ?? 0, async () => await inner(source, args, context, info));
  }
  return schema;
}
