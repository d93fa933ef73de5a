/** The key the stub exchange checks orders with. */
export const STUB_SECRET = 'bench-secret';
