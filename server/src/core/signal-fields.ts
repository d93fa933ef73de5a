/** The leaves of a JSON payload by lower-case dotted path: `{"order":{"action":"buy"}}` is `order.action` → 'buy'. */
export type Fields = ReadonlyMap<string, string | number | boolean>;

const DEPTH_MAX = 4;
const FIELDS_MAX = 500;
/** Senders wrap the message they mean; a key is looked for at the top first, then in these. */
const WRAPPERS = ['', 'strategy.', 'data.', 'payload.', 'signal.', 'alert.', 'message.', 'body.', 'content.'];

/** Bounded in depth and number, so that no payload costs more than a fixed amount of work. */
export function fieldsOf(payload: unknown): Fields {
  const fields = new Map<string, string | number | boolean>();
  const walk = (value: unknown, path: string, depth: number): void => {
    if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
      if (!fields.has(path)) fields.set(path, value);
      return;
    }
    if (value === null || typeof value !== 'object' || Array.isArray(value) || depth >= DEPTH_MAX) return;
    for (const key of Object.keys(value)) {
      if (fields.size >= FIELDS_MAX) return;
      if (key.length > 64) continue;
      const name = key.trim().toLowerCase().replace(/[ -]/g, '_');
      walk((value as Record<string, unknown>)[key], path === '' ? name : `${path}.${name}`, depth + 1);
    }
  };
  walk(payload, '', 0);
  return fields;
}

/** All values under these names as trimmed text, in the order of the names, wrappers after the top; empty ones left out. */
export function valuesOf(fields: Fields, names: readonly string[], wrappers: readonly string[] = WRAPPERS): string[] {
  const values: string[] = [];
  for (const name of names) {
    for (const wrapper of wrappers) {
      const value = fields.get(`${wrapper}${name}`);
      if (value === undefined || typeof value === 'boolean') continue;
      const text = String(value).trim();
      if (text !== '') values.push(text);
    }
  }
  return values;
}
