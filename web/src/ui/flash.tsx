import { useEffect, useRef, type ReactNode } from 'react';
import { compareDecimals } from '../lib/decimal';

const FLASH_MS = 280;

const stillPreferred = () => typeof matchMedia !== 'function' || matchMedia('(prefers-reduced-motion: reduce)').matches;

/** Lights its background for a moment when `value` (a decimal) changes; not with reduced motion. */
export function Flash({ value, children }: { value: string | undefined; children: ReactNode }) {
  const box = useRef<HTMLSpanElement>(null);
  const previous = useRef(value);
  useEffect(() => {
    const before = previous.current;
    previous.current = value;
    if (before === undefined || value === undefined || before === value || stillPreferred()) return;
    const color = compareDecimals(value, before) > 0 ? 'var(--up-soft)' : 'var(--down-soft)';
    const flash = box.current?.animate?.([{ backgroundColor: color }, { backgroundColor: 'transparent' }], FLASH_MS);
    return () => flash?.cancel();
  }, [value]);
  return (
    <span ref={box} className="-mx-1 rounded px-1">
      {children}
    </span>
  );
}
