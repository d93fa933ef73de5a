import { REASONS } from '../core/reasons.js';
import type { Exchange, ExchangeRegistry } from './exchange.js';
import { createSimulatedExchange, type SimulationRules } from './simulated-exchange.js';

/** Picks the exchange behind an account, one instance for each. The only code that asks whether an account is simulated. */
export function createExchangeRegistry(rules: SimulationRules): ExchangeRegistry {
  const simulated = new Map<number, Exchange>();
  const forAccount: ExchangeRegistry['forAccount'] = (account) => {
    if (!account.isSimulation) {
      return { refusal: { code: 'REAL_NOT_AVAILABLE', message: REASONS.REAL_NOT_AVAILABLE } };
    }
    let exchange = simulated.get(account.id);
    if (!exchange) {
      exchange = createSimulatedExchange({ ...rules, account });
      simulated.set(account.id, exchange);
    }
    return { exchange };
  };
  return { forAccount, forReading: forAccount };
}
