import type { Counter } from '@minhbach/shared/protocol';
import { useCallback, useEffect, useEffectEvent, useMemo, useRef, useState } from 'react';
import type { PicturePlayer } from '../live-player/index.ts';
import { publishPicture } from './measure.ts';
import { storedGrid, storeGrid } from './stored-grid.ts';
import { gridSizes, next, step, type GridSize, type WallLayout } from './wall-layout.ts';

export interface BookmarkStart {
  readonly counter: Counter;
  /** When what was on the tile at that moment was captured; undefined when nothing was. */
  readonly shownAtMs: number | undefined;
}

/** Everything a key, a click or a finger can ask of the wall. Counter ids default to the chosen one. */
export interface WallCommands {
  readonly choose: (counterId: string) => void;
  /** Chosen, heard, and shown in its main stream where it is. */
  readonly attend: (counterId: string) => void;
  readonly step: (by: number) => void;
  readonly toggleFocus: (counterId?: string) => void;
  readonly unfocus: () => void;
  readonly toggleSound: (counterId?: string) => void;
  readonly toggleFreeze: (counterId?: string) => void;
  readonly playOn: () => void;
  readonly nextCamera: (counterId?: string) => void;
  readonly bookmark: (counterId?: string) => void;
  readonly endBookmark: () => void;
  readonly setGrid: (grid: GridSize) => void;
  readonly nextGrid: () => void;
  readonly turnPage: (by: 1 | -1) => void;
  readonly togglePatrol: () => void;
  /** A tile tells which player shows it. */
  readonly register: (
    counterId: string,
    player: PicturePlayer | undefined,
    sourceId: string | undefined,
  ) => void;
}

export interface WallState extends WallLayout {
  readonly soundId: string | undefined;
  /** The tile of a grid that shows its main stream: the one clicked, for as long as it is heard. */
  readonly mainId: string | undefined;
  readonly cameraIndex: Readonly<Record<string, number>>;
  readonly patrolling: boolean;
  readonly bookmark: BookmarkStart | undefined;
}

const patrolEveryMs = 20_000;

export function useWall(ordered: readonly Counter[]): {
  readonly state: WallState;
  readonly commands: WallCommands;
} {
  const [state, setState] = useState<WallState>(() => ({
    grid: storedGrid(),
    chosenId: undefined,
    focused: false,
    soundId: undefined,
    mainId: undefined,
    cameraIndex: {},
    patrolling: false,
    bookmark: undefined,
  }));
  const players = useRef(new Map<string, PicturePlayer>());
  const latest = useRef({ state, ordered });
  useEffect(() => {
    latest.current = { state, ordered };
  });
  const patch = useCallback((change: Partial<WallState>) => setState((now) => ({ ...now, ...change })), []);

  const commands = useMemo<WallCommands>(() => {
    const now = () => latest.current.state;
    const chosen = () => now().chosenId ?? latest.current.ordered[0]?.id ?? '';
    const setGrid = (grid: GridSize) => {
      storeGrid(grid);
      patch({ grid, focused: false });
    };
    return {
      choose: (chosenId) => patch({ chosenId }),
      attend: (counterId) => patch({ chosenId: counterId, soundId: counterId, mainId: counterId }),
      step: (by) => patch({ chosenId: step(latest.current.ordered, chosen(), by) }),
      toggleFocus: (counterId = chosen()) =>
        patch({ chosenId: counterId, focused: !now().focused || counterId !== chosen() }),
      unfocus: () => patch({ focused: false, patrolling: false }),
      toggleSound: (counterId = chosen()) =>
        patch({
          soundId: now().soundId === counterId ? undefined : counterId,
          mainId: undefined,
          chosenId: counterId,
        }),
      toggleFreeze(counterId = chosen()) {
        const player = players.current.get(counterId);
        if (player?.snapshot.status.kind === 'frozen') player.unfreeze();
        else player?.freeze();
      },
      playOn: () => players.current.get(chosen())?.playOn(),
      nextCamera(counterId = chosen()) {
        const { cameraIndex } = now();
        patch({ cameraIndex: { ...cameraIndex, [counterId]: (cameraIndex[counterId] ?? 0) + 1 } });
      },
      bookmark(counterId = chosen()) {
        const counter = latest.current.ordered.find(({ id }) => id === counterId);
        if (counter === undefined) return;
        const shownAtMs = players.current.get(counterId)?.shownCapturedAtMs;
        patch({ chosenId: counterId, bookmark: { counter, shownAtMs } });
      },
      endBookmark: () => patch({ bookmark: undefined }),
      setGrid,
      nextGrid: () => setGrid(gridSizes[(gridSizes.indexOf(now().grid) + 1) % gridSizes.length] ?? 4),
      turnPage: (by) => patch({ chosenId: step(latest.current.ordered, chosen(), by * now().grid) }),
      togglePatrol: () => patch({ patrolling: !now().patrolling, focused: !now().patrolling }),
      register(counterId, player, sourceId) {
        publishPicture(sourceId, player);
        if (player === undefined) players.current.delete(counterId);
        else players.current.set(counterId, player);
      },
    };
  }, [patch]);

  const goOn = useEffectEvent(() =>
    patch({ chosenId: next(ordered, state.chosenId ?? ordered[0]?.id), focused: true }),
  );
  useEffect(() => {
    if (!state.patrolling) return;
    const timer = setInterval(() => goOn(), patrolEveryMs);
    return () => clearInterval(timer);
  }, [state.patrolling]);

  return { state: { ...state, chosenId: state.chosenId ?? ordered[0]?.id }, commands };
}
