export type Priority = 'urgent' | 'usual';

export interface WaitingRun {
  begin(): void;
  drop(): void;
}

/** Urgent runs get one extra slot for this many normal ones. */
const USUAL_PER_URGENT = 4;

/** Limits the runs at a time, with one queue per priority: a free slot goes to an urgent run first. */
export class PrioritySemaphore {
  private taken = 0;
  private readonly max: Record<Priority, number>;
  private readonly lines: Record<Priority, WaitingRun[]> = { urgent: [], usual: [] };

  constructor(readonly usual: number) {
    this.max = { usual, urgent: usual + Math.ceil(usual / USUAL_PER_URGENT) };
  }

  /** How many normal runs may begin now, minus those that wait; negative when more run or wait than that. */
  get spare(): number {
    return this.usual - this.taken - this.lines.usual.length;
  }

  /** Takes a slot if one is free (true); the caller must call `leave` afterwards. */
  take(priority: Priority): boolean {
    if (this.taken >= this.max[priority]) return false;
    this.taken++;
    return true;
  }

  /** Starts the run when a slot becomes free; the run then holds the slot. */
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
