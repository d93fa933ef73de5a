import { CombinedGraphQLErrors } from '@apollo/client/errors';
import { useCallback, useRef, useState } from 'react';
import { faultOf, type Fault } from './graphql-error';

/** A refused operation: the fault, the reason of the shared list when there is one, and the fields that were not valid. */
export interface Refusal extends Fault {
  reason?: string;
  fields: { path: string; message: string }[];
}

/** Reads a failed mutation; `fields` and `reason` come from the extensions of the first error. */
export const refusalOf = (error: unknown): Refusal => {
  const extensions = CombinedGraphQLErrors.is(error) ? (error.errors[0]?.extensions ?? {}) : {};
  const { reason, fields } = extensions as { reason?: unknown; fields?: unknown };
  return {
    ...faultOf(error),
    ...(typeof reason === 'string' ? { reason } : {}),
    fields: Array.isArray(fields) ? (fields as Refusal['fields']) : [],
  };
};

export interface Submit {
  busy: boolean;
  refusal: Refusal | undefined;
  /** Runs the work once at a time; true when it went through. */
  run: (work: () => Promise<unknown>) => Promise<boolean>;
  reset: () => void;
}

/** The states of one action: sending, then done or refused. A second call while it is sending does nothing. */
export const useSubmit = (onRefused?: (refusal: Refusal) => void): Submit => {
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<Refusal>();
  const sending = useRef(false);
  const run = useCallback(
    async (work: () => Promise<unknown>) => {
      if (sending.current) return false;
      sending.current = true;
      setBusy(true);
      setRefusal(undefined);
      try {
        await work();
        return true;
      } catch (error) {
        const refused = refusalOf(error);
        setRefusal(refused);
        onRefused?.(refused);
        return false;
      } finally {
        sending.current = false;
        setBusy(false);
      }
    },
    [onRefused],
  );
  const reset = useCallback(() => setRefusal(undefined), []);
  return { busy, refusal, run, reset };
};
