// Types for the modules of scripts/ that these tests use, which are plain JavaScript.

type Log = (line: string) => void;

interface Project {
  generateClient(log: Log): Promise<void>;
  buildServer(log: Log): Promise<void>;
  buildWeb(log: Log): Promise<void>;
}
interface Tools {
  findChromium(): string | undefined;
}
export interface PrivateServices {
  databaseUrl: string;
  redisUrl: string;
  stop(): Promise<void>;
}
interface Services {
  startServices(options: { dir: string; redisUrl?: string; log: Log }): Promise<PrivateServices>;
}

const load = (file: string): Promise<unknown> => import(new URL(`../../scripts/${file}`, import.meta.url).href);

export const loadProject = async (): Promise<Project> => (await load('lib/project.mjs')) as Project;
export const loadTools = async (): Promise<Tools> => (await load('lib/tools.mjs')) as Tools;
export const loadServices = async (): Promise<Services> => (await load('services.mjs')) as Services;
