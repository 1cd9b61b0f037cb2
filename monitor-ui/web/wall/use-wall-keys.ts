import { useEffect, useEffectEvent } from 'react';
import type { WallCommands } from './use-wall.ts';

/** Keys of the wall. They rest while a box is open or somebody types. */
export function useWallKeys(
  commands: WallCommands,
  view: {
    readonly columns: number;
    readonly onTileIds: readonly string[];
    readonly resting: boolean;
    readonly help: () => void;
    readonly alarms: () => void;
  },
): void {
  const press = useEffectEvent((event: KeyboardEvent) => {
    if (view.resting || event.ctrlKey || event.altKey || event.metaKey || isForElsewhere(event.target))
      return;
    const act = actionOf(event, commands, view);
    if (act === undefined) return;
    event.preventDefault();
    act();
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => press(event);
    window.addEventListener('keydown', listener);
    return () => window.removeEventListener('keydown', listener);
  }, []);
}

function actionOf(
  { key, target }: KeyboardEvent,
  commands: WallCommands,
  view: {
    readonly columns: number;
    readonly onTileIds: readonly string[];
    readonly help: () => void;
    readonly alarms: () => void;
  },
): (() => void) | undefined {
  const onControl = target instanceof HTMLElement && target.closest('button, a, summary') !== null;
  // A focused button keeps the keys that press it.
  if (onControl && (key === 'Enter' || key === ' ')) return undefined;
  if (/^[1-9]$/.test(key)) {
    const counterId = view.onTileIds[Number(key) - 1];
    return counterId === undefined ? undefined : () => commands.choose(counterId);
  }
  switch (key.length === 1 ? key.toLowerCase() : key) {
    case 'ArrowLeft':
      return () => commands.step(-1);
    case 'ArrowRight':
      return () => commands.step(1);
    case 'ArrowUp':
      return () => commands.step(-view.columns);
    case 'ArrowDown':
      return () => commands.step(view.columns);
    case 'PageUp':
      return () => commands.turnPage(-1);
    case 'PageDown':
      return () => commands.turnPage(1);
    case 'Enter':
      return () => commands.toggleFocus();
    case 'Escape':
      return () => commands.unfocus();
    case ' ':
      return () => commands.toggleFreeze();
    case '.':
      return () => commands.playOn();
    case 'a':
      return view.alarms;
    case 'b':
      return () => commands.bookmark();
    case 'm':
      return () => commands.toggleSound();
    case 'c':
      return () => commands.nextCamera();
    case 'g':
      return () => commands.nextGrid();
    case 'p':
      return () => commands.togglePatrol();
    case '?':
      return view.help;
    default:
      return undefined;
  }
}

/** Typed into a field, or pressed in a box: the Escape that closes one is told here when it is closed already. */
function isForElsewhere(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    target.closest('input, textarea, select, [contenteditable], [role="dialog"]') !== null
  );
}
