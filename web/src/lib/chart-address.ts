/** The page with the chart of a symbol; of an account, where its prices and fills are those of the account. */
export const chartAddress = (symbol: string, accountId?: string): string =>
  `/chart?${new URLSearchParams({ symbol, ...(accountId && { account: accountId }) }).toString()}`;
