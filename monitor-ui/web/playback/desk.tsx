import type { Counter } from '@minhbach/shared/protocol';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useEffectEvent, useMemo, useRef, useState } from 'react';
import { useMay, useRealtimeEvent } from '../app/index.ts';
import { useIncidentText } from '../incidents/index.ts';
import {
  dayMs,
  hourMs,
  selectionOf,
  startOfLocalDay,
  Timeline,
  type Selection,
  type TimelineHandle,
} from '../timeline/index.ts';
import { ExportDialog } from '../evidence/index.ts';
import { BookmarkDialog } from './bookmark-dialog.tsx';
import { CaseMarkDialog } from './case-mark-dialog.tsx';
import { DeskHeader } from './desk-header.tsx';
import { HelpDialog } from './help-dialog.tsx';
import { JumpDialog } from './jump-dialog.tsx';
import type { Command } from './key-commands.ts';
import { GapNotice } from './gap-notice.tsx';
import { playbackApi, thumbnailUrl } from './playback-api.ts';
import type { PlaybackSession, Right } from './playback-session.ts';
import { runCommand } from './run-command.ts';
import { SideColumn } from './side-column.tsx';
import { Stage } from './stage.tsx';
import { Transport } from './transport.tsx';
import { useCaseMarks } from './use-case-marks.ts';
import { useCommands } from './use-commands.ts';
import { useLanes } from './use-lanes.ts';
import { nowMs, usePosition, useSession, useSnapshot } from './use-session.ts';

export interface DeskProps {
  readonly counter: Counter;
  readonly siteName: string | undefined;
  readonly right: Right;
  readonly startMs: number;
  readonly marked: Selection | undefined;
  /** The position rested: it belongs into the address, so that it can be shared. */
  readonly onSettled: (state: { readonly at: number; readonly from?: number; readonly to?: number }) => void;
  readonly onLeave: () => void;
  readonly onChangeReason: () => void;
}

export function Desk(props: DeskProps) {
  const session = useSession(props.counter.id, props.startMs, props.right);
  return session === undefined ? null : <OpenDesk {...props} session={session} />;
}

const aroundMs = 30_000;

function OpenDesk({ session, ...props }: DeskProps & { readonly session: PlaybackSession }) {
  const { counter, right } = props;
  const snapshot = useSnapshot(session);
  const positionMs = usePosition(session);
  const mayMark = useMay('incidents.create');
  const caseId = right.kind === 'reason' ? right.caseId : undefined;
  const mayBookmark = mayMark || caseId !== undefined;
  const timeline = useRef<TimelineHandle>(null);
  const [initialView] = useState(() => ({
    fromMs: props.startMs - hourMs / 2,
    toMs: props.startMs + hourMs / 2,
  }));
  const [view, setView] = useState(initialView);
  const [marks, setMarks] = useState<{
    readonly inMs?: number | undefined;
    readonly outMs?: number | undefined;
  }>(props.marked === undefined ? {} : { inMs: props.marked.fromMs, outMs: props.marked.toMs });
  const [dialog, setDialog] = useState<'jump' | 'help'>();
  const [bookmarking, setBookmarking] = useState<Selection>();
  const mayExport = useMay('exports.ask');
  const [exporting, setExporting] = useState<Selection>();
  const { lanes } = useLanes(counter.id, view.fromMs, view.toMs);
  const incidents = useDayIncidents(counter.id, startOfLocalDay(positionMs));
  const caseMarks = useCaseMarks(caseId, counter.id);
  const [markingMs, setMarkingMs] = useState<number>();
  const selection = selectionOf({ markInMs: marks.inMs, markOutMs: marks.outMs });

  useEffect(
    () => session.onMoved((utcMs) => timeline.current?.movePlayhead(utcMs, session.snapshot.shuttle.playing)),
    [session],
  );
  useEffect(() => timeline.current?.movePlayhead(session.positionMs, false), [session]);
  useSettledAddress(session, positionMs, selection, props.onSettled);

  const bookmark = () => {
    if (!mayBookmark) return;
    session.pause();
    const atMs = session.positionMs;
    // Inside a case, a moment is marked in the case.
    if (caseId !== undefined) {
      setMarkingMs(atMs);
      return;
    }
    setBookmarking(
      selection ?? { fromMs: atMs - aroundMs, toMs: Math.min(atMs + aroundMs, nowMs() + 55_000) },
    );
  };
  const seek = (atMs: number) => {
    session.seek(Math.min(atMs, nowMs() - 1000));
    timeline.current?.reveal(session.positionMs);
  };
  const run = (command: Command) =>
    runCommand(
      command,
      session,
      {
        zoom: (factor) => timeline.current?.zoom(factor),
        markIn: () => setMarks((known) => ({ ...known, inMs: session.frameMs ?? session.positionMs })),
        markOut: () => setMarks((known) => ({ ...known, outMs: session.frameMs ?? session.positionMs })),
        bookmark,
        open: setDialog,
      },
      nowMs(),
    );
  useCommands((command) => {
    const isAsking = [dialog, bookmarking, exporting, markingMs].some((one) => one !== undefined);
    if (!isAsking) run(command);
  });

  const grant = snapshot.grant.state === 'granted' ? snapshot.grant.grant : undefined;
  const thumbnail = (atMs: number) =>
    grant !== undefined && snapshot.leadId !== undefined && atMs >= grant.from && atMs < grant.to
      ? thumbnailUrl(grant.id, snapshot.leadId, atMs)
      : undefined;
  const span = right.kind === 'reason' ? undefined : session.grantSpan;
  return (
    <div className="playback-desk">
      <DeskHeader
        counterName={counter.name}
        siteName={props.siteName}
        right={right}
        onLeave={props.onLeave}
        onChangeReason={props.onChangeReason}
      />
      <Stage {...{ session, snapshot, lanes, positionMs }} />
      <SideColumn
        {...{ lanes, selection, positionMs, mayBookmark }}
        counterId={counter.id}
        incidents={incidents.list}
        onSeek={seek}
        onClear={() => setMarks({})}
        onBookmark={bookmark}
        onExport={mayExport ? () => setExporting(selection) : undefined}
      />
      <section className="playback-timeline">
        <GapNotice event={snapshot.notice} />
        <Transport {...{ session, snapshot, mayBookmark }} onCommand={run} />
        <Timeline
          ref={timeline}
          initialView={initialView}
          lanes={lanes}
          bookmarks={[...incidents.bookmarks, ...caseMarks]}
          markInMs={marks.inMs}
          markOutMs={marks.outMs}
          grantedFromMs={span?.fromMs}
          grantedToMs={span?.toMs}
          nowMs={Math.round(nowMs() / 1000) * 1000}
          playheadMs={positionMs}
          thumbnailUrl={thumbnail}
          onSeek={seek}
          onSelect={({ fromMs, toMs }) => setMarks({ inMs: fromMs, outMs: toMs })}
          onViewSettled={setView}
        />
      </section>
      <JumpDialog
        opened={dialog === 'jump'}
        nearMs={positionMs}
        onClose={() => setDialog(undefined)}
        onJump={(atMs) => {
          setDialog(undefined);
          seek(atMs);
        }}
      />
      <HelpDialog opened={dialog === 'help'} onClose={() => setDialog(undefined)} />
      <ExportDialog
        counterId={counter.id}
        caseId={caseId}
        span={exporting}
        onClose={() => setExporting(undefined)}
      />
      {caseId === undefined ? null : (
        <CaseMarkDialog
          {...{ caseId }}
          counterId={counter.id}
          atMs={markingMs}
          onClose={() => setMarkingMs(undefined)}
        />
      )}
      <BookmarkDialog
        counterId={counter.id}
        span={bookmarking}
        onClose={() => setBookmarking(undefined)}
        onSaved={() => {
          setBookmarking(undefined);
          incidents.refresh();
        }}
      />
    </div>
  );
}

/** Puts the resting position into the address, not more often than every second and a half. */
function useSettledAddress(
  session: PlaybackSession,
  positionMs: number,
  selection: Selection | undefined,
  onSettled: DeskProps['onSettled'],
): void {
  const settle = useEffectEvent(() =>
    onSettled({
      at: Math.round(session.positionMs),
      ...(selection === undefined
        ? {}
        : { from: Math.round(selection.fromMs), to: Math.round(selection.toMs) }),
    }),
  );
  const rough = Math.round(positionMs / 5000);
  useEffect(() => {
    const timer = setTimeout(() => settle(), 1500);
    return () => clearTimeout(timer);
  }, [rough, selection?.fromMs, selection?.toMs]);
}

function useDayIncidents(counterId: string, dayFromMs: number) {
  const word = useIncidentText();
  const query = useQuery({
    queryKey: ['incidents', 'day', counterId, dayFromMs],
    queryFn: ({ signal }) => playbackApi.incidents(counterId, dayFromMs, dayFromMs + dayMs, signal),
    staleTime: 60_000,
    retry: false,
  });
  useRealtimeEvent('incident', (incident) => {
    if (incident.counterId === counterId) void query.refetch();
  });
  const list = useMemo(() => [...(query.data ?? [])].sort((a, b) => a.from - b.from), [query.data]);
  const bookmarks = list.map(({ id, from, to, category }) => ({
    id,
    fromMs: from,
    toMs: to,
    label: word(`category.${category}`),
  }));
  return { list, bookmarks, refresh: () => void query.refetch() };
}
