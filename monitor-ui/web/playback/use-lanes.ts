import type { Timeline as TimelineAnswer } from '@minhbach/shared/protocol';
import { useQueries } from '@tanstack/react-query';
import { dayMs, startOfLocalDay, type TimelineLane } from '../timeline/index.ts';
import { playbackApi } from './playback-api.ts';
import { nowMs } from './use-session.ts';

const refreshMs = 4000;

export interface Lanes {
  readonly lanes: readonly TimelineLane[];
  readonly error: unknown;
  readonly asOfMs: number | undefined;
}

/** The lanes of the local days in sight; the day that is not over yet is asked for again and again. */
export function useLanes(counterId: string, fromMs: number, toMs: number): Lanes {
  const first = startOfLocalDay(fromMs);
  const days = Array.from(
    { length: Math.max(1, Math.ceil((toMs - first) / dayMs)) },
    (_, index) => first + index * dayMs,
  );
  return useQueries({
    queries: days.slice(0, 3).map((dayFromMs) => ({
      queryKey: ['timeline', counterId, dayFromMs],
      queryFn: ({ signal }: { readonly signal: AbortSignal }) => readDay(counterId, dayFromMs, signal),
      refetchInterval: () =>
        dayFromMs + dayMs > nowMs() - 3_600_000 && dayFromMs < nowMs() ? refreshMs : false,
      staleTime: refreshMs,
    })),
    combine: (results) => ({
      lanes: joinDays(results.flatMap(({ data }) => (data == null ? [] : [data]))),
      error: results.find(({ error }) => error !== null)?.error ?? undefined,
      asOfMs: results.findLast(({ data }) => data != null)?.data?.asOf,
    }),
  });
}

async function readDay(
  counterId: string,
  fromMs: number,
  signal: AbortSignal,
): Promise<TimelineAnswer | null> {
  const toMs = Math.min(fromMs + dayMs, nowMs());
  // A day that has not begun holds nothing; asking for it is a fault.
  if (toMs <= fromMs) return null;
  return playbackApi.timeline(counterId, Math.round(fromMs), Math.round(toMs), signal);
}

function joinDays(days: readonly TimelineAnswer[]): readonly TimelineLane[] {
  const lanes = new Map<string, { -readonly [Key in keyof TimelineLane]: TimelineLane[Key] }>();
  for (const day of [...days].sort((a, b) => a.from - b.from)) {
    for (const { id, kind, name, spans } of day.sources) {
      const lane = lanes.get(id);
      if (lane === undefined) lanes.set(id, { id, kind, name, spans });
      else lane.spans = [...lane.spans, ...spans];
    }
  }
  return [...lanes.values()].sort((a, b) => a.kind.localeCompare(b.kind) || a.name.localeCompare(b.name));
}
