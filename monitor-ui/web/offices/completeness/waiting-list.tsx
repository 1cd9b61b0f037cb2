import { Button, Group } from '@mantine/core';
import type { GapExplanation } from '@minhbach/shared/protocol';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useMay } from '../../app/index.ts';
import { ErrorState, formatDateTime, formatDuration, formatTime } from '../../ui-kit/index.ts';
import { useOfficesText } from '../i18n/index.ts';
import { explanationsQuery } from './completeness-queries.ts';
import { DecisionForm } from './decision-form.tsx';

interface Deciding {
  readonly explanation: GapExplanation;
  readonly decision: 'accept' | 'refuse';
}

/** Explanations nobody has decided on yet. Who may not decide on one is told so by the server. */
export function WaitingList({ counterId }: { readonly counterId: string }) {
  const text = useOfficesText();
  const mayDecide = useMay('gaps.decide');
  const waiting = useQuery(explanationsQuery(counterId));
  const [deciding, setDeciding] = useState<Deciding>();
  if (waiting.isError) return <ErrorState error={waiting.error} retry={() => void waiting.refetch()} />;
  if (waiting.data === undefined || waiting.data.length === 0) return null;
  return (
    <article className="offices-card" aria-label={text('completeness.waiting')}>
      <h3>{text('completeness.waiting')}</h3>
      <ul>
        {waiting.data.map((explanation) => (
          <li key={explanation.id}>
            <div className="offices-grow">
              {formatDateTime(explanation.from)} – {formatTime(explanation.to)} (
              {formatDuration(explanation.gapMs)})
              {explanation.reason === undefined ? null : (
                <>
                  <span className="offices-under">{explanation.reason}</span>
                  <span className="offices-under">
                    {text('completeness.evidence')}: {explanation.evidence}
                  </span>
                  <span className="offices-under">
                    {text('completeness.asked-by', { name: explanation.askedBy?.displayName ?? '' })}
                  </span>
                </>
              )}
            </div>
            {mayDecide ? (
              <Group gap="xs">
                <Button size="xs" onClick={() => setDeciding({ explanation, decision: 'accept' })}>
                  {text('completeness.accept')}
                </Button>
                <Button
                  size="xs"
                  variant="default"
                  onClick={() => setDeciding({ explanation, decision: 'refuse' })}
                >
                  {text('completeness.refuse')}
                </Button>
              </Group>
            ) : null}
          </li>
        ))}
      </ul>
      {deciding === undefined ? null : <DecisionForm {...deciding} onClose={() => setDeciding(undefined)} />}
    </article>
  );
}
