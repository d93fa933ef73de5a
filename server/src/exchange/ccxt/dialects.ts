import type { ExchangeName } from '../../core/domain.js';
import type { Dialect } from './dialect.js';
import { BINANCE } from './dialects/binance.js';
import { BITGET } from './dialects/bitget.js';
import { BYBIT } from './dialects/bybit.js';
import { COINBASE } from './dialects/coinbase.js';
import { GATE } from './dialects/gate.js';
import { HTX } from './dialects/htx.js';
import { KRAKEN } from './dialects/kraken.js';
import { KUCOIN } from './dialects/kucoin.js';
import { MEXC } from './dialects/mexc.js';
import { OKX } from './dialects/okx.js';

/** How each exchange is spoken to. */
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
