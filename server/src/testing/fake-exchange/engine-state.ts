import type { OrderSide } from '../../core/domain.js';
import type { Balances } from './balances.js';
import type {
  DuplicateIds,
  EngineEvent,
  FakeMarket,
  FakeOrder,
  FakePrice,
  FakeTrade,
  FeeAsset,
} from './engine-types.js';

/** Settings that may be changed at any time. */
export interface EngineRules {
  duplicateIds: DuplicateIds;
  /** A fraction: '0.001' is 0.1 %. */
  feeRate: string;
  feeAsset: FeeAsset;
}

/** The state of the engine. Its operations are in execution.ts and place.ts. */
export interface EngineState {
  now(): number;
  rules: EngineRules;
  /** By id and by symbol. */
  markets: Map<string, FakeMarket>;
  /** By symbol. */
  prices: Map<string, FakePrice>;
  balances: Balances;
  orders: FakeOrder[];
  trades: FakeTrade[];
  resting: Set<FakeOrder>;
  /** The newest order with an id, by `account/id`. */
  byClientId: Map<string, FakeOrder>;
  splits: string[][];
  tell(event: EngineEvent): void;
}

/** The asset that an order takes from the account. */
export const paysWith = ({ market, side }: { market: FakeMarket; side: OrderSide }): string =>
  side === 'BUY' ? market.quote : market.base;
/** The asset that an order brings. */
export const receives = ({ market, side }: { market: FakeMarket; side: OrderSide }): string =>
  side === 'BUY' ? market.base : market.quote;
