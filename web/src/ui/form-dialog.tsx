import { useId, type FormEvent, type ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import type { Refusal } from '../lib/submit';
import { Button } from './button';
import { Dialog, Sheet } from './dialog';
import { LateNotice, RefusalNotice } from './refusal-notice';

interface FormDialogProps {
  open: boolean;
  onClose: () => void;
  title: ReactNode;
  description?: ReactNode;
  submitLabel: string;
  /** The label of the other button, where "Cancel" would be ambiguous. */
  keepLabel?: string;
  onSubmit: (event: FormEvent<HTMLFormElement>) => void;
  busy: boolean;
  /** It was sent and there is no answer yet. */
  late?: boolean;
  /** The server executes it only once, so it may be sent again while the answer is late. */
  repeatable?: boolean;
  refusal?: Refusal | undefined;
  danger?: boolean;
  /** The button moves real money and looks like it. */
  real?: boolean;
  /** The form cannot be sent yet. */
  blocked?: boolean;
  /** A wide form opens as a panel from the side. */
  sheet?: boolean;
  children?: ReactNode;
}

/** A form in a dialog. Enter submits, the button says "sending", and a refusal appears above it. Typed text is kept. */
export function FormDialog({
  open,
  onClose,
  title,
  description,
  submitLabel,
  keepLabel,
  onSubmit,
  busy,
  late = false,
  repeatable = false,
  refusal,
  danger,
  real,
  blocked,
  sheet,
  children,
}: FormDialogProps) {
  const t = useTranslations('common');
  const id = useId();
  const Frame = sheet ? Sheet : Dialog;
  return (
    <Frame
      open={open}
      onOpenChange={(next) => !next && (!busy || late) && onClose()}
      title={title}
      description={description}
      footer={
        <>
          <Button onClick={onClose} disabled={busy && !late}>
            {late ? t('close') : (keepLabel ?? t('cancel'))}
          </Button>
          <Button
            type="submit"
            form={id}
            tone={danger ? 'danger' : 'primary'}
            className={real ? 'border-transparent! bg-real! font-bold text-on-real!' : ''}
            busy={busy && !(late && repeatable)}
            disabled={blocked ?? false}
          >
            {late && repeatable ? t('sendAgain') : busy ? t('sending') : submitLabel}
          </Button>
        </>
      }
    >
      <form id={id} noValidate onSubmit={onSubmit} className="flex flex-col gap-4">
        {children}
        <LateNotice late={late} repeatable={repeatable} />
        <RefusalNotice refusal={refusal} repeatable={repeatable} />
      </form>
    </Frame>
  );
}
