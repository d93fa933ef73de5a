import { useState } from 'react';
import { useTranslations } from 'use-intl';
import type { PhraseMeaning, UnreadKind } from '../../gql/generated';
import { Badge } from '../../ui/badge';
import { buttonClass } from '../../ui/button';
import { Card } from '../../ui/card';
import { PhraseDialog } from './phrase-dialog';
import type { PhraseSource } from './phrase-preview';

interface UnreadPart {
  kind: UnreadKind;
  text: string;
  taughtAs: PhraseMeaning | null;
}

interface UnreadPartsProps {
  source: PhraseSource;
  parts: readonly UnreadPart[];
  onTaught: () => void;
}

/** The words or fields that were not understood; each can be taught to the source. */
export function UnreadParts({ source, parts, onTaught }: UnreadPartsProps) {
  const t = useTranslations('webhooks.phrases');
  const [open, setOpen] = useState<string>();
  if (parts.length === 0) return null;
  return (
    <Card title={t('stoppedTitle')}>
      <p className="mb-3 text-sm text-muted">{t('stoppedBody')}</p>
      <ul aria-label={t('stoppedTitle')} className="flex flex-col divide-y divide-line">
        {parts.map((part) => (
          <li
            key={`${part.kind} ${part.text}`}
            className="flex min-h-11 flex-wrap items-center gap-x-3 gap-y-1 py-1.5 first:pt-0 last:pb-0"
          >
            <span className="flex min-w-0 flex-1 items-center gap-2">
              <code className="min-w-0 rounded-md bg-hover px-2 py-0.5 font-mono text-sm break-words">{part.text}</code>
              <span className="shrink-0 text-xs text-faint">{t(`kind.${part.kind}`)}</span>
            </span>
            {part.taughtAs ? (
              <Badge tone="ok">{t('taughtAs', { meaning: t(`meaning.${part.taughtAs}`).toLowerCase() })}</Badge>
            ) : (
              <button
                type="button"
                className={buttonClass('plain', 'sm')}
                aria-label={t('teachThis', { phrase: part.text })}
                onClick={() => setOpen(part.text)}
              >
                {t('teach')}
              </button>
            )}
          </li>
        ))}
      </ul>
      {open !== undefined && (
        <PhraseDialog source={source} phrase={open} onClose={() => setOpen(undefined)} onChanged={onTaught} />
      )}
    </Card>
  );
}
