import { randomUUID } from 'node:crypto';

/** How long a request may take to arrive, with its body. */
export const REQUEST_TIMEOUT_MS = 10_000;

/** The options of every HTTP server of ours. A request that arrives too slowly ends with 408, on every route. */
export const serverOptions = (requestTimeoutMs = REQUEST_TIMEOUT_MS) => ({
  logger: false as const,
  genReqId: () => randomUUID(),
  requestIdHeader: false as const,
  requestTimeout: requestTimeoutMs,
  http: {
    headersTimeout: requestTimeoutMs,
    // Node looks for late requests at this interval; its default is 30 s.
    connectionsCheckingInterval: Math.max(10, Math.min(500, requestTimeoutMs / 4)),
  },
});
