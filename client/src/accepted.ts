/** What a trading rule refused. `reason` is a ReasonCode of docs/api/errors.md. */
export class RefusedError extends Error {
  constructor(
    readonly reason: string,
    message: string,
  ) {
    super(message);
    this.name = 'RefusedError';
  }
}

/** The answer of an operation that trades; throws a RefusedError when it is `Refused`. */
export function accepted<T extends { __typename: string }>(answer: T): Exclude<T, { __typename: 'Refused' }> {
  const { __typename: kind, ...rest } = answer;
  if (kind === 'Refused') {
    const { reason, message } = rest as unknown as { reason: string; message: string };
    throw new RefusedError(reason, message);
  }
  return answer as Exclude<T, { __typename: 'Refused' }>;
}
