import { comparePrices, SAFETY, type ExactPrice } from '../price/exact-price.js';
import { grown, ThresholdHeap } from './threshold-heap.js';

const NONE = -1;
const WHOLE = 10_000;

/** Positions whose trailing stop follows the same highest price. */
interface Group {
  max: ExactPrice;
  /** The slot with the smallest distance, which has the highest stop: the root of a pairing heap. */
  root: number;
  /** The number of slots with this group's number and of groups merged into it. */
  references: number;
  /** The number of the group it was merged into. */
  mergedInto: number;
}

/**
 * The armed trailing stops of one symbol. All that were armed before a new high share it, so they form one group, and a
 * new high merges groups and touches no positions. Within a group, the smallest distance has the highest stop: a
 * pairing heap by distance (Fredman et al. 1986), linked through arrays of slots. 16 bytes per slot.
 */
export class TrailingGroups {
  private child = new Int32Array(0);
  private sibling = new Int32Array(0);
  /** The parent of a first child, else the previous sibling. */
  private before = new Int32Array(0);
  /** The number of the group when the slot was added; NONE = not armed. */
  private label = new Int32Array(0);
  private readonly groups: (Group | undefined)[] = [];
  private readonly free: number[] = [];
  /** Active groups, highest maximum first. */
  private readonly order: number[] = [];
  /** Active groups by their highest stop, negated. */
  private readonly stops = new ThresholdHeap();

  /** `distanceOf` returns the distance of a slot in basis points. It must not change while the slot is in here. */
  constructor(private readonly distanceOf: (slot: number) => number) {}

  add(slot: number, max: ExactPrice): void {
    const links = slot + 1;
    this.child = grown(this.child, links, NONE);
    this.sibling = grown(this.sibling, links, NONE);
    this.before = grown(this.before, links, NONE);
    this.label = grown(this.label, links, NONE);
    const number = this.groupFor(max);
    const group = this.group(number);
    group.references++;
    this.label[slot] = number;
    this.child[slot] = this.sibling[slot] = this.before[slot] = NONE;
    this.setRoot(number, group.root === NONE ? slot : this.meld(group.root, slot));
  }

  remove(slot: number): void {
    if (!this.has(slot)) return;
    const label = this.label[slot] as number;
    const number = this.find(label);
    const { root } = this.group(number);
    const rest = this.takeChildren(slot);
    if (slot === root) this.setRoot(number, rest);
    else {
      this.cut(slot);
      this.setRoot(number, rest === NONE ? root : this.meld(root, rest));
    }
    this.label[slot] = NONE;
    this.release(label);
  }

  has(slot: number): boolean {
    return slot < this.label.length && this.label[slot] !== NONE;
  }

  maxOf(slot: number): ExactPrice | undefined {
    return this.has(slot) ? this.group(this.find(this.label[slot] as number)).max : undefined;
  }

  /** Applies a new price: groups with a lower or equal maximum become one. Returns whether a maximum has risen. */
  raise(price: ExactPrice): boolean {
    const lowest = this.order.at(-1);
    if (lowest === undefined || comparePrices(this.group(lowest).max, price) >= 0) return false;
    let survivor = NONE;
    for (let top = this.order.at(-1); top !== undefined; top = this.order.at(-1)) {
      if (comparePrices(this.group(top).max, price) > 0) break;
      this.order.pop();
      survivor = survivor === NONE ? top : this.merge(survivor, top);
    }
    const group = this.group(survivor);
    group.max = price;
    this.order.push(survivor);
    this.setRoot(survivor, group.root);
    return true;
  }

  /** The highest of all stops; minus infinity when nothing is armed. */
  highestStop(): number {
    return -this.stops.lowest();
  }

  /** Adds every slot whose stop may be at `price` or above it. */
  collect(price: number, into: Set<number>): void {
    const limit = price * (1 - SAFETY);
    const reached = new Set<number>();
    this.stops.collect(-limit, reached);
    for (const number of reached) {
      const { root, max } = this.group(number);
      const stack = [root];
      for (let slot = stack.pop(); slot !== undefined; slot = stack.pop()) {
        if (stopOf(max, this.distanceOf(slot)) < limit) continue;
        into.add(slot);
        for (let next = this.child[slot] as number; next !== NONE; next = this.sibling[next] as number)
          stack.push(next);
      }
    }
  }

  private group(number: number): Group {
    const group = this.groups[number];
    if (!group) throw new Error(`there is no trailing group ${number}`);
    return group;
  }

  /** The active group whose maximum is exactly `max`; creates it if needed. */
  private groupFor(max: ExactPrice): number {
    let [low, high] = [0, this.order.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const number = this.order[middle] as number;
      const compared = comparePrices(this.group(number).max, max);
      if (compared === 0) return number;
      if (compared > 0) low = middle + 1;
      else high = middle;
    }
    const number = this.free.pop() ?? this.groups.length;
    this.groups[number] = { max, root: NONE, references: 0, mergedInto: NONE };
    this.order.splice(low, 0, number);
    return number;
  }

  /** The smaller group is merged into the larger, so that `find` stays short. */
  private merge(a: number, b: number): number {
    const [large, small] = this.group(a).references >= this.group(b).references ? [a, b] : [b, a];
    const [into, from] = [this.group(large), this.group(small)];
    into.root = this.meld(into.root, from.root);
    into.references++;
    from.mergedInto = large;
    from.root = NONE;
    this.stops.delete(small);
    return large;
  }

  private find(label: number): number {
    let number = label;
    for (let next = this.group(number).mergedInto; next !== NONE; next = this.group(number).mergedInto) number = next;
    return number;
  }

  private release(label: number): void {
    for (let number = label; number !== NONE;) {
      const group = this.group(number);
      if (--group.references > 0) return;
      if (group.mergedInto === NONE) this.order.splice(this.order.indexOf(number), 1);
      this.groups[number] = undefined;
      this.free.push(number);
      number = group.mergedInto;
    }
  }

  private setRoot(number: number, root: number): void {
    const group = this.group(number);
    group.root = root;
    if (root === NONE) this.stops.delete(number);
    else this.stops.set(number, -stopOf(group.max, this.distanceOf(root)));
  }

  /** Joins two heaps: the root with the smaller distance stays on top. */
  private meld(a: number, b: number): number {
    const [top, below] = this.distanceOf(a) <= this.distanceOf(b) ? [a, b] : [b, a];
    const first = this.child[top] as number;
    this.sibling[below] = first;
    if (first !== NONE) this.before[first] = below;
    this.before[below] = top;
    this.child[top] = below;
    this.sibling[top] = this.before[top] = NONE;
    return top;
  }

  private cut(slot: number): void {
    const [before, after] = [this.before[slot] as number, this.sibling[slot] as number];
    if (this.child[before] === slot) this.child[before] = after;
    else this.sibling[before] = after;
    if (after !== NONE) this.before[after] = before;
    this.sibling[slot] = this.before[slot] = NONE;
  }

  /** Merges the slot's children into one heap: in pairs from the left, then from the right. */
  private takeChildren(slot: number): number {
    const pairs: number[] = [];
    for (let next = this.child[slot] as number; next !== NONE;) {
      const [a, b] = [next, this.sibling[next] as number];
      next = b === NONE ? NONE : (this.sibling[b] as number);
      this.sibling[a] = this.before[a] = NONE;
      if (b !== NONE) this.sibling[b] = this.before[b] = NONE;
      pairs.push(b === NONE ? a : this.meld(a, b));
    }
    this.child[slot] = NONE;
    let root = pairs.pop() ?? NONE;
    for (let pair = pairs.pop(); pair !== undefined; pair = pairs.pop()) root = this.meld(root, pair);
    return root;
  }
}

const stopOf = (max: ExactPrice, bps: number): number => max.number * (1 - bps / WHOLE);
