import { Button, Select, Textarea, TextInput } from '@mantine/core';
import { caseOutcomeSchema, type CaseFile } from '@minhbach/shared/protocol';
import { useState } from 'react';
import { formatDateTime } from '../ui-kit/index.ts';
import { useAdding } from './cases-api.ts';
import { Fault } from './fault.tsx';
import { useCaseText } from './i18n/index.ts';

/** Where a case went, and how it ended. */
export function CaseOutcome({ file, mayWork }: { readonly file: CaseFile; readonly mayWork: boolean }) {
  const text = useCaseText();
  const [form, setForm] = useState<'refer' | 'close'>();
  const { referral, closing } = file;
  return (
    <>
      {referral === undefined ? null : (
        <>
          <p>{text('refer.was', { to: referral.to, time: formatDateTime(referral.at) })}</p>
          <blockquote>{referral.text}</blockquote>
        </>
      )}
      {closing === undefined ? null : (
        <>
          <p>
            {text('close.was', {
              ...{ name: closing.by.displayName, time: formatDateTime(closing.at) },
              outcome: text(`outcome.${closing.outcome}`),
            })}
          </p>
          <blockquote>{closing.text}</blockquote>
          {closing.answer === undefined ? null : <blockquote>{closing.answer}</blockquote>}
        </>
      )}
      {!mayWork ? null : form === 'refer' ? (
        <ReferForm caseId={file.id} onDone={() => setForm(undefined)} />
      ) : form === 'close' ? (
        <CloseForm caseId={file.id} />
      ) : (
        <div className="case-buttons">
          <Button variant="default" onClick={() => setForm('close')}>
            {text('close.save')}
          </Button>
          <Button variant="default" onClick={() => setForm('refer')}>
            {text('refer.save')}
          </Button>
        </div>
      )}
    </>
  );
}

function ReferForm({ caseId, onDone }: { readonly caseId: string; readonly onDone: () => void }) {
  const text = useCaseText();
  const [to, setTo] = useState('');
  const [words, setWords] = useState('');
  const adding = useAdding(caseId, 'refer', onDone);
  const isReady = to.trim() !== '' && words.trim() !== '';
  return (
    <form
      className="case-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (isReady) adding.mutate({ to: to.trim(), text: words.trim() });
      }}
    >
      <TextInput
        label={text('refer.to')}
        value={to}
        onChange={(event) => setTo(event.currentTarget.value)}
        maxLength={200}
      />
      <Textarea
        label={text('refer.text')}
        value={words}
        onChange={(event) => setWords(event.currentTarget.value)}
        maxLength={10_000}
        autosize
        minRows={2}
      />
      <Fault of={adding.error} />
      <Button type="submit" loading={adding.isPending} disabled={!isReady}>
        {text('refer.save')}
      </Button>
    </form>
  );
}

function CloseForm({ caseId }: { readonly caseId: string }) {
  const text = useCaseText();
  const [outcome, setOutcome] = useState<string | null>(null);
  const [words, setWords] = useState('');
  const [answer, setAnswer] = useState('');
  const adding = useAdding(caseId, 'close');
  const isReady = outcome !== null && words.trim() !== '';
  return (
    <form
      className="case-form"
      onSubmit={(event) => {
        event.preventDefault();
        const said = answer.trim();
        if (isReady) adding.mutate({ outcome, text: words.trim(), ...(said === '' ? {} : { answer: said }) });
      }}
    >
      <Select
        label={text('close.outcome')}
        data={caseOutcomeSchema.options.map((value) => ({ value, label: text(`outcome.${value}`) }))}
        value={outcome}
        onChange={setOutcome}
      />
      <Textarea
        label={text('close.text')}
        value={words}
        onChange={(event) => setWords(event.currentTarget.value)}
        maxLength={10_000}
        autosize
        minRows={2}
      />
      <Textarea
        label={text('close.answer')}
        value={answer}
        onChange={(event) => setAnswer(event.currentTarget.value)}
        maxLength={4_000}
        autosize
        minRows={2}
      />
      <p className="case-faint">{text('close.holds')}</p>
      <Fault of={adding.error} />
      <Button type="submit" loading={adding.isPending} disabled={!isReady}>
        {text('close.save')}
      </Button>
    </form>
  );
}
