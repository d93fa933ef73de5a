/**
 * Reads typed text as a decimal, with any separators, and returns a plain string such as "1234.5".
 * The last comma or point is the decimal point. A single separator followed by exactly three digits is
 * ambiguous ("1,234") and follows the locale. Returns null when the text is not a number.
 */
export const readDecimal = (typed: string, locale: string): string | null => {
  const text = typed
    .trim()
    .replace(/[\s\u00a0\u202f']/g, '')
    .replace(/^\u2212/, '-');
  if (!/^[+-]?[\d.,]*\d[\d.,]*$/.test(text)) return null;
  const negative = text.startsWith('-');
  const body = text.replace(/^[+-]/, '');
  const point = decimalPoint(body, locale);
  if (point === undefined) return null;
  const [whole = '', ...rest] = point === '' ? [body] : body.split(point);
  if (rest.length > 1) return null;
  const [fraction = ''] = rest;
  const group = point === ',' ? '.' : point === '.' ? ',' : /[.,]/.exec(body)?.[0];
  if (/\D/.test(fraction) || !isGrouped(whole, group)) return null;
  const digits = whole.replace(/\D/g, '').replace(/^0+(?=\d)/, '') || '0';
  return `${negative ? '-' : ''}${digits}${fraction ? `.${fraction}` : ''}`;
};

/** The character used as decimal point: '' when there is none, undefined when the text is not a number. */
const decimalPoint = (body: string, locale: string): ',' | '.' | '' | undefined => {
  const commas = body.split(',').length - 1;
  const points = body.split('.').length - 1;
  if (commas && points) {
    const last = body.lastIndexOf(',') > body.lastIndexOf('.') ? ',' : '.';
    return (last === ',' ? commas : points) === 1 ? last : undefined;
  }
  if (!commas && !points) return '';
  const only = commas ? ',' : '.';
  if (commas + points > 1) return '';
  const ambiguous = /^[1-9]\d{0,2}[.,]\d{3}$/.test(body);
  const localePoint = locale.startsWith('pt') ? ',' : '.';
  return ambiguous && only !== localePoint ? '' : only;
};

const isGrouped = (whole: string, group: string | undefined) =>
  /^\d*$/.test(whole) || (group !== undefined && new RegExp(`^\\d{1,3}(\\${group}\\d{3})+$`).test(whole));
