import { ChevronLeft } from 'lucide-react';
import { Link } from 'react-router';

/** The way up from a detail page to its list. */
export function BackLink({ to, children }: { to: string; children: string }) {
  return (
    <Link to={to} className="inline-flex items-center gap-1 rounded text-muted hover:text-text phone:min-h-11">
      <ChevronLeft className="size-3.5" aria-hidden />
      {children}
    </Link>
  );
}
