import { useState } from 'react';
import { toast } from './toast';
import { useTranslations } from 'use-intl';
import { refusalOf } from '../lib/submit';
import { Button } from './button';
import { ConfirmDialog } from './confirm-dialog';
import { PasswordDialog } from './password-again';

interface SwitchOffButtonProps {
  isActive: boolean;
  words: {
    turnOn: string;
    turnOff: string;
    /** The question before switching off, and the text that says what it does. */
    question: string;
    consequence: string;
    turnedOn: string;
    turnedOff: string;
  };
  /** For real money: the question and the text of the dialog that asks for the password before switching on. */
  armed?: { question: string; consequence: string } | undefined;
  /** Switching off asks for the password too. */
  guarded?: boolean;
  onChange: (isActive: boolean, password?: string) => Promise<unknown>;
  size?: 'sm' | 'md';
}

/** Switches something off after a confirmation, and on again at once or, for real money, with the password. */
export function SwitchOffButton({ isActive, words, armed, guarded, onChange, size = 'sm' }: SwitchOffButtonProps) {
  const ui = useTranslations('ui.fault');
  const [asking, setAsking] = useState<'off' | 'on'>();
  const [busy, setBusy] = useState(false);
  const close = () => setAsking(undefined);
  const turnOn = async () => {
    setBusy(true);
    try {
      await onChange(true);
      toast.success(words.turnedOn);
    } catch (error) {
      const { code, message } = refusalOf(error);
      toast.error(code === 'NETWORK' ? ui('NETWORK') : message);
    } finally {
      setBusy(false);
    }
  };
  const onClick = () => {
    if (isActive) setAsking('off');
    else if (armed) setAsking('on');
    else void turnOn();
  };
  return (
    <>
      <Button size={size} busy={busy} onClick={onClick}>
        {isActive ? words.turnOff : words.turnOn}
      </Button>
      <ConfirmDialog
        open={asking === 'off' && !guarded}
        onClose={close}
        title={words.question}
        description={words.consequence}
        confirmLabel={words.turnOff}
        danger
        onConfirm={async () => {
          await onChange(false);
          toast.success(words.turnedOff);
        }}
      />
      {asking === 'off' && guarded && (
        <PasswordDialog
          onClose={close}
          real={false}
          danger
          title={words.question}
          description={words.consequence}
          confirmLabel={words.turnOff}
          onConfirm={async (password) => {
            await onChange(false, password);
            toast.success(words.turnedOff);
          }}
        />
      )}
      {asking === 'on' && armed && (
        <PasswordDialog
          onClose={close}
          title={armed.question}
          description={armed.consequence}
          confirmLabel={words.turnOn}
          onConfirm={async (password) => {
            await onChange(true, password);
            toast.success(words.turnedOn);
          }}
        />
      )}
    </>
  );
}
