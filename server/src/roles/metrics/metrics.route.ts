import type { FastifyInstance } from 'fastify';
import type { Context } from '../../context.js';
import {
  count,
  METRICS_CONTENT_TYPE,
  metricsText,
  readMetrics,
  replace,
  type MetricValues,
} from '../../infra/metrics/metrics.js';
import { createInstallationMetrics } from './installation-metrics.js';

/** The series of the GraphQL process; undefined = it does not answer in time. */
export type GraphqlMetrics = () => Promise<MetricValues | undefined>;

/** `/metrics` in the text format of Prometheus, with the series of the GraphQL process of this API process. */
export function metricsRoute(
  ctx: Pick<Context, 'db'> & { env: Pick<Context['env'], 'BACKUP_DIR'> },
  graphqlMetrics?: GraphqlMetrics,
) {
  const refresh = createInstallationMetrics(ctx);
  return async (fastify: FastifyInstance): Promise<void> => {
    fastify.get('/metrics', async (_request, reply) => {
      const [graphql] = await Promise.all([graphqlMetrics?.(), refresh()]);
      if (graphqlMetrics) replace('graphql_process_up', Number(graphql !== undefined));
      if (graphqlMetrics && !graphql) count('scrape_errors_total', { source: 'graphql' });
      const text = await metricsText([await readMetrics('main'), ...(graphql ? [graphql] : [])]);
      return reply.header('content-type', METRICS_CONTENT_TYPE).header('cache-control', 'no-store').send(text);
    });
  };
}
