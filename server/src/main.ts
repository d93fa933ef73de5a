import { createContext } from './create-context.js';
import { EnvError, loadEnv } from './env.js';
import { DatabaseError } from './infra/database/wait-for-database.js';
import { migrate } from './infra/database/migrate.js';
import { startHeartbeat } from './system/heartbeat.js';
import { announceSetup } from './setup/setup-code.js';
import { watchClock } from './system/watch-clock.js';
import { watchRedisState } from './system/watch-redis-state.js';
import { type Demo, seedDemo } from './system/seed-demo.js';
import { startAdmin } from './roles/admin.js';
import { provideProcessMetrics } from './system/metrics/process-metrics.js';
import { parseRoles, type Role, RoleError } from './roles/roles.js';
import { recomputeOldResults } from './positions/recompute-results.js';
import { forkGraphql, type GraphqlProcess } from './roles/graphql-process.js';
import type { MonitorsContext } from './roles/monitors.js';

/** A clean stop takes at most this long, and as long as the API goes on before. */
const STOP_LIMIT_MS = 12_000;

interface Running {
  stop(): Promise<void>;
}

/** The message to the parent process once everything is ready. */
interface ReadyMessage {
  type: 'ready';
  url?: string;
  graphqlUrl?: string;
  webhookUrl?: string;
  email?: string;
  adminEmail?: string;
  /** Where an installation without users is set up, with the one-time code. */
  setupUrl?: string;
  /** Only when this start created the user. */
  password?: string;
  adminPassword?: string;
}

const SERVICE_NAMES = { api: 'API', executor: 'EXECUTOR', monitors: 'MONITORS' } as const;

/** Each role's code is loaded only where it runs: an API process does not load the exchanges' code. */
async function startRole(
  role: Role,
  { roles, ctx, graphql }: { roles: readonly Role[]; ctx: MonitorsContext; graphql: GraphqlProcess | undefined },
): Promise<Running & { url?: string }> {
  if (role === 'monitors') return (await import('./roles/monitors.js')).startMonitors(ctx);
  if (role === 'executor') return (await import('./roles/executor.js')).startExecutor(ctx);
  if (!graphql) throw new Error('the API needs its GraphQL process');
  const { startApi } = await import('./roles/api.js');
  return startApi(ctx, { host: ctx.env.HOST, port: ctx.env.PORT, roles, graphql });
}

async function main(): Promise<void> {
  const roles = parseRoles(process.argv.slice(2));
  const env = loadEnv();
  // It loads while the database is prepared.
  const graphql = roles.includes('api') ? await forkGraphql({ roles }) : undefined;
  const { ctx, close } = await createContext(env);
  const { log } = ctx;
  const running: Running[] = [];
  const state = { isStopping: false, isStarting: true };
  const endMetrics = provideProcessMetrics(roles);
  running.push({ stop: async () => endMetrics() });
  const graphqlMetrics = graphql && (() => graphql.metrics());
  // It listens while the database is prepared, and says that the process is starting.
  if (env.ADMIN_PORT) running.push(await startAdmin(ctx, { port: env.ADMIN_PORT, roles, state, graphqlMetrics }));
  const applied = await migrate({ databaseUrl: env.DATABASE_URL, log });
  if (applied.length > 0) log.info({ applied }, 'migrations applied');
  await recomputeOldResults(ctx);
  const demo = env.DEMO_SEED ? await seedDemo(ctx, { email: env.DEMO_EMAIL, password: env.DEMO_PASSWORD }) : undefined;

  // Only an API has the page of the set-up.
  const setup = roles.includes('api') ? await announceSetup(ctx) : undefined;

  const stop = once(async (why: string) => {
    state.isStopping = true;
    log.info({ why }, 'stopping');
    setTimeout(() => process.exit(1), STOP_LIMIT_MS + (roles.includes('api') ? env.DRAIN_MS : 0)).unref();
    // In the direction of the flow: first no new signals, then no new orders, then no prices.
    for (const part of running.reverse())
      await part.stop().catch((error: unknown) => log.error({ error }, 'while stopping'));
    await close();
    process.exit(0);
  });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop(signal));
  // Started by another program: stop when it ends, in whatever way.
  if (process.send) process.on('disconnect', () => void stop('the parent process ended'));

  running.push(watchClock(ctx, { roles }), watchRedisState(ctx, { roles }));
  let url: string | undefined;
  // Signals are taken and positions watched while GraphQL still loads; until then its requests are answered with 503.
  const graphqlListens = graphql?.start(ctx) ?? Promise.resolve();
  graphqlListens.catch(() => undefined);
  for (const role of roles) {
    const started = await startRole(role, { roles, ctx, graphql });
    running.push(started, startHeartbeat(ctx, { service: SERVICE_NAMES[role] }));
    url ??= started.url;
  }
  await graphqlListens;
  state.isStarting = false;
  log.info({ roles, url }, 'running');
  const publicUrl = env.PUBLIC_URL;
  const ready: ReadyMessage = {
    type: 'ready',
    ...(url && { url: publicUrl, graphqlUrl: `${publicUrl}/graphql` }),
    ...(setup && { setupUrl: setup.url }),
    ...demoPart(demo, publicUrl),
  };
  process.send?.(ready);
}

function demoPart(demo: Demo | undefined, publicUrl: string): Partial<ReadyMessage> {
  if (!demo) return {};
  const { webhookCode, ...signIn } = demo;
  return { ...signIn, ...(webhookCode && { webhookUrl: `${publicUrl}/webhooks/${webhookCode}` }) };
}

const once = <A extends unknown[]>(work: (...args: A) => Promise<void>): ((...args: A) => Promise<void>) => {
  let done: Promise<void> | undefined;
  return (...args) => (done ??= work(...args));
};

main().catch((error: unknown) => {
  // Printed for people, because there may be no log yet: errors in the settings need no stack.
  const isPlain = [EnvError, RoleError, DatabaseError].some((kind) => error instanceof kind);
  process.stderr.write(`${isPlain ? (error as Error).message : ((error as Error).stack ?? String(error))}\n`);
  process.exit(1);
});
