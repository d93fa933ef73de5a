const PREFIX = 'live:';

/** The opaque form of a position in the user's event stream. */
export const encodeLiveCursor = (seq: number): string => Buffer.from(`${PREFIX}${seq}`).toString('base64url');

/** Null when the text is not a valid cursor. */
export function decodeLiveCursor(text: string): number | null {
  const plain = Buffer.from(text, 'base64url').toString();
  const digits = plain.startsWith(PREFIX) ? plain.slice(PREFIX.length) : '';
  return /^\d{1,15}$/.test(digits) ? Number(digits) : null;
}
