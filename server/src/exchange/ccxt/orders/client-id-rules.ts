/** How an exchange treats our client order id. docs/client-order-ids.md gives the source of each fact. */
export interface ClientIdRule {
  /** The parameter of a new order, as sent. */
  parameter: string;
  maxLength: number;
  charset: RegExp;
  /** A prefix that the exchange requires before our id. */
  prefix?: string;
  /**
   * open    an id can be used again after its order has ended: a second send can trade twice
   * always  a second order with the id is refused
   * echo    a second order with the id is not created, and the first one is returned
   * none    the exchange does not check
   */
  uniqueness: 'open' | 'always' | 'echo' | 'none';
  /** The parameter of a lookup; null = only lists contain the id. */
  lookup: string | null;
}

/** The id as sent. Throws when the exchange would not accept it, which is a bug. */
export function toWireId({ prefix = '', maxLength, charset, parameter }: ClientIdRule, clientOrderId: string): string {
  const id = prefix + clientOrderId;
  if (id.length > maxLength || !charset.test(id)) throw new RangeError(`"${id}" is not a ${parameter}`);
  return id;
}

/** Our id, from the id in a list. The id of an external order is unchanged. */
export const fromWireId = ({ prefix = '' }: ClientIdRule, wireId: string): string =>
  prefix !== '' && wireId.startsWith(prefix) ? wireId.slice(prefix.length) : wireId;
