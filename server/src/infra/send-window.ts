import { LOCAL_TIME, type LocalTime } from './database/shared-clock.js';

/** The time in which something may be sent, measured by the process that sends. */
export interface SendWindow {
  /** When it ends, by the monotonic clock. */
  readonly endsAt: number;
  isOver(): boolean;
}

/**
 * A window of `ms` from now. The monotonic clock continues while the process is suspended, and it cannot be set. It may
 * stop while the machine sleeps, which only the wall clock shows. So the larger elapsed time counts: a wall clock that
 * is set ahead costs an attempt, but never causes a second order.
 */
export function openSendWindow(ms: number, local: LocalTime = LOCAL_TIME): SendWindow {
  const opened = { monotonic: local.monotonic(), wall: local.wall() };
  const passed = (): number => Math.max(local.monotonic() - opened.monotonic, local.wall() - opened.wall);
  return { endsAt: opened.monotonic + ms, isOver: () => passed() >= ms };
}
