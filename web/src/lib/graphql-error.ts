import { CombinedGraphQLErrors } from '@apollo/client/errors';

/** A failed operation: the error code of the server (NETWORK when there was no answer), its message and details. */
export interface Fault {
  code: string;
  message: string;
  retryAfterMs?: number;
  requestId?: string;
}

/** Converts any error of an operation into one shape that the page can explain. */
export const faultOf = (error: unknown): Fault => {
  if (CombinedGraphQLErrors.is(error)) {
    const first = error.errors[0];
    const extensions = first?.extensions ?? {};
    return {
      code: typeof extensions.code === 'string' ? extensions.code : 'INTERNAL',
      message: first?.message ?? error.message,
      ...(typeof extensions.retryAfterMs === 'number' ? { retryAfterMs: extensions.retryAfterMs } : {}),
      ...(typeof extensions.requestId === 'string' ? { requestId: extensions.requestId } : {}),
    };
  }
  return { code: 'NETWORK', message: error instanceof Error ? error.message : String(error) };
};
