import type { Authenticator, Lies } from './software-authenticator.js';
import { PASSWORD, type TestApi } from './test-api.js';

// What a page does with a passkey, for tests.

export interface PasskeyOptions {
  options: string;
  state: string;
}
type Api = Pick<TestApi, 'send'>;

const BEGIN = 'mutation ($i: BeginPasskeyRegistrationInput!) { beginPasskeyRegistration(input: $i) { options state } }';
const REGISTER =
  'mutation ($i: RegisterPasskeyInput!) { registerPasskey(input: $i) { passkeys { id name isBackedUp lastUsedAt } } }';
export const SIGN_IN_WITH = 'mutation ($i: PasskeyProofInput!) { signInWithPasskey(input: $i) { user { id email } } }';

const optionsIn = (data: unknown): PasskeyOptions => {
  const [found] = Object.values(data as Record<string, PasskeyOptions>);
  if (!found) throw new Error('there are no options');
  return found;
};

export const beginRegistration = async (api: Api, cookie: string): Promise<PasskeyOptions> =>
  optionsIn((await api.send(BEGIN, { i: { password: PASSWORD } }, cookie)).data);

/** Adds a passkey of the device to the user of the session. */
export async function registerPasskey(api: Api, cookie: string, device: Authenticator, lies: Lies = {}) {
  const { options, state } = await beginRegistration(api, cookie);
  return sendRegistration(api, cookie, { state, response: device.create(options, lies) });
}

export const sendRegistration = (api: Api, cookie: string, proof: { state: string; response: string }) =>
  api.send(REGISTER, { i: { name: 'My phone', ...proof } }, cookie);

export const signInOptions = async (api: Api): Promise<PasskeyOptions> =>
  optionsIn((await api.send('{ passkeySignInOptions { options state } }')).data);

export const proofOptions = async (api: Api, cookie: string): Promise<PasskeyOptions> =>
  optionsIn((await api.send('{ passkeyProofOptions { options state } }', {}, cookie)).data);

/** The answer of the device to the options of a sign-in. */
export async function signInProof(api: Api, device: Authenticator, lies: Lies = {}) {
  const { options, state } = await signInOptions(api);
  return { state, response: device.get(options, lies) };
}

export const signInWithPasskey = async (api: Api, device: Authenticator, lies: Lies = {}) =>
  api.send(SIGN_IN_WITH, { i: await signInProof(api, device, lies) });
