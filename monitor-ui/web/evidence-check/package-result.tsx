import type { PackageReport } from '@minhbach/shared/evidence/verifier';
import { FindingList } from './finding-list.tsx';
import { useEvidenceText } from './i18n/index.ts';
import { sayTime } from './say-time.ts';
import { SourceStrips } from './source-strips.tsx';

const icons = { trusted: '✓', untrusted: '!', altered: '✕', unusable: '✕' } as const;

export function PackageResult({ name, report }: { readonly name: string; readonly report: PackageReport }) {
  const text = useEvidenceText();
  const { verdict, manifest, findings, timelines } = report;
  const clockErrorMs = Math.max(
    0,
    ...timelines.map(({ footage }) => footage.reduce((most, one) => Math.max(most, one.clockErrorMs), 0)),
  );
  return (
    <section aria-label={name}>
      <p className="evidence-verdict" data-verdict={verdict}>
        <b>
          {icons[verdict]} {text(`verdict.${verdict}`)}
        </b>
        <span>{text(`verdict.${verdict}.lead`)}</span>
      </p>
      {report.reason === undefined ? null : (
        <p className="evidence-reason">
          {text('reason')} <code>{report.reason}</code>
        </p>
      )}
      {manifest === undefined ? null : (
        <>
          <dl className="evidence-facts">
            <dt>{text('file')}</dt>
            <dd>{name}</dd>
            <dt>{text('counter')}</dt>
            <dd>
              {manifest.counter.name} · {manifest.counter.site} · {manifest.counter.unit}
            </dd>
            <dt>{text('span')}</dt>
            <dd>
              {text('span.value', { from: sayTime(manifest.fromUtcMs), to: sayTime(manifest.toUtcMs) })}
            </dd>
            <dt>{text('clock-error')}</dt>
            <dd>{text('clock-error.value', { ms: clockErrorMs })}</dd>
            <dt>{text('package')}</dt>
            <dd>
              <code>{manifest.packageId}</code>
            </dd>
          </dl>
          <FindingList findings={findings} timelines={timelines} />
          <SourceStrips report={report} />
        </>
      )}
    </section>
  );
}
