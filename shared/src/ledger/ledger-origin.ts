import type { MonitorId, RecorderId } from '../units-of-measure/index.ts';

/** The name of a recorder's ledger in checkpoints; each generation is a ledger of its own. */
export function recorderOrigin(recorderId: RecorderId, generation: number): string {
  return `minhbach/r/${recorderId}/${generation}`;
}

/** The name of a monitor's ledger: what people did. */
export function monitorOrigin(monitorId: MonitorId): string {
  return `minhbach/m/${monitorId}`;
}

/** The name under which a monitor counter-signs the heads of others. */
export function witnessName(monitorId: MonitorId): string {
  return `minhbach/w/${monitorId}`;
}
