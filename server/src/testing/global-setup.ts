import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

interface Services {
  databaseUrl: string;
  redisUrl: string;
  stop(): Promise<void>;
}
type StartServices = (options: {
  dir: string;
  databaseUrl?: string;
  redisUrl?: string;
  log: (line: string) => void;
}) => Promise<Services>;

/**
 * The database and Redis of a test run: those of DATABASE_URL and REDIS_URL, else private instances in a folder
 * that is removed at the end. The addresses reach the workers through the environment.
 */
export default async function setup(): Promise<(() => Promise<void>) | undefined> {
  const { DATABASE_URL: databaseUrl, REDIS_URL: redisUrl } = process.env;
  if (databaseUrl && redisUrl) return undefined;
  const { startServices } = (await import(new URL('../../../scripts/services.mjs', import.meta.url).href)) as {
    startServices: StartServices;
  };
  const dir = await mkdtemp(path.join(os.tmpdir(), 'mvcashnode-test-'));
  const services = await startServices({
    dir,
    ...(databaseUrl && { databaseUrl }),
    ...(redisUrl && { redisUrl }),
    log: (line) => void process.stderr.write(`${line}\n`),
  });
  process.env.DATABASE_URL = services.databaseUrl;
  process.env.REDIS_URL = services.redisUrl;
  return async () => {
    await services.stop();
    await rm(dir, { recursive: true, force: true });
  };
}
