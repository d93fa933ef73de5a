/** The settings of one view of the page; what they mean is the page's own affair. */
export type ViewSettings = Readonly<Record<string, unknown>>;

export const VIEW_NAME = /^[a-z][a-z0-9-]*(?:\.[a-z0-9-]+){0,3}$/;
export const VIEW_NAME_MAX = 64;
/** In characters of JSON: thirty saved filters and the columns of a wide table take a quarter of it. */
export const VIEW_SETTINGS_MAX = 16_384;
const DEPTH_MAX = 6;

const depthOf = (value: unknown, limit: number): number => {
  if (typeof value !== 'object' || value === null) return 0;
  // Deeper than the limit is all that has to be known.
  if (limit === 0) return 1;
  return 1 + Math.max(0, ...Object.values(value).map((one) => depthOf(one, limit - 1)));
};

/** What is wrong with the settings of a view, in a sentence that says what to change; undefined when they can be kept. */
export function viewSettingsFault(settings: unknown): string | undefined {
  if (typeof settings !== 'object' || settings === null || Array.isArray(settings)) return 'Send a JSON object.';
  if (depthOf(settings, DEPTH_MAX) > DEPTH_MAX) return `Nest at most ${DEPTH_MAX} levels.`;
  if (JSON.stringify(settings).length > VIEW_SETTINGS_MAX)
    return `Send at most ${VIEW_SETTINGS_MAX} characters of JSON.`;
  return undefined;
}
