import type { ExchangeName } from '../../core/domain.js';
import type { Dialect } from './dialect.js';
import { BINANCE } from './dialects/binance.js';
import { BYBIT } from './dialects/bybit.js';

/** How each exchange is spoken to. */
export const DIALECTS: Partial<Record<ExchangeName, Dialect>> = {
  BINANCE_SPOT: BINANCE,
  BYBIT_SPOT: BYBIT,
};
