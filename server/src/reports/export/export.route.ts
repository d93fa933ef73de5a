import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { priceOf } from '../../accounts/price-of.js';
import { BAD_TOKEN, type Identity, type Viewer } from '../../auth/auth.js';
import { decideAccess } from '../../core/access/decide-access.js';
import { callerOf } from '../../graphql/access.js';
import { writeAudit } from '../../graphql/audit.js';
import type { ApiServices, RequestFacts } from '../../graphql/context.js';
import { reportScope } from '../report-scope.js';
import { whileRead } from './export-rows.js';
import { bad, exportOf, readExportQuery, type Fault } from './export-request.js';

type ExportRequest = FastifyRequest<{ Params: { list: string }; Querystring: Record<string, unknown> }>;

/** Exports that run at once: more would only share the same database. */
const RUNNING_MAX = 4;
const RETRY_AFTER_SEC = 10;
const STALLED_MS = 60_000;
const TYPES = { csv: 'text/csv; charset=utf-8', jsonl: 'application/x-ndjson; charset=utf-8' };

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
    const source = exportOf(name);
    if (!source) return refuse(request, reply, { status: 404, code: 'NOT_FOUND', message: 'There is no such list.' });
    const asked = readExportQuery(request.query);
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
    const rows = source(app.db, { ...asked, scope: found.scope, pricesOf: (venue) => priceOf({ app }, venue) });
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
