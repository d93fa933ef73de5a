import { useCallback, useState } from 'react';
import type { Refusal } from './submit';

/** crypto.randomUUID exists only on https and localhost, but an operator may open the page over plain http. */
const makeKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');

/**
 * One idempotency key for each opening of a dialog, so that a request that is sent twice is executed once. After a
 * refusal, the next request gets a new key. When there was no answer, or the request is still being carried out, the
 * key stays, because it is the same request.
 */
export const useIdempotencyKey = (): [key: string, afterRefusal: (refusal: Refusal) => void] => {
  const [key, setKey] = useState(makeKey);
  const afterRefusal = useCallback(({ code, reason }: Refusal) => {
    if (code !== 'NETWORK' && code !== 'INTERNAL' && reason !== 'IDEMPOTENCY_IN_PROGRESS') setKey(makeKey());
  }, []);
  return [key, afterRefusal];
};
