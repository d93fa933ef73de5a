/** What an exchange does with the client order id of ours: docs/client-order-ids.md says where each fact is from. */
export interface ClientIdRule {
  /** The parameter of a new order as it goes over the wire. */
  parameter: string;
  maxLength: number;
  charset: RegExp;
  /** What has to stand before our id on the wire. */
  prefix?: string;
  /**
   * open    an id may be used again once its order has ended: a second send can trade twice
   * always  a second order with the id is refused
   * echo    a second order with the id is not made and the first one is answered
   * none    nobody looks
   */
  uniqueness: 'open' | 'always' | 'echo' | 'none';
  /** The parameter of a lookup; null: only lists tell. */
  lookup: string | null;
}

/** The id on the wire. Throws when the exchange would not take it, which is a bug of ours. */
export function toWireId({ prefix = '', maxLength, charset, parameter }: ClientIdRule, clientOrderId: string): string {
  const id = prefix + clientOrderId;
  if (id.length > maxLength || !charset.test(id)) throw new RangeError(`"${id}" is not a ${parameter}`);
  return id;
}

/** Our id again, from an order of a list; somebody else's stays as it is. */
export const fromWireId = ({ prefix = '' }: ClientIdRule, wireId: string): string =>
  prefix !== '' && wireId.startsWith(prefix) ? wireId.slice(prefix.length) : wireId;
