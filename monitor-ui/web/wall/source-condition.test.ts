import { describe, expect, it } from '@jest/globals';
import type { Source } from '@minhbach/shared/protocol';
import type { PictureSnapshot } from '../live-player/index.ts';
import { sourceCondition, tileCondition } from './source-condition.ts';

const source = (state: string, more: object = {}) =>
  ({ kind: 'camera', state, ...more }) as unknown as Source;
const playing: PictureSnapshot = {
  status: { kind: 'playing' },
  stream: { quality: 'main', reduced: false },
  source: undefined,
};
const fresh = { ageMs: 300, stillForMs: 40 };

describe('what a tile says', () => {
  it('is calm only while frames arrive in time', () => {
    expect(tileCondition(source('recording'), playing, fresh)).toEqual({ name: 'recording', tone: 'plain' });
    expect(tileCondition(source('recording'), playing, { ...fresh, ageMs: 2001 }).name).toBe('late');
    expect(tileCondition(source('recording'), playing, { ageMs: 3400, stillForMs: 3001 }).name).toBe('still');
  });

  it('never claims green: nothing here was checked against a seal', () => {
    for (const state of ['recording', 'starting', 'retrying', 'refused', 'disabled']) {
      expect(sourceCondition(source(state)).tone).not.toBe('seal');
    }
  });

  it('believes the picture before it believes the recorder', () => {
    expect(tileCondition(source('retrying'), playing, fresh).name).toBe('recording');
    const lost = source('retrying', { cause: 'camera-unreachable', since: 5 });
    expect(tileCondition(lost, playing, { ageMs: 9000, stillForMs: 8000 })).toEqual({
      name: 'lost',
      tone: 'alarm',
      cause: 'camera-unreachable',
      sinceMs: 5,
    });
  });

  it('names what keeps the picture away', () => {
    const none = { ageMs: undefined, stillForMs: undefined };
    const at = (status: PictureSnapshot['status']) =>
      tileCondition(source('recording'), { status, stream: undefined, source: undefined }, none).name;
    expect(at({ kind: 'connecting' })).toBe('connecting');
    expect(at({ kind: 'link-down' })).toBe('link-down');
    expect(at({ kind: 'refused', refusal: 'forbidden' })).toBe('forbidden');
    expect(at({ kind: 'unsupported', mime: 'video/mp4; codecs="hvc1"' })).toBe('unsupported');
    expect(tileCondition(undefined, playing, none).name).toBe('no-camera');
  });
});
