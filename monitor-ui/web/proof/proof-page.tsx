import { useMay } from '../app/index.ts';
import { EvidenceCheck } from '../evidence-check/index.ts';
import { useProofText } from './i18n/index.ts';
import { LedgerList } from './ledger-list.tsx';
import { SweepList } from './sweep-list.tsx';
import './proof.css';

const limits = ['limits.cable', 'limits.window', 'limits.store', 'limits.own', 'limits.explained'] as const;

/** What can be proven, for the auditor: ledgers and who signed their heads, random checks, limits, a verifier. */
export function ProofPage() {
  const text = useProofText();
  const seesSweeps = useMay('sweeps.read');
  return (
    <div className="proof-page">
      <header>
        <h1>{text('title')}</h1>
        <p className="proof-faint">{text('lead')}</p>
      </header>
      <section aria-labelledby="proof-ledgers">
        <h2 id="proof-ledgers">{text('ledgers.title')}</h2>
        <p className="proof-faint">{text('ledgers.lead')}</p>
        <LedgerList />
      </section>
      {seesSweeps ? (
        <section aria-labelledby="proof-sweeps">
          <h2 id="proof-sweeps">{text('sweeps.title')}</h2>
          <p className="proof-faint">{text('sweeps.lead')}</p>
          <SweepList />
        </section>
      ) : null}
      <section aria-labelledby="proof-verify">
        <h2 id="proof-verify">{text('verify.title')}</h2>
        <p className="proof-faint">{text('verify.lead')}</p>
        <EvidenceCheck />
      </section>
      <section aria-labelledby="proof-limits">
        <h2 id="proof-limits">{text('limits.title')}</h2>
        <ul>
          {limits.map((limit) => (
            <li key={limit}>{text(limit)}</li>
          ))}
        </ul>
      </section>
    </div>
  );
}
