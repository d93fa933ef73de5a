import type { JobMessage } from '../ports.js';
import type { MetricValues } from '../infra/metrics/metrics.js';
import type { Upgrade } from './graphql-link.js';

/** What the API process sends to the GraphQL process. `upgrade` comes with the socket. */
export type ToGraphql =
  | { type: 'start'; socketPath: string; roles: readonly string[] }
  | { type: 'upgrade'; upgrade: Upgrade }
  /** These users have new live events. */
  | { type: 'live'; userIds: readonly number[] }
  /** The API process is alive. Without it for a while, pages must not believe that the server is. */
  | { type: 'alive' }
  /** Asks for the series of the process; the answer has the same number. */
  | { type: 'metrics'; ask: number }
  | { type: 'logLevel'; level: string }
  | { type: 'stop' };

/** What the GraphQL process sends to the API process. */
export type FromGraphql =
  /** Its code is loaded; it waits for `start`, which comes after the migrations. */
  | { type: 'loaded' }
  | { type: 'listening' }
  /** A committed job, for the executor of the API process. */
  | { type: 'job'; message: JobMessage }
  | { type: 'metrics'; ask: number; values: MetricValues };
