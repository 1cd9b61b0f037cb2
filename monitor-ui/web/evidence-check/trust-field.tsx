import { useEvidenceText } from './i18n/index.ts';

export function TrustField(of: {
  readonly value: string;
  readonly wrongLine: string | undefined;
  readonly onChange: (value: string) => void;
}) {
  const text = useEvidenceText();
  const { value, wrongLine, onChange } = of;
  return (
    <details className="evidence-trust" open={value !== ''}>
      <summary>{text('trust')}</summary>
      <p id="evidence-trust-lead">{text('trust.lead')}</p>
      <textarea
        aria-label={text('trust.field')}
        aria-describedby="evidence-trust-lead"
        aria-invalid={wrongLine !== undefined}
        rows={4}
        spellCheck={false}
        value={value}
        onChange={({ target }) => onChange(target.value)}
      />
      {wrongLine === undefined ? null : (
        <p role="alert" className="evidence-wrong">
          ✕ {text('trust.wrong', { line: wrongLine.slice(0, 60) })}
        </p>
      )}
      <label className="evidence-load">
        {text('trust.load')}
        <input
          type="file"
          accept=".json,.txt"
          onChange={({ target }) => {
            const file = target.files?.[0];
            if (file !== undefined) void file.slice(0, 4_000_000).text().then(onChange);
          }}
        />
      </label>
    </details>
  );
}
