import { ChevronLeft } from 'lucide-react';
import { Link } from 'react-router';

/** The link from a detail page back to its list. */
export function BackLink({ to, children }: { to: string; children: string }) {
  return (
    <Link to={to} className="inline-flex items-center gap-1 rounded text-muted hover:text-text phone:min-h-11">
      <ChevronLeft className="size-3.5" aria-hidden />
      {children}
    </Link>
  );
}
