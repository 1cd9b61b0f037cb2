import type { PackageReport, Trust } from '@minhbach/shared/evidence/verifier';

export interface CheckOrder {
  readonly file: Blob;
  readonly trust: Trust;
}

export type CheckAnswer =
  | { readonly kind: 'ready' }
  | { readonly kind: 'progress'; readonly doneBytes: number; readonly totalBytes: number }
  | { readonly kind: 'report'; readonly report: PackageReport }
  /** The file could not be read to its end. */
  | { readonly kind: 'failed'; readonly reason: string };
