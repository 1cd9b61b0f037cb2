import { Button, Textarea } from '@mantine/core';
import type { CaseFile } from '@minhbach/shared/protocol';
import { useState } from 'react';
import { formatDateTime } from '../ui-kit/index.ts';
import { useAdding } from './cases-api.ts';
import { Fault } from './fault.tsx';
import { useCaseText } from './i18n/index.ts';

export function CaseNotes({ file, mayWork }: { readonly file: CaseFile; readonly mayWork: boolean }) {
  const text = useCaseText();
  const [words, setWords] = useState('');
  const adding = useAdding(file.id, 'notes', () => setWords(''));
  return (
    <>
      {file.notes.length === 0 ? <p className="case-faint">{text('none')}</p> : null}
      <ul className="case-list">
        {file.notes.map((note) => (
          <li key={note.id}>
            <blockquote>{note.text}</blockquote>
            <span className="case-faint">
              {note.by.displayName}, {formatDateTime(note.at)}
            </span>
          </li>
        ))}
      </ul>
      {mayWork ? (
        <form
          className="case-form"
          onSubmit={(event) => {
            event.preventDefault();
            if (words.trim() !== '') adding.mutate({ text: words.trim() });
          }}
        >
          <Textarea
            label={text('note.text')}
            value={words}
            onChange={(event) => setWords(event.currentTarget.value)}
            maxLength={10_000}
            autosize
            minRows={2}
          />
          <Fault of={adding.error} />
          <Button type="submit" variant="default" loading={adding.isPending} disabled={words.trim() === ''}>
            {text('note.save')}
          </Button>
        </form>
      ) : null}
    </>
  );
}
