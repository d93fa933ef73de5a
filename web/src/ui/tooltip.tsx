import { Tooltip as Radix } from 'radix-ui';
import type { ReactNode } from 'react';

/** More words about a focusable element, on hover and on focus. Never the only place where something is said. */
export function Tooltip({ content, children }: { content: ReactNode; children: ReactNode }) {
  return (
    <Radix.Provider delayDuration={350}>
      <Radix.Root>
        <Radix.Trigger asChild>{children}</Radix.Trigger>
        <Radix.Portal>
          <Radix.Content
            sideOffset={6}
            collisionPadding={8}
            className="z-50 max-w-80 rounded-lg border border-line-strong bg-raised px-2.5 py-1.5 text-xs text-text shadow-lg shadow-black/20"
          >
            {content}
          </Radix.Content>
        </Radix.Portal>
      </Radix.Root>
    </Radix.Provider>
  );
}
