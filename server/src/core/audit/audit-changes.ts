const SECRET_NAME = /password|passphrase|secret|token|api_?key|url$|message|^code$|^endpoint$|^p256dh$|^auth$/i;
/** Names that sound like a secret and are none: ids, hints and flags. */
const HARMLESS_NAME = /id$|_hint$|^has_|^must_change_password$/i;
const MASK = '***';
const TEXT_MAX = 500;

type Json = string | number | boolean | null | Json[] | { [name: string]: Json };

/** The text without halves of characters, which no database keeps. */
export const wellFormed = (text: string): string => text.replace(/\p{Surrogate}/gu, '\ufffd');

/** A copy in which secrets are masked and long texts are shortened. Values that are not JSON become null. */
export function maskSecrets(value: unknown): Json {
  if (Array.isArray(value)) return value.map(maskSecrets);
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'object' && value !== null) {
    const given = Object.entries(value).filter(([, item]) => item !== undefined);
    return Object.fromEntries(
      given.map(([name, item]) => {
        const isSecret = SECRET_NAME.test(name) && !HARMLESS_NAME.test(name);
        return [name, isSecret && item !== null ? MASK : maskSecrets(item)];
      }),
    );
  }
  if (typeof value === 'string') return wellFormed(value.slice(0, TEXT_MAX));
  return typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value)) ? value : null;
}

type Values = Record<string, string | number | null>;

/** What is different between two states of a row. A row that was created or deleted has only one side. */
export function changedValues(before: Values | null, after: Values | null): { before?: Values; after?: Values } {
  const isSame = (name: string) => before !== null && after !== null && before[name] === after[name];
  const changed = (side: Values) => Object.fromEntries(Object.entries(side).filter(([name]) => !isSame(name)));
  const sides = { ...(before && { before: changed(before) }), ...(after && { after: changed(after) }) };
  return Object.values(sides).every((side) => Object.keys(side).length === 0) ? {} : sides;
}
