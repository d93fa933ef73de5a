import { CombinedGraphQLErrors } from '@apollo/client/errors';

/** What a failed operation said: the server's published code (NETWORK when it could not be asked), its words and hints. */
export interface Fault {
  code: string;
  message: string;
  retryAfterMs?: number;
  requestId?: string;
}

/** Reads any error of an operation into one shape the page can explain. */
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
