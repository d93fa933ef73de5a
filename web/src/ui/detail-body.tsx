import type { ReactNode } from 'react';
import { ErrorPanel } from './error-panel';

/**
 * The part of a detail page below its header: the body when it is loaded, a skeleton of the same size while it loads, and
 * an error above what is already loaded.
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
  /** Empty until it is loaded. */
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
