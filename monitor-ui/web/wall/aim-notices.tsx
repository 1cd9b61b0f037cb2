import type { Counter } from '@minhbach/shared/protocol';
import { useState } from 'react';
import { useRealtimeEvent, useServerSeconds } from '../app/index.ts';
import { useWallText } from './i18n/index.ts';

interface Aimed {
  readonly sourceId: string;
  readonly expiresAt: number;
  readonly by: string;
}

/** A technician looking through a camera never goes unseen: announced here until the minute is over. */
export function AimNotices({ counters }: { readonly counters: readonly Counter[] }) {
  const text = useWallText();
  const nowMs = useServerSeconds();
  const [aims, setAims] = useState<readonly Aimed[]>([]);
  useRealtimeEvent('aimStarted', (aim) => {
    setAims((before) => [...before.filter((other) => other.sourceId !== aim.sourceId), aim]);
  });
  const running = aims.filter((aim) => nowMs === undefined || aim.expiresAt > nowMs);
  if (running.length === 0) return null;
  return (
    <section aria-live="polite">
      <h2 className="section-title">{text('aims')}</h2>
      {running.map((aim) => {
        const counter = counters.find(({ sources }) => sources.some(({ id }) => id === aim.sourceId));
        const leftS = nowMs === undefined ? undefined : Math.ceil((aim.expiresAt - nowMs) / 1000);
        return (
          <div key={aim.sourceId} className="wall-card wall-card-warn">
            <p>
              <b>{counter?.name ?? '?'}</b>
              {leftS === undefined ? '' : ` · ${leftS} s`}
            </p>
            <small>{text('aims.text', { by: aim.by })}</small>
          </div>
        );
      })}
    </section>
  );
}
