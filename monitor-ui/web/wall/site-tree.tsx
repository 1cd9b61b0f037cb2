import type { Counter } from '@minhbach/shared/protocol';
import { useServerSeconds } from '../app/index.ts';
import { useLanguage } from '../i18n/index.ts';
import { formatTenths, StateDot } from '../ui-kit/index.ts';
import { conditionBoard } from './condition-board.ts';
import { useWallText } from './i18n/index.ts';
import { camerasOf, sourceCondition, type Condition } from './source-condition.ts';
import type { WallCommands } from './use-wall.ts';
import type { SiteCounters } from './wall-layout.ts';

/** Worst first: a counter with two cameras shows the one that is worse off. */
const gravity: readonly Condition['tone'][] = ['alarm', 'warn', 'watch', 'plain', 'muted'];

function conditionOf(counter: Counter): Condition {
  const conditions = camerasOf(counter).map(sourceCondition);
  return (
    conditions.toSorted((a, b) => gravity.indexOf(a.tone) - gravity.indexOf(b.tone))[0] ??
    sourceCondition(undefined)
  );
}

export function SiteTree({
  tree,
  chosenId,
  onTileIds,
  commands,
}: {
  readonly tree: readonly SiteCounters[];
  readonly chosenId: string | undefined;
  readonly onTileIds: readonly string[];
  readonly commands: WallCommands;
}) {
  const text = useWallText();
  useServerSeconds();
  return (
    <nav className="wall-left" aria-label={text('sites')}>
      <h2 className="section-title">{text('sites')}</h2>
      {tree.map(({ site, counters }) => (
        <section key={site.id} aria-label={site.name}>
          <div className="wall-site">
            <span>{site.name}</span>
            <small>
              {counters.filter((counter) => conditionOf(counter).name === 'recording').length}/
              {counters.length}
            </small>
          </div>
          {counters.map((counter) => (
            <CounterRow
              key={counter.id}
              counter={counter}
              chosen={counter.id === chosenId}
              onTile={onTileIds.includes(counter.id)}
              onChoose={() => commands.choose(counter.id)}
              onOpen={() => commands.toggleFocus(counter.id)}
            />
          ))}
        </section>
      ))}
    </nav>
  );
}

function CounterRow({
  counter,
  chosen,
  onTile,
  onChoose,
  onOpen,
}: {
  readonly counter: Counter;
  readonly chosen: boolean;
  readonly onTile: boolean;
  readonly onChoose: () => void;
  readonly onOpen: () => void;
}) {
  const text = useWallText();
  const [language] = useLanguage();
  const seen = onTile ? conditionBoard.get(counter.id) : undefined;
  const condition = seen?.condition ?? conditionOf(counter);
  const word = text(`state.${condition.name}`);
  const fine = condition.name === 'recording' || condition.name === 'late';
  const age = fine && seen?.ageMs !== undefined ? `${formatTenths(seen.ageMs, language)} s` : undefined;
  return (
    <button
      type="button"
      className={`wall-counter${chosen ? ' wall-counter-chosen' : ''}${onTile ? ' wall-counter-on' : ''}`}
      aria-current={chosen}
      onClick={onChoose}
      onDoubleClick={onOpen}
    >
      <StateDot tone={condition.tone} word={word} hideWord />
      <span className="wall-counter-name">{counter.name}</span>
      <small className={fine ? undefined : `tone-${condition.tone}`}>{age ?? (fine ? '' : word)}</small>
    </button>
  );
}
