export type RecipientType = 'phone' | 'group';

/** Brazil. Numbers of 10 or 11 digits are those of Brazil with their area code. */
const COUNTRY = '55';

/**
 * The recipient as WhatsApp names it: digits with the country, or the id of a group (`…@g.us`). null when it is neither.
 */
export function whatsAppRecipient(text: string): { recipient: string; type: RecipientType } | null {
  const trimmed = text.trim();
  if (/^[\d-]{8,40}@g\.us$/.test(trimmed)) return { recipient: trimmed, type: 'group' };
  if (!/^\+?[\d\s().-]{8,32}$/.test(trimmed)) return null;
  const digits = trimmed.replace(/\D/g, '');
  if (digits.length < 10 || digits.length > 15) return null;
  const isLocal = !trimmed.startsWith('+') && digits.length <= 11;
  return { recipient: isLocal ? `${COUNTRY}${digits}` : digits, type: 'phone' };
}

/** What is shown of a number, an address or a token: its end. */
export const hintOf = (text: string, shown = 4): string => (text.length <= shown * 2 ? '…' : `…${text.slice(-shown)}`);
