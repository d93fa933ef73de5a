import { useEffect, useSyncExternalStore } from 'react';
import { createStore } from './create-store';

/** One answer of the server about its time, and when it came by the two clocks of this computer. */
export interface ClockReading {
  /** The time of the server at the moment of the answer, ms since 1970. */
  serverMs: number;
  /** `Date.now()` then: the clock that a person sees, which can be set. */
  wallMs: number;
  /** `performance.now()` then: it is never set, but may stand still while the computer sleeps. */
  steadyMs: number;
  /** How exact it is: half of the time that the answer took. */
  withinMs: number;
}

interface Moment {
  wallMs: number;
  steadyMs: number;
}

const nowHere = (): Moment => ({ wallMs: Date.now(), steadyMs: performance.now() });

/** Reads a time that was asked for at `asked` and arrived at `arrived`: it was true about half way between. */
export const readingOf = (serverMs: number, asked: Moment, arrived: Moment): ClockReading => {
  const withinMs = (arrived.steadyMs - asked.steadyMs) / 2;
  return { ...arrived, serverMs: serverMs + withinMs, withinMs };
};

/** Beyond this, the two clocks here went apart: one was set, or the computer slept. */
const APART_MS = 2_000;
/** Clocks drift; a reading this old confirms nothing. Four of those that are asked for must have failed. */
const OLD_MS = 5 * 60_000;

/** The time of the server by a reading, counted on with the steady clock, and whether it can still be trusted. */
export const serverTimeAt = (reading: ClockReading, { wallMs, steadyMs }: Moment) => {
  const [steady, wall] = [steadyMs - reading.steadyMs, wallMs - reading.wallMs];
  return { ms: reading.serverMs + steady, isTrusted: Math.abs(steady - wall) <= APART_MS && steady <= OLD_MS };
};

/** How far the clock of this computer is ahead of the server's in ms, negative when behind; 0 within what is measurable. */
export const aheadOf = ({ serverMs, wallMs, withinMs }: ClockReading): number => {
  const ahead = wallMs - serverMs;
  return Math.abs(ahead) <= Math.max(withinMs, 500) ? 0 : ahead;
};

export const clockReading = createStore<ClockReading | undefined>(undefined);

/** Asks `read` for the time of the server and keeps the answer. */
export const readServerClock = async (read: () => Promise<string | undefined>): Promise<void> => {
  const asked = nowHere();
  const time = await read().catch(() => undefined);
  if (time !== undefined) clockReading.set(readingOf(Date.parse(time), asked, nowHere()));
};

const listeners = new Set<() => void>();
let shown: { ms: number; isTrusted: boolean } | undefined;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Draws the time now and again when the next second of the server begins. In a hidden tab nothing runs. */
const tick = (): void => {
  clearTimeout(timer);
  timer = undefined;
  if (listeners.size === 0 || document.hidden) return;
  const reading = clockReading.get();
  shown = reading && serverTimeAt(reading, nowHere());
  for (const listener of [...listeners]) listener();
  timer = setTimeout(tick, shown ? 1_000 - (((shown.ms % 1_000) + 1_000) % 1_000) + 5 : 1_000);
};

const subscribe = (listener: () => void) => {
  if (listeners.size === 0) document.addEventListener('visibilitychange', tick);
  listeners.add(listener);
  if (timer === undefined) tick();
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    document.removeEventListener('visibilitychange', tick);
    clearTimeout(timer);
    timer = undefined;
  };
};

/** The time of the server, once a second; undefined before the first answer. Only who calls this is drawn again. */
export const useServerTime = (): { ms: number; isTrusted: boolean } | undefined => {
  const reading = clockReading.use();
  useEffect(tick, [reading]);
  return useSyncExternalStore(subscribe, () => shown);
};
