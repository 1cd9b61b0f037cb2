import { beforeEach, describe, expect, it } from '@jest/globals';
import type { PreviousGeneration, RecorderEntry, RecorderMessage } from '@minhbach/shared/protocol';
import { sha256HexSchema, utcMs } from '@minhbach/shared/units-of-measure';
import { EntryFeed, type EntrySource, type MonitorPosition } from './entry-feed.ts';

const leafOf = (generation: number, seq: number) =>
  sha256HexSchema.parse(`${generation}${seq}`.padEnd(64, '0'));

class Ledger implements EntrySource {
  sizes = new Map([[0, 3]]);
  began: PreviousGeneration | undefined;
  stored: string[] = [];
  readEntries(fromSeq: number, limit: number, generation = 0): RecorderEntry[] {
    const size = Math.min(this.sizes.get(generation) ?? 0, fromSeq + limit);
    return Array.from({ length: Math.max(0, size - fromSeq) }, (_, index) => ({
      kind: 'recorder-stopped',
      reason: 'test',
      seq: fromSeq + index,
      at: utcMs(1),
    }));
  }
  ledgerSize = () => [...this.sizes.values()].at(-1) ?? 0;
  generations = () => [...this.sizes].map(([generation, size]) => ({ generation, size }));
  leafHash = (generation: number, seq: number) =>
    seq >= 0 && seq < (this.sizes.get(generation) ?? 0) ? leafOf(generation, seq) : undefined;
  beginGeneration = (previous: PreviousGeneration) => void (this.began = previous);
  noteStored = (monitor: string, generation: number, nextSeq: number) =>
    void this.stored.push(`${monitor} ${generation} ${nextSeq}`);
}

describe('the feed of a ledger', () => {
  let ledger: Ledger;
  let sent: RecorderMessage[];
  beforeEach(() => {
    ledger = new Ledger();
    sent = [];
  });
  const feed = (position: MonitorPosition): EntryFeed =>
    new EntryFeed({ source: ledger, monitor: 'm', position, send: (message) => void sent.push(message) });
  const told = () =>
    sent.map((message) =>
      message.type === 'entries' ? [message.generation, message.entries.map(({ seq }) => seq)] : message.type,
    );

  it('goes on from generation to generation, one batch at a time, and remembers what is stored', () => {
    ledger.sizes.set(1, 0).set(3, 2);
    const one = feed({ generation: 0, nextSeq: 1, lastLeaf: leafOf(0, 0) });
    expect(one.departure()).toBeUndefined();
    one.pump();
    one.pump();
    expect(told()).toEqual([[0, [1, 2]]]);
    one.stored(0, 3);
    expect(told()).toEqual([
      [0, [1, 2]],
      [3, [0, 1]],
    ]);
    one.stored(3, 2);
    expect(ledger.stored).toEqual(['m 0 3', 'm 3 2']);
    ledger.sizes.set(3, 3);
    one.pump();
    expect(told().at(-1)).toEqual([3, [2]]);
  });

  it('skips a generation of which the monitor has more than this disk', () => {
    ledger.sizes.set(1, 1);
    const one = feed({ generation: 0, nextSeq: 9, lastLeaf: leafOf(0, 8) });
    expect(one.departure()).toBeUndefined();
    one.pump();
    expect(told()).toEqual([[1, [0]]]);
  });

  const departures: [string, MonitorPosition, PreviousGeneration['why'] | undefined][] = [
    ['nothing is stored', { generation: 0, nextSeq: 0 }, undefined],
    ['all of it is stored', { generation: 0, nextSeq: 3, lastLeaf: leafOf(0, 2) }, undefined],
    [
      'more is stored than was stated',
      { generation: 0, nextSeq: 4, lastLeaf: leafOf(0, 3) },
      'monitor-ahead',
    ],
    ['a later generation is stored', { generation: 2, nextSeq: 1, lastLeaf: leafOf(2, 0) }, 'monitor-ahead'],
    ['another entry is stored', { generation: 0, nextSeq: 2, lastLeaf: leafOf(7, 1) }, 'monitor-differs'],
  ];
  it.each(departures)('knows whether it extends what the monitor has when %s', (_name, position, why) => {
    expect(feed(position).departure()?.why).toBe(why);
  });
});
