import { Pencil, Plus, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useTranslations } from 'use-intl';
import {
  useForgetPhraseMutation,
  useSourcePhrasesQuery,
  type PhraseMeaning,
  type SourcePhrasesFragment,
} from '../../gql/generated';
import { useSubmit } from '../../lib/submit';
import { Badge, type BadgeTone } from '../../ui/badge';
import { Button, IconButton } from '../../ui/button';
import { Card } from '../../ui/card';
import { ErrorPanel } from '../../ui/error-panel';
import { FormDialog } from '../../ui/form-dialog';
import { Skeleton } from '../../ui/skeleton';
import { Age } from '../../ui/time';
import { toast } from '../../ui/toast';
import { PhraseDialog } from './phrase-dialog';
import { PhrasePreview, usePhrasePreview, type PhraseSource } from './phrase-preview';

type Phrase = SourcePhrasesFragment['phrases'][number];
type Open = { kind: 'teach'; phrase: Phrase | undefined } | { kind: 'forget'; phrase: Phrase };

const TONES: Record<PhraseMeaning, BadgeTone> = { BUY: 'sim', SELL: 'warn', NEUTRAL: 'neutral' };

interface PhrasesCardProps {
  source: PhraseSource;
  onChanged?: () => void;
}

/** The phrases of a source: list, teach, change and remove. */
export function PhrasesCard({ source, onChanged }: PhrasesCardProps) {
  const t = useTranslations('webhooks.phrases');
  const [open, setOpen] = useState<Open>();
  const { data, error, refetch } = useSourcePhrasesQuery({ variables: { sourceId: source.id } });
  const phrases = data?.webhookSource?.phrases as readonly Phrase[] | undefined;
  const close = () => setOpen(undefined);
  return (
    <Card
      title={t('title')}
      actions={
        <Button size="sm" onClick={() => setOpen({ kind: 'teach', phrase: undefined })}>
          <Plus className="size-3.5" aria-hidden />
          {t('add')}
        </Button>
      }
    >
      <p className="text-xs text-faint">{t('help.card')}</p>
      {error && <ErrorPanel error={error} onRetry={() => void refetch().catch(() => undefined)} />}
      {!phrases && !error && <Skeleton className="mt-2 h-9 w-full" />}
      {phrases?.length === 0 && <p className="mt-2 min-h-9 text-sm text-muted">{t('empty')}</p>}
      {phrases && phrases.length > 0 && (
        <ul aria-label={t('title')} className="mt-2 flex max-h-96 flex-col divide-y divide-line overflow-y-auto">
          {phrases.map((phrase) => (
            <li key={phrase.id} className="flex items-center gap-2 py-1.5 last:pb-0">
              <span className="min-w-0 flex-1">
                <code className="font-mono text-sm break-words">{phrase.phrase}</code>
                <span className="ml-2 text-2xs text-faint">
                  <Age at={phrase.createdAt} ago />
                </span>
              </span>
              <Badge tone={TONES[phrase.meaning]}>{t(`meaning.${phrase.meaning}`)}</Badge>
              <IconButton
                size="sm"
                label={t('change', { phrase: phrase.phrase })}
                onClick={() => setOpen({ kind: 'teach', phrase })}
              >
                <Pencil aria-hidden />
              </IconButton>
              <IconButton
                size="sm"
                label={t('forget', { phrase: phrase.phrase })}
                onClick={() => setOpen({ kind: 'forget', phrase })}
              >
                <Trash2 aria-hidden />
              </IconButton>
            </li>
          ))}
        </ul>
      )}
      {open?.kind === 'teach' && (
        <PhraseDialog
          source={source}
          phrase={open.phrase?.phrase ?? ''}
          meaning={open.phrase?.meaning}
          onClose={close}
          onChanged={onChanged}
        />
      )}
      {open?.kind === 'forget' && (
        <ForgetDialog source={source} phrase={open.phrase} onClose={close} onChanged={onChanged} />
      )}
    </Card>
  );
}

interface ForgetDialogProps {
  source: PhraseSource;
  phrase: Phrase;
  onClose: () => void;
  onChanged: (() => void) | undefined;
}

/** Removes a phrase, after showing what would be read differently without it. */
function ForgetDialog({ source, phrase, onClose, onChanged }: ForgetDialogProps) {
  const t = useTranslations('webhooks.phrases');
  const submit = useSubmit();
  const [forget] = useForgetPhraseMutation();
  const preview = usePhrasePreview({ sourceId: source.id, phrase: phrase.phrase, meaning: null });
  return (
    <FormDialog
      open
      onClose={onClose}
      title={t('forgetTitle', { phrase: phrase.phrase })}
      description={t('forgetBody', { source: source.label })}
      submitLabel={t('forgetNow')}
      danger
      sheet
      blocked={preview.state !== 'known'}
      busy={submit.busy}
      refusal={submit.refusal}
      onSubmit={(event) => {
        event.preventDefault();
        if (preview.state !== 'known') return;
        void submit
          .run(() => forget({ variables: { input: { sourceId: source.id, phraseId: phrase.id } } }))
          .then((done) => {
            if (!done) return;
            toast.success(t('forgotten', { phrase: phrase.phrase }));
            onChanged?.();
            onClose();
          });
      }}
    >
      <PhrasePreview preview={preview} source={source} />
    </FormDialog>
  );
}
