import { cx } from './class-names';

/** A gray placeholder of the final size, so that nothing moves when the content arrives. */
export function Skeleton({ className }: { className?: string }) {
  return <span aria-hidden className={cx('block animate-wait rounded-md bg-hover', className ?? 'h-4 w-full')} />;
}
