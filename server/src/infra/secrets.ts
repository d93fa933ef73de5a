/** Secrets at rest: AES-256-GCM, the key id in the envelope, bound to the row by associated data. */
export interface Secrets {
  /** `place` names table, column and row, e.g. 'webhook_sources.signing_secret_enc:7'. */
  seal(plain: string, place: string): string;
  open(sealed: string, place: string): string;
}
