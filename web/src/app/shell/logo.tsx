/** The logo: a price line through nodes; the last node is live. */
export function Logo({ className = 'size-7' }: { className?: string }) {
  return (
    <svg viewBox="0 0 32 32" className={className} aria-hidden fill="none">
      <rect width="32" height="32" rx="8" className="fill-accent-soft" />
      <path
        d="M6 21l6-8 5 5 9-11"
        className="stroke-accent"
        strokeWidth="2.6"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
      <circle cx="12" cy="13" r="2.4" className="fill-accent-soft stroke-accent" strokeWidth="2" />
      <circle cx="17" cy="18" r="2.4" className="fill-accent-soft stroke-accent" strokeWidth="2" />
      <circle cx="26" cy="7" r="3" className="fill-ok" />
    </svg>
  );
}
