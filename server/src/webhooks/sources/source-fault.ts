import { apiError, badInput, refusalError } from '../../graphql/errors.js';
import type { SourceOutcome } from './source-settings.js';

/** The value of an outcome; its fault as the error it is. */
export function valueOf<T>(outcome: SourceOutcome<T>): T {
  if (outcome.ok) return outcome.value;
  const { fault } = outcome;
  if (fault.code === 'NOT_FOUND') throw apiError('NOT_FOUND', fault.message);
  if (fault.code === 'INVALID') throw badInput({ path: fault.field, message: fault.message });
  throw refusalError(fault);
}
