import { useRef, useState, type DragEvent } from 'react';
import { ClipPlayer } from './clip-player.tsx';
import { useEvidenceText } from './i18n/index.ts';
import { PackageResult } from './package-result.tsx';
import { readTrust } from './read-trust.ts';
import { TrustField } from './trust-field.tsx';
import { usePackageCheck } from './use-package-check.ts';
import './evidence-check.css';

/** Choose or drop a package, say which keys are known from elsewhere, read the verdict, play what is shown. */
export function EvidenceCheck() {
  const text = useEvidenceText();
  const [check, start, cancel] = usePackageCheck();
  const [keys, setKeys] = useState('');
  const [isOver, setOver] = useState(false);
  const chosen = useRef<File>(undefined);
  const trust = readTrust(keys);
  const run = (file: File | undefined): void => {
    if (file === undefined || trust.kind === 'wrong') return;
    chosen.current = file;
    start({ file, trust: trust.trust }, file.name);
  };
  const dropped = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    run(event.dataTransfer.files[0]);
  };
  return (
    <div className="evidence">
      <label
        className="evidence-drop"
        data-over={isOver}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={dropped}
      >
        <b>{text('choose')}</b>
        <span>{text('choose.lead')}</span>
        <input
          type="file"
          accept=".zip,application/zip"
          disabled={trust.kind === 'wrong'}
          onChange={({ target }) => {
            run(target.files?.[0]);
            target.value = '';
          }}
        />
      </label>
      <TrustField
        value={keys}
        wrongLine={trust.kind === 'wrong' ? trust.line : undefined}
        onChange={setKeys}
      />
      {check.state !== 'idle' && check.state !== 'checking' ? (
        <button type="button" disabled={trust.kind === 'wrong'} onClick={() => run(chosen.current)}>
          {text('again')}
        </button>
      ) : null}
      <div aria-live="polite">
        {check.state === 'checking' ? (
          <div className="evidence-progress">
            <label htmlFor="evidence-share">{text('checking', { name: check.name })}</label>
            <progress id="evidence-share" max={1} value={check.share} />
            <button type="button" onClick={cancel}>
              {text('cancel')}
            </button>
          </div>
        ) : null}
        {check.state === 'failed' ? (
          <p className="evidence-verdict" data-verdict="unusable">
            <b>✕ {text('failed', { name: check.name })}</b>
          </p>
        ) : null}
        {check.state === 'done' ? (
          <>
            <PackageResult name={check.name} report={check.report} />
            <ClipPlayer file={check.file} sources={check.report.manifest?.sources ?? []} />
          </>
        ) : null}
      </div>
    </div>
  );
}
