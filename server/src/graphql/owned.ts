/**
 * The row that a foreign key of an owned row points to. It must exist and have the same owner; otherwise the data is
 * broken.
 */
export function mustBe<T>(row: T | null): T {
  if (row === null) throw new Error('a row that an owned row points at is missing');
  return row;
}
