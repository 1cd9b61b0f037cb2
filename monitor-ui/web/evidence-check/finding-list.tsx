import type { Finding, SourceTimeline } from '@minhbach/shared/evidence/verifier';
import { useEvidenceText } from './i18n/index.ts';
import { sayTime } from './say-time.ts';

/** More than a person reads; the number of all is said. */
const mostShown = 50;

/** Each thing that is wrong, in words, with its source and time. */
export function FindingList({
  findings,
  timelines,
}: {
  readonly findings: readonly Finding[];
  readonly timelines: readonly SourceTimeline[];
}) {
  const text = useEvidenceText();
  if (findings.length === 0) return null;
  const sourceOf = (id: string | undefined) => timelines.find(({ sourceId }) => sourceId === id);
  return (
    <>
      <h3>{text('findings', { count: findings.length })}</h3>
      <ul className="evidence-findings">
        {findings.slice(0, mostShown).map((finding, index) => {
          const { code, sourceId, fromUtcMs, toUtcMs, path, detail } = finding;
          const source = sourceOf(sourceId);
          const isSound = source?.kind === 'microphone' && code === 'footage-of-another-source';
          return (
            <li key={index} data-code={code}>
              <b>{text(isSound ? 'finding.sound-swapped' : `finding.${code}`)}</b>
              {source === undefined ? null : <span>{source.name}</span>}
              {fromUtcMs === undefined || toUtcMs === undefined ? null : (
                <span>{text('span.value', { from: sayTime(fromUtcMs), to: sayTime(toUtcMs) })}</span>
              )}
              <small>
                {path} {detail}
              </small>
            </li>
          );
        })}
      </ul>
      {findings.length > mostShown ? (
        <p>{text('findings.more', { count: findings.length - mostShown })}</p>
      ) : null}
    </>
  );
}
