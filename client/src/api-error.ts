/** One entry of `errors`, as the server answers it. */
export interface AnsweredError {
  message: string;
  path?: readonly (string | number)[];
  extensions?: { code?: string; reason?: string; requestId?: string; retryAfterMs?: number };
}

/**
 * An operation that failed. `code` is the first error's `extensions.code` (docs/api/errors.md says what to do about each),
 * or NETWORK when there was no answer of GraphQL.
 */
export class ApiError extends Error {
  readonly code: string;
  readonly reason: string | undefined;
  readonly requestId: string | undefined;
  readonly retryAfterMs: number | undefined;
  readonly errors: readonly AnsweredError[];

  constructor(errors: readonly AnsweredError[], options?: ErrorOptions) {
    super(errors.map(({ message }) => message).join('\n') || 'The operation failed.', options);
    const [{ extensions = {} } = {} as AnsweredError] = errors;
    this.name = 'ApiError';
    this.code = extensions.code ?? 'NETWORK';
    this.reason = extensions.reason;
    this.requestId = extensions.requestId;
    this.retryAfterMs = extensions.retryAfterMs;
    this.errors = errors;
  }

  /** Whether no retry helps because there is no valid session or token. */
  get isUnauthorized(): boolean {
    return this.code === 'UNAUTHENTICATED' || this.code === 'PASSWORD_CHANGE_REQUIRED';
  }
}

/** A failure before GraphQL answered: no connection, or an answer of something in front of it. */
export const networkError = (message: string, cause?: unknown): ApiError =>
  new ApiError([{ message, extensions: { code: 'NETWORK' } }], { cause });
