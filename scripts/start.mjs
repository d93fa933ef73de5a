// `npm start`: from a fresh clone to a running page. See --help.
import { spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { childEnd, stopSignal } from './lib/lifetime.mjs';
import {
  buildServer,
  buildWeb,
  checkNode,
  DATA_DIR,
  generateClient,
  installPackages,
  readDotEnv,
  ROOT,
  tellFault,
} from './lib/project.mjs';
import { generatedSecrets, rememberPasswords } from './lib/secrets.mjs';
import { dim, green, logLine, StepError } from './lib/steps.mjs';
import { startServices } from './services.mjs';

const ROLES = ['api', 'executor', 'monitors'];
const HELP = `npm start -- [flags]
  --roles ${ROLES.join(',')}   which parts this process runs (default: all)
  --port 4000                     where the page, GraphQL and webhooks are served (default: PORT, else 4000)
  --replay file.csv               prices come from a recording instead (PRICE_FEED=replay, REPLAY_FILE)
  --speed 10                      and this many times as fast as they were recorded (REPLAY_SPEED)
  --json                          one line of JSON on standard output instead of the text
  --help                          this text
Settings are read from the environment and from .env; .env.example lists them.`;

const FLAGS = /** @type {const} */ ({
  roles: { type: 'string', default: ROLES.join(',') },
  port: { type: 'string' },
  replay: { type: 'string' },
  speed: { type: 'string' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
});

function readFlags(args) {
  // The first, lenient parse reports all unknown arguments at once.
  const { tokens = [] } = parseArgs({ args, options: FLAGS, strict: false, tokens: true });
  const unknown = tokens.flatMap((token) => {
    if (token.kind === 'option' && !(token.name in FLAGS)) return [token.rawName];
    return token.kind === 'positional' ? [token.value] : [];
  });
  if (unknown.length > 0) throw new StepError(`Unknown flag: ${unknown.join(', ')}\n\n${HELP}`);
  const values = strictly(args);
  const roles = values.roles.split(',').flatMap((role) => role.trim() || []);
  const strange = roles.filter((role) => !ROLES.includes(role));
  if (strange.length > 0 || roles.length === 0) {
    const not = strange.length > 0 ? `, not ${strange.join(', ')}` : '';
    throw new StepError(`--roles takes ${ROLES.join(', ')} separated by commas${not}`);
  }
  return { ...values, roles };
}

function strictly(args) {
  try {
    return /** @type {{ roles: string, port?: string, replay?: string, speed?: string, json: boolean, help: boolean }} */ (
      /** @type {unknown} */ (parseArgs({ args, options: FLAGS }).values)
    );
  } catch (error) {
    throw new StepError(`${error.message}\n\n${HELP}`);
  }
}

async function checkPort(port, host) {
  const code = await new Promise((resolve) => {
    const probe = createServer();
    probe.on('error', (error) => resolve(/** @type {any} */ (error).code));
    probe.listen(port, host, () => probe.close(() => resolve(undefined)));
  });
  if (code === 'EADDRINUSE') {
    throw new StepError(
      `Port ${port} is taken by another program (perhaps mvcashnode is running already).\n` +
        `Stop that program, or choose another port: npm start -- --port ${port + 1}`,
    );
  }
  if (code === 'EACCES')
    throw new StepError(`Port ${port} may not be used by this user. Choose one above 1023: npm start -- --port 4000`);
}

/** The recording's full path. npm starts us in the project's folder; INIT_CWD is where the user was. */
function recording(file) {
  const full = path.resolve(process.env.INIT_CWD ?? process.cwd(), file);
  try {
    accessSync(full, constants.R_OK);
  } catch {
    throw new StepError(`--replay: there is no readable file ${full}`);
  }
  return full;
}

function settings(flags) {
  const env = { ...process.env };
  if (flags.port !== undefined) env.PORT = flags.port;
  env.PORT ||= '4000';
  env.BACKUP_DIR ||= path.join(DATA_DIR, 'backups');
  if (flags.replay !== undefined) Object.assign(env, { PRICE_FEED: 'replay', REPLAY_FILE: recording(flags.replay) });
  if (flags.speed !== undefined) {
    if (env.PRICE_FEED !== 'replay')
      throw new StepError('--speed is the speed of a recording: it needs --replay file.csv');
    env.REPLAY_SPEED = flags.speed;
  }
  if (env.NODE_ENV === 'production') return env;
  const generated = generatedSecrets(DATA_DIR);
  env.SECRET_KEYS ||= generated.SECRET_KEYS;
  env.DEMO_PASSWORD ||= generated.DEMO_PASSWORD;
  return env;
}

/** Resolves with the message of the program when it is ready, or with undefined if it ends before. */
const ready = (child) =>
  new Promise((resolve) => {
    child.on('message', (message) => {
      if (message?.type === 'ready') resolve(message);
    });
    child.on('exit', () => resolve(undefined));
  });

/** A demo alert in TradingView's format. It has a time, so that sending the same line again counts as a repeat. */
function curlLine(webhookUrl) {
  const body = JSON.stringify({
    ticker: 'BTCUSDT',
    action: 'buy',
    time: new Date().toISOString().replace(/\.\d+Z$/, 'Z'),
  });
  return `curl -X POST '${webhookUrl}' -H 'content-type: application/json' -d '${body}'`;
}

/** The ready message, with the generated passwords that were printed at an earlier start. */
function withPasswords(message, { NODE_ENV, DATABASE_URL }) {
  const { email, adminEmail, password, adminPassword } = message;
  if (!email || NODE_ENV === 'production') return message;
  // A private database is the same one on any port; a given one is identified by its address.
  const database = process.env.DATABASE_URL ? DATABASE_URL.replace(/\/\/[^@/]*@/, '//') : 'private';
  const isChosen = Boolean(process.env.DEMO_PASSWORD);
  const said = { ...(!isChosen && { [email]: password }), ...(adminEmail && { [adminEmail]: adminPassword }) };
  const known = rememberPasswords(DATA_DIR, database, said);
  return {
    ...message,
    password: isChosen ? process.env.DEMO_PASSWORD : known[email],
    adminPassword: adminEmail && known[adminEmail],
    // The server reports a password only when it has just set it.
    mayHaveChanged: password === undefined,
  };
}

function tellReady(message, urls, { json }) {
  const { url, email, password, adminEmail, adminPassword, webhookUrl, graphqlUrl, setupUrl, mayHaveChanged } = message;
  if (json) {
    const facts = { url, email, password, adminEmail, adminPassword, webhookUrl, graphqlUrl, setupUrl, ...urls };
    process.stdout.write(`${JSON.stringify(facts)}\n`);
    return;
  }
  const signIn = (who, secret) =>
    `${who}${secret ? `   password  ${secret}${mayHaveChanged ? dim('  (unless changed since)') : ''}` : ''}`;
  const lines = ['', green('mvcashnode is running'), ''];
  if (url) lines.push(`  page      ${url}`);
  if (setupUrl) lines.push(`  set up    ${setupUrl}`);
  if (email) lines.push(`  sign in   ${signIn(email, password)}`);
  if (adminEmail) lines.push(`  admin     ${signIn(adminEmail, adminPassword)}`);
  if (graphqlUrl) lines.push(`  GraphQL   ${graphqlUrl}`);
  if (webhookUrl) lines.push('', '  Send a signal and watch a position open:', '', `  ${curlLine(webhookUrl)}`);
  lines.push('', dim('  Ctrl-C stops it.'), '');
  process.stdout.write(`${lines.join('\n')}\n`);
}

async function main() {
  const flags = readFlags(process.argv.slice(2));
  if (flags.help) {
    process.stdout.write(`${HELP}\n`);
    return 0;
  }
  checkNode();
  readDotEnv();
  const stop = stopSignal();
  stop.addEventListener('abort', () => logLine('\nStopping'), { once: true });
  const env = settings(flags);
  const port = Number(env.PORT);
  if (flags.roles.includes('api') && Number.isInteger(port) && port > 0 && port < 65_536)
    await checkPort(port, env.HOST || '127.0.0.1');

  return serve(flags, env, stop).catch((error) => {
    if (!stop.aborted) throw error;
    return 0;
  });
}

/** Starts the services while packages are installed and built, and then runs the program until it ends. */
async function serve(flags, env, stop) {
  const preparing = prepare();
  preparing.catch(() => {});
  const services = await startServices({
    dir: DATA_DIR,
    databaseUrl: env.DATABASE_URL,
    redisUrl: env.REDIS_URL,
    log: logLine,
    signal: stop,
  });
  try {
    const stopped = new Promise((_, reject) =>
      stop.addEventListener('abort', () => reject(stop.reason), { once: true }),
    );
    await Promise.race([preparing, stopped]);
    stop.throwIfAborted();
    return await runProgram(flags, { ...env, DATABASE_URL: services.databaseUrl, REDIS_URL: services.redisUrl }, stop);
  } finally {
    await services.stop();
  }
}

async function prepare() {
  await installPackages(logLine);
  await generateClient(logLine);
  await Promise.all([buildServer(logLine), buildWeb(logLine)]);
}

async function runProgram(flags, env, stop) {
  const child = spawn(
    process.execPath,
    [
      '--enable-source-maps',
      // A process that places no orders creates little garbage: a small young generation keeps it under 200 MB when idle.
      ...(flags.roles.includes('executor') ? [] : ['--max-semi-space-size=4']),
      'server/dist/main.js',
      '--roles',
      flags.roles.join(','),
    ],
    {
      cwd: ROOT,
      env,
      // A separate session: Ctrl-C on the terminal reaches only us, and we stop the program in order. If we are killed,
      // it notices the closed channel.
      detached: true,
      stdio: ['ignore', flags.json ? 2 : 'inherit', 'inherit', 'ipc'],
    },
  );
  const ended = childEnd(child, stop);
  const message = await ready(child);
  if (message)
    tellReady(withPasswords(message, env), { databaseUrl: env.DATABASE_URL, redisUrl: env.REDIS_URL }, flags);
  return ended;
}

main().then(
  (code) => process.exit(code),
  (error) => {
    tellFault(error, logLine);
    process.exit(1);
  },
);
