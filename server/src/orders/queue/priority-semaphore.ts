export type Priority = 'urgent' | 'usual';

export interface WaitingRun {
  begin(): void;
  drop(): void;
}

/** Slots beyond the usual ones that only urgent runs may take: one for each so many. */
const USUAL_PER_URGENT = 4;

/** So many runs at a time, and a line for each haste: whoever leaves lets in an urgent one first. */
export class PrioritySemaphore {
  private taken = 0;
  private readonly max: Record<Priority, number>;
  private readonly lines: Record<Priority, WaitingRun[]> = { urgent: [], usual: [] };

  constructor(readonly usual: number) {
    this.max = { usual, urgent: usual + Math.ceil(usual / USUAL_PER_URGENT) };
  }

  /** How many usual runs may begin now, less those that wait; below zero when more run or wait than that. */
  get spare(): number {
    return this.usual - this.taken - this.lines.usual.length;
  }

  /** true = there is one, and it is taken; whoever took it must leave. */
  take(priority: Priority): boolean {
    if (this.taken >= this.max[priority]) return false;
    this.taken++;
    return true;
  }

  /** Has it begin when a slot comes free, which it then has. */
  wait(priority: Priority, run: WaitingRun): void {
    this.lines[priority].push(run);
  }

  leave(): void {
    this.taken--;
    const next = this.lines.urgent.shift() ?? (this.taken < this.max.usual ? this.lines.usual.shift() : undefined);
    if (!next) return;
    this.taken++;
    next.begin();
  }

  dropWaiting(): void {
    for (const line of Object.values(this.lines)) for (const run of line.splice(0)) run.drop();
  }
}
