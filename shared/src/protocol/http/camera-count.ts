import type { Source } from './fleet.ts';

export interface CameraCount {
  /** Cameras there should be: those registered, and one for a counter that has none. */
  readonly declared: number;
  /** Cameras of which it is known that they record now. */
  readonly working: number;
}

/**
 * How many of the counters' cameras really record. Retiring a counter's only camera does not make the figures look
 * well: every counter has to have one.
 */
export function countCameras(
  counters: readonly { readonly sources: readonly Pick<Source, 'kind' | 'state'>[] }[],
): CameraCount {
  let declared = 0;
  let working = 0;
  for (const { sources } of counters) {
    const cameras = sources.filter(({ kind }) => kind === 'camera');
    declared += Math.max(1, cameras.length);
    working += cameras.filter(({ state }) => state === 'recording').length;
  }
  return { declared, working };
}
