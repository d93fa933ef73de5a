/**
 * The one form in which e-mail addresses are stored and compared: Unicode NFC, without spaces around it, in lower case.
 * Nothing else is folded: accents, full-width letters, dots and tags make another address. The unique key of `users`
 * compares by bytes.
 */
export const normalizeEmail = (email: string): string => email.normalize('NFC').trim().toLowerCase();
