/** An array grows to this multiple of the needed size. It is small, because memory is counted per position. */
const GROWTH = 1.2;

export const grownLength = (needed: number): number => Math.ceil(needed * GROWTH) + 16;

/** A copy of `array` with at least `needed` places; the new places hold `empty`. */
export function grown<T extends Int32Array | Float64Array>(array: T, needed: number, empty = 0): T {
  if (needed <= array.length) return array;
  const Typed = array.constructor as new (length: number) => T;
  const longer = new Typed(grownLength(needed));
  longer.set(array);
  if (empty !== 0) longer.fill(empty, array.length);
  return longer;
}

/**
 * A heap of small whole numbers (slots) by key, the lowest key on top. Each slot is in it at most once. 16 bytes per
 * slot, nothing while unused. Use negative keys to have the highest on top.
 */
export class ThresholdHeap {
  private heap = new Int32Array(0);
  private keys = new Float64Array(0);
  /** Place in the heap + 1; 0 = not in the heap. */
  private places = new Int32Array(0);
  private size = 0;

  set(slot: number, key: number): void {
    this.places = grown(this.places, slot + 1);
    this.keys = grown(this.keys, slot + 1);
    let place = (this.places[slot] as number) - 1;
    if (place < 0) {
      place = this.size++;
      this.heap = grown(this.heap, this.size);
    }
    this.keys[slot] = key;
    this.settle(place, slot);
  }

  delete(slot: number): void {
    const place = this.placeOf(slot);
    if (place < 0) return;
    this.places[slot] = 0;
    const last = this.heap[--this.size] as number;
    if (last !== slot) this.settle(place, last);
  }

  keyOf(slot: number): number | undefined {
    return this.placeOf(slot) < 0 ? undefined : this.keys[slot];
  }

  /** The lowest key; infinity when empty. */
  lowest(): number {
    return this.size === 0 ? Number.POSITIVE_INFINITY : (this.keys[this.heap[0] as number] as number);
  }

  /** Adds every slot whose key is at most `limit` to `into`. The work is proportional to the number of slots found. */
  collect(limit: number, into: Set<number>): void {
    if (this.lowest() > limit) return;
    const stack = [0];
    for (let place = stack.pop(); place !== undefined; place = stack.pop()) {
      const slot = this.heap[place] as number;
      if ((this.keys[slot] as number) > limit) continue;
      into.add(slot);
      if (2 * place + 1 < this.size) stack.push(2 * place + 1);
      if (2 * place + 2 < this.size) stack.push(2 * place + 2);
    }
  }

  private placeOf(slot: number): number {
    return slot < this.places.length ? (this.places[slot] as number) - 1 : -1;
  }

  /** Moves `slot` to its place, starting from the free place. */
  private settle(place: number, slot: number): void {
    const key = this.keys[slot] as number;
    let at = place;
    while (at > 0) {
      const above = (at - 1) >> 1;
      const other = this.heap[above] as number;
      if ((this.keys[other] as number) <= key) break;
      this.put(at, other);
      at = above;
    }
    if (at === place) {
      for (;;) {
        let below = 2 * at + 1;
        if (below >= this.size) break;
        if (below + 1 < this.size && this.keyAt(below + 1) < this.keyAt(below)) below++;
        if (this.keyAt(below) >= key) break;
        this.put(at, this.heap[below] as number);
        at = below;
      }
    }
    this.put(at, slot);
  }

  private keyAt(place: number): number {
    return this.keys[this.heap[place] as number] as number;
  }

  private put(place: number, slot: number): void {
    this.heap[place] = slot;
    this.places[slot] = place + 1;
  }
}
