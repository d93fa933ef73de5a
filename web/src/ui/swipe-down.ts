import { useRef, type PointerEvent, type RefObject } from 'react';

/** How far a finger moves a sheet before it lets go of it, or how fast it moves at the end. */
const FAR_PX = 80;
const FAST_PX_MS = 0.6;
/** A finger that only taps moves a little. */
const TAP_PX = 6;

interface Swipe {
  id: number;
  y: number;
  startedAt: number;
}

/** Whether a dialog stands on the bottom edge, as on a phone: only there it can be pulled down. */
const isAtBottom = (box: HTMLElement): boolean => {
  const { left, right, bottom } = box.getBoundingClientRect();
  return left <= 0 && right >= innerWidth && bottom >= innerHeight - 1;
};

/**
 * Handlers for the heading of a sheet: pulled down, the sheet follows the finger, and goes when it was pulled far or fast
 * enough. `mayClose` is asked at the end; otherwise it springs back.
 */
export const useSwipeDown = (
  box: RefObject<HTMLElement | null>,
  { mayClose, onClose }: { mayClose: () => boolean; onClose: () => void },
) => {
  const swipe = useRef<Swipe>(undefined);
  const move = (px: number | undefined) => {
    if (box.current) box.current.style.translate = px === undefined ? '' : `0 ${Math.max(0, px)}px`;
  };
  const pulled = (event: PointerEvent): number => event.clientY - (swipe.current?.y ?? event.clientY);
  const end = () => {
    swipe.current = undefined;
    move(undefined);
  };
  return {
    onPointerDown(event: PointerEvent<HTMLElement>) {
      if (!event.isPrimary || (event.target as Element).closest('button, a') || !box.current) return;
      if (isAtBottom(box.current))
        swipe.current = { id: event.pointerId, y: event.clientY, startedAt: event.timeStamp };
    },
    onPointerMove(event: PointerEvent<HTMLElement>) {
      if (swipe.current?.id !== event.pointerId || pulled(event) < TAP_PX) return;
      // From here on the finger keeps the sheet, also where it leaves the heading.
      event.currentTarget.setPointerCapture(event.pointerId);
      move(pulled(event));
    },
    onPointerUp(event: PointerEvent<HTMLElement>) {
      const from = swipe.current;
      if (from?.id !== event.pointerId) return;
      const px = pulled(event);
      const isFast = px > 3 * TAP_PX && px / Math.max(1, event.timeStamp - from.startedAt) > FAST_PX_MS;
      end();
      if ((px > FAR_PX || isFast) && mayClose()) onClose();
    },
    onPointerCancel: end,
  };
};
