// Shows long steps on a terminal, and runs commands whose output matters only when they fail.
import { spawn } from 'node:child_process';

/** A fault that the user can fix: its message is shown without a stack. */
export class StepError extends Error {}

/** Programs started by `capture` are stopped when this process is stopped. */
const running = new Set();
process.on('exit', () => {
  for (const child of running) child.kill('SIGTERM');
});

const color = (code, text) => (process.stderr.isTTY && !process.env.NO_COLOR ? `\x1b[${code}m${text}\x1b[0m` : text);
export const red = (text) => color(31, text);
export const green = (text) => color(32, text);
export const dim = (text) => color(2, text);

/** Writes one line to standard error; standard output is for results (`--json`). */
export const logLine = (line) => void process.stderr.write(`${line}\n`);

const seconds = (sinceMs) => `${((performance.now() - sinceMs) / 1000).toFixed(1)} s`;

/** Runs a step. If it takes longer than a second, its progress and its duration are shown. */
export async function step(log, title, work) {
  const begun = performance.now();
  let timer = setTimeout(function tell() {
    log(dim(`… ${title} (${Math.round((performance.now() - begun) / 1000)} s)`));
    timer = setTimeout(tell, 20_000);
  }, 1_000);
  try {
    const result = await work();
    log(`${green('✓')} ${title} ${dim(`(${seconds(begun)})`)}`);
    return result;
  } catch (error) {
    log(`${red('✗')} ${title} ${dim(`(${seconds(begun)})`)}`);
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Runs a program quietly and returns its output; throws a StepError with the end of its output when it fails.
 * @param {string} file
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions & { lines?: number }} [options]
 * @returns {Promise<string>}
 */
export async function run(file, args, { lines = 30, ...options } = {}) {
  const { code, signal, output } = await capture(file, args, options);
  if (code === 0) return output;
  const tail = output.trimEnd().split('\n').slice(-lines).join('\n');
  throw new StepError(`${[file, ...args].join(' ')} failed (${signal ?? `exit ${code}`})\n${tail}`);
}

/** @returns {Promise<{ code: number | null, signal: string | null, output: string }>} */
export function capture(file, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    running.add(child);
    let output = '';
    const take = (chunk) => (output = (output + chunk).slice(-1_000_000));
    child.stdout.setEncoding('utf8').on('data', take);
    child.stderr.setEncoding('utf8').on('data', take);
    child.on('error', (error) => {
      running.delete(child);
      reject(/** @type {any} */ (error).code === 'ENOENT' ? new StepError(`${file} was not found`) : error);
    });
    child.on('close', (code, signal) => {
      running.delete(child);
      resolve({ code, signal, output });
    });
  });
}
