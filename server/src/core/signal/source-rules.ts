import { refuse, type Refusal } from '../reasons.js';

/** Whether a source may take a signal at all. Its sender gets one answer for an unknown source and one switched off. */
export function checkSource({
  isActive,
  adminLocked,
}: {
  isActive: boolean;
  adminLocked: boolean;
}): Refusal | undefined {
  if (!isActive) return refuse('SOURCE_NOT_FOUND');
  return adminLocked ? refuse('SOURCE_LOCKED') : undefined;
}

/** What is missing in the settings of a source that requires a signature. */
export function checkSignatureSetup({
  requireSignature,
  hasSigningSecret,
}: {
  requireSignature: boolean;
  hasSigningSecret: boolean;
}): Refusal | undefined {
  if (!requireSignature || hasSigningSecret) return undefined;
  return refuse(
    'SIGNATURE_INVALID',
    'This source requires a signature and has no signing secret yet: its owner must create one.',
  );
}
