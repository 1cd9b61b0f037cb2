import type { MonitorId, RecorderId } from '../../units-of-measure/index.ts';

/**
 * The bytes both sides sign. The speaker and the path are part of it, so that a signature for one connection or one
 * side is worth nothing on the other; both nonces are, so that none can be replayed.
 */
export function uplinkTranscript(of: {
  readonly speaker: 'recorder' | 'monitor';
  readonly path: '/uplink' | '/uplink/media';
  readonly recorderId: RecorderId;
  readonly monitorId: MonitorId;
  readonly recorderNonce: string;
  readonly monitorNonce: string;
}): Uint8Array {
  const lines = [
    'minh-bach uplink v1',
    of.speaker,
    of.path,
    of.recorderId,
    of.monitorId,
    of.recorderNonce,
    of.monitorNonce,
  ];
  return new TextEncoder().encode(lines.join('\n') + '\n');
}
