import { useEffectEvent, useLayoutEffect, type ReactNode } from 'react';
import { useSubmit } from '../lib/submit';
import { FormDialog } from './form-dialog';

interface ConfirmDialogProps {
  open: boolean;
  onClose: () => void;
  title: string;
  description: ReactNode;
  confirmLabel: string;
  /** The label of the other button, where "Cancel" would be ambiguous. */
  keepLabel?: string;
  danger?: boolean;
  /** Doing it twice is the same as doing it once. */
  repeatable?: boolean;
  /** Opening it is the confirmation: it sends at once, and is shown only for a late answer or a refusal. */
  atOnce?: boolean;
  /** The action. The dialog closes when it succeeds; after a refusal it stays open and shows the reason. */
  onConfirm: () => Promise<unknown>;
  children?: ReactNode;
}

/** Asks before an action that cannot simply be undone. */
export function ConfirmDialog({ onConfirm, onClose, confirmLabel, atOnce, ...rest }: ConfirmDialogProps) {
  const submit = useSubmit();
  const send = () => void submit.run(onConfirm).then((done) => done && onClose());
  const sendAtOnce = useEffectEvent(() => atOnce && send());
  const { open } = rest;
  useLayoutEffect(() => {
    if (open) sendAtOnce();
  }, [open]);
  return (
    <FormDialog
      {...rest}
      open={open && !(atOnce && submit.busy && !submit.late)}
      onClose={() => {
        submit.reset();
        onClose();
      }}
      submitLabel={confirmLabel}
      busy={submit.busy}
      late={submit.late}
      refusal={submit.refusal}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    />
  );
}
