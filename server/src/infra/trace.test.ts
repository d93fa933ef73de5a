import { expect, it } from 'vitest';
import { readTraceparent } from '../core/operations/trace-context.js';
import { beginStep } from './trace.js';

const CALLER = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

it('continues the trace of the caller with a step of its own', () => {
  const step = beginStep('signal', CALLER);
  expect(step.traceId).toBe('0af7651916cd43dd8448eb211c80319c');
  const here = readTraceparent(step.traceparent);
  expect(here).toMatchObject({ traceId: step.traceId, isSampled: true });
  expect(here?.spanId).not.toBe('b7ad6b7169203331');
  step.end();
});

it('begins a trace without a caller, or with one that sends nonsense', () => {
  const ids = [undefined, 'nonsense', CALLER.replace('00-', 'ff-')].map((header) => beginStep('signal', header));
  for (const { traceId, traceparent } of ids) expect(readTraceparent(traceparent)?.traceId).toBe(traceId);
  expect(new Set(ids.map(({ traceId }) => traceId)).size).toBe(3);
});
