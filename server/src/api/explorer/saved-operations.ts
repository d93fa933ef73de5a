/** What the saved operations are filled in with: what the viewer has, and a new key. */
export interface ViewerFacts {
  accountId: string;
  vaultId: string | null;
  /** An open position of the account. */
  positionId: string;
  symbol: string;
  idempotencyKey: string;
}

export interface SavedOperation {
  name: string;
  query: string;
  variables?(facts: ViewerFacts): Record<string, unknown>;
}

/** The operations that the explorer opens with: from reading to trading to following live. */
export const SAVED_OPERATIONS: readonly SavedOperation[] = [
  {
    name: '1 Who am I',
    query: `# Who you are, what this server is, and when it last agreed with the clock of the database.
query WhoAmI {
  me { id email roles entriesPausedAt }
  serverInfo { version time realTrading roles }
}`,
  },
  {
    name: '2 Accounts',
    query: `# Your accounts with their balances. The ids are arguments of the other operations.
query Accounts($mode: TradeMode!) {
  exchangeAccounts(first: 20, filter: { tradeMode: $mode }) {
    edges { node { id label exchange isActive equityUsd balances { asset free locked } } }
  }
}`,
    variables: () => ({ mode: 'SIMULATION' }),
  },
  {
    name: '3 Vaults',
    query: `# The capital that is set aside for trading, and what open orders reserve of it.
query Vaults {
  vaults(first: 20) { edges { node { id name tradeMode balances { asset balance reserved available } } } }
}`,
  },
  {
    name: '4 Open positions',
    query: `# What is open, at the latest price. For the next page pass endCursor as after.
query OpenPositions($mode: TradeMode!, $after: String) {
  positions(first: 50, after: $after, filter: { status: OPEN, tradeMode: $mode }) {
    pageInfo { hasNextPage endCursor }
    edges {
      node { id symbol entryPrice qtyRemaining unrealizedPnl unrealizedPnlPct price { last ageMs } account { label } }
    }
  }
}`,
    variables: () => ({ mode: 'SIMULATION' }),
  },
  {
    name: '5 Signals',
    query: `# The latest signals: what was understood, and why something was not traded.
query Signals {
  webhookReceipts(first: 20) {
    edges {
      node {
        receipt receivedAt outcome symbol action reasonCode reasonMessage
        source { label }
        events { account { label } jobs { id status reasonCode reasonMessage } }
      }
    }
  }
}`,
  },
  {
    name: '6 Preview a buy',
    query: `# What placeOrder would do now, or which rule refuses it. Nothing is ordered.
query PreviewBuy($input: OrderInput!) {
  previewOrder(input: $input) {
    __typename
    ... on OrderPreview { symbol price quantity cost costMax available stopPrice trace { name value source } }
    ... on Refused { reason message numbers { name value } }
  }
}`,
    variables: ({ accountId, vaultId, symbol }) => ({
      input: { accountId, vaultId, symbol, orderType: 'MARKET', quoteAmount: '50' },
    }),
  },
  {
    name: '7 Buy by hand',
    query: `# Buys with the vault's capital. Sent twice with the same key it is one order; change the key for another one.
mutation BuyByHand($input: PlaceOrderInput!) {
  placeOrder(input: $input) {
    __typename
    ... on Placed { job { id status symbol side } }
    ... on Refused { reason message numbers { name value } }
  }
}`,
    variables: ({ accountId, vaultId, symbol, idempotencyKey }) => ({
      input: {
        accountId,
        vaultId,
        symbol,
        orderType: 'MARKET',
        quoteAmount: '50',
        idempotencyKey: `buy-${idempotencyKey}`,
      },
    }),
  },
  {
    name: '8 Close a position',
    query: `# Sells a position, or a part of it with percent. The id is one of "Open positions".
mutation ClosePosition($input: ClosePositionInput!) {
  closePosition(input: $input) {
    __typename
    ... on Placed { job { id status symbol side } }
    ... on Refused { reason message numbers { name value } }
  }
}`,
    variables: ({ positionId, idempotencyKey }) => ({
      input: { positionId, idempotencyKey: `close-${idempotencyKey}` },
    }),
  },
  {
    name: '9 Results',
    query: `# The results by quote asset, by symbol and by day. Decimals are text with every digit.
query Results($input: ReportInput!) {
  report(input: $input) {
    summary { quote trades wins losses net fees winRatePct profitFactor expectancy maxDrawdown sharpe }
    bySymbol { symbol net trades }
    byDay { day net trades }
  }
}`,
    variables: () => ({ input: { tradeMode: 'SIMULATION', timeZone: 'UTC' } }),
  },
  {
    name: '10 Follow jobs live',
    query: `# Every change of a job, as it happens. After a cut, pass the last cursor as after: nothing is missed.
subscription FollowJobs($after: String) {
  jobChanged(after: $after) {
    cursor
    job { id symbol side status executedQty reasonCode reasonMessage }
  }
}`,
    variables: () => ({ after: null }),
  },
];
