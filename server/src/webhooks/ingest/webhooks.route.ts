import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Context } from '../../context.js';
import { count, observeMs } from '../../infra/metrics/metrics.js';
import { beginStep, type Step } from '../../infra/trace.js';
import type { LiveNotifier } from '../../ports.js';
import { BODY_LIMIT_BYTES, ingestSignal, type IngestAnswer } from './ingest-signal.js';
import { clientAddress } from './ip-rules.js';
import type { DryRunner } from '../dry-runs/create-dry-runner.js';
import { openApi } from './open-api.js';
import { readBody } from './read-body.js';
import { readReceipt } from './read-receipt.js';
import { createRefusalFlood } from './refusal-flood.js';
import { createSourceLimits } from './source-limits.js';
import { HTTP_ERRORS, type ErrorAnswer, type HttpErrorCode } from './webhook-answers.js';

export interface WebhookRouteOptions {
  /** The time limit for receiving the body: below that of the server, so that a receipt can say what was wrong. */
  bodyTimeoutMs?: number;
  /** Senders wait for 3 s (TradingView), so the answer is sent before that, even when the outcome is not certain. */
  answerWithinMs?: number;
  /** Decides signals of sources that run dry; without it, the sweep of an executor does. */
  dryRuns?: DryRunner;
}

type RouteContext = Pick<Context, 'env' | 'db' | 'clock' | 'secrets' | 'log' | 'trades' | 'redis' | 'markets'> & {
  live: LiveNotifier;
};
type CodeRequest = FastifyRequest<{ Params: { code: string } }>;
type ReceiptRequest = FastifyRequest<{ Params: { code: string; receipt: string } }>;

const DRAIN_BYTES = 32 * 1024 * 1024;

/** The REST routes: the ingest of signals, their receipts, and the OpenAPI document of both. */
export async function webhooksRoutes(
  app: FastifyInstance,
  ctx: RouteContext,
  options: WebhookRouteOptions = {},
): Promise<void> {
  const { bodyTimeoutMs = 9_000, answerWithinMs = 2_800, dryRuns } = options;
  const flood = createRefusalFlood(ctx);
  app.addHook('onClose', () => Promise.all([flood.stop(), dryRuns?.stop()]));
  const ingest = { ...ctx, limits: createSourceLimits(ctx), flood, dryRuns };
  const document = openApi(ctx.env.PUBLIC_URL);

  // A separate scope: here every body stays bytes, whatever its content type is.
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
    // Fastify would refuse a malformed content type before a receipt could be stored.
    scope.addHook('onRequest', async (request) => {
      delete request.raw.headers['content-type'];
    });
    // URLs contain the webhook's code, so these routes stay out of the request log.
    const unlogged = { logLevel: 'silent' } as const;

    scope.post('/webhooks/:code', unlogged, async (request: CodeRequest, reply) => {
      const receivedAtMs = ctx.clock.now();
      const body = await readBody(request.raw, {
        limitBytes: BODY_LIMIT_BYTES,
        timeoutMs: bodyTimeoutMs,
        drainBytes: DRAIN_BYTES,
      });
      if (body.kind !== 'whole') void reply.header('connection', 'close');
      const { headers } = request.raw;
      const ip = clientAddress(request.raw.socket.remoteAddress, headers['x-forwarded-for'], ctx.env.TRUSTED_PROXIES);
      const step = beginStep('signal', headers.traceparent);
      void reply.header('traceresponse', step.traceparent);
      const log = ctx.log.child({ requestId: request.id, traceId: step.traceId });
      const work = ingestSignal({ ...ingest, log }, { code: request.params.code, headers, ip, body, receivedAtMs });
      follow(step, work, log);
      return sendIngest({ log }, reply, work, answerWithinMs);
    });

    scope.get('/webhooks/:code/receipts/:receipt', unlogged, async (request: ReceiptRequest, reply) => {
      try {
        const found = await readReceipt(ctx, request.params);
        return found
          ? await reply.header('cache-control', 'no-store').send(found)
          : await sendError(reply, 404, 'RECEIPT_NOT_FOUND');
      } catch (error) {
        ctx.log.error({ err: error }, 'a receipt could not be read');
        return sendError(
          reply.header('retry-after', '5'),
          503,
          'SERVICE_UNAVAILABLE',
          'The receipt could not be read now. Try again.',
        );
      }
    });

    scope.route({
      method: ['GET', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'],
      url: '/webhooks/:code',
      ...unlogged,
      handler: (_request, reply) => sendError(reply.header('allow', 'POST'), 405, 'METHOD_NOT_ALLOWED'),
    });
  });

  app.get('/openapi.json', (_request, reply) => reply.send(document));
}

/** Ends the step of a signal with its answer. */
function follow(step: Step, work: Promise<IngestAnswer>, log: Pick<RouteContext['log'], 'debug'>): void {
  work.then(
    ({ httpStatus, body: answer }) => {
      step.set({ 'http.response.status_code': httpStatus });
      if ('event_uid' in answer) {
        const { event_uid: eventUid, receipt, duplicate } = answer;
        step.set({ 'mvcashnode.event_uid': eventUid });
        log.debug({ eventUid, receipt, duplicate }, 'signal accepted');
      }
      step.end();
    },
    (error: unknown) => step.end(error),
  );
}

/**
 * Answers with the result of the signal, or with 503 when the database did not confirm it in time. It never answers 2xx
 * before the rows are stored.
 */
async function sendIngest(
  { log }: Pick<RouteContext, 'log'>,
  reply: FastifyReply,
  work: Promise<IngestAnswer>,
  answerWithinMs: number,
): Promise<FastifyReply> {
  const since = performance.now();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), answerWithinMs);
  });
  try {
    const answer = await Promise.race([work, late]);
    if (answer === 'late') {
      count('signals_total', { outcome: 'failed' });
      log.error({ answerWithinMs }, 'a signal was not stored in time');
      work.catch((error: unknown) => log.error({ err: error }, 'a signal could not be stored'));
      return await sendError(reply.header('retry-after', '5'), 503, 'SERVICE_UNAVAILABLE');
    }
    countAnswer(answer);
    if (answer.retryAfterSec !== undefined) void reply.header('retry-after', String(answer.retryAfterSec));
    return await reply.code(answer.httpStatus).send(answer.body);
  } catch (error) {
    count('signals_total', { outcome: 'failed' });
    log.error({ err: error }, 'a signal could not be stored');
    return await sendError(reply.header('retry-after', '5'), 503, 'SERVICE_UNAVAILABLE');
  } finally {
    observeMs('signal_answer_seconds', performance.now() - since);
    clearTimeout(timer);
  }
}

function countAnswer({ body }: IngestAnswer): void {
  if ('error' in body) {
    count('signals_total', { outcome: 'refused' });
    count('signals_refused_total', { reason: body.error.code });
  } else count('signals_total', { outcome: body.duplicate ? 'repeat' : 'accepted' });
}

function sendError(
  reply: FastifyReply,
  status: number,
  code: HttpErrorCode,
  message: string = HTTP_ERRORS[code],
): FastifyReply {
  const answer: ErrorAnswer = { error: { code, message } };
  return reply.code(status).send(answer);
}
