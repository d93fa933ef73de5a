import type { ExchangeName } from '../../../core/domain.js';
import type { Dialect } from './dialect.js';
import { BINANCE } from './binance.js';
import { BITGET } from './bitget.js';
import { BYBIT } from './bybit.js';
import { COINBASE } from './coinbase.js';
import { GATE } from './gate.js';
import { HTX } from './htx.js';
import { KRAKEN } from './kraken.js';
import { KUCOIN } from './kucoin.js';
import { MEXC } from './mexc.js';
import { OKX } from './okx.js';

/** The dialect of each exchange. */
export const DIALECTS: Record<ExchangeName, Dialect> = {
  BINANCE_SPOT: BINANCE,
  BYBIT_SPOT: BYBIT,
  OKX_SPOT: OKX,
  KUCOIN_SPOT: KUCOIN,
  GATE_SPOT: GATE,
  KRAKEN_SPOT: KRAKEN,
  COINBASE_SPOT: COINBASE,
  BITGET_SPOT: BITGET,
  MEXC_SPOT: MEXC,
  HTX_SPOT: HTX,
};
