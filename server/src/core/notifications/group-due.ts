/** A delivery that is due. */
export interface DueDelivery {
  id: number;
  mode: 'NOW' | 'HELD' | 'DIGEST';
  /** It was tried before, alone or as the head of a group, and keeps its message. */
  isTried: boolean;
}

/** More than this at once is a flood, and comes as one message. */
const SINGLE_MAX = 5;
const GROUP_MAX = 100;

/**
 * Which of the deliveries that are due for a channel go out with the next message, oldest first. What was tried goes
 * again as it was, so that its id and its text stay the same. What waited for the end of the quiet hours or for the summary goes
 * together, and so does a flood. A webhook gets every event alone.
 */
export function groupDue(due: readonly DueDelivery[], { isProgram }: { isProgram: boolean }): number[] {
  const [first] = due;
  if (!first) return [];
  if (first.isTried || isProgram) return [first.id];
  const fresh = due.filter(({ isTried }) => !isTried);
  if (first.mode === 'NOW') {
    const now = fresh.filter(({ mode }) => mode === 'NOW');
    return (now.length > SINGLE_MAX ? now.slice(0, GROUP_MAX) : [first]).map(({ id }) => id);
  }
  return fresh
    .filter(({ mode }) => mode === first.mode)
    .slice(0, GROUP_MAX)
    .map(({ id }) => id);
}
