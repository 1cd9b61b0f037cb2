import type { Source } from '@minhbach/shared/protocol';
import { useEffect, useState } from 'react';
import type { LivePicture } from '../live-player/index.ts';
import { conditionBoard } from './condition-board.ts';
import { tileCondition, type Condition } from './source-condition.ts';

const lookEveryMs = 250;

/** Looks four times a second at what is really on the tile, and draws again only when the condition changed. */
export function useCondition(
  counterId: string,
  source: Source | undefined,
  { player, snapshot }: LivePicture,
): Condition {
  const [, redraw] = useState('');
  const look = () =>
    tileCondition(source, snapshot, { ageMs: player?.ageMs(), stillForMs: player?.stillForMs() });
  const condition = look();
  useEffect(() => {
    const timer = setInterval(() => {
      const seen = tileCondition(source, snapshot, {
        ageMs: player?.ageMs(),
        stillForMs: player?.stillForMs(),
      });
      redraw(seen.name);
      conditionBoard.put(counterId, { condition: seen, ageMs: player?.ageMs() });
    }, lookEveryMs);
    return () => {
      clearInterval(timer);
      conditionBoard.remove(counterId);
    };
  }, [counterId, player, snapshot, source]);
  return condition;
}
