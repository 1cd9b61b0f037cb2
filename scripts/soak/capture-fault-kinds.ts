import { randomUUID } from 'node:crypto';
import type { FaultInput } from '../virtual-camera/index.ts';

export interface CaptureFault {
  readonly name: string;
  readonly input: () => FaultInput;
  /** It is in force for a while; otherwise it is over as soon as it was injected. */
  readonly lasts: boolean;
}

const lasting = (name: string, input: () => FaultInput): CaptureFault => ({ name, input, lasts: true });
const once = (name: string, input: () => FaultInput): CaptureFault => ({ name, input, lasts: false });

/** What cameras were seen to do, and what an insider could make them do. */
export const captureFaultKinds: readonly CaptureFault[] = [
  lasting('stop-sending', () => ({ kind: 'stop-sending' })),
  lasting('ignore-requests', () => ({ kind: 'ignore-requests' })),
  lasting('refuse-connections', () => ({ kind: 'refuse-connections' })),
  once('close-sessions', () => ({ kind: 'close-sessions' })),
  lasting('credentials', () => ({ kind: 'credentials', password: randomUUID() })),
  lasting('no-audio-packets', () => ({ kind: 'no-audio-packets' })),
  lasting('jump +5 s', () => ({ kind: 'timestamp-jump', seconds: 5 })),
  lasting('jump +100 s', () => ({ kind: 'timestamp-jump', seconds: 100 })),
  lasting('jump -50 s', () => ({ kind: 'timestamp-jump', seconds: -50 })),
  lasting('timestamps backwards', () => ({ kind: 'timestamp-speed', factor: -1 })),
  lasting('timestamps 50 times too fast', () => ({ kind: 'timestamp-speed', factor: 50 })),
  lasting('timestamps standing still', () => ({ kind: 'timestamp-speed', factor: 0 })),
  lasting('bad line', () => ({ kind: 'bad-line', lossPercent: 5, reorderPercent: 2, corruptPercent: 1 })),
  lasting('flood', () => ({ kind: 'flood', times: 70 })),
  lasting('another size', () => ({ kind: 'media', picture: 'h264-720p', running: true })),
];
