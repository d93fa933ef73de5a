import { useState } from 'react';
import { useTranslations } from 'use-intl';
import { useTeachPhraseMutation, type PhraseMeaning } from '../../gql/generated';
import { useSubmit } from '../../lib/submit';
import { Field } from '../../ui/field';
import { FormDialog } from '../../ui/form-dialog';
import { Input } from '../../ui/input';
import { Segmented } from '../../ui/segmented';
import { useSentenceText } from '../../ui/server-sentence';
import { toast } from '../../ui/toast';
import { PhrasePreview, usePhrasePreview, type PhraseSource } from './phrase-preview';

const MEANINGS: readonly PhraseMeaning[] = ['BUY', 'SELL', 'NEUTRAL'];

interface PhraseDialogProps {
  source: PhraseSource;
  /** The phrase to teach; the user can still change it. */
  phrase: string;
  /** Its current meaning, if the source knows it. */
  meaning?: PhraseMeaning | undefined;
  onClose: () => void;
  onChanged?: (() => void) | undefined;
}

/** Teaches a source a phrase, after showing what it would have changed. */
export function PhraseDialog({ source, phrase: given, meaning: known, onClose, onChanged }: PhraseDialogProps) {
  const t = useTranslations('webhooks.phrases');
  const submit = useSubmit();
  const [teach] = useTeachPhraseMutation();
  const [phrase, setPhrase] = useState(given);
  const [meaning, setMeaning] = useState<PhraseMeaning | undefined>(known);
  const preview = usePhrasePreview({ sourceId: source.id, phrase, meaning });
  const inWords = useSentenceText();
  const fault = submit.refusal?.fields.find(({ path }) => path === 'phrase')?.message ?? preview.fault;
  return (
    <FormDialog
      open
      onClose={onClose}
      title={t('teachTitle', { source: source.label })}
      description={t('teachBody')}
      submitLabel={meaning ? t('saveAs', { meaning: t(`meaning.${meaning}`).toLowerCase() }) : t('save')}
      real={source.tradeMode === 'REAL' && meaning === 'BUY'}
      sheet
      blocked={preview.state !== 'known' || meaning === undefined}
      busy={submit.busy}
      refusal={submit.refusal}
      onSubmit={(event) => {
        event.preventDefault();
        if (preview.state !== 'known' || meaning === undefined) return;
        const input = { sourceId: source.id, phrase: phrase.trim(), meaning };
        void submit
          .run(() => teach({ variables: { input } }))
          .then((done) => {
            if (!done) return;
            toast.success(t('taught', { phrase: input.phrase, meaning: t(`meaning.${meaning}`).toLowerCase() }));
            onChanged?.();
            onClose();
          });
      }}
    >
      <Field label={t('phrase')} hint={t('phraseHint')} error={fault && inWords(fault)} required>
        <Input
          value={phrase}
          maxLength={160}
          spellCheck={false}
          autoComplete="off"
          className="font-mono"
          onChange={(event) => setPhrase(event.target.value)}
        />
      </Field>
      <div>
        <Segmented
          label={t('means')}
          fill
          value={meaning ?? ''}
          options={MEANINGS.map((value) => ({ value, label: t(`meaning.${value}`) }))}
          onChange={(value) => setMeaning(value as PhraseMeaning)}
        />
        <p className="mt-1.5 min-h-8 text-xs text-faint">{t(meaning ? `help.${meaning}` : 'help.choose')}</p>
      </div>
      <PhrasePreview preview={preview} source={source} />
    </FormDialog>
  );
}
