/** Whether this browser can make and use passkeys: it needs https (or localhost) and these two functions. */
export const canUsePasskeys = (): boolean =>
  typeof PublicKeyCredential === 'function' &&
  'parseCreationOptionsFromJSON' in PublicKeyCredential &&
  'parseRequestOptionsFromJSON' in PublicKeyCredential;

const answerOf = (credential: Credential | null): string | undefined =>
  credential ? JSON.stringify((credential as PublicKeyCredential).toJSON()) : undefined;

/** Lets the device make a passkey. Undefined when it made none: it was stopped, or has one already. */
export const makePasskey = async (options: string): Promise<string | undefined> => {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(
    JSON.parse(options) as PublicKeyCredentialCreationOptionsJSON,
  );
  return answerOf(await navigator.credentials.create({ publicKey }).catch(() => null));
};

/** Lets the device prove who it is. Undefined when it did not. */
export const askPasskey = async (options: string): Promise<string | undefined> => {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(
    JSON.parse(options) as PublicKeyCredentialRequestOptionsJSON,
  );
  return answerOf(await navigator.credentials.get({ publicKey }).catch(() => null));
};
