import { randomBytes } from 'node:crypto';
import { isSpanContextValid, ROOT_CONTEXT, SpanStatusCode, trace, TraceFlags, type Span } from '@opentelemetry/api';
import { formatTraceparent, readTraceparent, type TraceContext } from '../core/operations/trace-context.js';

/** One step of a trace. */
export interface Step {
  traceId: string;
  /** The headers with which other programs continue the trace. */
  traceparent: string;
  set(attributes: Record<string, string | number | boolean>): void;
  end(error?: unknown): void;
}

const tracer = trace.getTracer('mvcashnode');

/**
 * Begins a step of the caller's trace, or of a new one. Without an SDK of OpenTelemetry in the process this costs an id
 * and exports nothing; an operator loads one with NODE_OPTIONS (docs/DEPLOYMENT.md), and then the steps are exported.
 */
export function beginStep(name: string, traceparent?: unknown): Step {
  const parent = readTraceparent(traceparent);
  const span = tracer.startSpan(name, {}, parent ? remote(parent) : ROOT_CONTEXT);
  const here = contextOf(span, parent);
  return {
    traceId: here.traceId,
    traceparent: formatTraceparent(here),
    set: (attributes) => void span.setAttributes(attributes),
    end(error) {
      if (error !== undefined) span.setStatus({ code: SpanStatusCode.ERROR });
      span.end();
    },
  };
}

const remote = ({ traceId, spanId, isSampled }: TraceContext) =>
  trace.setSpanContext(ROOT_CONTEXT, {
    ...{ traceId, spanId, isRemote: true },
    traceFlags: isSampled ? TraceFlags.SAMPLED : TraceFlags.NONE,
  });

/** Without an SDK the span has no ids of its own, so a step of ours is made up. */
function contextOf(span: Span, parent: TraceContext | undefined): TraceContext {
  const { traceId, spanId, traceFlags } = span.spanContext();
  const isOwn = isSpanContextValid(span.spanContext()) && spanId !== parent?.spanId;
  if (isOwn) return { traceId, spanId, isSampled: (traceFlags & TraceFlags.SAMPLED) === TraceFlags.SAMPLED };
  return {
    traceId: parent?.traceId ?? randomBytes(16).toString('hex'),
    spanId: randomBytes(8).toString('hex'),
    isSampled: parent?.isSampled ?? false,
  };
}
