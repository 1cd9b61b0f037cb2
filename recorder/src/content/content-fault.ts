import type { RecorderFaultKind } from '@minhbach/shared/protocol';

type OfContent<Kind> = Kind extends `picture-${string}` | `sound-${string}` ? Kind : never;
export type ContentFaultKind = OfContent<RecorderFaultKind>;

/** What is wrong with what a source shows or lets hear. `evidence`: one line of what was measured. */
export interface ContentFault {
  readonly kind: ContentFaultKind;
  readonly evidence: string;
}
