import { evidenceFormat } from './evidence-format.ts';
import type { FootageFile, LedgerExtract } from './package-schema.ts';

/** The places of a package's files, in the order in which they stand in it. */
export const packageFiles = {
  readMe: 'READ-ME.html',
  manifest: 'manifest.json',
  custody: 'custody.json',
  sums: 'SHA256SUMS',
  signature: 'SIGNATURE',
} as const;

export function proofsPath({
  recorderId,
  generation,
}: Pick<LedgerExtract, 'recorderId' | 'generation'>): string {
  return `proofs/${recorderId}-${generation}.json`;
}

export function footagePath(
  sourceId: string,
  startUtcMs: number,
  { segmentId }: Pick<FootageFile, 'segmentId'>,
): string {
  return `footage/${sourceId}/${startUtcMs}-${segmentId}.mp4`;
}

/** All leaf hashes of a segment's `fragmentsRoot`, 32 bytes each, the init segment's first. */
export function leavesPath(sourceId: string, { segmentId }: Pick<FootageFile, 'segmentId'>): string {
  return `leaves/${sourceId}/${segmentId}.bin`;
}

/** Under what name a recorder's ledger signs its heads. */
export function recorderOrigin(recorderId: string, generation: number): string {
  return `minhbach/r/${recorderId}/${generation}`;
}

/** Under what name a monitor signs packages. */
export function monitorSignerName(monitorId: string): string {
  return `minhbach/m/${monitorId}`;
}

/** The text that the monitor signs. */
export function signatureText(packageId: string, sumsSha256Hex: string): string {
  return `${evidenceFormat}\n${packageId}\n${sumsSha256Hex}\n`;
}
