/** A typed client of the GraphQL API of mvcashnode. See README.md. */
export { createClient, type Client, type ClientOptions } from './client.js';
export { accepted, RefusedError } from './accepted.js';
export { ApiError, type AnsweredError } from './api-error.js';
export type { Operation } from './operation.js';
export type { Watched, WatchOptions } from './watch.js';
export * from './generated.js';
