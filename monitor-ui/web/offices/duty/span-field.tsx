import { ActionIcon, TextInput } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useOfficesText } from '../i18n/index.ts';
import { faultOfSpan, tidyTime, type Span } from './duty-week.ts';

/** From and to of one span of a day. Plain text, as 24:00 is a time here and no browser's time field knows it. */
export function SpanField({
  span,
  day,
  readOnly,
  onChange,
}: {
  readonly span: Span;
  readonly day: string;
  readonly readOnly: boolean;
  readonly onChange: (span: Span | undefined) => void;
}) {
  const text = useOfficesText();
  if (readOnly) {
    return (
      <span className="duty-span">
        {span.from}–{span.to}
      </span>
    );
  }
  const wrong = faultOfSpan(span) !== undefined;
  const field = (end: 'from' | 'to') => (
    <TextInput
      className="duty-time"
      aria-label={text(`duty.${end}`, { weekday: day })}
      value={span[end]}
      error={wrong}
      maxLength={5}
      onChange={(event) => onChange({ ...span, [end]: event.currentTarget.value })}
      onBlur={() => onChange({ ...span, [end]: tidyTime(span[end]) })}
    />
  );
  return (
    <span className="duty-span">
      {field('from')}
      <span aria-hidden="true">–</span>
      {field('to')}
      <ActionIcon
        variant="subtle"
        size="lg"
        aria-label={text('duty.remove-span', { weekday: day, from: span.from, to: span.to })}
        onClick={() => onChange(undefined)}
      >
        <IconX size={16} />
      </ActionIcon>
    </span>
  );
}
