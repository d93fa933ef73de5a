import { useState, type ReactNode } from 'react';
import { useTranslations } from 'use-intl';
import { Button } from './button';
import { CodeBlock } from './code-block';
import { Dialog } from './dialog';
import { Notice } from './notice';

interface ShowOnceProps {
  title: string;
  /** What it is for and where to keep it. */
  children: ReactNode;
  /** The secret. */
  code: string;
  label: string;
  onClose: () => void;
}

/** Shows a secret that cannot be shown again. Closing by accident would lose it, so the first attempt only warns. */
export function ShowOnceDialog({ title, children, code, label, onClose }: ShowOnceProps) {
  const t = useTranslations('ui.once');
  const [isWarned, setIsWarned] = useState(false);
  return (
    <Dialog
      open
      onOpenChange={() => (isWarned ? onClose() : setIsWarned(true))}
      title={title}
      footer={
        <Button tone="primary" onClick={onClose}>
          {t('stored')}
        </Button>
      }
    >
      <div className="flex flex-col gap-4">
        <Notice tone="warn" title={t('title')}>
          {children}
        </Notice>
        <CodeBlock code={code} label={label} />
        {isWarned && <Notice tone="danger">{t('closeTwice')}</Notice>}
      </div>
    </Dialog>
  );
}
