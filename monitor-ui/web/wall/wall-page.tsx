import { lazy, Suspense, useState } from 'react';
import { AlarmTray, CameraBanner, focusAlarmTray } from '../alarms/index.ts';
import { useCounters, useSites } from '../app/index.ts';
import { EmptyState, ErrorState, LoadingState } from '../ui-kit/index.ts';
import { AimNotices } from './aim-notices.tsx';
import { BookmarkPanel } from './bookmark-panel.tsx';
import { useWallText } from './i18n/index.ts';
import { RecentIncidents } from './recent-incidents.tsx';
import { SiteTree } from './site-tree.tsx';
import { Tile } from './tile.tsx';
import { useWallKeys } from './use-wall-keys.ts';
import { useWall } from './use-wall.ts';
import './wall.css';
import { WallFooter } from './wall-footer.tsx';
import { bySite, onTiles, qualityFor } from './wall-layout.ts';

const HelpDialog = lazy(async () => ({ default: (await import('./help-dialog.tsx')).HelpDialog }));

export function WallPage() {
  const text = useWallText();
  const sites = useSites();
  const counters = useCounters();
  const [help, setHelp] = useState(false);
  const tree = bySite(sites.data ?? [], counters.data ?? []);
  const ordered = tree.flatMap((entry) => entry.counters);
  const { state, commands } = useWall(ordered);
  const shown = onTiles(ordered, state);
  const size = state.focused ? 1 : state.grid;
  const columns = Math.sqrt(size);
  useWallKeys(commands, {
    columns,
    onTileIds: shown.map(({ id }) => id),
    resting: help || state.bookmark !== undefined,
    help: () => setHelp(true),
    alarms: focusAlarmTray,
  });

  const failed = sites.isError ? sites : counters.isError ? counters : undefined;
  if (failed !== undefined && ordered.length === 0) {
    return <ErrorState error={failed.error} retry={() => void failed.refetch()} />;
  }
  if (sites.isPending || counters.isPending) return <LoadingState />;
  if (ordered.length === 0) return <EmptyState title={text('empty.title')}>{text('empty.text')}</EmptyState>;
  return (
    <div className="wall">
      <h1 className="visually-hidden">{text('page.title')}</h1>
      <CameraBanner />
      <SiteTree
        tree={tree}
        chosenId={state.chosenId}
        onTileIds={shown.map(({ id }) => id)}
        commands={commands}
      />
      <div className="wall-tiles" data-size={size} role="group" aria-label={text('tiles')}>
        {shown.map((counter, index) => (
          <Tile
            key={counter.id}
            counter={counter}
            site={tree.find(({ site }) => site.id === counter.siteId)?.site}
            index={index + 1}
            quality={counter.id === state.mainId ? 'main' : qualityFor(size)}
            chosen={counter.id === state.chosenId}
            focused={state.focused}
            soundOn={counter.id === state.soundId}
            cameraIndex={state.cameraIndex[counter.id] ?? 0}
            commands={commands}
          />
        ))}
      </div>
      <aside className="wall-right">
        <AlarmTray />
        <AimNotices counters={ordered} />
        <RecentIncidents counters={ordered} />
      </aside>
      <WallFooter state={state} ordered={ordered} commands={commands} onHelp={() => setHelp(true)} />
      {state.bookmark === undefined ? null : (
        <BookmarkPanel start={state.bookmark} onEnd={() => commands.endBookmark()} />
      )}
      {help ? (
        <Suspense>
          <HelpDialog onClose={() => setHelp(false)} />
        </Suspense>
      ) : null}
    </div>
  );
}
