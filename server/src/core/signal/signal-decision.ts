import type { SignalAction } from '../domain.js';
import { isIntentKey, isTextKey, type Field } from './signal-fields.js';
import { phraseOf, type Facts, type FieldEvidence } from './signal-facts.js';
import type { OrderMeaning } from './text/signal-words.js';

export interface Decision {
  action: SignalAction;
  why: string;
  /** The fields that stopped it, in a form that can be taught. */
  fields: string[];
  /** The words of a text that stopped it. */
  words: string[];
}

const buy = (why: string): Decision => ({ action: 'BUY_SIGNAL', why, fields: [], words: [] });
const sell = (why: string): Decision => ({ action: 'SELL_SIGNAL', why, fields: [], words: [] });
const unknown = (why: string, fields: readonly Field[] = [], words: readonly string[] = []): Decision => ({
  ...{ action: 'UNKNOWN', why, words: [...words] },
  fields: [...new Set(fields.map(phraseOf))],
});
const shown = ({ name, value, type }: Field): string => `"${name.slice(0, 40)}: ${(value || type).slice(0, 40)}"`;
const list = (fields: readonly Field[]): string => [...new Set(fields.map(shown))].slice(0, 4).join(', ');

type Order = Exclude<OrderMeaning, null>;

/** The decision from all fields of a structured body. A buy needs all of them to agree. */
export function decideFacts(facts: Facts): Decision {
  if (facts.unread.length > 0) {
    return unknown(`${list(facts.unread)} is no known instruction: use buy, sell or close.`, facts.unread);
  }
  const orders = new Set<Order>(facts.orders.map(({ meaning }) => meaning));
  const stops = facts.evidence.filter((each) => stopsEverything(each, orders));
  if (stops.length > 0) return stopped(stops);
  if (orders.size === 0) {
    const [text, ...others] = facts.texts;
    if (facts.texts.length > 0 && facts.now.length === 0) {
      const meanings = new Set(facts.texts.map(({ reading }) => reading.meaning));
      const unread = facts.texts.flatMap(({ reading }) => reading.unread);
      const [meaning] = meanings;
      if (meanings.size > 1 || !meaning || unread.length > 0) {
        const why =
          others.length > 0 && meanings.size > 1 ? 'The text fields say different things.' : (text?.reading.why ?? '');
        return unknown(why, [], unread);
      }
      orders.add(meaning);
    }
  }
  if (orders.size === 0) return decidePosition(facts);
  const from = facts.orders[0]
    ? `${list(facts.orders.map(({ field }) => field))}`
    : (facts.texts[0]?.reading.why ?? 'the text');
  return decideOrders(facts, orders, from);
}

/** A canceled, denied or test message is no order at all. A remark about waiting does not prevent a sell. */
function stopsEverything({ kind, field }: FieldEvidence, orders: ReadonlySet<Order>): boolean {
  if (kind === 'CANCEL' || kind === 'NEGATE' || kind === 'TEST') return true;
  const sells = orders.size > 0 && !orders.has('BUY') && !orders.has('LONG');
  return kind === 'WAIT' && (!sells || isIntentKey(field) || isTextKey(field));
}

const stopped = (evidence: readonly FieldEvidence[]): Decision => {
  const words = [...new Set(evidence.map(({ word }) => `"${word}"`))].slice(0, 6).join(', ');
  const fields = evidence.map(({ field }) => field);
  return unknown(`${words} in ${list(fields)} speaks against the order.`, fields);
};

function decideOrders(facts: Facts, orders: ReadonlySet<Order>, from: string): Decision {
  const only = (...allowed: Order[]) => [...orders].every((order) => allowed.includes(order));
  const all = facts.orders.map(({ field }) => field);
  if (orders.has('CLOSE_SHORT')) return unknown(`${from}: closing a short is nothing to do on spot.`, all);
  if (only('BUY', 'LONG')) return namesClosedLong(facts, orders) ? closeLong(facts, from) : decideBuy(facts, from);
  if (only('CLOSE', 'CLOSE_LONG', 'LONG')) return closeLong(facts, from);
  if (only('SELL', 'SHORT', 'CLOSE_LONG', 'CLOSE') && !(orders.has('SHORT') && orders.has('CLOSE'))) {
    return decideSell(facts, orders, from);
  }
  return unknown(`${from} contradict each other: send only one of them.`, all);
}

/**
 * 'side: long' beside a field that closes names what to close: 'type: exit', 'closePosition: true', a flat position.
 */
function namesClosedLong(facts: Facts, orders: ReadonlySet<Order>): boolean {
  if (orders.has('BUY') || facts.orders.length === 0) return false;
  const flat = facts.now.length > 0 && facts.now.every((state) => state === 'FLAT');
  return (
    flat ||
    facts.evidence.some(
      ({ kind, field }) =>
        (kind === 'CLOSE' && (isIntentKey(field) || field.kinds.includes('CLOSE'))) ||
        (kind === 'REDUCE' && field.kinds.includes('REDUCE')),
    )
  );
}

function decideBuy(facts: Facts, from: string): Decision {
  if (facts.evidence.length > 0) return stopped(facts.evidence);
  if (facts.empty.length > 0)
    return unknown(`${list(facts.empty)} is a size of zero, which opens nothing.`, facts.empty);
  const sells = facts.intents.filter(({ side }) => side === 'SELL').map(({ field }) => field);
  if (sells.length > 0) return unknown(`${list(sells)} contradicts the buy.`, sells);
  if (facts.now.some((state) => state !== 'LONG')) {
    return unknown('A buy that leaves the position flat or short closes a short: nothing to do on spot.');
  }
  if (facts.before.includes('SHORT') && facts.now.length === 0) {
    return unknown('A buy while the position was short covers it: nothing to do on spot.');
  }
  return buy(`${from}: read as buy.`);
}

function closeLong(facts: Facts, from: string): Decision {
  const shorts = facts.evidence.filter(({ kind }) => kind === 'SHORT').map(({ field }) => field);
  const hasShort = shorts.length > 0 || facts.now.includes('SHORT') || facts.before.includes('SHORT');
  if (hasShort) return unknown(`${from}: it closes and names a short: nothing to do on spot.`, shorts);
  const buys = facts.intents.filter(
    ({ side, field }) => side === 'BUY' && !facts.orders.some((order) => order.field === field),
  );
  const closing = facts.evidence.some(({ kind }) => kind === 'CLOSE' || kind === 'REDUCE');
  if (buys.length > 0 && !closing)
    return unknown(`${from} and ${list(buys.map(({ field }) => field))} contradict each other.`);
  return sell(`${from}: closes a long, read as SELL_SIGNAL.`);
}

function decideSell(facts: Facts, orders: ReadonlySet<Order>, from: string): Decision {
  // A field with words for closing and for a short closes a short, whatever the action is called.
  const closes = new Set(facts.evidence.filter(({ kind }) => kind === 'CLOSE').map(({ field }) => field));
  const covers = facts.evidence.filter(
    ({ kind, field }) => kind === 'SHORT' && (closes.has(field) || /^cover|cobr|cubr/.test(field.value.toLowerCase())),
  );
  if (covers.length > 0 || (facts.before.includes('SHORT') && facts.now.includes('FLAT'))) {
    return unknown(
      `${from}: it closes a short: nothing to do on spot.`,
      covers.map(({ field }) => field),
    );
  }
  const buys = facts.intents
    .filter(({ side, field }) => side === 'BUY' && !closes.has(field))
    .map(({ field }) => field);
  if (buys.length > 0) return unknown(`${list(buys)} contradicts the sell.`, buys);
  return sell(orders.has('SHORT') ? `${from}: read as short, which closes on spot.` : `${from}: read as sell.`);
}

/** TradingView's {{strategy.market_position}} and {{strategy.prev_market_position}} without an order. */
function decidePosition(facts: Facts): Decision {
  const { now, before } = facts;
  const [state] = now;
  if (state === undefined)
    return unknown(
      'There is neither an action field nor a text.',
      facts.evidence.map(({ field }) => field),
    );
  if (now.some((each) => each !== state)) return unknown('The fields of the position contradict each other.');
  if (before.includes(state))
    return unknown(`The market position was and stays ${state.toLowerCase()}: nothing to do.`);
  if (state === 'LONG') return decideBuy(facts, 'The market position is now long');
  if (before.includes('SHORT')) return unknown('The market position was short: closing it is nothing to do on spot.');
  return sell(`The market position is now ${state.toLowerCase()}: read as SELL_SIGNAL, which closes on spot.`);
}
