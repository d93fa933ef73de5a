/** The open key of an account's alert about external orders. */
export const externalAlertKey = (accountId: number): string => `ORDER_NOT_OURS:account:${accountId}`;
