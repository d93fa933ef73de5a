import { exactPrice, exactPriceOf, SAFETY, type ExactPrice } from '../price/exact-price.js';
import { ExactColumn } from './exact-column.js';
import { d, type D } from '../money/money.js';
import { addPeak, type High } from '../price/recent-highs.js';
import { SlotTable } from './slot-table.js';
import { grown, ThresholdHeap } from './threshold-heap.js';
import { TrailingGroups } from './trailing-groups.js';
import {
  decideExit,
  exitLevels,
  nextTrailingMax,
  type Exit,
  type ExitLevels,
  type ExitTarget,
  type WatchedPosition,
} from './triggers.js';

/** A position with an exit that a price has reached. */
export interface TriggerHit {
  id: number;
  accountId: number;
  exit: Exit;
  /** The maximum that the trailing stop followed, and its version. */
  trailingMax: D | null;
  trailingVersion: number;
}

/**
 * A position whose trailing stop was armed since the last call, or that has caught up with prices from before it was
 * watched.
 */
export interface Armed {
  id: number;
  max: D;
  trailingVersion: number;
  /** When it was armed, ms since 1970. */
  at: number;
}

/** The changes of trailing stops that must be saved. */
export interface TrailingRise {
  armed: Armed[];
  /** Every stop armed before one of these moments has followed the price up to this high. Highest and oldest first. */
  risen: High[];
}

/** No percentage of DECIMAL(5,2) is this low. */
const OFF = -2_147_483_648;
const WHOLE = 10_000;
const BREAK_EVEN = 1;

/**
 * The exits of all open positions of one symbol. A price touches only the positions that it reaches: heaps hold the
 * prices at which something happens, doubles find candidates and exact decimals decide. A position that fired is
 * removed until it is added again; a fired partial target is removed alone. About 90 bytes per position.
 */
export class TriggerIndex {
  private ids = new Int32Array(0);
  private accounts = new Int32Array(0);
  private stopBps = new Int32Array(0);
  private takeBps = new Int32Array(0);
  private trailingBps = new Int32Array(0);
  private armingBps = new Int32Array(0);
  private versions = new Int32Array(0);
  private flags = new Int32Array(0);
  private readonly opens = new ExactColumn();
  private readonly targets = new Map<number, readonly ExitTarget[]>();
  private readonly table = new SlotTable((slot) => this.ids[slot] as number);
  private readonly freeSlots: number[] = [];
  private used = 0;
  /** Stops, negated: the highest on top. */
  private readonly stops = new ThresholdHeap();
  /** The next higher price at which anything happens: a take profit, a target, arming. */
  private readonly rises = new ThresholdHeap();
  private readonly times = new ThresholdHeap();
  private readonly trailing = new TrailingGroups((slot) => this.trailingBps[slot] as number);
  private readonly armedAt = new Map<number, number>();
  /** Armed and fired since the last call. Kept, so that the maximum is saved even if the exit sells nothing. */
  private fired: Armed[] = [];
  private readonly risen: { price: ExactPrice; at: number }[] = [];

  get size(): number {
    return this.table.size;
  }

  /**
   * Adds a position or replaces its data. For the same version of a trailing stop the higher maximum counts, because
   * the database may be a second behind. `armedAt` (ms since 1970) is when it was armed; set it when its maximum must
   * be saved.
   */
  upsert(position: WatchedPosition, armedAt = this.unwrittenSince(position)): void {
    const levels = exitLevels(position);
    const max = this.knownMax(position, levels);
    this.remove(position.id);
    const slot = this.freeSlots.pop() ?? this.used++;
    this.fit(slot);
    this.ids[slot] = position.id;
    this.accounts[slot] = position.accountId;
    this.table.add(position.id, slot);
    this.opens.set(slot, position.entryPrice);
    this.stopBps[slot] = levels.stopBps ?? OFF;
    this.takeBps[slot] = levels.takeProfitBps ?? OFF;
    this.trailingBps[slot] = levels.trailingBps ?? OFF;
    this.armingBps[slot] = levels.armingBps ?? OFF;
    this.versions[slot] = position.trailingVersion;
    this.flags[slot] = position.breakEven ? BREAK_EVEN : 0;
    if (levels.targets.length > 0) this.targets.set(slot, levels.targets);
    if (levels.timeStopAt !== null) this.times.set(slot, levels.timeStopAt);
    if (max !== null && levels.trailingBps !== null) {
      this.trailing.add(slot, exactPriceOf(max));
      if (armedAt !== undefined) this.armedAt.set(position.id, armedAt);
    }
    this.place(slot);
  }

  remove(id: number): void {
    const slot = this.table.find(id);
    if (slot === undefined) return;
    this.trailing.remove(slot);
    for (const heap of [this.stops, this.rises, this.times]) heap.delete(slot);
    this.targets.delete(slot);
    this.opens.delete(slot);
    this.armedAt.delete(id);
    this.table.delete(id);
    this.freeSlots.push(slot);
  }

  has(id: number): boolean {
    return this.table.find(id) !== undefined;
  }

  *positionIds(): Generator<number> {
    for (const slot of this.table.slots()) yield this.ids[slot] as number;
  }

  /** The highest price since arming; null when not armed or not in the index. */
  trailingMaxOf(id: number): D | null {
    const slot = this.table.find(id);
    const max = slot === undefined ? undefined : this.trailing.maxOf(slot);
    return max ? d(max.text) : null;
  }

  /**
   * Applies a fresh price (plain decimal text) at `now`, which the feed saw at `at`; both ms since 1970. Returns the
   * exits that fire, lowest id first. `isNew` = false: the price is older than some of the positions, so it raises and
   * arms no stop.
   */
  tick(priceText: string, now: number, at = now, { isNew = true } = {}): TriggerHit[] {
    const price = exactPrice(priceText);
    if (isNew && this.trailing.raise(price)) addPeak(this.risen, price, at);
    if (!this.mayFire(price, now)) return [];
    const slots = new Set<number>();
    this.stops.collect(-price.number * (1 - SAFETY), slots);
    this.rises.collect(price.number * (1 + SAFETY), slots);
    this.times.collect(now, slots);
    this.trailing.collect(price.number, slots);
    const exact = d(priceText);
    const hits: TriggerHit[] = [];
    for (const slot of slots) {
      const hit = this.confirm(slot, { price, exact, now, at, isNew });
      if (hit) hits.push(hit);
    }
    return hits.sort((a, b) => a.id - b.id);
  }

  /** The trailing stops to save: those armed since the last call, and how high the others rose. */
  takeTrailing(): TrailingRise {
    const armed = [...this.fired, ...[...this.armedAt.keys()].flatMap((id) => this.armedOf(id))];
    const risen = this.risen.splice(0).map(({ price, at }) => ({ max: price.text, at }));
    this.fired = [];
    this.armedAt.clear();
    return { armed, risen };
  }

  /** Empty when it was armed before the last call. */
  private armedOf(id: number): Armed[] {
    const [slot, at, max] = [this.table.find(id), this.armedAt.get(id), this.trailingMaxOf(id)];
    if (slot === undefined || at === undefined || !max) return [];
    return [{ id, at, max, trailingVersion: this.versions[slot] as number }];
  }

  /** The tops of the heaps tell whether anything is in reach. For most prices this is the only work. */
  private mayFire({ number }: ExactPrice, now: number): boolean {
    const [low, high] = [number * (1 - SAFETY), number * (1 + SAFETY)];
    if (this.rises.lowest() <= high || this.times.lowest() <= now) return true;
    return -this.stops.lowest() >= low || this.trailing.highestStop() >= low;
  }

  /** When a trailing stop with an unsaved maximum was armed. Reading its row again does not change that. */
  private unwrittenSince({ id, trailingVersion }: WatchedPosition): number | undefined {
    const slot = this.table.find(id);
    const isSame = slot !== undefined && this.versions[slot] === trailingVersion;
    return isSame ? this.armedAt.get(id) : undefined;
  }

  private knownMax({ id, trailingVersion }: WatchedPosition, { trailingMax }: ExitLevels): D | null {
    const slot = this.table.find(id);
    if (slot === undefined || this.versions[slot] !== trailingVersion) return trailingMax;
    const here = this.trailingMaxOf(id);
    return here && (trailingMax === null || here.gt(trailingMax)) ? here : trailingMax;
  }

  private confirm(
    slot: number,
    { price, exact, now, at, isNew }: { price: ExactPrice; exact: D; now: number; at: number; isNew: boolean },
  ): TriggerHit | undefined {
    const id = this.ids[slot] as number;
    let levels = this.levelsOf(slot);
    if (isNew && this.isWaitingToArm(slot) && reaches(levels, exact)) {
      this.trailing.add(slot, price);
      this.armedAt.set(id, at);
      this.place(slot);
      levels = this.levelsOf(slot);
    }
    const exit = decideExit(levels, exact, now);
    if (!exit) return undefined;
    const hit = {
      id,
      accountId: this.accounts[slot] as number,
      exit,
      trailingMax: levels.trailingMax,
      trailingVersion: this.versions[slot] as number,
    };
    if (exit.reason === 'PARTIAL_TAKE_PROFIT') this.dropTargets(slot, exit.ordinals);
    else {
      this.fired.push(...this.armedOf(id));
      this.remove(id);
    }
    return hit;
  }

  private dropTargets(slot: number, ordinals: readonly number[]): void {
    const left = (this.targets.get(slot) ?? []).filter(({ ordinal }) => !ordinals.includes(ordinal));
    if (left.length > 0) this.targets.set(slot, left);
    else this.targets.delete(slot);
    const stop = this.stopBps[slot] as number;
    if (this.flags[slot] === BREAK_EVEN) this.stopBps[slot] = stop === OFF ? 0 : Math.min(stop, 0);
    this.place(slot);
  }

  private levelsOf(slot: number): ExitLevels {
    const max = this.trailing.maxOf(slot);
    return {
      id: this.ids[slot] as number,
      entryPrice: this.opens.get(slot),
      stopBps: orNull(this.stopBps[slot]),
      takeProfitBps: orNull(this.takeBps[slot]),
      trailingBps: orNull(this.trailingBps[slot]),
      armingBps: orNull(this.armingBps[slot]),
      trailingMax: max ? d(max.text) : null,
      timeStopAt: this.times.keyOf(slot) ?? null,
      targets: this.targets.get(slot) ?? [],
    };
  }

  private isWaitingToArm(slot: number): boolean {
    return this.trailingBps[slot] !== OFF && !this.trailing.has(slot);
  }

  /** Puts the position into the heaps. */
  private place(slot: number): void {
    const open = this.opens.get(slot).toNumber();
    const priceAt = (bps: number): number => open * (1 + bps / WHOLE);
    const stop = this.stopBps[slot] as number;
    if (stop === OFF) this.stops.delete(slot);
    else this.stops.set(slot, -priceAt(-stop));
    let next = Number.POSITIVE_INFINITY;
    const take = this.takeBps[slot] as number;
    if (take !== OFF) next = priceAt(take);
    for (const { bps } of this.targets.get(slot) ?? []) next = Math.min(next, priceAt(bps));
    if (this.isWaitingToArm(slot)) {
      next = Math.min(next, priceAt(this.armingBps[slot] as number));
    }
    if (next === Number.POSITIVE_INFINITY) this.rises.delete(slot);
    else this.rises.set(slot, next);
  }

  private fit(slot: number): void {
    const needed = slot + 1;
    if (needed <= this.ids.length) return;
    this.ids = grown(this.ids, needed);
    this.accounts = grown(this.accounts, needed);
    this.stopBps = grown(this.stopBps, needed);
    this.takeBps = grown(this.takeBps, needed);
    this.trailingBps = grown(this.trailingBps, needed);
    this.armingBps = grown(this.armingBps, needed);
    this.versions = grown(this.versions, needed);
    this.flags = grown(this.flags, needed);
  }
}

const orNull = (value: number | undefined): number | null => (value === undefined || value === OFF ? null : value);

const reaches = (levels: ExitLevels, price: D): boolean => nextTrailingMax(levels, price) !== null;
