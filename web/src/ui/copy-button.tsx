import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useTranslations } from 'use-intl';
import { Button, IconButton } from './button';

const SHOWN_MS = 1_600;

/** Copies `text`. With a label it is a button with text, without a label an icon. */
export function CopyButton({ text, label, what }: { text: string; label?: string; what?: string }) {
  const t = useTranslations('ui');
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = () =>
    void navigator.clipboard.writeText(text).then(
      () => setCopied(true),
      () => undefined,
    );
  const icon = copied ? <Check className="size-4 text-ok" aria-hidden /> : <Copy className="size-4" aria-hidden />;
  const name = copied ? t('copied') : what ? t('copyWhat', { what }) : t('copy');
  if (!label)
    return (
      <IconButton size="sm" label={name} onClick={copy}>
        {icon}
      </IconButton>
    );
  return (
    <Button size="sm" onClick={copy} aria-label={name}>
      {icon}
      {copied ? t('copied') : label}
    </Button>
  );
}
