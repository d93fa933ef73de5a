/** An operation with the types of its answer (`D`) and its variables (`V`). */
export interface Operation<D, V> {
  name: string;
  text: string;
  /** Only carries the types; it never has a value. */
  readonly types?: { data: D; variables: V };
}
