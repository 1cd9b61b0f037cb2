import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useEffect, useRef, useState, type KeyboardEvent } from 'react';
import { serverClock } from '../app/index.ts';
import { formatTime, Kbd, useProblemText } from '../ui-kit/index.ts';
import { useWallText } from './i18n/index.ts';
import { categories, severities, spanAfterMs, spanBeforeMs, type Severity } from './incident-words.ts';
import { sendBookmark } from './send-bookmark.ts';
import type { BookmarkStart } from './use-wall.ts';

type Category = (typeof categories)[number];

/** Opens at once over the playing wall. A digit alone saves; with a note, Ctrl+Enter does. */
export function BookmarkPanel({
  start,
  onEnd,
}: {
  readonly start: BookmarkStart;
  readonly onEnd: () => void;
}) {
  const text = useWallText();
  const problemText = useProblemText();
  const panel = useRef<HTMLDivElement>(null);
  const [middleMs] = useState(() => start.shownAtMs ?? serverClock.now());
  const [category, setCategory] = useState<Category>('harassment');
  const [severity, setSeverity] = useState<Severity>('medium');
  const [note, setNote] = useState('');
  const [saving, setSaving] = useState(false);
  const [failure, setFailure] = useState<string>();
  useEffect(() => panel.current?.focus(), []);

  const save = async (chosen: Category) => {
    setCategory(chosen);
    if (saving) return;
    if (middleMs === undefined) {
      setFailure(text('bookmark.no-time'));
      return;
    }
    setSaving(true);
    setFailure(undefined);
    try {
      await sendBookmark({
        counterId: start.counter.id,
        from: Math.round(middleMs - spanBeforeMs),
        to: Math.round(middleMs + spanAfterMs),
        category: chosen,
        severity,
        ...(note.trim() === '' ? {} : { note: note.trim() }),
      });
      notifications.show({
        message: text('bookmark.saved', {
          category: text(`category.${chosen}`),
          counter: start.counter.name,
        }),
        autoClose: 3000,
      });
      onEnd();
    } catch (error) {
      setFailure(text('bookmark.failed', { reason: problemText(error) }));
      setSaving(false);
    }
  };

  const press = (event: KeyboardEvent) => {
    const inNote = event.target instanceof HTMLTextAreaElement;
    const byDigit = categories[Number(event.key) - 1];
    if (event.key === 'Escape') onEnd();
    else if (event.key === 'Enter' && (event.ctrlKey || !inNote)) void save(category);
    else if (!inNote && byDigit !== undefined && !event.ctrlKey && !event.altKey) void save(byDigit);
    else return;
    event.preventDefault();
  };

  const span =
    middleMs === undefined
      ? ''
      : `${formatTime(middleMs - spanBeforeMs)} – ${formatTime(middleMs + spanAfterMs)}`;
  return (
    <div
      ref={panel}
      className="bookmark"
      role="dialog"
      aria-label={text('bookmark.title', { counter: start.counter.name })}
      tabIndex={-1}
      onKeyDown={press}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void save(category);
        }}
      >
        <h2>
          {text('bookmark.title', { counter: start.counter.name })}{' '}
          <span className="bookmark-span">{span}</span>
        </h2>
        <fieldset className="bookmark-categories">
          <legend className="visually-hidden">{text('bookmark.category')}</legend>
          {categories.map((name, index) => (
            <label key={name}>
              <input
                type="radio"
                name="category"
                checked={category === name}
                onChange={() => setCategory(name)}
              />
              <Kbd>{index + 1}</Kbd> {text(`category.${name}`)}
            </label>
          ))}
        </fieldset>
        <textarea
          value={note}
          rows={2}
          maxLength={4000}
          aria-label={text('bookmark.note')}
          placeholder={text('bookmark.note-placeholder')}
          onChange={(event) => setNote(event.target.value)}
        />
        {failure === undefined ? null : (
          <p className="tone-alarm" role="alert">
            ✕ {failure}
          </p>
        )}
        <div className="bookmark-end">
          <fieldset className="bookmark-severities">
            <legend className="visually-hidden">{text('severity.label')}</legend>
            {severities.map((name) => (
              <label key={name}>
                <input
                  type="radio"
                  name="severity"
                  checked={severity === name}
                  onChange={() => setSeverity(name)}
                />
                {text(`severity.${name}`)}
              </label>
            ))}
          </fieldset>
          <Button variant="default" onClick={onEnd}>
            {text('bookmark.cancel')}
          </Button>
          <Button type="submit" loading={saving}>
            {text('bookmark.save')}
          </Button>
        </div>
        <small className="bookmark-hint">{text('bookmark.hint')}</small>
      </form>
    </div>
  );
}
