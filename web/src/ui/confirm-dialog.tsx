import type { ReactNode } from 'react';
import { useSubmit } from '../lib/submit';
import { FormDialog } from './form-dialog';

interface ConfirmDialogProps {
  open: boolean;
  onClose: () => void;
  title: string;
  description: ReactNode;
  confirmLabel: string;
  /** The other button, where "Cancel" could mean either. */
  keepLabel?: string;
  danger?: boolean;
  /** Doing it twice is the same as doing it once. */
  repeatable?: boolean;
  /** Closes when it is done; a refusal is shown and the dialog stays. */
  onConfirm: () => Promise<unknown>;
  children?: ReactNode;
}

/** Asks before something that cannot simply be taken back. */
export function ConfirmDialog({ onConfirm, onClose, confirmLabel, ...rest }: ConfirmDialogProps) {
  const submit = useSubmit();
  return (
    <FormDialog
      {...rest}
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
        void submit.run(onConfirm).then((done) => done && onClose());
      }}
    />
  );
}
