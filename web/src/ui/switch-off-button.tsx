import { useState } from 'react';
import { toast } from 'sonner';
import { useTranslations } from 'use-intl';
import { refusalOf } from '../lib/submit';
import { Button } from './button';
import { ConfirmDialog } from './confirm-dialog';

interface SwitchOffButtonProps {
  isActive: boolean;
  words: {
    turnOn: string;
    turnOff: string;
    /** The question before switching off, and what it does. */
    question: string;
    consequence: string;
    turnedOn: string;
    turnedOff: string;
  };
  onChange: (isActive: boolean) => Promise<unknown>;
  size?: 'sm' | 'md';
}

/** Switches something off after a question that says what it does, and on again at once. */
export function SwitchOffButton({ isActive, words, onChange, size = 'sm' }: SwitchOffButtonProps) {
  const ui = useTranslations('ui.fault');
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
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
  return (
    <>
      <Button size={size} busy={busy} onClick={() => (isActive ? setAsking(true) : void turnOn())}>
        {isActive ? words.turnOff : words.turnOn}
      </Button>
      <ConfirmDialog
        open={asking}
        onClose={() => setAsking(false)}
        title={words.question}
        description={words.consequence}
        confirmLabel={words.turnOff}
        danger
        onConfirm={async () => {
          await onChange(false);
          toast.success(words.turnedOff);
        }}
      />
    </>
  );
}
