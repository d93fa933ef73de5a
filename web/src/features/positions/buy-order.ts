import Big from 'big.js';
import type { OrderInput } from '../../gql/generated';
import { amountFault, countFault, percentFault, PROFIT_MAX, type Fault } from '../../lib/field-rules';

/** The form values. Null means that the text is not a number; '' means empty. */
export interface BuyForm {
  accountId: string;
  symbol: string;
  orderType: 'MARKET' | 'LIMIT';
  /** Whether `amount` is money to spend or coins to buy. */
  unit: 'quote' | 'base';
  amount: string | null;
  limitPrice: string | null;
  hours: string;
  vaultId: string;
  slPct: string | null;
  tpPct: string | null;
  trailingDistancePct: string | null;
}

/** The open position that the buy adds to; it keeps its account, symbol, vault and exits. */
export interface AddedTo {
  id: string;
  symbol: string;
  account: { id: string };
}

export const firstForm = (position?: AddedTo): BuyForm => ({
  ...{ accountId: position?.account.id ?? '', symbol: position?.symbol ?? '', orderType: 'MARKET', unit: 'quote' },
  ...{ amount: '', limitPrice: '', hours: '24', vaultId: '', slPct: '', tpPct: '', trailingDistancePct: '' },
});

const HOURS = { least: 1, most: 720, required: true };
const EXITS_MOST = { slPct: '100', tpPct: PROFIT_MAX, trailingDistancePct: '99.99' } as const;
type ExitName = keyof typeof EXITS_MOST;
const EXIT_NAMES = Object.keys(EXITS_MOST) as ExitName[];

/** The faults by field name; empty when the order can be previewed. */
export const buyFaults = (form: BuyForm): Partial<Record<keyof BuyForm, Fault>> => {
  const isLimit = form.orderType === 'LIMIT';
  const faults: Partial<Record<keyof BuyForm, Fault>> = {
    accountId: form.accountId === '' ? ['required'] : undefined,
    symbol: form.symbol.trim() === '' ? ['required'] : undefined,
    amount: amountFault(form.amount),
    limitPrice: isLimit ? amountFault(form.limitPrice) : undefined,
    hours: isLimit ? countFault(form.hours, HOURS) : undefined,
    ...Object.fromEntries(EXIT_NAMES.map((name) => [name, percentFault(form[name], false, EXITS_MOST[name])])),
  };
  return Object.fromEntries(Object.entries(faults).filter(([, fault]) => fault));
};

const exitsOf = (form: BuyForm): OrderInput['exits'] => {
  const given = EXIT_NAMES.filter((name) => form[name]);
  // Without any, the exits of the trade parameter count.
  return given.length === 0 ? undefined : Object.fromEntries(given.map((name) => [name, form[name]]));
};

/** The request, without a key and without what a preview said. */
export const orderInput = (form: BuyForm, position?: AddedTo): OrderInput => {
  const exits = position ? undefined : exitsOf(form);
  return {
    ...{ accountId: form.accountId, symbol: form.symbol.trim().toUpperCase(), orderType: form.orderType },
    ...(form.unit === 'quote' ? { quoteAmount: form.amount } : { quantity: form.amount }),
    ...(form.orderType === 'LIMIT' && { limitPrice: form.limitPrice, hours: Number(form.hours) }),
    ...(position && { positionId: position.id }),
    ...(!position && form.vaultId && { vaultId: form.vaultId }),
    ...(exits && { exits }),
  };
};

/** What the buy loses, before fees, when its stop sells it at the stop price; null without a stop. */
export const riskOf = ({
  quantity,
  price,
  stopPrice,
}: {
  quantity: string;
  price: string;
  stopPrice: string | null;
}): string | null => (stopPrice === null ? null : new Big(price).minus(stopPrice).times(quantity).toFixed());
