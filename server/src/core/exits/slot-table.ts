import { grownLength } from './threshold-heap.js';

/**
 * Finds the slot of an id: open addressing over one array, at most two thirds full. An entry takes about 7 bytes; in a
 * Map it takes 40. The caller's array holds the ids.
 */
export class SlotTable {
  /** Slot + 1; 0 = empty. */
  private cells = new Int32Array(16);
  private count = 0;

  constructor(private readonly idOf: (slot: number) => number) {}

  get size(): number {
    return this.count;
  }

  find(id: number): number | undefined {
    const cell = this.cells[this.cellOf(id)] as number;
    return cell === 0 ? undefined : cell - 1;
  }

  /** The id must not be in the table yet. */
  add(id: number, slot: number): void {
    if ((this.count + 1) * 3 > this.cells.length * 2) this.grow();
    this.cells[this.cellOf(id)] = slot + 1;
    this.count++;
  }

  delete(id: number): void {
    let hole = this.cellOf(id);
    if (this.cells[hole] === 0) return;
    this.count--;
    this.cells[hole] = 0;
    // Entries behind the hole that a search would no longer reach move up.
    for (let at = this.next(hole); this.cells[at] !== 0; at = this.next(at)) {
      const cell = this.cells[at] as number;
      const home = this.homeOf(this.idOf(cell - 1));
      const isBetween = hole <= at ? home > hole && home <= at : home > hole || home <= at;
      if (isBetween) continue;
      this.cells[hole] = cell;
      this.cells[at] = 0;
      hole = at;
    }
  }

  /** Every slot in the table. */
  *slots(): Generator<number> {
    for (const cell of this.cells) if (cell !== 0) yield cell - 1;
  }

  private grow(): void {
    const before = this.cells;
    this.cells = new Int32Array(grownLength((this.count + 1) * 1.5));
    for (const cell of before) if (cell !== 0) this.cells[this.cellOf(this.idOf(cell - 1))] = cell;
  }

  /** The cell of the id, or the empty cell where it belongs. */
  private cellOf(id: number): number {
    let at = this.homeOf(id);
    for (let cell = this.cells[at]; cell !== 0; cell = this.cells[at]) {
      if (this.idOf((cell as number) - 1) === id) return at;
      at = this.next(at);
    }
    return at;
  }

  /** Knuth's multiplicative hash spreads consecutive ids. */
  private homeOf(id: number): number {
    return (Math.imul(id, 0x9e3779b1) >>> 0) % this.cells.length;
  }

  private next(at: number): number {
    return at + 1 === this.cells.length ? 0 : at + 1;
  }
}
