/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import { mutationHook, queryHook, subscriptionHook } from '../lib/apollo-hooks';
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';
export type AlertSeverity =
  | 'CRITICAL'
  | 'HIGH'
  | 'LOW'
  | 'MEDIUM';

export type ChangePasswordInput = {
  currentPassword: string;
  newPassword: string;
};

export type CloseReason =
  | 'MANUAL'
  | 'RECONCILIATION'
  | 'STOP_LOSS'
  | 'TAKE_PROFIT'
  | 'TRAILING_STOP'
  | 'WEBHOOK_SELL';

export type ExchangeName =
  | 'BINANCE_SPOT'
  | 'BITGET_SPOT'
  | 'BYBIT_SPOT'
  | 'COINBASE_SPOT'
  | 'GATE_SPOT'
  | 'HTX_SPOT'
  | 'KRAKEN_SPOT'
  | 'KUCOIN_SPOT'
  | 'MEXC_SPOT'
  | 'OKX_SPOT';

export type ExecutionStatus =
  | 'CANCELED'
  | 'EXPIRED'
  | 'FILLED'
  | 'NEW'
  | 'NOT_PLACED'
  | 'PARTIALLY_FILLED'
  | 'REJECTED'
  | 'SENDING'
  | 'UNKNOWN';

export type JobOrigin =
  | 'MANUAL'
  | 'TRIGGER'
  | 'WEBHOOK';

export type JobStatus =
  | 'CANCELED'
  | 'EXECUTING'
  | 'FAILED'
  | 'FILLED'
  | 'PARTIALLY_FILLED'
  | 'PENDING'
  | 'PENDING_LIMIT'
  | 'SKIPPED';

export type OrderSide =
  | 'BUY'
  | 'SELL';

export type OrderType =
  | 'LIMIT'
  | 'MARKET';

export type PositionFilter = {
  accountId?: string | number | null | undefined;
  sourceId?: string | number | null | undefined;
  status?: PositionStatus | null | undefined;
  symbol?: string | null | undefined;
  tradeMode?: TradeMode | null | undefined;
};

export type PositionStatus =
  | 'CLOSED'
  | 'OPEN';

/** Why something was refused, skipped or failed: one closed list shared by server, schema and page (values of core/reasons.ts). */
export type ReasonCode =
  | 'MISSING_TRADE_PARAMETER';

export type ReceiptOutcome =
  | 'ACCEPTED'
  | 'REFUSED';

export type SignInInput = {
  email: string;
  password: string;
};

export type SignalAction =
  | 'BUY_SIGNAL'
  | 'SELL_SIGNAL'
  | 'UNKNOWN';

export type TimelineStage =
  | 'ACKNOWLEDGED'
  | 'BOOKED'
  | 'CLAIMED'
  | 'COMMITTED'
  | 'FILLED'
  | 'QUEUED'
  | 'READ'
  | 'RECEIVED'
  | 'SENT'
  | 'VERIFIED';

export type TradeMode =
  | 'REAL'
  | 'SIMULATION';

export type UserRole =
  | 'ADMIN'
  | 'USER';

export type SessionUserFragment = { __typename: 'User', id: string, email: string, fullName: string | null, roles: Array<UserRole>, mustChangePassword: boolean };

export type MeQueryVariables = Exact<{ [key: string]: never; }>;


export type MeQuery = { me: { __typename: 'User', id: string, email: string, fullName: string | null, roles: Array<UserRole>, mustChangePassword: boolean } | null };

export type SignOutMutationVariables = Exact<{ [key: string]: never; }>;


export type SignOutMutation = { signOut: boolean };

export type SignInMutationVariables = Exact<{
  input: SignInInput;
}>;


export type SignInMutation = { signIn: { __typename: 'SignInPayload', user: { __typename: 'User', id: string, email: string, fullName: string | null, roles: Array<UserRole>, mustChangePassword: boolean } } };

export type ChangePasswordMutationVariables = Exact<{
  input: ChangePasswordInput;
}>;


export type ChangePasswordMutation = { changePassword: boolean };

export type DashboardQueryVariables = Exact<{
  tradeMode: TradeMode;
}>;


export type DashboardQuery = { dashboard: { __typename: 'Dashboard', tradeMode: TradeMode, equityUsd: string | null, unrealizedProfit: string, realizedToday: string, realizedTotal: string, dayZone: string, openPositions: number, openValue: string, reservedUsd: string, wins: number, losses: number } };

export type RecentJobsQueryVariables = Exact<{
  tradeMode: TradeMode;
}>;


export type RecentJobsQuery = { tradeJobs: { __typename: 'TradeJobConnection', edges: Array<{ __typename: 'TradeJobEdge', cursor: string, node: { __typename: 'TradeJob', id: string, tradeMode: TradeMode, symbol: string, side: OrderSide, orderType: OrderType, origin: JobOrigin, quoteAmount: string | null, baseQuantity: string | null, limitPrice: string | null, status: JobStatus, reasonCode: ReasonCode | null, reasonMessage: string | null, createdAt: string, updatedAt: string, account: { __typename: 'ExchangeAccount', id: string, label: string } } }> } };

export type RecentReceiptsQueryVariables = Exact<{ [key: string]: never; }>;


export type RecentReceiptsQuery = { webhookReceipts: { __typename: 'WebhookReceiptConnection', edges: Array<{ __typename: 'WebhookReceiptEdge', cursor: string, node: { __typename: 'WebhookReceipt', id: string, receipt: string, outcome: ReceiptOutcome, reasonCode: ReasonCode | null, reasonMessage: string | null, action: SignalAction | null, symbol: string | null, accounts: number, duplicates: number, receivedAt: string, source: { __typename: 'WebhookSource', id: string, label: string, tradeMode: TradeMode } } }> } };

export type FirstStepsQueryVariables = Exact<{
  tradeMode: TradeMode;
}>;


export type FirstStepsQuery = { webhookSources: Array<{ __typename: 'WebhookSource', id: string, label: string, isActive: boolean, curlExample: string }> };

export type PositionsQueryVariables = Exact<{
  filter: PositionFilter;
  first: number;
  after?: string | null | undefined;
}>;


export type PositionsQuery = { positions: { __typename: 'PositionConnection', edges: Array<{ __typename: 'PositionEdge', cursor: string, node: { __typename: 'Position', id: string, tradeMode: TradeMode, symbol: string, side: string, status: PositionStatus, qtyTotal: string, qtyRemaining: string, priceOpen: string, realizedProfitUsd: string, feesQuote: string, slEnabled: boolean, slPct: string | null, tpEnabled: boolean, tpPct: string | null, trailingEnabled: boolean, trailingDistancePct: string | null, trailingMaxPrice: string | null, minProfitPct: string | null, lockSellByWebhook: boolean, closeReason: CloseReason | null, closedAt: string | null, sourceLabel: string | null, createdAt: string, updatedAt: string, account: { __typename: 'ExchangeAccount', id: string, label: string, exchange: ExchangeName } } }>, pageInfo: { __typename: 'PageInfo', hasNextPage: boolean, endCursor: string | null } } };

export type PositionDetailQueryVariables = Exact<{
  id: string | number;
}>;


export type PositionDetailQuery = { position: { __typename: 'Position', id: string, tradeMode: TradeMode, symbol: string, side: string, status: PositionStatus, qtyTotal: string, qtyRemaining: string, priceOpen: string, realizedProfitUsd: string, feesQuote: string, slEnabled: boolean, slPct: string | null, tpEnabled: boolean, tpPct: string | null, trailingEnabled: boolean, trailingDistancePct: string | null, trailingMaxPrice: string | null, minProfitPct: string | null, lockSellByWebhook: boolean, closeReason: CloseReason | null, closedAt: string | null, sourceLabel: string | null, createdAt: string, updatedAt: string, vault: { __typename: 'Vault', id: string, name: string } | null, fills: Array<{ __typename: 'PositionFill', id: string, positionId: string, side: OrderSide, qty: string, price: string, feeAmount: string, feeAsset: string | null, realizedQuote: string, filledAt: string }>, openJob: { __typename: 'TradeJob', id: string, tradeMode: TradeMode, symbol: string, side: OrderSide, orderType: OrderType, origin: JobOrigin, quoteAmount: string | null, baseQuantity: string | null, limitPrice: string | null, status: JobStatus, reasonCode: ReasonCode | null, reasonMessage: string | null, createdAt: string, updatedAt: string, event: { __typename: 'WebhookEvent', id: string, eventUid: string, symbolRaw: string, action: SignalAction, rawText: string | null, createdAt: string } | null, executions: Array<{ __typename: 'TradeExecution', id: string, clientOrderId: string, exchangeOrderId: string | null, status: ExecutionStatus, requestedQty: string, executedQty: string, avgPrice: string }>, timeline: Array<{ __typename: 'TimelineEntry', stage: TimelineStage, at: string, offsetMs: number }>, trace: Array<{ __typename: 'TraceEntry', name: string, value: string, source: string }>, account: { __typename: 'ExchangeAccount', id: string, label: string } }, account: { __typename: 'ExchangeAccount', id: string, label: string, exchange: ExchangeName } } | null };

export type PriceHistoryQueryVariables = Exact<{
  symbol: string;
}>;


export type PriceHistoryQuery = { priceHistory: Array<{ __typename: 'PricePoint', at: string, price: string }> };

export type LivePositionFragment = { __typename: 'Position', id: string, tradeMode: TradeMode, symbol: string, side: string, status: PositionStatus, qtyTotal: string, qtyRemaining: string, priceOpen: string, realizedProfitUsd: string, feesQuote: string, slEnabled: boolean, slPct: string | null, tpEnabled: boolean, tpPct: string | null, trailingEnabled: boolean, trailingDistancePct: string | null, trailingMaxPrice: string | null, minProfitPct: string | null, lockSellByWebhook: boolean, closeReason: CloseReason | null, closedAt: string | null, sourceLabel: string | null, createdAt: string, updatedAt: string, account: { __typename: 'ExchangeAccount', id: string, label: string, exchange: ExchangeName } };

export type LiveJobFragment = { __typename: 'TradeJob', id: string, tradeMode: TradeMode, symbol: string, side: OrderSide, orderType: OrderType, origin: JobOrigin, quoteAmount: string | null, baseQuantity: string | null, limitPrice: string | null, status: JobStatus, reasonCode: ReasonCode | null, reasonMessage: string | null, createdAt: string, updatedAt: string, account: { __typename: 'ExchangeAccount', id: string, label: string } };

export type LiveFillFragment = { __typename: 'PositionFill', id: string, positionId: string, side: OrderSide, qty: string, price: string, feeAmount: string, feeAsset: string | null, realizedQuote: string, filledAt: string };

export type LivePriceFragment = { __typename: 'Price', symbol: string, last: string, ageMs: number, source: string };

export type LiveCursorQueryVariables = Exact<{ [key: string]: never; }>;


export type LiveCursorQuery = { liveCursor: string };

export type OpenPositionsQueryVariables = Exact<{
  tradeMode: TradeMode;
}>;


export type OpenPositionsQuery = { positions: { __typename: 'PositionConnection', edges: Array<{ __typename: 'PositionEdge', cursor: string, node: { __typename: 'Position', id: string, tradeMode: TradeMode, symbol: string, side: string, status: PositionStatus, qtyTotal: string, qtyRemaining: string, priceOpen: string, realizedProfitUsd: string, feesQuote: string, slEnabled: boolean, slPct: string | null, tpEnabled: boolean, tpPct: string | null, trailingEnabled: boolean, trailingDistancePct: string | null, trailingMaxPrice: string | null, minProfitPct: string | null, lockSellByWebhook: boolean, closeReason: CloseReason | null, closedAt: string | null, sourceLabel: string | null, createdAt: string, updatedAt: string, account: { __typename: 'ExchangeAccount', id: string, label: string, exchange: ExchangeName } } }>, pageInfo: { __typename: 'PageInfo', hasNextPage: boolean, endCursor: string | null } } };

export type ServerInfoQueryVariables = Exact<{ [key: string]: never; }>;


export type ServerInfoQuery = { serverInfo: { __typename: 'ServerInfo', version: string, time: string, priceFeed: string, roles: Array<string>, stalePriceMs: number } };

export type MarketsQueryVariables = Exact<{ [key: string]: never; }>;


export type MarketsQuery = { markets: Array<{ __typename: 'Market', symbol: string, base: string, quote: string, tickSize: string, stepSize: string }> };

export type PricesQueryVariables = Exact<{ [key: string]: never; }>;


export type PricesQuery = { prices: Array<{ __typename: 'Price', symbol: string, last: string, ageMs: number, source: string }> };

export type PositionChangesSubscriptionVariables = Exact<{
  after?: string | null | undefined;
}>;


export type PositionChangesSubscription = { positionChanges: { __typename: 'PositionEvent', cursor: string, position: { __typename: 'Position', id: string, tradeMode: TradeMode, symbol: string, side: string, status: PositionStatus, qtyTotal: string, qtyRemaining: string, priceOpen: string, realizedProfitUsd: string, feesQuote: string, slEnabled: boolean, slPct: string | null, tpEnabled: boolean, tpPct: string | null, trailingEnabled: boolean, trailingDistancePct: string | null, trailingMaxPrice: string | null, minProfitPct: string | null, lockSellByWebhook: boolean, closeReason: CloseReason | null, closedAt: string | null, sourceLabel: string | null, createdAt: string, updatedAt: string, account: { __typename: 'ExchangeAccount', id: string, label: string, exchange: ExchangeName } } } };

export type JobChangesSubscriptionVariables = Exact<{
  after?: string | null | undefined;
}>;


export type JobChangesSubscription = { jobChanges: { __typename: 'JobEvent', cursor: string, job: { __typename: 'TradeJob', id: string, tradeMode: TradeMode, symbol: string, side: OrderSide, orderType: OrderType, origin: JobOrigin, quoteAmount: string | null, baseQuantity: string | null, limitPrice: string | null, status: JobStatus, reasonCode: ReasonCode | null, reasonMessage: string | null, createdAt: string, updatedAt: string, account: { __typename: 'ExchangeAccount', id: string, label: string } } } };

export type FillsSubscriptionVariables = Exact<{
  after?: string | null | undefined;
}>;


export type FillsSubscription = { fills: { __typename: 'FillEvent', cursor: string, fill: { __typename: 'PositionFill', id: string, positionId: string, side: OrderSide, qty: string, price: string, feeAmount: string, feeAsset: string | null, realizedQuote: string, filledAt: string } } };

export type AlertsSubscriptionVariables = Exact<{
  after?: string | null | undefined;
}>;


export type AlertsSubscription = { alerts: { __typename: 'AlertEvent', cursor: string, alert: { __typename: 'Alert', id: string, type: string, severity: AlertSeverity, message: string, createdAt: string, resolvedAt: string | null } } };

export type LivePricesSubscriptionVariables = Exact<{ [key: string]: never; }>;


export type LivePricesSubscription = { prices: Array<{ __typename: 'Price', symbol: string, last: string, ageMs: number, source: string }> };

export const SessionUserFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"SessionUser"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"User"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"email"}},{"kind":"Field","name":{"kind":"Name","value":"fullName"}},{"kind":"Field","name":{"kind":"Name","value":"roles"}},{"kind":"Field","name":{"kind":"Name","value":"mustChangePassword"}}]}}]} as unknown as DocumentNode<SessionUserFragment, unknown>;
export const LivePositionFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"LivePosition"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Position"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"symbol"}},{"kind":"Field","name":{"kind":"Name","value":"side"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"qtyTotal"}},{"kind":"Field","name":{"kind":"Name","value":"qtyRemaining"}},{"kind":"Field","name":{"kind":"Name","value":"priceOpen"}},{"kind":"Field","name":{"kind":"Name","value":"realizedProfitUsd"}},{"kind":"Field","name":{"kind":"Name","value":"feesQuote"}},{"kind":"Field","name":{"kind":"Name","value":"slEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"slPct"}},{"kind":"Field","name":{"kind":"Name","value":"tpEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"tpPct"}},{"kind":"Field","name":{"kind":"Name","value":"trailingEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"trailingDistancePct"}},{"kind":"Field","name":{"kind":"Name","value":"trailingMaxPrice"}},{"kind":"Field","name":{"kind":"Name","value":"minProfitPct"}},{"kind":"Field","name":{"kind":"Name","value":"lockSellByWebhook"}},{"kind":"Field","name":{"kind":"Name","value":"closeReason"}},{"kind":"Field","name":{"kind":"Name","value":"closedAt"}},{"kind":"Field","name":{"kind":"Name","value":"sourceLabel"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"exchange"}}]}}]}}]} as unknown as DocumentNode<LivePositionFragment, unknown>;
export const LiveJobFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"LiveJob"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"TradeJob"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"symbol"}},{"kind":"Field","name":{"kind":"Name","value":"side"}},{"kind":"Field","name":{"kind":"Name","value":"orderType"}},{"kind":"Field","name":{"kind":"Name","value":"origin"}},{"kind":"Field","name":{"kind":"Name","value":"quoteAmount"}},{"kind":"Field","name":{"kind":"Name","value":"baseQuantity"}},{"kind":"Field","name":{"kind":"Name","value":"limitPrice"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"reasonCode"}},{"kind":"Field","name":{"kind":"Name","value":"reasonMessage"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}}]}}]}}]} as unknown as DocumentNode<LiveJobFragment, unknown>;
export const LiveFillFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"LiveFill"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"PositionFill"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"positionId"}},{"kind":"Field","name":{"kind":"Name","value":"side"}},{"kind":"Field","name":{"kind":"Name","value":"qty"}},{"kind":"Field","name":{"kind":"Name","value":"price"}},{"kind":"Field","name":{"kind":"Name","value":"feeAmount"}},{"kind":"Field","name":{"kind":"Name","value":"feeAsset"}},{"kind":"Field","name":{"kind":"Name","value":"realizedQuote"}},{"kind":"Field","name":{"kind":"Name","value":"filledAt"}}]}}]} as unknown as DocumentNode<LiveFillFragment, unknown>;
export const LivePriceFragmentDoc = {"kind":"Document","definitions":[{"kind":"FragmentDefinition","name":{"kind":"Name","value":"LivePrice"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Price"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"symbol"}},{"kind":"Field","name":{"kind":"Name","value":"last"}},{"kind":"Field","name":{"kind":"Name","value":"ageMs"}},{"kind":"Field","name":{"kind":"Name","value":"source"}}]}}]} as unknown as DocumentNode<LivePriceFragment, unknown>;
export const MeDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Me"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"me"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"SessionUser"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"SessionUser"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"User"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"email"}},{"kind":"Field","name":{"kind":"Name","value":"fullName"}},{"kind":"Field","name":{"kind":"Name","value":"roles"}},{"kind":"Field","name":{"kind":"Name","value":"mustChangePassword"}}]}}]} as unknown as DocumentNode<MeQuery, MeQueryVariables>;
export const SignOutDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"SignOut"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"signOut"}}]}}]} as unknown as DocumentNode<SignOutMutation, SignOutMutationVariables>;
export const SignInDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"SignIn"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"SignInInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"signIn"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"user"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"SessionUser"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"SessionUser"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"User"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"email"}},{"kind":"Field","name":{"kind":"Name","value":"fullName"}},{"kind":"Field","name":{"kind":"Name","value":"roles"}},{"kind":"Field","name":{"kind":"Name","value":"mustChangePassword"}}]}}]} as unknown as DocumentNode<SignInMutation, SignInMutationVariables>;
export const ChangePasswordDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"ChangePassword"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ChangePasswordInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"changePassword"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}]}]}}]} as unknown as DocumentNode<ChangePasswordMutation, ChangePasswordMutationVariables>;
export const DashboardDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Dashboard"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"tradeMode"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"TradeMode"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"dashboard"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"tradeMode"},"value":{"kind":"Variable","name":{"kind":"Name","value":"tradeMode"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"equityUsd"}},{"kind":"Field","name":{"kind":"Name","value":"unrealizedProfit"}},{"kind":"Field","name":{"kind":"Name","value":"realizedToday"}},{"kind":"Field","name":{"kind":"Name","value":"realizedTotal"}},{"kind":"Field","name":{"kind":"Name","value":"dayZone"}},{"kind":"Field","name":{"kind":"Name","value":"openPositions"}},{"kind":"Field","name":{"kind":"Name","value":"openValue"}},{"kind":"Field","name":{"kind":"Name","value":"reservedUsd"}},{"kind":"Field","name":{"kind":"Name","value":"wins"}},{"kind":"Field","name":{"kind":"Name","value":"losses"}}]}}]}}]} as unknown as DocumentNode<DashboardQuery, DashboardQueryVariables>;
export const RecentJobsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"RecentJobs"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"tradeMode"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"TradeMode"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"tradeJobs"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"8"}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"tradeMode"},"value":{"kind":"Variable","name":{"kind":"Name","value":"tradeMode"}}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"LiveJob"}}]}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"LiveJob"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"TradeJob"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"symbol"}},{"kind":"Field","name":{"kind":"Name","value":"side"}},{"kind":"Field","name":{"kind":"Name","value":"orderType"}},{"kind":"Field","name":{"kind":"Name","value":"origin"}},{"kind":"Field","name":{"kind":"Name","value":"quoteAmount"}},{"kind":"Field","name":{"kind":"Name","value":"baseQuantity"}},{"kind":"Field","name":{"kind":"Name","value":"limitPrice"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"reasonCode"}},{"kind":"Field","name":{"kind":"Name","value":"reasonMessage"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}}]}}]}}]} as unknown as DocumentNode<RecentJobsQuery, RecentJobsQueryVariables>;
export const RecentReceiptsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"RecentReceipts"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"webhookReceipts"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"6"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"receipt"}},{"kind":"Field","name":{"kind":"Name","value":"outcome"}},{"kind":"Field","name":{"kind":"Name","value":"reasonCode"}},{"kind":"Field","name":{"kind":"Name","value":"reasonMessage"}},{"kind":"Field","name":{"kind":"Name","value":"action"}},{"kind":"Field","name":{"kind":"Name","value":"symbol"}},{"kind":"Field","name":{"kind":"Name","value":"accounts"}},{"kind":"Field","name":{"kind":"Name","value":"duplicates"}},{"kind":"Field","name":{"kind":"Name","value":"receivedAt"}},{"kind":"Field","name":{"kind":"Name","value":"source"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}}]}}]}}]}}]}}]}}]} as unknown as DocumentNode<RecentReceiptsQuery, RecentReceiptsQueryVariables>;
export const FirstStepsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"FirstSteps"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"tradeMode"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"TradeMode"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"webhookSources"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"tradeMode"},"value":{"kind":"Variable","name":{"kind":"Name","value":"tradeMode"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"isActive"}},{"kind":"Field","name":{"kind":"Name","value":"curlExample"}}]}}]}}]} as unknown as DocumentNode<FirstStepsQuery, FirstStepsQueryVariables>;
export const PositionsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Positions"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"PositionFilter"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"positions"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"LivePosition"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"LivePosition"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Position"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"symbol"}},{"kind":"Field","name":{"kind":"Name","value":"side"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"qtyTotal"}},{"kind":"Field","name":{"kind":"Name","value":"qtyRemaining"}},{"kind":"Field","name":{"kind":"Name","value":"priceOpen"}},{"kind":"Field","name":{"kind":"Name","value":"realizedProfitUsd"}},{"kind":"Field","name":{"kind":"Name","value":"feesQuote"}},{"kind":"Field","name":{"kind":"Name","value":"slEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"slPct"}},{"kind":"Field","name":{"kind":"Name","value":"tpEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"tpPct"}},{"kind":"Field","name":{"kind":"Name","value":"trailingEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"trailingDistancePct"}},{"kind":"Field","name":{"kind":"Name","value":"trailingMaxPrice"}},{"kind":"Field","name":{"kind":"Name","value":"minProfitPct"}},{"kind":"Field","name":{"kind":"Name","value":"lockSellByWebhook"}},{"kind":"Field","name":{"kind":"Name","value":"closeReason"}},{"kind":"Field","name":{"kind":"Name","value":"closedAt"}},{"kind":"Field","name":{"kind":"Name","value":"sourceLabel"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"exchange"}}]}}]}}]} as unknown as DocumentNode<PositionsQuery, PositionsQueryVariables>;
export const PositionDetailDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"PositionDetail"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"position"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"LivePosition"}},{"kind":"Field","name":{"kind":"Name","value":"vault"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}}]}},{"kind":"Field","name":{"kind":"Name","value":"fills"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"LiveFill"}}]}},{"kind":"Field","name":{"kind":"Name","value":"openJob"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"LiveJob"}},{"kind":"Field","name":{"kind":"Name","value":"event"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"eventUid"}},{"kind":"Field","name":{"kind":"Name","value":"symbolRaw"}},{"kind":"Field","name":{"kind":"Name","value":"action"}},{"kind":"Field","name":{"kind":"Name","value":"rawText"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"executions"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"clientOrderId"}},{"kind":"Field","name":{"kind":"Name","value":"exchangeOrderId"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"requestedQty"}},{"kind":"Field","name":{"kind":"Name","value":"executedQty"}},{"kind":"Field","name":{"kind":"Name","value":"avgPrice"}}]}},{"kind":"Field","name":{"kind":"Name","value":"timeline"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"stage"}},{"kind":"Field","name":{"kind":"Name","value":"at"}},{"kind":"Field","name":{"kind":"Name","value":"offsetMs"}}]}},{"kind":"Field","name":{"kind":"Name","value":"trace"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"value"}},{"kind":"Field","name":{"kind":"Name","value":"source"}}]}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"LivePosition"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Position"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"symbol"}},{"kind":"Field","name":{"kind":"Name","value":"side"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"qtyTotal"}},{"kind":"Field","name":{"kind":"Name","value":"qtyRemaining"}},{"kind":"Field","name":{"kind":"Name","value":"priceOpen"}},{"kind":"Field","name":{"kind":"Name","value":"realizedProfitUsd"}},{"kind":"Field","name":{"kind":"Name","value":"feesQuote"}},{"kind":"Field","name":{"kind":"Name","value":"slEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"slPct"}},{"kind":"Field","name":{"kind":"Name","value":"tpEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"tpPct"}},{"kind":"Field","name":{"kind":"Name","value":"trailingEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"trailingDistancePct"}},{"kind":"Field","name":{"kind":"Name","value":"trailingMaxPrice"}},{"kind":"Field","name":{"kind":"Name","value":"minProfitPct"}},{"kind":"Field","name":{"kind":"Name","value":"lockSellByWebhook"}},{"kind":"Field","name":{"kind":"Name","value":"closeReason"}},{"kind":"Field","name":{"kind":"Name","value":"closedAt"}},{"kind":"Field","name":{"kind":"Name","value":"sourceLabel"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"exchange"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"LiveFill"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"PositionFill"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"positionId"}},{"kind":"Field","name":{"kind":"Name","value":"side"}},{"kind":"Field","name":{"kind":"Name","value":"qty"}},{"kind":"Field","name":{"kind":"Name","value":"price"}},{"kind":"Field","name":{"kind":"Name","value":"feeAmount"}},{"kind":"Field","name":{"kind":"Name","value":"feeAsset"}},{"kind":"Field","name":{"kind":"Name","value":"realizedQuote"}},{"kind":"Field","name":{"kind":"Name","value":"filledAt"}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"LiveJob"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"TradeJob"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"symbol"}},{"kind":"Field","name":{"kind":"Name","value":"side"}},{"kind":"Field","name":{"kind":"Name","value":"orderType"}},{"kind":"Field","name":{"kind":"Name","value":"origin"}},{"kind":"Field","name":{"kind":"Name","value":"quoteAmount"}},{"kind":"Field","name":{"kind":"Name","value":"baseQuantity"}},{"kind":"Field","name":{"kind":"Name","value":"limitPrice"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"reasonCode"}},{"kind":"Field","name":{"kind":"Name","value":"reasonMessage"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}}]}}]}}]} as unknown as DocumentNode<PositionDetailQuery, PositionDetailQueryVariables>;
export const PriceHistoryDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"PriceHistory"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"symbol"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"priceHistory"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"symbol"},"value":{"kind":"Variable","name":{"kind":"Name","value":"symbol"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"at"}},{"kind":"Field","name":{"kind":"Name","value":"price"}}]}}]}}]} as unknown as DocumentNode<PriceHistoryQuery, PriceHistoryQueryVariables>;
export const LiveCursorDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"LiveCursor"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"liveCursor"}}]}}]} as unknown as DocumentNode<LiveCursorQuery, LiveCursorQueryVariables>;
export const OpenPositionsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"OpenPositions"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"tradeMode"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"TradeMode"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"positions"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"500"}},{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"ObjectValue","fields":[{"kind":"ObjectField","name":{"kind":"Name","value":"tradeMode"},"value":{"kind":"Variable","name":{"kind":"Name","value":"tradeMode"}}},{"kind":"ObjectField","name":{"kind":"Name","value":"status"},"value":{"kind":"EnumValue","value":"OPEN"}}]}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"LivePosition"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"LivePosition"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Position"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"symbol"}},{"kind":"Field","name":{"kind":"Name","value":"side"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"qtyTotal"}},{"kind":"Field","name":{"kind":"Name","value":"qtyRemaining"}},{"kind":"Field","name":{"kind":"Name","value":"priceOpen"}},{"kind":"Field","name":{"kind":"Name","value":"realizedProfitUsd"}},{"kind":"Field","name":{"kind":"Name","value":"feesQuote"}},{"kind":"Field","name":{"kind":"Name","value":"slEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"slPct"}},{"kind":"Field","name":{"kind":"Name","value":"tpEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"tpPct"}},{"kind":"Field","name":{"kind":"Name","value":"trailingEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"trailingDistancePct"}},{"kind":"Field","name":{"kind":"Name","value":"trailingMaxPrice"}},{"kind":"Field","name":{"kind":"Name","value":"minProfitPct"}},{"kind":"Field","name":{"kind":"Name","value":"lockSellByWebhook"}},{"kind":"Field","name":{"kind":"Name","value":"closeReason"}},{"kind":"Field","name":{"kind":"Name","value":"closedAt"}},{"kind":"Field","name":{"kind":"Name","value":"sourceLabel"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"exchange"}}]}}]}}]} as unknown as DocumentNode<OpenPositionsQuery, OpenPositionsQueryVariables>;
export const ServerInfoDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"ServerInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"serverInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"time"}},{"kind":"Field","name":{"kind":"Name","value":"priceFeed"}},{"kind":"Field","name":{"kind":"Name","value":"roles"}},{"kind":"Field","name":{"kind":"Name","value":"stalePriceMs"}}]}}]}}]} as unknown as DocumentNode<ServerInfoQuery, ServerInfoQueryVariables>;
export const MarketsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Markets"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"markets"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"symbol"}},{"kind":"Field","name":{"kind":"Name","value":"base"}},{"kind":"Field","name":{"kind":"Name","value":"quote"}},{"kind":"Field","name":{"kind":"Name","value":"tickSize"}},{"kind":"Field","name":{"kind":"Name","value":"stepSize"}}]}}]}}]} as unknown as DocumentNode<MarketsQuery, MarketsQueryVariables>;
export const PricesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Prices"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"prices"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"LivePrice"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"LivePrice"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Price"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"symbol"}},{"kind":"Field","name":{"kind":"Name","value":"last"}},{"kind":"Field","name":{"kind":"Name","value":"ageMs"}},{"kind":"Field","name":{"kind":"Name","value":"source"}}]}}]} as unknown as DocumentNode<PricesQuery, PricesQueryVariables>;
export const PositionChangesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"PositionChanges"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"positionChanges"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"position"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"LivePosition"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"LivePosition"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Position"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"symbol"}},{"kind":"Field","name":{"kind":"Name","value":"side"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"qtyTotal"}},{"kind":"Field","name":{"kind":"Name","value":"qtyRemaining"}},{"kind":"Field","name":{"kind":"Name","value":"priceOpen"}},{"kind":"Field","name":{"kind":"Name","value":"realizedProfitUsd"}},{"kind":"Field","name":{"kind":"Name","value":"feesQuote"}},{"kind":"Field","name":{"kind":"Name","value":"slEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"slPct"}},{"kind":"Field","name":{"kind":"Name","value":"tpEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"tpPct"}},{"kind":"Field","name":{"kind":"Name","value":"trailingEnabled"}},{"kind":"Field","name":{"kind":"Name","value":"trailingDistancePct"}},{"kind":"Field","name":{"kind":"Name","value":"trailingMaxPrice"}},{"kind":"Field","name":{"kind":"Name","value":"minProfitPct"}},{"kind":"Field","name":{"kind":"Name","value":"lockSellByWebhook"}},{"kind":"Field","name":{"kind":"Name","value":"closeReason"}},{"kind":"Field","name":{"kind":"Name","value":"closedAt"}},{"kind":"Field","name":{"kind":"Name","value":"sourceLabel"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}},{"kind":"Field","name":{"kind":"Name","value":"exchange"}}]}}]}}]} as unknown as DocumentNode<PositionChangesSubscription, PositionChangesSubscriptionVariables>;
export const JobChangesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"JobChanges"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"jobChanges"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"job"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"LiveJob"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"LiveJob"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"TradeJob"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"tradeMode"}},{"kind":"Field","name":{"kind":"Name","value":"symbol"}},{"kind":"Field","name":{"kind":"Name","value":"side"}},{"kind":"Field","name":{"kind":"Name","value":"orderType"}},{"kind":"Field","name":{"kind":"Name","value":"origin"}},{"kind":"Field","name":{"kind":"Name","value":"quoteAmount"}},{"kind":"Field","name":{"kind":"Name","value":"baseQuantity"}},{"kind":"Field","name":{"kind":"Name","value":"limitPrice"}},{"kind":"Field","name":{"kind":"Name","value":"status"}},{"kind":"Field","name":{"kind":"Name","value":"reasonCode"}},{"kind":"Field","name":{"kind":"Name","value":"reasonMessage"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"account"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"label"}}]}}]}}]} as unknown as DocumentNode<JobChangesSubscription, JobChangesSubscriptionVariables>;
export const FillsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"Fills"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"fills"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"fill"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"LiveFill"}}]}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"LiveFill"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"PositionFill"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"positionId"}},{"kind":"Field","name":{"kind":"Name","value":"side"}},{"kind":"Field","name":{"kind":"Name","value":"qty"}},{"kind":"Field","name":{"kind":"Name","value":"price"}},{"kind":"Field","name":{"kind":"Name","value":"feeAmount"}},{"kind":"Field","name":{"kind":"Name","value":"feeAsset"}},{"kind":"Field","name":{"kind":"Name","value":"realizedQuote"}},{"kind":"Field","name":{"kind":"Name","value":"filledAt"}}]}}]} as unknown as DocumentNode<FillsSubscription, FillsSubscriptionVariables>;
export const AlertsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"Alerts"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"alerts"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"alert"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"severity"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"resolvedAt"}}]}}]}}]}}]} as unknown as DocumentNode<AlertsSubscription, AlertsSubscriptionVariables>;
export const LivePricesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"subscription","name":{"kind":"Name","value":"LivePrices"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"prices"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"FragmentSpread","name":{"kind":"Name","value":"LivePrice"}}]}}]}},{"kind":"FragmentDefinition","name":{"kind":"Name","value":"LivePrice"},"typeCondition":{"kind":"NamedType","name":{"kind":"Name","value":"Price"}},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"symbol"}},{"kind":"Field","name":{"kind":"Name","value":"last"}},{"kind":"Field","name":{"kind":"Name","value":"ageMs"}},{"kind":"Field","name":{"kind":"Name","value":"source"}}]}}]} as unknown as DocumentNode<LivePricesSubscription, LivePricesSubscriptionVariables>;
export const useMeQuery = /*#__PURE__*/ queryHook(MeDocument);
export const useSignOutMutation = /*#__PURE__*/ mutationHook(SignOutDocument);
export const useSignInMutation = /*#__PURE__*/ mutationHook(SignInDocument);
export const useChangePasswordMutation = /*#__PURE__*/ mutationHook(ChangePasswordDocument);
export const useDashboardQuery = /*#__PURE__*/ queryHook(DashboardDocument);
export const useRecentJobsQuery = /*#__PURE__*/ queryHook(RecentJobsDocument);
export const useRecentReceiptsQuery = /*#__PURE__*/ queryHook(RecentReceiptsDocument);
export const useFirstStepsQuery = /*#__PURE__*/ queryHook(FirstStepsDocument);
export const usePositionsQuery = /*#__PURE__*/ queryHook(PositionsDocument);
export const usePositionDetailQuery = /*#__PURE__*/ queryHook(PositionDetailDocument);
export const usePriceHistoryQuery = /*#__PURE__*/ queryHook(PriceHistoryDocument);
export const useLiveCursorQuery = /*#__PURE__*/ queryHook(LiveCursorDocument);
export const useOpenPositionsQuery = /*#__PURE__*/ queryHook(OpenPositionsDocument);
export const useServerInfoQuery = /*#__PURE__*/ queryHook(ServerInfoDocument);
export const useMarketsQuery = /*#__PURE__*/ queryHook(MarketsDocument);
export const usePricesQuery = /*#__PURE__*/ queryHook(PricesDocument);
export const usePositionChangesSubscription = /*#__PURE__*/ subscriptionHook(PositionChangesDocument);
export const useJobChangesSubscription = /*#__PURE__*/ subscriptionHook(JobChangesDocument);
export const useFillsSubscription = /*#__PURE__*/ subscriptionHook(FillsDocument);
export const useAlertsSubscription = /*#__PURE__*/ subscriptionHook(AlertsDocument);
export const useLivePricesSubscription = /*#__PURE__*/ subscriptionHook(LivePricesDocument);