import type { PackageReport } from './verify-package.ts';
import { isOfTrustOnly, type Finding } from './finding.ts';
import type { SourceTimeline } from './timeline.ts';

/** From the best to the worst; where two hold, the worse is shown. `gap`: proven that there is no footage. */
const states = ['proven', 'untrusted', 'gap', 'missing', 'wrong'] as const;
export type StripState = (typeof states)[number];

export interface StripSpan {
  readonly fromUtcMs: number;
  readonly toUtcMs: number;
  readonly state: StripState;
}

const second = 1_000;

/**
 * What is known of each second of a source within the span asked for, neighbours of one kind joined. What is wrong takes
 * the whole seconds it touches. Nothing is `proven` while something is wrong with the package as a whole.
 */
export function stripOf(
  { findings, manifest }: Pick<PackageReport, 'findings' | 'manifest'>,
  source: SourceTimeline,
): readonly StripSpan[] {
  if (manifest === undefined) return [];
  const { fromUtcMs, toUtcMs } = manifest;
  const isBroken = findings.some(
    ({ code, path }) => !isOfTrustOnly(code) && path?.startsWith(`proofs/${source.recorderId}-`) === true,
  );
  const isDoubted = findings.some((finding) => isDoubt(finding, source));
  const best: StripState = isBroken ? 'wrong' : isDoubted ? 'untrusted' : 'proven';
  const marks: StripSpan[] = [
    { fromUtcMs, toUtcMs, state: 'missing' },
    ...source.footage.map((file) => ({ ...spanOf(file), state: best })),
    ...source.gaps.map((gap) => ({ ...spanOf(gap), state: 'gap' as const })),
  ];
  const wrong = findings
    .filter((finding) => !isOfTrustOnly(finding.code) && finding.sourceId === source.sourceId)
    .map(({ fromUtcMs: from = fromUtcMs, toUtcMs: to = toUtcMs, code }) => ({
      fromUtcMs: Math.floor(from / second) * second,
      toUtcMs: Math.ceil(to / second) * second,
      state: code === 'footage-missing' || code === 'gap-hidden' ? ('missing' as const) : ('wrong' as const),
    }));
  const edges = [...marks, ...wrong].flatMap((mark) => [mark.fromUtcMs, mark.toUtcMs]);
  const within = [...new Set([fromUtcMs, ...edges, toUtcMs])]
    .filter((at) => at >= fromUtcMs && at <= toUtcMs)
    .sort((a, b) => a - b);
  const strip: StripSpan[] = [];
  for (const [index, from] of within.slice(0, -1).entries()) {
    const to = within[index + 1] ?? from;
    const covering = (mark: StripSpan): boolean => mark.fromUtcMs <= from && mark.toUtcMs >= to;
    const shown = marks.slice(1).filter(covering);
    const state = worst([...(shown.length > 0 ? shown : marks.slice(0, 1)), ...wrong.filter(covering)]);
    const before = strip.at(-1);
    if (before?.state === state) strip[strip.length - 1] = { ...before, toUtcMs: to };
    else strip.push({ fromUtcMs: from, toUtcMs: to, state });
  }
  return strip;
}

/** Whether a finding keeps every second of a source from being called proven. */
function isDoubt({ sourceId, path }: Finding, { recorderId }: SourceTimeline): boolean {
  if (sourceId !== undefined) return false;
  return path === undefined || !path.startsWith('proofs/') || path.startsWith(`proofs/${recorderId}-`);
}

function worst(marks: readonly { readonly state: StripState }[]): StripState {
  return states[Math.max(...marks.map(({ state }) => states.indexOf(state)))] ?? 'missing';
}

function spanOf({ fromUtcMs, toUtcMs }: Omit<StripSpan, 'state'>): Omit<StripSpan, 'state'> {
  return { fromUtcMs, toUtcMs };
}
