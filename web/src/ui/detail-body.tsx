import type { ReactNode } from 'react';
import { ErrorPanel } from './error-panel';

/**
 * What a detail page shows below its header: the body once it is there, a skeleton of its size while it is asked for, and
 * an error above whatever is known.
 */
export function DetailBody({
  error,
  onRetry,
  skeleton,
  children,
}: {
  error: { message: string } | undefined;
  onRetry: () => void;
  skeleton: ReactNode;
  /** Nothing as long as it is not loaded. */
  children: ReactNode;
}) {
  return (
    <>
      {error && (
        <div className="mb-4">
          <ErrorPanel error={error} onRetry={onRetry} />
        </div>
      )}
      {children ?? (!error && skeleton)}
    </>
  );
}
