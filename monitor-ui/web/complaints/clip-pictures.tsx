import { Button } from '@mantine/core';
import type { SearchClip } from '@minhbach/shared/protocol';
import { useMutation } from '@tanstack/react-query';
import { useMe } from '../app/index.ts';
import { formatTime, useProblemText } from '../ui-kit/index.ts';
import { complaintsApi } from './complaints-api.ts';
import { useComplaintText } from './i18n/index.ts';

/**
 * Small pictures of a clip. Looking at them is looking at footage: it is asked for, under a grant whose reason says what
 * was searched for, and an investigator does it for a case.
 */
export function ClipPictures({ clip, q }: { readonly clip: SearchClip; readonly q: string }) {
  const text = useComplaintText();
  const problemText = useProblemText();
  const isInvestigator = useMe().person.role === 'investigator';
  const asking = useMutation({
    mutationFn: () => complaintsApi.look(clip, text('clip.reason', { q })),
  });
  if (isInvestigator && clip.caseId === undefined) {
    return <p className="complaints-faint">{text('clip.needs-case')}</p>;
  }
  if (asking.isSuccess) {
    const camera = asking.data.sources.find(({ kind }) => kind === 'camera');
    return (
      <div className="complaints-pictures">
        {clip.pictureAt.map((at) => (
          <figure key={at}>
            <img
              src={`/api/v1/playbacks/${asking.data.id}/thumbnail?source=${camera?.id ?? ''}&at=${at}`}
              alt={text('clip.picture', { time: formatTime(at) })}
              loading="lazy"
            />
            <figcaption>{formatTime(at)}</figcaption>
          </figure>
        ))}
      </div>
    );
  }
  return (
    <span>
      <Button size="compact-sm" variant="default" loading={asking.isPending} onClick={() => asking.mutate()}>
        {text('clip.pictures')}
      </Button>
      {asking.isError ? (
        <span role="alert" className="complaints-fault">
          {' '}
          ✕ {problemText(asking.error)}
        </span>
      ) : null}
    </span>
  );
}
