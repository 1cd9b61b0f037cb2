import { readNumbers } from './bench-options.ts';
import { describeMachine, type BenchResult } from './bench-result.ts';
import { seekCatalogue } from './seek-catalogue.ts';
import { seekClicks } from './seek-clicks.ts';

/**
 * From a click on the timeline to the picture in a real browser, and a day's playlist out of a large catalogue (as
 * `seek-catalogue`; `--days 0` leaves it out).
 */
export async function seek(argv: readonly string[]): Promise<BenchResult> {
  const options = readNumbers(argv, { seconds: 240, clicks: 60, counters: 40, days: 90, questions: 60 });
  const timeline = await seekClicks(options);
  console.error(`timeline: ${JSON.stringify(timeline)}`);
  if (options.days === 0) return { name: 'seek', figures: { timeline }, machine: describeMachine() };
  const sizes = (['counters', 'days', 'questions'] as const).flatMap((name) => [
    `--${name}`,
    String(options[name]),
  ]);
  const catalogue = await seekCatalogue(sizes);
  return { ...catalogue, name: 'seek', figures: { timeline, catalogue: catalogue.figures } };
}
