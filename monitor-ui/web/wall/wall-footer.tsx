import type { Counter } from '@minhbach/shared/protocol';
import { Kbd } from '../ui-kit/index.ts';
import { useWallText, type WallKey } from './i18n/index.ts';
import type { WallCommands, WallState } from './use-wall.ts';
import { gridSizes, pageOf } from './wall-layout.ts';

const keys: readonly (readonly [readonly string[], WallKey])[] = [
  [['←', '→'], 'key.choose'],
  [['Enter'], 'key.focus'],
  [['B'], 'key.bookmark'],
  [['Space'], 'key.freeze'],
  [['M'], 'key.sound'],
  [['P'], 'key.patrol'],
  [['A'], 'key.alarms'],
];

export function WallFooter({
  state,
  ordered,
  commands,
  onHelp,
}: {
  readonly state: WallState;
  readonly ordered: readonly Counter[];
  readonly commands: WallCommands;
  readonly onHelp: () => void;
}) {
  const text = useWallText();
  const { page, pages } = pageOf(ordered, state);
  return (
    <footer className="wall-footer">
      <div className="wall-grids" role="group" aria-label={text('grid.label')}>
        {gridSizes.map((grid) => (
          <button
            key={grid}
            type="button"
            aria-pressed={!state.focused && state.grid === grid}
            aria-label={text('grid.tiles', { count: grid })}
            onClick={() => commands.setGrid(grid)}
          >
            {grid}
          </button>
        ))}
      </div>
      {pages > 1 && !state.focused ? (
        <div className="wall-pages">
          <button
            type="button"
            aria-label={text('page.previous')}
            disabled={page === 1}
            onClick={() => commands.turnPage(-1)}
          >
            ‹
          </button>
          <span>{text('page.of', { page, pages })}</span>
          <button
            type="button"
            aria-label={text('page.next')}
            disabled={page === pages}
            onClick={() => commands.turnPage(1)}
          >
            ›
          </button>
        </div>
      ) : null}
      <button
        type="button"
        className="wall-patrol"
        aria-pressed={state.patrolling}
        onClick={() => commands.togglePatrol()}
      >
        {text(state.patrolling ? 'patrol.on' : 'patrol.start')}
      </button>
      <div className="wall-keys">
        {keys.map(([names, meaning]) => (
          <span key={meaning}>
            {names.map((name) => (
              <Kbd key={name}>{name}</Kbd>
            ))}{' '}
            {text(meaning)}
          </span>
        ))}
      </div>
      <button type="button" className="wall-help" onClick={onHelp}>
        <Kbd>?</Kbd> {text('key.help')}
      </button>
      <span className="wall-recorded">{text('recorded')}</span>
    </footer>
  );
}
