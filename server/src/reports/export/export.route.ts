import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { priceOf } from '../../accounts/price-of.js';
import { BAD_TOKEN, type Identity, type Viewer } from '../../auth/auth.js';
import { decideAccess } from '../../core/access/decide-access.js';
import type { TradeMode } from '../../core/domain.js';
import { callerOf } from '../../graphql/access.js';
import { writeAudit } from '../../graphql/audit.js';
import type { ApiServices, RequestFacts } from '../../graphql/context.js';
import { reportScope, type ReportFilter } from '../report-scope.js';
import { EXPORT_LISTS } from './export-lists.store.js';
import { EXPORT_REPORTS, exportReport } from './export-reports.js';
import { exportRows, readCursor, whileRead, type ExportCursor, type ExportFormat } from './export-rows.js';

type ExportRequest = FastifyRequest<{ Params: { list: string }; Querystring: Record<string, unknown> }>;

/** Exports that run at once: more would only share the same database. */
const RUNNING_MAX = 4;
const RETRY_AFTER_SEC = 10;
const STALLED_MS = 60_000;
const TYPES = { csv: 'text/csv; charset=utf-8', jsonl: 'application/x-ndjson; charset=utf-8' };
const TEXT_MAX = 100;

interface Asked {
  filter: ReportFilter;
  format: ExportFormat;
  status: string | null;
  after: ExportCursor | undefined;
}
type Fault = { status: number; code: string; message: string };
const bad = (message: string): Fault => ({ status: 400, code: 'BAD_USER_INPUT', message });

const NAMES = ['format', 'tradeMode', 'accountId', 'sourceId', 'symbol', 'status', 'from', 'to', 'timeZone', 'after'];

/** Reads the query of the address. An unknown name is refused: a filter that is not applied would export too much. */
function readQuery(query: Record<string, unknown>): Asked | Fault {
  const unknown = Object.keys(query).find((name) => !NAMES.includes(name));
  if (unknown !== undefined) return bad(`Only these filters exist: ${NAMES.join(', ')}.`);
  const values = new Map<string, string>();
  for (const [name, value] of Object.entries(query)) {
    if (typeof value !== 'string' || value.length > TEXT_MAX)
      return bad(`${name} must be given once, as a short text.`);
    if (value !== '') values.set(name, value);
  }
  const format = values.get('format') ?? 'csv';
  if (format !== 'csv' && format !== 'jsonl') return bad('format is csv or jsonl.');
  const tradeMode = values.get('tradeMode');
  if (tradeMode !== 'REAL' && tradeMode !== 'SIMULATION') return bad('tradeMode is REAL or SIMULATION.');
  for (const name of ['accountId', 'sourceId']) {
    if (!/^\d{1,10}$/.test(values.get(name) ?? '0')) return bad(`${name} is the id of one of yours.`);
  }
  const id = (name: string) => (values.has(name) ? Number(values.get(name)) : null);
  const [from, to] = [dateOf(values.get('from')), dateOf(values.get('to'))];
  if (from === undefined || to === undefined) return bad('from and to are ISO 8601 times with a zone.');
  const after = values.has('after') ? readCursor(values.get('after') ?? '') : undefined;
  if (values.has('after') && !after) return bad('after is the cursor of a row of this export.');
  const named = { accountId: id('accountId'), sourceId: id('sourceId'), symbol: values.get('symbol') ?? null };
  const filter = { ...named, tradeMode: tradeMode as TradeMode, from, to, timeZone: values.get('timeZone') ?? 'UTC' };
  return { filter, format, status: values.get('status') ?? null, after };
}

/** null = not given, undefined = not a time. */
function dateOf(text: string | undefined): Date | null | undefined {
  if (text === undefined) return null;
  const isInstant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,3})?(Z|[+-]\d{2}:\d{2})$/.test(text);
  const at = new Date(text);
  return isInstant && !Number.isNaN(at.getTime()) ? at : undefined;
}

/** Who may export: a session or an API token, as for the queries of GraphQL. */
function readerOf(identity: Identity): Viewer | Fault {
  const unknown = (message: string): Fault => ({ status: 401, code: 'UNAUTHENTICATED', message });
  if (identity.kind === 'refused') return unknown(BAD_TOKEN);
  const { viewer } = identity;
  if (!viewer) return unknown('Sign in first.');
  const { kind } = decideAccess({ rule: 'user', scope: 'read' }, callerOf(viewer));
  if (kind === 'allowed') return viewer;
  return kind === 'password-change'
    ? { status: 403, code: 'PASSWORD_CHANGE_REQUIRED', message: 'Change your password first.' }
    : { status: 403, code: 'FORBIDDEN', message: 'This API token may not read.' };
}

/**
 * Exports of every list and report: `GET /export/<list>?format=csv|jsonl&tradeMode=...`. The session is the one of
 * GraphQL, and everything is read through the ids of its owner. The answer is streamed. If it cannot be finished, the
 * connection is cut without the end of the last chunk, so that no client takes a part for the whole; `after` continues.
 */
export function exportRoute(services: ApiServices, factsOf: (request: FastifyRequest) => RequestFacts) {
  const running = new Set<number>();
  const refuse = (request: FastifyRequest, reply: FastifyReply, { status, code, message }: Fault) =>
    reply.code(status).send({ error: { code, message, requestId: request.id } });

  async function answer(request: ExportRequest, reply: FastifyReply): Promise<unknown> {
    void reply.header('cache-control', 'no-store');
    const caller = factsOf(request);
    const { cookie, authorization } = request.headers;
    const identity = await services.auth.identify({ cookie, authorization, ip: caller.ip });
    if (identity.kind === 'known' && identity.cookie) void reply.header('set-cookie', identity.cookie);
    const viewer = readerOf(identity);
    if ('status' in viewer) return refuse(request, reply, viewer);
    const { list: name } = request.params;
    const [list, report] = [own(EXPORT_LISTS, name), own(EXPORT_REPORTS, name)];
    if (!list && !report)
      return refuse(request, reply, { status: 404, code: 'NOT_FOUND', message: 'There is no such list.' });
    const asked = readQuery(request.query);
    if ('code' in asked) return refuse(request, reply, asked);
    const { app } = services;
    const found = await reportScope(app, viewer.userId, asked.filter);
    if (!found.ok) {
      const isMissing = found.code.endsWith('_NOT_FOUND');
      return refuse(
        request,
        reply,
        isMissing ? { status: 404, code: 'NOT_FOUND', message: found.message } : bad(found.message),
      );
    }
    if (running.has(viewer.userId) || running.size >= RUNNING_MAX) {
      const message = 'Another export is running; try again when it has ended.';
      void reply.header('retry-after', String(RETRY_AFTER_SEC));
      return refuse(request, reply, { status: 429, code: 'RATE_LIMITED', message });
    }
    running.add(viewer.userId);
    const { format } = asked;
    const facts = { app, viewer, request: caller };
    await writeAudit(facts, { action: 'export', entity: name, entityId: null, changes: request.query });
    const { scope } = found;
    const rows = list
      ? exportRows(app.db, list, { ...asked, scope })
      : exportReport(app.db, report as NonNullable<typeof report>, {
          scope,
          format,
          pricesOf: (venue) => priceOf({ app }, venue),
        });
    const onStall = () => void request.raw.socket.destroy();
    const read = whileRead(rows, { stalledMs: STALLED_MS, onStall });
    const stream = Readable.from(read, { objectMode: false, highWaterMark: 64 * 1024 });
    stream.once('close', () => running.delete(viewer.userId));
    stream.once('error', (err) =>
      app.log.error({ err, requestId: request.id, list: name }, 'an export could not be finished'),
    );
    return reply
      .header('content-type', TYPES[format])
      .header('content-disposition', `attachment; filename="${name}.${format}"`)
      .send(stream);
  }

  return async (fastify: FastifyInstance): Promise<void> => {
    fastify.get('/export/:list', { logLevel: 'silent' }, answer);
  };
}

const own = <T>(lists: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(lists, name) ? lists[name] : undefined;
