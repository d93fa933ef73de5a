/** The open key of the alert that orders of others wait for the owner of an account. */
export const externalAlertKey = (accountId: number): string => `EXTERNAL_ORDER:account:${accountId}`;
