/**
 * Control characters, line and paragraph separators, and invisible format characters such as those that turn the
 * direction of a text (U+202E). Joiners stay, because emoji and some scripts need them.
 */
const HIDDEN = /[\p{Cc}\p{Zl}\p{Zp}]|(?![\u200c\u200d])\p{Cf}/u;
const HIDDEN_ALL = new RegExp(HIDDEN.source, 'gu');

/** Whether every character of a text is seen as it is, so that a name cannot pass for another one. */
export const isVisibleText = (text: string): boolean => !HIDDEN.test(text);

/** JSON on one line with its hidden characters as JSON's own escapes, so that every reader sees one line. */
export const withHiddenEscaped = (json: string): string =>
  json.replace(HIDDEN_ALL, (character) =>
    [...Array(character.length).keys()]
      .map((at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`)
      .join(''),
  );

/** The text with its hidden characters written out, such as `\u{a}` for a line feed: it stays on one line. */
export const withHiddenShown = (text: string): string =>
  text.replace(HIDDEN_ALL, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`);
