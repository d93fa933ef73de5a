import type { ExchangeName } from '../../core/domain.js';
import { BITGET_SAMPLE } from './bitget.js';
import { COINBASE_SAMPLE } from './coinbase.js';
import { GATE_SAMPLE } from './gate.js';
import { HTX_SAMPLE } from './htx.js';
import { KRAKEN_SAMPLE } from './kraken.js';
import { KUCOIN_SAMPLE } from './kucoin.js';
import { MEXC_SAMPLE } from './mexc.js';
import { OKX_SAMPLE } from './okx.js';
import type { WireSample } from './wire-sample.js';

/** The exchanges without their own fake exchange. */
export const WIRE_SAMPLES: Record<Exclude<ExchangeName, 'BINANCE_SPOT' | 'BYBIT_SPOT'>, WireSample> = {
  OKX_SPOT: OKX_SAMPLE,
  KUCOIN_SPOT: KUCOIN_SAMPLE,
  GATE_SPOT: GATE_SAMPLE,
  KRAKEN_SPOT: KRAKEN_SAMPLE,
  COINBASE_SPOT: COINBASE_SAMPLE,
  BITGET_SPOT: BITGET_SAMPLE,
  MEXC_SPOT: MEXC_SAMPLE,
  HTX_SPOT: HTX_SAMPLE,
};
