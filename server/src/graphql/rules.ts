import type { ZodType } from 'zod';
import { badInput } from './errors.js';

const rulesOf = new WeakMap<object, ZodType>();

/** Declares the rules of an input class. Messages must say what to change and never repeat the value. */
export const Rules =
  (schema: ZodType): ClassDecorator =>
  (target) => {
    rulesOf.set(target, schema);
  };

/** The `validateFn` of type-graphql: throws BAD_USER_INPUT with the path of each error and how to fix it. */
export function validateInput(value: unknown, type: unknown): void {
  const schema = typeof type === 'function' ? rulesOf.get(type) : undefined;
  if (!schema || value === undefined || value === null) return;
  const result = schema.safeParse(value);
  if (result.success) return;
  throw badInput(...result.error.issues.map(({ path, message }) => ({ path: path.join('.'), message })));
}
