import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { writeSchemaScript } from './services/test-database.js';

interface Services {
  databaseUrl: string;
  redisUrl: string;
  stop(): Promise<void>;
}
type StartServices = (options: {
  dir: string;
  databaseUrl?: string;
  redisUrl?: string;
  throwaway: boolean;
  log: (line: string) => void;
}) => Promise<Services>;

/**
 * The database and Redis of a test run: those of DATABASE_URL and REDIS_URL, otherwise private instances in a folder
 * that is removed at the end. Also the script that creates the tables of a test's database. Their addresses reach the
 * workers through the environment.
 */
export default async function setup(): Promise<(() => Promise<void>) | undefined> {
  // Each project runs this; the first one creates what all of them use.
  if (process.env.TEST_SCHEMA_FILE) return undefined;
  const dir = await mkdtemp(path.join(os.tmpdir(), 'mvcashnode-test-'));
  const services = await startMissingServices(dir);
  const end = async () => {
    await services?.stop();
    await rm(dir, { recursive: true, force: true });
  };
  try {
    const schemaFile = path.join(dir, 'schema.sql');
    await writeFile(schemaFile, await writeSchemaScript());
    process.env.TEST_SCHEMA_FILE = schemaFile;
    return end;
  } catch (error) {
    await end();
    throw error;
  }
}

async function startMissingServices(dir: string): Promise<Services | undefined> {
  const { DATABASE_URL: databaseUrl, REDIS_URL: redisUrl } = process.env;
  if (databaseUrl && redisUrl) return undefined;
  const { startServices } = (await import(new URL('../../../scripts/services.mjs', import.meta.url).href)) as {
    startServices: StartServices;
  };
  const services = await startServices({
    dir,
    ...(databaseUrl && { databaseUrl }),
    ...(redisUrl && { redisUrl }),
    throwaway: true,
    log: (line) => void process.stderr.write(`${line}\n`),
  });
  process.env.DATABASE_URL = services.databaseUrl;
  process.env.REDIS_URL = services.redisUrl;
  return services;
}
