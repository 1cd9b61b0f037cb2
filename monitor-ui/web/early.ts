import type { Counter, Me, Site } from '@minhbach/shared/protocol';
import { askEarly } from './app/early-answers.ts';
import { openEarly } from './live-player/early-links.ts';
import { liveAddress } from './live-player/live-address.ts';
import { firstPictures } from './wall/first-pictures.ts';
import { storedGrid } from './wall/stored-grid.ts';

/**
 * The first code of every page, small enough to run while the rest is still on its way. For the wall it asks at once
 * for what that is drawn from, and opens the links its pictures come over. All of it works without this, only later.
 */
async function hurryWall(): Promise<void> {
  const asked = ['/me', '/sites?limit=500', '/counters?limit=500'].map((path) => askEarly(path));
  const answers = await Promise.all(asked);
  if (!answers.every(({ ok }) => ok)) return;
  const [me, sites, counters] = (await Promise.all(answers.map((answer) => answer.json()))) as [
    Me,
    { readonly items: readonly Site[] },
    { readonly items: readonly Counter[]; readonly nextCursor?: string },
  ];
  // With more counters than one answer holds, the order of the tiles is not known yet.
  if (!me.actions.includes('live.watch') || counters.nextCursor !== undefined) return;
  for (const { sourceId, quality } of firstPictures(sites.items, counters.items, storedGrid())) {
    openEarly(liveAddress(sourceId, quality));
  }
}

// Whatever stands in the way is met again by the page itself, which says so.
if (location.pathname === '/wall' || location.pathname === '/') hurryWall().catch(() => undefined);
