/** The key that the stub exchange uses to check signatures. */
export const STUB_SECRET = 'bench-secret';
