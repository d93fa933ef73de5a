/** What a foreign key of an owned row points at: it is there and has the same owner, or the data is broken. */
export function mustBe<T>(row: T | null): T {
  if (row === null) throw new Error('a row that an owned row points at is missing');
  return row;
}
