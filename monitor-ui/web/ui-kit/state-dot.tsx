import type { ReactNode } from 'react';

/** `seal` is kept for what was checked; what merely works is `plain`. */
export type Tone = 'plain' | 'seal' | 'watch' | 'warn' | 'alarm' | 'held' | 'muted';

/** A shape of its own for each meaning, so that it also reads without colour. */
const shapes: Record<Tone, ReactNode> = {
  plain: <circle cx="5" cy="5" r="3.6" fill="currentColor" />,
  seal: (
    <path
      d="M1 5.2 4 8.2 9.2 1.8"
      fill="none"
      stroke="currentColor"
      strokeWidth="2.2"
      strokeLinecap="round"
    />
  ),
  watch: <circle cx="5" cy="5" r="3" fill="none" stroke="currentColor" strokeWidth="2.5" />,
  warn: <path d="M5 .8 9.6 9H.4Z" fill="currentColor" />,
  alarm: <path d="M1.5 1.5l7 7m0-7l-7 7" stroke="currentColor" strokeWidth="2.4" strokeLinecap="round" />,
  held: <path d="M5 .5 9.5 5 5 9.5.5 5Z" fill="currentColor" />,
  muted: <circle cx="5" cy="5" r="3.6" fill="none" stroke="currentColor" strokeWidth="1.6" />,
};

/** State by shape, colour and word; `hideWord` keeps the word for screen readers where the place is narrow. */
export function StateDot({
  tone,
  word,
  hideWord = false,
}: {
  readonly tone: Tone;
  readonly word: string;
  readonly hideWord?: boolean;
}) {
  return (
    <span className={`state-dot tone-${tone}`} {...(hideWord ? { title: word } : {})}>
      <svg width="10" height="10" viewBox="0 0 10 10" aria-hidden="true">
        {shapes[tone]}
      </svg>
      <span className={hideWord ? 'visually-hidden' : undefined}>{word}</span>
    </span>
  );
}
