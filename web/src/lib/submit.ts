import { CombinedGraphQLErrors } from '@apollo/client/errors';
import { useCallback, useEffect, useRef, useState } from 'react';
import { faultOf, type Fault } from './graphql-error';

/** A refused operation: the fault, its reason code if there is one, and the fields that were not valid. */
export interface Refusal extends Fault {
  reason?: string;
  fields: { path: string; message: string }[];
}

/** A refusal that the server answered as data (`Refused`), thrown by `accepted`. */
class RefusedError extends Error {
  constructor(
    readonly reason: string,
    message: string,
  ) {
    super(message);
  }
}

/** The answer of a mutation that trading rules can refuse; throws its refusal, which `useSubmit` then shows. */
export function accepted<T extends { __typename: string }>(
  result: T | undefined,
): Exclude<T, { __typename: 'Refused' }> {
  if (!result) throw new Error('The server answered nothing.');
  // Only `Refused` has a reason: its field, unlike `__typename`, is what the operation asked for.
  if ('reason' in result && 'message' in result) throw new RefusedError(String(result.reason), String(result.message));
  return result as Exclude<T, { __typename: 'Refused' }>;
}

/** Reads a failed mutation; `fields` and `reason` come from the extensions of the first error. */
export const refusalOf = (error: unknown): Refusal => {
  if (error instanceof RefusedError) {
    return { code: 'REFUSED', message: error.message, reason: error.reason, fields: [] };
  }
  const extensions = CombinedGraphQLErrors.is(error) ? (error.errors[0]?.extensions ?? {}) : {};
  const { reason, fields } = extensions as { reason?: unknown; fields?: unknown };
  return {
    ...faultOf(error),
    ...(typeof reason === 'string' ? { reason } : {}),
    fields: Array.isArray(fields) ? (fields as Refusal['fields']) : [],
  };
};

/** After this time without an answer, the page says that there is no answer yet. */
export const LATE_AFTER_MS = 5_000;

export interface Submit {
  busy: boolean;
  /** It was sent and the answer is late: it may or may not have been carried out. */
  late: boolean;
  refusal: Refusal | undefined;
  /**
   * Runs the work, one run at a time; returns true when it succeeded. While the answer is late, it may be run again. Use
   * that only for work that the server executes once, even if it is sent several times.
   */
  run: (work: () => Promise<unknown>) => Promise<boolean>;
  reset: () => void;
}

/** The states of one action: sending, then done or refused. A second call while sending does nothing. */
export const useSubmit = (onRefused?: (refusal: Refusal) => void): Submit => {
  const [busy, setBusy] = useState(false);
  const [late, setLate] = useState(false);
  const [refusal, setRefusal] = useState<Refusal>();
  const current = useRef({ attempt: 0, isSending: false, isLate: false });
  useEffect(() => {
    if (!busy || late) return;
    const timer = setTimeout(() => {
      if (!current.current.isSending) return;
      current.current.isLate = true;
      setLate(true);
    }, LATE_AFTER_MS);
    return () => clearTimeout(timer);
  }, [busy, late]);
  const run = useCallback(
    async (work: () => Promise<unknown>) => {
      const state = current.current;
      if (state.isSending && !state.isLate) return false;
      const attempt = (state.attempt += 1);
      Object.assign(state, { isSending: true, isLate: false });
      setBusy(true);
      setLate(false);
      setRefusal(undefined);
      const end = () => {
        Object.assign(state, { isSending: false, isLate: false });
        setBusy(false);
        setLate(false);
      };
      try {
        await work();
        // All tries are one request, so it does not matter which one was answered.
        end();
        return true;
      } catch (error) {
        // A newer try is still running.
        if (state.attempt !== attempt) return false;
        end();
        const refused = refusalOf(error);
        setRefusal(refused);
        onRefused?.(refused);
        return false;
      }
    },
    [onRefused],
  );
  const reset = useCallback(() => setRefusal(undefined), []);
  return { busy, late, refusal, run, reset };
};
