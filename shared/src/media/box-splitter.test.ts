import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { BoxSplitter, maxPieceBytes, MediaError } from './index.ts';

function box(type: string, body: Uint8Array = new Uint8Array(0), sizeBytes = body.length + 8): Uint8Array {
  const bytes = new Uint8Array(8 + body.length);
  new DataView(bytes.buffer).setUint32(0, sizeBytes);
  bytes.set(new TextEncoder().encode(type), 4);
  bytes.set(body, 8);
  return bytes;
}
const joined = (...parts: Uint8Array[]) => Uint8Array.from(parts.flatMap((part) => [...part]));
const fragment = joined(box('moof', Uint8Array.of(1)), box('mdat', Uint8Array.of(2, 3)));
const init = joined(box('ftyp'), box('moov', Uint8Array.of(9)));

describe('BoxSplitter', () => {
  it('puts what precedes a moof into its fragment and drops an index at the end', () => {
    const prft = box('prft', Uint8Array.of(7));
    const pieces = new BoxSplitter().push(joined(init, prft, fragment, box('mfra')));
    expect(pieces.map(({ kind, bytes }) => [kind, bytes.length])).toEqual([
      ['init', init.length],
      ['fragment', prft.length + fragment.length],
    ]);
  });

  it('gives the same pieces however the bytes are cut', () => {
    const stream = joined(init, fragment, fragment, init, fragment);
    const expected = new BoxSplitter().push(stream.slice());
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 100 }), (lengths) => {
        const splitter = new BoxSplitter();
        const pieces = [];
        let at = 0;
        for (let turn = 0; at < stream.length; turn += 1) {
          const length = lengths[turn % lengths.length] ?? 1;
          pieces.push(...splitter.push(stream.slice(at, at + length)));
          at += length;
        }
        expect(pieces.map(({ kind, bytes }) => [kind, [...bytes]])).toEqual(
          expected.map(({ kind, bytes }) => [kind, [...bytes]]),
        );
        expect(splitter.bufferedBytes).toBe(0);
      }),
    );
  });

  it.each([
    ['a size below its own header', box('moof', undefined, 7)],
    ['a size beyond any fragment', box('moof', undefined, maxPieceBytes + 1)],
    ['an unknown box', box('evil')],
    ['an mdat alone', box('mdat')],
    ['two moofs', joined(box('moof'), box('moof'))],
    ['endless small boxes', joined(...Array.from({ length: 40 }, () => box('prft')))],
    ['a 64-bit size beyond any fragment', box('moof', Uint8Array.of(0, 0, 1, 0, 0, 0, 0, 0), 1)],
  ])('refuses %s', (_what, bytes) => {
    expect(() => new BoxSplitter().push(bytes)).toThrow(MediaError);
  });

  it('splits a long stream of small chunks in linear time', () => {
    const big = joined(box('moof'), box('mdat', new Uint8Array(2_000_000)));
    const splitter = new BoxSplitter();
    const begun = performance.now();
    let pieces = 0;
    for (let at = 0; at < big.length; at += 100) pieces += splitter.push(big.subarray(at, at + 100)).length;
    expect(pieces).toBe(1);
    expect(performance.now() - begun).toBeLessThan(1500);
  });
});
