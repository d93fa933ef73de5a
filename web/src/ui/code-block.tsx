import { CopyButton } from './copy-button';

/** Text to copy into a terminal or a form; long lines wrap and nothing is cut. */
export function CodeBlock({ code, label }: { code: string; label: string }) {
  return (
    <figure aria-label={label} className="relative rounded-lg border border-line bg-bg">
      <pre className="overflow-x-auto py-3 pr-12 pl-3.5 font-mono text-xs leading-relaxed break-all whitespace-pre-wrap text-text">
        <code>{code}</code>
      </pre>
      <span className="absolute top-1.5 right-1.5">
        <CopyButton text={code} what={label} />
      </span>
    </figure>
  );
}
