import type { Counter, Me, Site } from '@minhbach/shared/protocol';
import { wallAnswers } from '@minhbach/shared/wall-start';
import { askEarly } from './app/early-answers.ts';
import { serverClock } from './app/server-clock.ts';
import { firstPictures } from './wall/first-pictures.ts';
import { storedGrid } from './wall/stored-grid.ts';

/**
 * The first code of every page, small enough to run while the rest is still on its way. For the wall it asks at once
 * for what that is drawn from, and begins to play its pictures: a browser takes half a second to show the first of a
 * video, in which the page can be drawn. All of it works without this, only later.
 */
async function hurryWall(): Promise<void> {
  const player = import('./live-player/early-pictures.ts');
  const asked = wallAnswers.map((path) => askEarly(path));
  const answers = await Promise.all(asked);
  if (!answers.every(({ ok }) => ok)) return;
  const [me, sites, counters] = (await Promise.all(answers.map((answer) => answer.json()))) as [
    Me,
    { readonly items: readonly Site[] },
    { readonly items: readonly Counter[]; readonly nextCursor?: string },
  ];
  // With more counters than one answer holds, the order of the tiles is not known yet.
  if (!me.actions.includes('live.watch') || counters.nextCursor !== undefined) return;
  const { playEarly } = await player;
  for (const { sourceId, quality } of firstPictures(sites.items, counters.items, storedGrid())) {
    playEarly({ sourceId, quality, clock: serverClock });
  }
}

// Whatever stands in the way is met again by the page itself, which says so.
if (location.pathname === '/wall' || location.pathname === '/') hurryWall().catch(() => undefined);
