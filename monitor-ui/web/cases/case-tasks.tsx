import { Button, TextInput } from '@mantine/core';
import type { CaseFile } from '@minhbach/shared/protocol';
import { useState } from 'react';
import { useServerSeconds } from '../app/index.ts';
import { formatDateTime, fromLocalInput, StateDot } from '../ui-kit/index.ts';
import { useAdding } from './cases-api.ts';
import { Fault } from './fault.tsx';
import { useCaseText } from './i18n/index.ts';

export function CaseTasks({ file, mayWork }: { readonly file: CaseFile; readonly mayWork: boolean }) {
  const text = useCaseText();
  const [words, setWords] = useState('');
  const [due, setDue] = useState('');
  const adding = useAdding(file.id, 'tasks', () => {
    setWords('');
    setDue('');
  });
  const dueAt = fromLocalInput(due);
  return (
    <>
      {file.tasks.length === 0 ? <p className="case-faint">{text('none')}</p> : null}
      <ul className="case-list">
        {file.tasks.map((task) => (
          <li key={task.id} className="case-clip">
            <Task task={task} caseId={file.id} mayWork={mayWork} />
          </li>
        ))}
      </ul>
      {mayWork ? (
        <form
          className="case-form"
          onSubmit={(event) => {
            event.preventDefault();
            if (words.trim() === '') return;
            adding.mutate({ text: words.trim(), ...(dueAt === undefined ? {} : { dueAt }) });
          }}
        >
          <TextInput
            label={text('task.text')}
            value={words}
            onChange={(event) => setWords(event.currentTarget.value)}
            maxLength={1000}
          />
          <TextInput
            type="datetime-local"
            label={text('task.due')}
            value={due}
            onChange={(event) => setDue(event.currentTarget.value)}
          />
          <Fault of={adding.error} />
          <Button type="submit" variant="default" loading={adding.isPending} disabled={words.trim() === ''}>
            {text('task.save')}
          </Button>
        </form>
      ) : null}
    </>
  );
}

function Task({
  task,
  caseId,
  mayWork,
}: {
  readonly task: CaseFile['tasks'][number];
  readonly caseId: string;
  readonly mayWork: boolean;
}) {
  const text = useCaseText();
  const finishing = useAdding(caseId, `tasks/${task.id}/done`);
  const { doneAt, doneBy, dueAt } = task;
  const nowMs = useServerSeconds();
  const isLate = doneAt === undefined && dueAt !== undefined && dueAt < (nowMs ?? 0);
  return (
    <>
      <span>
        <StateDot tone={doneAt === undefined ? (isLate ? 'alarm' : 'plain') : 'muted'} word={task.text} />{' '}
        <span className="case-faint">
          {doneAt !== undefined
            ? text('task.was-done', { name: doneBy?.displayName ?? '', time: formatDateTime(doneAt) })
            : dueAt === undefined
              ? ''
              : text('task.due-at', { date: formatDateTime(dueAt) })}
        </span>
        <Fault of={finishing.error} />
      </span>
      {mayWork && doneAt === undefined ? (
        <Button
          size="compact-sm"
          variant="default"
          loading={finishing.isPending}
          onClick={() => finishing.mutate({})}
        >
          {text('task.done')}
        </Button>
      ) : null}
    </>
  );
}
