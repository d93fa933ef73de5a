import type {
  AccountRowFragment,
  LiveJobFragment,
  LivePositionFragment,
  BulkActionFieldsFragment,
  VaultRowFragment,
} from '../gql/generated';

// Rows as the server sends them, for component tests.

const account = { __typename: 'ExchangeAccount', id: '3', label: 'Main' } as const;

/** An open position of 0.5 BTC bought at 100,000. */
export const aPosition = (part: Partial<LivePositionFragment> = {}): LivePositionFragment => ({
  ...{ __typename: 'Position', id: '7', tradeMode: 'SIMULATION', symbol: 'BTC/USDT', priceKey: 'BTC/USDT' },
  ...{ side: 'LONG', status: 'OPEN', qtyTotal: '0.5', qtyRemaining: '0.5', entryPrice: '100000', costQuote: '50000' },
  ...{ realizedPnl: '0', feesQuote: '0', dustQty: '0', dustValueQuote: '0' },
  ...{ shortfallQty: '0', shortfallValueQuote: '0', unsellableReason: null },
  ...{ slEnabled: false, slPct: null, tpEnabled: false, tpPct: null, trailingEnabled: false, timeStopHours: null },
  ...{ trailingDistancePct: null, trailingMaxPrice: null, trailingArmingPct: null, breakEvenAfterFirst: false },
  ...{ qtyReserved: '0', minProfitPct: null, lockSellByWebhook: false, closeReason: null, closedAt: null },
  ...{
    sourceId: null,
    sourceLabel: null,
    createdAt: '2026-11-30T00:00:00Z',
    updatedAt: '2026-11-30T00:00:00Z',
    exitLevels: null,
  },
  account,
  ...part,
});

/** A limit buy that rests at 90,000. */
export const anOrder = (part: Partial<LiveJobFragment> = {}): LiveJobFragment => ({
  ...{ __typename: 'TradeJob', id: '11', tradeMode: 'SIMULATION', symbol: 'BTC/USDT', side: 'BUY' },
  ...{ orderType: 'LIMIT', origin: 'WEBHOOK', quoteAmount: null, baseQuantity: '0.5', limitPrice: '90000' },
  ...{ status: 'PENDING_LIMIT', reasonCode: null, reasonMessage: null },
  ...{ createdAt: '2026-11-30T00:00:00Z', updatedAt: '2026-11-30T00:00:00Z' },
  account: { __typename: 'ExchangeAccount', id: '3', label: 'Main' },
  ...part,
});

/** A vault with 100 USDT, 60 of them free. */
export const aVault = (part: Partial<VaultRowFragment> = {}): VaultRowFragment => ({
  ...{ __typename: 'Vault', id: '5', name: 'Savings', description: null, tradeMode: 'SIMULATION', isActive: true },
  createdAt: '2026-11-30T00:00:00Z',
  balances: [{ __typename: 'VaultBalance', asset: 'USDT', balance: '100', reserved: '40', available: '60' }],
  shortfalls: [],
  ...part,
});

/** A real account that is switched off, with keys. */
export const anAccount = (part: Partial<AccountRowFragment> = {}): AccountRowFragment => ({
  ...{ __typename: 'ExchangeAccount', id: '3', exchange: 'BINANCE_SPOT', label: 'Main', tradeMode: 'REAL' },
  ...{
    isSimulation: false,
    testnet: false,
    isActive: false,
    entriesPausedAt: null,
    entriesPauseReason: null,
    hasKeys: true,
    apiKeyHint: 'abcd',
  },
  ...{ proxy: null, balancesSyncedAt: null, balancesFault: null, connection: null, equityUsd: null, balances: [] },
  createdAt: '2026-11-30T00:00:00Z',
  ...part,
});

/** A plan over two positions worth 150 USDT. */
export const aPlan = (part: Partial<BulkActionFieldsFragment> = {}): BulkActionFieldsFragment => ({
  ...{ __typename: 'BulkAction', id: '9', state: 'READY', isTerminal: false, closesPositions: true },
  ...{ expiresAt: null, finishedAt: null, buysUnderWay: 0, sold: [], accounts: [] },
  totals: [
    { __typename: 'BulkActionTotal', asset: 'USDT', positions: 2, value: '150', profit: '5', unpricedPositions: 0 },
  ],
  items: ['21', '22'].map((id) => ({
    ...{ __typename: 'BulkActionItem', id, action: 'CLOSE_POSITION', symbol: 'BTC/USDT', state: 'WAITING' },
    ...{ isTerminal: false, isStillOpen: true, soldQty: '0', soldQuote: '0', reasonCode: null, reasonMessage: null },
    account: { __typename: 'ExchangeAccount', id: '3', label: 'Main' },
    job: null,
  })) as BulkActionFieldsFragment['items'],
  ...part,
});

/** The same plan after everything was sold. */
export const aDonePlan = (): BulkActionFieldsFragment => {
  const plan = aPlan({ state: 'DONE', isTerminal: true } as Partial<BulkActionFieldsFragment>);
  return {
    ...plan,
    items: plan.items.map((item) => ({ ...item, state: 'FILLED', isTerminal: true, isStillOpen: false })),
  };
};
