import { loadProject } from './scripts.js';

/** Builds the server and the page for the tests, unless both are up to date. */
export default async function setup(): Promise<void> {
  const log = (line: string) => void process.stderr.write(`${line}\n`);
  const project = await loadProject();
  await project.generateClient(log);
  await Promise.all([project.buildServer(log), project.buildWeb(log)]);
}
