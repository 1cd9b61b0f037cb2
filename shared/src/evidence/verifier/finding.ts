/** What is wrong with a package; the words people see are made from the code. */
export type FindingCode =
  | 'container' // a byte that does not follow from the format
  | 'file-missing'
  | 'file-unknown'
  | 'file-altered' // other bytes than SHA256SUMS says
  | 'sums-altered' // SHA256SUMS is not what the monitor signed
  | 'unreadable' // a file that is not what its place says
  | 'head-signature' // the ledger's head is not signed by the key it must be signed by
  | 'head-untrusted' // that key is not known from elsewhere
  | 'head-not-witnessed'
  | 'package-signature'
  | 'package-untrusted'
  | 'entry-not-in-ledger'
  | 'footage-altered'
  | 'footage-of-another-source'
  | 'footage-re-dated'
  | 'footage-reordered'
  | 'footage-missing' // a hole in time
  | 'gap-hidden' // a hole in time that the ledger states and the manifest does not
  | 'span-empty'; // what was asked for has no length

export interface Finding {
  readonly code: FindingCode;
  readonly path?: string | undefined;
  readonly sourceId?: string | undefined;
  /** UTC milliseconds the finding is about, where it is about time. */
  readonly fromUtcMs?: number | undefined;
  readonly toUtcMs?: number | undefined;
  /** For technicians, in English; nothing personal. */
  readonly detail: string;
}

/** `trusted` 0, `untrusted` 3 (whole inside, keys not known from elsewhere), `altered` 1, `unusable` 2. */
export type Verdict = 'trusted' | 'untrusted' | 'altered' | 'unusable';

const trustOnly: ReadonlySet<FindingCode> = new Set([
  'head-untrusted',
  'package-untrusted',
  'head-not-witnessed',
]);

/** Whether a finding says only that something is not known from elsewhere. */
export function isOfTrustOnly(code: FindingCode): boolean {
  return trustOnly.has(code);
}

export function verdictOf(findings: readonly Finding[]): Exclude<Verdict, 'unusable'> {
  if (findings.length === 0) return 'trusted';
  return findings.every(({ code }) => trustOnly.has(code)) ? 'untrusted' : 'altered';
}

export const verdictExitCodes = {
  trusted: 0,
  altered: 1,
  unusable: 2,
  untrusted: 3,
} as const satisfies Record<Verdict, number>;
