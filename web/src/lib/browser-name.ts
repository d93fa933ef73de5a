const BROWSERS: readonly (readonly [RegExp, string])[] = [
  [/Edg(?:e|A|iOS)?\//, 'Edge'],
  [/OPR\/|Opera/, 'Opera'],
  [/Firefox\/|FxiOS/, 'Firefox'],
  [/CriOS|Chrome\/|Chromium/, 'Chrome'],
  [/Safari\//, 'Safari'],
];
const SYSTEMS: readonly (readonly [RegExp, string])[] = [
  [/iPhone|iPad/, 'iOS'],
  [/Android/, 'Android'],
  [/Windows/, 'Windows'],
  [/Mac OS X/, 'macOS'],
  [/Linux/, 'Linux'],
];

const find = (known: readonly (readonly [RegExp, string])[], agent: string) =>
  known.find(([pattern]) => pattern.test(agent))?.[1];

/** A browser in two words, such as "Firefox, Linux"; an unknown program as it names itself. */
export const browserName = (agent: string | null | undefined): string => {
  if (!agent) return '—';
  const [browser, system] = [find(BROWSERS, agent), find(SYSTEMS, agent)];
  return browser ? [browser, system].filter(Boolean).join(', ') : agent.slice(0, 40);
};
