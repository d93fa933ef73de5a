/** The first bytes of an unmasked text message in one frame (RFC 6455, section 5.2). */
const TEXT = 0x81;
const SHORT_MAX = 125;
const MEDIUM_MAX = 0xffff;

/** The bytes of a message with these parts, as a server sends it. */
export function textFrame(parts: readonly Uint8Array[]): Buffer {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const headLength = length <= SHORT_MAX ? 2 : length <= MEDIUM_MAX ? 4 : 10;
  const frame = Buffer.allocUnsafe(headLength + length);
  frame[0] = TEXT;
  if (headLength === 2) frame[1] = length;
  else if (headLength === 4) {
    frame[1] = 126;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = 127;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
  let at = headLength;
  for (const part of parts) {
    frame.set(part, at);
    at += part.length;
  }
  return frame;
}
