import { createStore } from './create-store';

const LOOK_EVERY_MS = 60_000;

/** Whether the server has another build of the page than the running one. */
export const newVersion = createStore(false);

/** The first script of an index.html; its name contains a hash of everything it imports. */
export const scriptIn = (html: string): string | undefined =>
  /<script type="module"[^>]*\ssrc="([^"]+)"/.exec(html)?.[1];

const running = (): string | undefined =>
  document.querySelector('script[type=module][src]')?.getAttribute('src') ?? undefined;

/** Reads which build the server has; does nothing when the server cannot be reached or has no page. */
export const lookForNewVersion = async (): Promise<void> => {
  try {
    const answer = await fetch('/index.html', { cache: 'no-store', signal: AbortSignal.timeout(LOOK_EVERY_MS / 2) });
    const offered = answer.ok ? scriptIn(await answer.text()) : undefined;
    if (offered !== undefined && running() !== undefined && offered !== running()) newVersion.set(true);
  } catch {
    // It is tried again later.
  }
};

/** Checks from time to time, and when the tab becomes visible. Returns a function that stops it. */
export const watchForNewVersion = (): (() => void) => {
  const look = () => {
    if (!document.hidden && !newVersion.get()) void lookForNewVersion();
  };
  const timer = setInterval(look, LOOK_EVERY_MS);
  document.addEventListener('visibilitychange', look);
  return () => {
    clearInterval(timer);
    document.removeEventListener('visibilitychange', look);
  };
};
