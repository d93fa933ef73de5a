import { AsyncLocalStorage } from 'node:async_hooks';

/**
 * The current request of the GraphQL process, for log lines and errors that are made where only the error is known. The
 * trading process has no such storage, because it would make every promise slower: its log lines get their ids from
 * child loggers.
 */
export const requestScope = new AsyncLocalStorage<{ requestId: string; traceId?: string }>();
