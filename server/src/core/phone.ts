/** By E.164 (https://www.itu.int/rec/T-REC-E.164), a number has at most 15 digits with its country code. */
const INTERNATIONAL = /^\+[1-9]\d{6,14}$/;

/** `+5511987654321` of `+55 (11) 98765-4321`; undefined when it is not an international number. */
export function readPhone(text: string): string | undefined {
  const plain = text.replace(/[\s().-]/g, '');
  return INTERNATIONAL.test(plain) ? plain : undefined;
}
