import { useCallback, useState } from 'react';
import type { Refusal } from './submit';

/** crypto.randomUUID exists only on https and localhost; an operator may open the page by a plain address. */
const makeKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');

/**
 * One key for each opening of a dialog: however often it is sent, it is done once. A new key only after the server has
 * refused, since what is sent next then is another request; when nobody answered, the same one is asked again.
 */
export const useIdempotencyKey = (): [key: string, afterRefusal: (refusal: Refusal) => void] => {
  const [key, setKey] = useState(makeKey);
  const afterRefusal = useCallback(({ code }: Refusal) => {
    if (code !== 'NETWORK' && code !== 'INTERNAL') setKey(makeKey());
  }, []);
  return [key, afterRefusal];
};
