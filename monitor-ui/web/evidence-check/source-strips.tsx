import { stripOf, type PackageReport } from '@minhbach/shared/evidence/verifier';
import { useEvidenceText } from './i18n/index.ts';
import { sayClock } from './say-time.ts';

/** One strip per source over the span asked for: proven, not known, gap, missing, wrong; and the same as text. */
export function SourceStrips({ report }: { readonly report: PackageReport }) {
  const text = useEvidenceText();
  const { manifest, timelines } = report;
  if (manifest === undefined || manifest.toUtcMs <= manifest.fromUtcMs) return null;
  const { fromUtcMs, toUtcMs } = manifest;
  const share = (utcMs: number) => (100 * (utcMs - fromUtcMs)) / (toUtcMs - fromUtcMs);
  return (
    <>
      <h3>{text('strips')}</h3>
      {timelines.map((source) => {
        const strip = stripOf(report, source);
        const words = strip.map(
          ({ state, ...span }) =>
            `${sayClock(span.fromUtcMs)}–${sayClock(span.toUtcMs)} ${text(`strip.${state}`)}`,
        );
        return (
          <div className="evidence-source" key={source.sourceId}>
            <span>
              {source.kind === 'microphone' ? '♪' : '▣'} {source.name}
            </span>
            <svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
              {strip.map((span) => (
                <rect
                  key={span.fromUtcMs}
                  data-state={span.state}
                  x={share(span.fromUtcMs)}
                  y={0}
                  width={Math.max(0.4, share(span.toUtcMs) - share(span.fromUtcMs))}
                  height={10}
                />
              ))}
            </svg>
            <details open={strip.length <= 6}>
              <summary>{text('strip.words', { count: strip.length })}</summary>
              <ul>
                {words.slice(0, 200).map((word) => (
                  <li key={word}>{word}</li>
                ))}
              </ul>
            </details>
          </div>
        );
      })}
    </>
  );
}
