import { TextInput } from '@mantine/core';
import { IconSearch, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { useComplaintText } from './i18n/index.ts';

/** One box for whatever is known. `/` goes to it from anywhere on the page. */
export function SearchBox({
  asked,
  onAsk,
}: {
  readonly asked: string | undefined;
  readonly onAsk: (q: string | undefined) => void;
}) {
  const text = useComplaintText();
  const [typed, setTyped] = useState(asked ?? '');
  return (
    <form
      role="search"
      className="complaints-search"
      onSubmit={(event) => {
        event.preventDefault();
        const q = typed.trim();
        onAsk(q.length < 2 ? undefined : q);
      }}
    >
      <TextInput
        label={text('search.label')}
        description={`${text('search.hint')} · ${text('search.recorded')}`}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
        leftSection={<IconSearch size={16} aria-hidden="true" />}
        rightSection={
          asked === undefined ? null : (
            <button
              type="button"
              className="complaints-clear"
              aria-label={text('cancel')}
              onClick={() => {
                setTyped('');
                onAsk(undefined);
              }}
            >
              <IconX size={16} aria-hidden="true" />
            </button>
          )
        }
        maxLength={200}
        type="search"
      />
    </form>
  );
}
