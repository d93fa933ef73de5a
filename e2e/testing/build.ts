import { loadProject } from './scripts.js';

/** The tests run the compiled server and the built page: both are made here unless they are there and current. */
export default async function setup(): Promise<void> {
  const log = (line: string) => void process.stderr.write(`${line}\n`);
  const project = await loadProject();
  await project.generateClient(log);
  await Promise.all([project.buildServer(log), project.buildWeb(log)]);
}
