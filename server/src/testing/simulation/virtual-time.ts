/** A clock that moves only when told, and runs what was planned for each moment on the way. */
export interface VirtualTime {
  now(): number;
  advance(ms: number): void;
  at(moment: number, act: () => void): void;
}

export function virtualTime(startMs: number): VirtualTime {
  let now = startMs;
  const plans: { moment: number; act: () => void }[] = [];
  return {
    now: () => now,
    at: (moment, act) => void plans.push({ moment, act }),
    advance(ms) {
      const until = now + ms;
      for (;;) {
        const due = plans.filter(({ moment }) => moment <= until).sort((a, b) => a.moment - b.moment)[0];
        if (!due) break;
        plans.splice(plans.indexOf(due), 1);
        now = Math.max(now, due.moment);
        due.act();
      }
      now = until;
    },
  };
}
