import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';

/**
 * A WebAuthn authenticator in software (W3C WebAuthn Level 3, sections 6 and 7), for tests: ES256 keys, no attestation.
 * It can lie about everything that a real one or a browser says.
 */
export interface Authenticator {
  /** Answers `navigator.credentials.create`; the JSON of the credential. */
  create(optionsJson: string, lies?: Lies): string;
  /** Answers `navigator.credentials.get` with its newest key, or the one with this id. */
  get(optionsJson: string, lies?: Lies): string;
  /** The use counter; the next answer says one more. Stays 0 when `counts` is false. */
  counter: number;
  counts: boolean;
}

export interface Lies {
  origin?: string;
  rpId?: string;
  challenge?: string;
  type?: string;
  /** Whether the device checked the person; default true. */
  isVerified?: boolean;
  /** Signs with another key. */
  key?: KeyObject;
}

interface Credential {
  id: Buffer;
  privateKey: KeyObject;
}

const base64url = (bytes: Buffer): string => bytes.toString('base64url');
const sha256 = (bytes: string | Buffer): Buffer => createHash('sha256').update(bytes).digest();

const USER_PRESENT = 0x01;
const USER_VERIFIED = 0x04;
const HAS_CREDENTIAL = 0x40;

export function createAuthenticator(origin: string): Authenticator {
  const credentials: Credential[] = [];
  const authenticator: Authenticator = {
    counter: 0,
    counts: true,
    create(optionsJson, lies = {}) {
      const { challenge, rp } = JSON.parse(optionsJson) as { challenge: string; rp: { id: string } };
      const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const id = randomBytes(32);
      credentials.push({ id, privateKey });
      const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
      const cose = cborMap([
        [cborInt(1), cborInt(2)],
        [cborInt(3), cborInt(-7)],
        [cborInt(-1), cborInt(1)],
        [cborInt(-2), cborBytes(Buffer.from(x, 'base64url'))],
        [cborInt(-3), cborBytes(Buffer.from(y, 'base64url'))],
      ]);
      const attested = Buffer.concat([Buffer.alloc(16), uint16(id.length), id, cose]);
      const authData = Buffer.concat([authenticatorData(lies.rpId ?? rp.id, HAS_CREDENTIAL, lies), attested]);
      const attestationObject = cborMap([
        [cborText('fmt'), cborText('none')],
        [cborText('attStmt'), cborMap([])],
        [cborText('authData'), cborBytes(authData)],
      ]);
      const clientDataJSON = clientData('webauthn.create', challenge, lies);
      const response = {
        clientDataJSON: base64url(clientDataJSON),
        attestationObject: base64url(attestationObject),
        transports: ['internal'],
      };
      return JSON.stringify({ ...named(id), response });
    },
    get(optionsJson, lies = {}) {
      const { challenge, rpId } = JSON.parse(optionsJson) as { challenge: string; rpId: string };
      const credential = credentials.at(-1);
      if (!credential) throw new Error('this authenticator has no credential');
      const authData = authenticatorData(lies.rpId ?? rpId, 0, lies);
      const clientDataJSON = clientData('webauthn.get', challenge, lies);
      const signed = Buffer.concat([authData, sha256(clientDataJSON)]);
      const response = {
        clientDataJSON: base64url(clientDataJSON),
        authenticatorData: base64url(authData),
        signature: base64url(sign('sha256', signed, lies.key ?? credential.privateKey)),
      };
      return JSON.stringify({ ...named(credential.id), response });
    },
  };
  const clientData = (type: string, challenge: string, lies: Lies): Buffer =>
    Buffer.from(
      JSON.stringify({
        type: lies.type ?? type,
        challenge: lies.challenge ?? challenge,
        origin: lies.origin ?? origin,
        crossOrigin: false,
      }),
    );
  const authenticatorData = (rpId: string, more: number, { isVerified = true }: Lies): Buffer => {
    if (authenticator.counts) authenticator.counter++;
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(authenticator.counter);
    const flags = USER_PRESENT | (isVerified ? USER_VERIFIED : 0) | more;
    return Buffer.concat([sha256(rpId), Buffer.from([flags]), counter]);
  };
  return authenticator;
}

const named = (id: Buffer) => ({
  ...{ id: base64url(id), rawId: base64url(id), type: 'public-key', authenticatorAttachment: 'platform' },
  clientExtensionResults: {},
});

const uint16 = (value: number): Buffer => Buffer.from([value >> 8, value & 0xff]);

/** The head of a CBOR item (RFC 8949, section 3). */
function cborHead(major: number, value: number): Buffer {
  if (value < 24) return Buffer.from([(major << 5) | value]);
  if (value < 256) return Buffer.from([(major << 5) | 24, value]);
  return Buffer.concat([Buffer.from([(major << 5) | 25]), uint16(value)]);
}
const cborInt = (value: number): Buffer => (value < 0 ? cborHead(1, -1 - value) : cborHead(0, value));
const cborBytes = (bytes: Buffer): Buffer => Buffer.concat([cborHead(2, bytes.length), bytes]);
const cborText = (text: string): Buffer => Buffer.concat([cborHead(3, Buffer.byteLength(text)), Buffer.from(text)]);
const cborMap = (entries: readonly (readonly [Buffer, Buffer])[]): Buffer =>
  Buffer.concat([cborHead(5, entries.length), ...entries.flat()]);
